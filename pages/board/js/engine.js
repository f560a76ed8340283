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
        this.#dragged = this.#asked;
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

  /** @param {State} state that the server has drawn */
  #answer(state) {
    if (this.#asked && answers(state, this.#asked)) this.#asked = null;
    if (this.#dragged && answers(state, this.#dragged)) this.#dragged = null;
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
    return moved.length ? null : frames.frame(this.#dragged.slider, this.#dragged.step);
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
      if (!sliders.length || offsets.includes(-1) || this.#elsewhere(frames.state).length) continue;
      const asked = this.#asked?.slider.key;
      return { frames, offsets, sliders: sliders.filter(({ key }) => !asked || key === asked) };
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
   * @param {Handle} handle
   * @param {string} key
   * @returns whether it is a key that moves a slider
   */
  #press(handle, key) {
    const reach = this.#reach(handle);
    const slider = reach?.sliders[0];
    const from =
      slider && this.#dragged?.slider.key === slider.key ? this.#dragged.step : undefined;
    const now = slider && reach ? stepOf(slider, reach.frames.state) : 0;
    const step = keyed(key, from ?? now, slider?.count ?? 1);
    if (slider && step !== undefined) this.#moveTo({ slider, step });
    return step !== undefined;
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
    if (!back || this.#asked) send("drag", [dragged.slider.key, sliderValue(dragged)]);
    this.#asked = this.#dragged = back ? null : dragged;
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
 * The step of a slider that is nearest to where a state has it.
 *
 * @param {Slider} slider
 * @param {State} state
 */
const stepOf = (slider, state) =>
  Math.round((Number(state[slider.key]) - slider.low) / slider.step);

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
