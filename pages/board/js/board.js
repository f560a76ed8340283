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
/** @typedef {{frames: Frames, numberAt: NumberAt | null}} Source some frames, and the one for now if there is one */
/** @typedef {{source: number, offset: number}} Found where a number is: in which of some frames */
/** @typedef {{page: string, choices: State}} Owner the choices are those that it is drawn for */

export class Board {
  /** @type {{among: Frames[], places: Found[] | null} | null} where its numbers are in the last frames */
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
   * Show the frames for now; or say that these numbers are of before, if one is missing or not its own.
   *
   * @param {Source[]} sources
   */
  paint(sources) {
    const places = this.#places(sources.map(({ frames }) => frames));
    const now = sources.map(({ numberAt }) => numberAt);
    const there = places?.every(({ source }) => now[source]);
    this.root.classList.toggle("waiting", !there);
    this.root.setAttribute("aria-busy", String(!there));
    if (!places || !there) return;
    this.sheet.followers.forEach(({ write }, k) => {
      const { source, offset } = places[k];
      const value = now[source]?.(offset);
      if (value === undefined || Object.is(value, this.#shown[k])) return;
      this.#shown[k] = value;
      write(value);
    });
  }

  /** Tell screen readers what stands in its key sentences, if they were told something else. */
  announce() {
    const sentences = [...this.root.querySelectorAll(".text.key")];
    const said = sentences.map((p) => p.textContent).join(" ");
    if (said !== this.#status.textContent) this.#status.textContent = said;
  }

  /**
   * Where each of its numbers is; null if one is in no frames that were made for this board.
   *
   * @param {Frames[]} among
   */
  #places(among) {
    const before = this.#bound?.among;
    if (before?.length !== among.length || among.some((frames, k) => frames !== before[k]))
      this.#bound = { among, places: this.#find(among.map((f) => (this.#owns(f) ? f : null))) };
    return this.#bound?.places ?? null;
  }

  /** @param {Frames} frames */
  #owns({ page, state }) {
    const { page: own, choices } = this.#owner ?? { page: "", choices: {} };
    const same = (/** @type {string} */ key) =>
      JSON.stringify(state[key]) === JSON.stringify(choices[key]);
    return page === own && Object.keys(choices).every(same);
  }

  /** @param {(Frames | null)[]} among */
  #find(among) {
    const places = [];
    for (const { quantity, index } of this.sheet.followers) {
      const offsets = among.map((frames) => frames?.offsetOf(quantity, index));
      const source = offsets.findIndex((offset) => offset !== undefined);
      if (source < 0) return null;
      places.push({ source, offset: Number(offsets[source]) });
    }
    return places;
  }
}

/** @param {Layout} layout */
const layoutKey = ({ blocks, alt }) => JSON.stringify([blocks, alt]);
