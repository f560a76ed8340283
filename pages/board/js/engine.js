// The engine behind all boards of a page: it keeps the frames that the server computed, and while a
// slider or a bar moves, paints the one for where it stands. It knows no formula.

import { Board } from "./board.js";
import { lightOnHover, onPick } from "./cells.js";
import { decode } from "./decode.js";
import { nearestStep, onDrag, wanted } from "./drag.js";

/**
 * @import { Layout, Owner } from "./board.js"
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
  /** @type {Frames | null} */
  #frames = null;
  /** How many times bytes have arrived: only the last count. */
  #arrived = 0;
  /** @type {{slider: Slider, step: number, value: number} | null} by its bar, until there is an answer */
  #dragged = null;
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
    onDrag(board, {
      move: (handle, share) => this.#drag(handle, share),
      drop: () => {
        if (this.#dragged) send("drag", [this.#dragged.slider.key, this.#dragged.value]);
      },
      cancel: () => {
        this.#dragged = null;
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
    if (mine !== this.#arrived) return;
    this.#frames = frames;
    if (this.#dragged && answers(frames.state, this.#dragged)) this.#dragged = null;
    this.refresh();
    for (const board of this.#boards.values()) board.announce();
  }

  /** Paint all boards for where the controls stand now. */
  refresh() {
    const frames = this.#frames;
    const numberAt = frames && this.#frame(frames);
    for (const board of this.#boards.values()) board.paint(frames, numberAt);
  }

  /** @param {Frames} frames */
  #frame(frames) {
    const moved = this.#elsewhere(frames.state);
    if (!this.#dragged) return frames.lookUp(moved);
    return moved.length ? null : frames.frame(this.#dragged.slider, this.#dragged.step);
  }

  /**
   * @param {Handle} handle
   * @param {number} share
   */
  #drag(handle, share) {
    const frames = this.#frames;
    const slider = frames?.slider(handle.key);
    if (!frames || !slider || this.#elsewhere(frames.state).length) return;
    const offset = frames.offsetOf(handle.quantity, [handle.index]);
    if (offset === undefined) return;
    const numberAt = (/** @type {number} */ step) => frames.frame(slider, step)(offset);
    const step = nearestStep(slider.count, numberAt, wanted(handle, share));
    this.#dragged = { slider, step, value: slider.low + step * slider.step };
    this.refresh();
  }
}

/**
 * Whether a state is where a drag went, or has no such slider any more.
 *
 * @param {State} state
 * @param {{slider: Slider, value: number}} dragged
 */
function answers(state, { slider, value }) {
  return !(Math.abs(Number(state[slider.key]) - value) > slider.step / 2);
}

/** @param {HTMLElement} root */
function focusedCell(root) {
  const { activeElement } = /** @type {Document | ShadowRoot} */ (root.getRootNode());
  if (!(activeElement instanceof HTMLElement) || !root.contains(activeElement)) return undefined;
  return activeElement.dataset.pick;
}
