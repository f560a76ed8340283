// The engine behind all boards of a page: it keeps the frames that the server computed, and while a
// slider or a bar moves, paints the one for where it stands. It knows no formula.

import { Board } from "./board.js";
import { lightOnHover, onPick } from "./cells.js";
import { decode } from "./decode.js";
import { keyed, nearest, onDrag } from "./drag.js";

/**
 * @import { Layout, Owner } from "./board.js"
 * @import { Reached } from "./drag.js"
 * @import { Frames, Moved, Slider, State } from "./frames.js"
 * @import { Handle } from "./sheet.js"
 */

/**
 * Says what was done to a board: a cell was picked, a slider was dragged by its bar to a value.
 * @callback Send
 * @param {"pick" | "drag"} event
 * @param {[string, number, number] | [string, number]} value
 */

const PATIENCE = 3000; // milliseconds

export class Engine {
  /** @type {Map<Node, Board>} by their hosts */
  #boards = new Map();
  /** @type {Map<string, Frames>} by the part of the page's numbers that they are */
  #frames = new Map();
  /** How many times bytes have arrived: of each part only the last count. */
  #arrived = 0;
  /** @type {Map<string, number>} of each part, which arrival is the last */
  #last = new Map();
  /** @type {Reached | null} by a handle, until there is an answer */
  #dragged = null;
  /** @type {Reached | null} what the server was told of and has not answered */
  #asked = null;
  /** How many times numbers have come since it was told, and when that was. */
  #since = 0;
  #told = 0;
  /** @type {Map<string, {reached: Reached, send: Send}>} by slider, let go meanwhile: to be told in turn */
  #left = new Map();
  #elsewhere;

  /** @param {(state: State) => Moved[]} elsewhere the controls that do not stand where a state has them */
  constructor(elsewhere) {
    this.#elsewhere = elsewhere;
  }

  /**
   * Show a board in the element `.board` of its host.
   *
   * @param {ParentNode & Node} host
   * @param {Layout & Owner} sent
   * @param {Send} send
   */
  show(host, sent, send) {
    const root = host.querySelector(".board");
    if (!(root instanceof HTMLElement)) return;
    let board = this.#boards.get(host);
    if (!board?.is(root, sent)) {
      const focused = focusedCell(root);
      board = new Board(root, sent);
      this.#boards.set(host, board);
      const again = focused && root.querySelector(`[data-pick="${focused}"]`);
      if (again instanceof HTMLElement) again.focus();
    }
    board.belongTo(sent);
    this.refresh();
    onPick(root, (cell) => send("pick", cell));
    lightOnHover(root, board.sheet.numbers);
    onDrag(board.sheet.handles, {
      move: (handle, wanted) => this.#drag(handle, wanted),
      press: (handle, key) => this.#press(handle, key),
      drop: () => this.#drop(send),
      cancel: () => {
        this.#dragged = [...this.#left.values()].at(-1)?.reached ?? this.#asked;
        this.refresh();
      },
    });
  }

  /** @param {Node} host */
  remove(host) {
    this.#boards.delete(host);
  }

  /**
   * Take fresh frames. Screen readers are told now, so on release and not at every frame.
   *
   * @param {Uint8Array} bytes
   */
  async receive(bytes) {
    const mine = ++this.#arrived;
    const frames = await decode(bytes);
    if (mine < (this.#last.get(frames.part) ?? 0)) return;
    this.#last.set(frames.part, mine);
    this.#frames.set(frames.part, frames);
    if (frames.part === "followed") this.#answer(frames.state);
    this.refresh();
    this.announce();
  }

  /** Tell screen readers what the boards say now. */
  announce() {
    for (const board of this.#boards.values()) board.announce();
  }

  /**
   * What was let go is told one at a time: a slider that Streamlit has not moved yet would contradict
   * the next. Numbers that come may be of a change before; if the next are no answer, there is none.
   *
   * @param {State} state that the server has drawn
   */
  #answer(state) {
    const lost =
      this.#asked && !answers(state, this.#asked) && (++this.#since > 1 || this.#overdue());
    if (lost && this.#dragged === this.#asked) this.#dragged = null;
    if (this.#asked && (lost || answers(state, this.#asked))) this.#asked = null;
    if (this.#dragged && answers(state, this.#dragged)) this.#dragged = null;
    for (const [key, { reached, send }] of this.#left) {
      if (this.#asked) return;
      this.#left.delete(key);
      if (!answers(state, reached)) this.#tell(reached, send);
    }
  }

  /** Whether an answer is no longer to be waited for. */
  #overdue() {
    return performance.now() - this.#told > PATIENCE;
  }

  /**
   * @param {Reached} reached
   * @param {Send} send
   */
  #tell(reached, send) {
    this.#asked = reached;
    this.#since = 0;
    this.#told = performance.now();
    send("drag", [reached.slider.key, sliderValue(reached)]);
  }

  /** Paint all boards for where the controls stand now. */
  refresh() {
    const sources = [...this.#frames.values()].map((frames) => ({
      frames,
      numberAt: this.#frame(frames),
    }));
    for (const board of this.#boards.values()) board.paint(sources);
  }

  /** @param {Frames} frames */
  #frame(frames) {
    const moved = this.#elsewhere(frames.state);
    if (!this.#dragged || !(this.#dragged.slider.key in frames.state)) return frames.lookUp(moved);
    const { slider, step } = this.#dragged;
    return this.#alone(slider, moved) ? frames.frame(slider, step) : null;
  }

  /**
   * Whether no other control has left the state of the frames, nor was the server told of another.
   *
   * @param {Slider} slider
   * @param {Moved[]} moved
   */
  #alone({ key }, moved) {
    return moved.every((m) => m.key === key) && (this.#asked?.slider.key ?? key) === key;
  }

  /**
   * The frames in which a handle can move a slider now, those sliders, and where its numbers are. While
   * the server has not answered for one slider there are no frames in which another moves.
   *
   * @param {Handle} handle
   */
  #reach({ keys, places }) {
    for (const frames of this.#frames.values()) {
      const sliders = keys.flatMap((key) => frames.slider(key) ?? []);
      const offsets = places.map(({ quantity, index }) => frames.offsetOf(quantity, index) ?? -1);
      const moved = this.#elsewhere(frames.state);
      const free = sliders.filter((slider) => this.#alone(slider, moved));
      if (free.length && !offsets.includes(-1)) return { frames, offsets, sliders: free };
    }
    return null;
  }

  /**
   * @param {Handle} handle
   * @param {number[]} wanted
   */
  #drag(handle, wanted) {
    const reach = this.#reach(handle);
    const found = reach && nearest(reach.frames, reach.sliders, reach.offsets, wanted);
    if (found) this.#moveTo(found);
  }

  /**
   * A key says where to without any numbers: it counts also while these are on their way.
   *
   * @param {Handle} handle
   * @param {string} key
   * @returns whether it is a key that moves a slider
   */
  #press(handle, key) {
    const frames = [...this.#frames.values()].find((f) => f.slider(handle.keys[0]));
    const slider = frames?.slider(handle.keys[0]);
    const step = keyed(
      key,
      slider && frames ? this.#stepOf(slider, frames) : 0,
      slider?.count ?? 1,
    );
    if (slider && step !== undefined) this.#moveTo({ slider, step });
    return step !== undefined;
  }

  /**
   * Where a slider was moved to, by its handle or by itself.
   *
   * @param {Slider} slider
   * @param {Frames} frames
   */
  #stepOf({ key, low, step }, frames) {
    if (this.#dragged?.slider.key === key) return this.#dragged.step;
    const moved = this.#elsewhere(frames.state).find((m) => m.key === key);
    return Math.round(((moved?.number ?? Number(frames.state[key])) - low) / step);
  }

  /**
   * Tell the server where a slider was left, unless it stands there.
   *
   * @param {Send} send
   */
  #drop(send) {
    const dragged = this.#dragged;
    if (!dragged || dragged === this.#asked) return;
    const states = [...this.#frames.values()].map(({ state }) => state);
    const back = states.some((state) => dragged.slider.key in state && answers(state, dragged));
    if (this.#asked && !this.#overdue())
      this.#left.set(dragged.slider.key, { reached: dragged, send });
    else if (back) this.#dragged = null;
    else this.#tell(dragged, send);
    this.refresh();
  }

  /** @param {Reached} reached */
  #moveTo(reached) {
    const before = this.#dragged;
    if (before?.slider.key === reached.slider.key && before.step === reached.step) return;
    this.#dragged = reached;
    this.refresh();
  }
}

/** @param {Reached} reached */
const sliderValue = ({ slider, step }) => slider.low + step * slider.step;

/**
 * Whether a state is where a drag went, or has no such slider any more.
 *
 * @param {State} state
 * @param {Reached} dragged
 */
function answers(state, dragged) {
  return !(
    Math.abs(Number(state[dragged.slider.key]) - sliderValue(dragged)) >
    dragged.slider.step / 2
  );
}

/** @param {HTMLElement} root */
function focusedCell(root) {
  const { activeElement } = /** @type {Document | ShadowRoot} */ (root.getRootNode());
  if (!(activeElement instanceof HTMLElement) || !root.contains(activeElement)) return undefined;
  return activeElement.dataset.pick;
}
