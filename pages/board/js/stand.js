// One step of a handout: its views, and the one that stands. A slider that leaves its home brings the
// one that was away back: the frames are sweeps about one state, the others held.

import { Board } from "./board.js";
import { lightOnHover } from "./cells.js";
import { Choices } from "./choices.js";
import { decode } from "./decode.js";
import { keyed, nearest, onDrag } from "./drag.js";
import { element } from "./elements.js";
import { fixed } from "./number_format.js";
import { Thumbs } from "./thumbs.js";

/**
 * @import { Layout, Source } from "./board.js"
 * @import { Choice } from "./choices.js"
 * @import { Reached } from "./drag.js"
 * @import { Frames } from "./frames.js"
 * @import { Colors, Handle } from "./sheet.js"
 * @import { Thumb } from "./thumbs.js"
 */

/** @typedef {{boards: Layout[], sliders: Thumb[], frames: number[]}} View frames: how many bytes each has */
/** @typedef {{colors: Colors, views: View[], choices: Choice[]}} Contents of a step */

/**
 * What Python packed.
 *
 * @param {string} text
 * @returns {Promise<{contents: Contents, blobs: Uint8Array[][]}>} of each view its frames
 */
export async function unpack(text) {
  const packed = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const end = 4 + new DataView(bytes.buffer).getUint32(0, true);
  /** @type {Contents} */
  const contents = JSON.parse(new TextDecoder().decode(bytes.subarray(4, end)));
  let start = end;
  const blobs = contents.views.map(({ frames }) =>
    frames.map((size) => {
      start += size;
      return bytes.slice(start - size, start);
    }),
  );
  return { contents, blobs };
}

export class Stand {
  /** @type {Frames[]} of the view that stands */
  #frames = [];
  /** @type {Board[]} */
  #boards = [];
  /** @type {Reached | null} the slider that is away from its home */
  #away = null;
  /** @type {Reached | null} where it was before a drag, which may be taken back */
  #before = null;
  #root;
  #contents;
  #blobs;
  #thumbs;
  #choices;
  #view = 0;

  /**
   * @param {HTMLElement} root the step
   * @param {{contents: Contents, blobs: Uint8Array[][]}} unpacked
   */
  constructor(root, { contents, blobs }) {
    this.#root = root;
    this.#contents = contents;
    this.#blobs = blobs;
    this.#thumbs = new Thumbs(this.#place("sliders"), {
      move: (key, step) => this.#move(key, step),
      rest: () => this.#announce(),
    });
    this.#choices = new Choices(this.#place("choices"), contents.choices, (k) => this.open(k));
  }

  /** Bring every control back to where it stood at first. */
  goHome() {
    this.#choices.goHome();
    if (this.#view) this.open();
    else this.#go(null);
  }

  /**
   * Show a view; a slider that was away goes home.
   *
   * @param {number} [k]
   */
  async open(k = 0) {
    const view = this.#contents.views[k];
    this.#view = k;
    this.#frames = await Promise.all(this.#blobs[k].map(decode));
    this.#boards = view.boards.map((layout) => this.#draw(layout));
    this.#followInWords();
    this.#place("boards").replaceChildren(...this.#boards.map(({ root }) => hostOf(root)));
    this.#away = null;
    this.#thumbs.show(view.sliders);
    this.#paint();
  }

  /** @param {string} name */
  #place(name) {
    const e = this.#root.querySelector(`.${name}`);
    if (!(e instanceof HTMLElement)) throw new Error(`expected a place for ${name}`);
    return e;
  }

  /** @param {Layout} layout */
  #draw(layout) {
    const root = element("div", "board");
    const host = element("div", "host");
    const shadow = host.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [boardStyle()];
    shadow.append(root);
    const board = new Board(root, { ...layout, colors: this.#contents.colors });
    board.belongTo({ page: "handout", choices: {} });
    lightOnHover(root, board.sheet.numbers);
    onDrag(board.sheet.handles, {
      move: (handle, wanted) => this.#drag(handle, wanted),
      press: (handle, key) => this.#press(handle, key),
      drop: () => {
        this.#before = this.#away;
        this.#announce();
      },
      cancel: () => this.#go(this.#before),
    });
    return board;
  }

  /** The numbers in the step's words are written with those of its first board. */
  #followInWords() {
    for (const e of this.#root.querySelectorAll(".words [data-quantity]")) {
      if (!(e instanceof HTMLElement)) continue;
      const { quantity = "", index, decimals, sign } = e.dataset;
      const at = index ? index.split(",").map(Number) : [];
      this.#boards[0]?.sheet.follow(quantity, at, (value) => {
        e.dataset.value = String(value);
        e.textContent = fixed(value, Number(decimals), sign !== undefined);
      });
    }
  }

  /**
   * @param {string} key
   * @param {number} step
   */
  #move(key, step) {
    const slider = this.#slider(key);
    if (slider) this.#go({ slider, step });
    else if (this.#view) {
      // Too large to be swept at each choice: the choice goes back to where it stood.
      this.#choices.goHome();
      this.open().then(() => this.#move(key, step));
    }
    this.#before = this.#away;
  }

  /** @param {Reached | null} reached */
  #go(reached) {
    const home = reached && this.#thumbs.homeOf(reached.slider.key);
    this.#away = reached && home !== reached.step ? reached : null;
    this.#thumbs.put(this.#away?.slider.key ?? null, this.#away?.step ?? 0);
    this.#paint();
  }

  /** @param {string} key */
  #slider(key) {
    for (const frames of this.#frames) {
      const slider = frames.slider(key);
      if (slider) return slider;
    }
    return undefined;
  }

  /**
   * @param {Handle} handle
   * @param {number[]} wanted
   */
  #drag({ keys, places }, wanted) {
    for (const frames of this.#frames) {
      const sliders = keys.flatMap((key) => frames.slider(key) ?? []);
      const offsets = places.map(({ quantity, index }) => frames.offsetOf(quantity, index) ?? -1);
      if (!sliders.length || offsets.includes(-1)) continue;
      return this.#go(nearest(frames, sliders, offsets, wanted));
    }
  }

  /**
   * @param {Handle} handle
   * @param {string} key
   */
  #press({ keys }, key) {
    const slider = this.#slider(keys[0]);
    if (!slider) return false;
    const from = this.#away?.slider.key === slider.key ? this.#away.step : null;
    const step = keyed(key, from ?? this.#thumbs.nearHome(slider.key), slider.count);
    if (step !== undefined) this.#go({ slider, step });
    return step !== undefined;
  }

  #paint() {
    const away = this.#away;
    /** @type {Source[]} */
    const sources = this.#frames.map((frames) => ({
      frames,
      numberAt: frames.frame(away ? frames.slider(away.slider.key) : undefined, away?.step),
    }));
    for (const board of this.#boards) board.paint(sources);
  }

  /** Tell screen readers: when a hand rests, not at every frame. */
  #announce() {
    for (const board of this.#boards) board.announce();
  }
}

/** @param {HTMLElement} root of a board */
function hostOf(root) {
  const { host } = /** @type {ShadowRoot} */ (root.getRootNode());
  return host;
}

/** @type {CSSStyleSheet | undefined} */
let sheetOfBoards;

/** The style of a board: it stands in the file once, and is meant for nothing else in it. */
function boardStyle() {
  if (!sheetOfBoards) {
    sheetOfBoards = new CSSStyleSheet();
    sheetOfBoards.replaceSync(document.querySelector("script.board-style")?.textContent ?? "");
  }
  return sheetOfBoards;
}
