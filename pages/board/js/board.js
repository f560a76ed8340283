// A board: its blocks, drawn once, and its numbers, written whenever they change.

import { draw } from "./blocks.js";
import { element } from "./elements.js";
import { Sheet } from "./sheet.js";

/**
 * @import { Block } from "./blocks.js"
 * @import { Frames, NumberAt, State } from "./frames.js"
 * @import { Colors } from "./sheet.js"
 */

/** @typedef {{blocks: Block[], alt: string, dense: boolean, colors: Colors}} Layout */
/** @typedef {{page: string, choices: State}} Owner the choices are those that it is drawn for */

export class Board {
  /** @type {{frames: Frames, offsets: number[] | null} | null} where its numbers are in the last frames */
  #bound = null;
  /** @type {Owner | null} */
  #owner = null;
  /** @type {number[]} what is written */
  #shown = [];
  #layout;
  #status = element("div", "status");

  /**
   * @param {HTMLElement} root
   * @param {Layout} layout
   */
  constructor(root, layout) {
    const { blocks, alt, dense, colors } = layout;
    this.root = root;
    this.sheet = new Sheet(colors);
    this.#layout = layoutKey(layout);
    const body = element("div", "body");
    body.append(...blocks.map((block) => draw(block, this.sheet)));
    this.#status.setAttribute("role", "status");
    root.replaceChildren(body, this.#status);
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", alt);
    root.classList.toggle("dense", dense);
    root.style.setProperty("--positive", colors.positive);
    root.style.setProperty("--negative", colors.negative);
  }

  /**
   * Whether it is what would be drawn there.
   *
   * @param {HTMLElement} root
   * @param {Layout} layout
   */
  is(root, layout) {
    return this.root === root && this.#layout === layoutKey(layout);
  }

  /** @param {Owner} owner */
  belongTo({ page, choices }) {
    this.#owner = { page, choices };
    this.#bound = null;
  }

  /**
   * Show a frame; or say that this one's numbers are of before, if there is none or it is not its own.
   *
   * @param {Frames | null} frames
   * @param {NumberAt | null} numberAt
   */
  paint(frames, numberAt) {
    const offsets = frames && numberAt && this.#offsets(frames);
    this.root.classList.toggle("waiting", !offsets);
    this.root.setAttribute("aria-busy", String(!offsets));
    if (!offsets) return;
    this.sheet.followers.forEach(({ write }, k) => {
      const value = numberAt(offsets[k]);
      if (Object.is(value, this.#shown[k])) return;
      this.#shown[k] = value;
      write(value);
    });
  }

  /** Tell screen readers what stands in its key sentences. */
  announce() {
    const sentences = [...this.root.querySelectorAll(".text.key")];
    this.#status.textContent = sentences.map((p) => p.textContent).join(" ");
  }

  /**
   * Where each of its numbers is in a frame; null if the frames were not made for this board.
   *
   * @param {Frames} frames
   */
  #offsets(frames) {
    if (this.#bound?.frames !== frames) this.#bound = { frames, offsets: this.#find(frames) };
    return this.#bound.offsets;
  }

  /** @param {Frames} frames */
  #find(frames) {
    const { page, choices } = this.#owner ?? { page: "", choices: {} };
    const same = (/** @type {string} */ key) =>
      JSON.stringify(frames.state[key]) === JSON.stringify(choices[key]);
    if (frames.page !== page || !Object.keys(choices).every(same)) return null;
    const offsets = [];
    for (const { quantity, index } of this.sheet.followers) {
      const offset = frames.offsetOf(quantity, index);
      if (offset === undefined) return null;
      offsets.push(offset);
    }
    return offsets;
  }
}

/** @param {Layout} layout */
const layoutKey = ({ blocks, alt }) => JSON.stringify([blocks, alt]);
