// The sliders of a handout: the browser's own, each with its name and its number. One at a time is away
// from its home; one that goes back is seen to.

import { element } from "./elements.js";
import { fixed } from "./number_format.js";

/** @typedef {{key: string, label: string, color: string | null, low: number, step: number, count: number, home: number, decimals: number}} Thumb */
/** @typedef {{thumb: Thumb, input: HTMLInputElement, output: HTMLElement, glide: number}} Row glide: which of its ways home is under way */
/** @typedef {{move: (key: string, step: number) => void, rest: () => void}} Said */

const GLIDE = 260; // milliseconds that a slider takes on its way home

export class Thumbs {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {string | null} */
  #away = null;
  #place;
  #said;

  /**
   * @param {HTMLElement} place
   * @param {Said} said
   */
  constructor(place, said) {
    this.#place = place;
    this.#said = said;
  }

  /** @param {Thumb[]} thumbs all at home */
  show(thumbs) {
    this.#away = null;
    this.#rows = new Map(thumbs.map((thumb) => [thumb.key, this.#row(thumb)]));
    this.#place.replaceChildren(
      ...[...this.#rows.values()].map(({ input }) => /** @type {Node} */ (input.parentNode)),
    );
    for (const row of this.#rows.values()) moveThumb(row, row.thumb.home);
  }

  /**
   * The step of a slider that is its home; undefined if that is between two.
   *
   * @param {string} key
   */
  homeOf(key) {
    const row = this.#rows.get(key);
    if (!row) return undefined;
    const { low, step, home } = row.thumb;
    const near = this.nearHome(key);
    return Math.abs(low + near * step - home) < step / 1000 ? near : undefined;
  }

  /** @param {string} key */
  nearHome(key) {
    const row = this.#rows.get(key);
    return row ? Math.round((row.thumb.home - row.thumb.low) / row.thumb.step) : 0;
  }

  /**
   * Show which slider is away, and where; whichever was away before goes home.
   *
   * @param {string | null} key
   * @param {number} step
   */
  put(key, step) {
    const before = this.#away;
    this.#away = key;
    if (before !== null && before !== key) this.#home(before);
    const row = key === null ? undefined : this.#rows.get(key);
    if (!row) return;
    row.glide++;
    row.input.parentElement?.classList.remove("going");
    moveThumb(row, row.thumb.low + step * row.thumb.step);
  }

  /** @param {Thumb} thumb @returns {Row} */
  #row(thumb) {
    const { key, label, color, low, step, count, decimals } = thumb;
    const e = element("label", "slider");
    const name = element("span", "name", label);
    if (color) {
      const mark = element("span", "mark", "■ ");
      mark.style.setProperty("color", color);
      name.prepend(mark);
    }
    const output = element("output", "");
    const input = element("input");
    Object.assign(input, {
      type: "range",
      min: String(low),
      max: (low + step * (count - 1)).toFixed(decimals),
      step: String(step),
    });
    input.dataset.key = key;
    input.setAttribute("aria-label", label);
    input.oninput = () => this.#said.move(key, Math.round((Number(input.value) - low) / step));
    input.onchange = () => this.#said.rest();
    e.append(name, output, input);
    return { thumb, input, output, glide: 0 };
  }

  /** @param {string} key of a slider that goes home, seen to move */
  #home(key) {
    const row = this.#rows.get(key);
    if (!row) return;
    const { input, thumb } = row;
    const from = Number(input.value);
    const mine = ++row.glide;
    const still = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
    if (still || !globalThis.requestAnimationFrame) {
      moveThumb(row, thumb.home);
      return;
    }
    input.parentElement?.classList.add("going");
    const begin = performance.now();
    const go = () => {
      if (row.glide !== mine) return;
      const part = (performance.now() - begin) / GLIDE;
      if (part < 1) {
        moveThumb(row, from + part * (thumb.home - from));
        requestAnimationFrame(go);
      } else {
        input.parentElement?.classList.remove("going");
        moveThumb(row, thumb.home);
      }
    };
    requestAnimationFrame(go);
  }
}

/**
 * @param {Row} row
 * @param {number} value
 */
function moveThumb({ thumb, input, output }, value) {
  const on = Math.abs(value / thumb.step - Math.round(value / thumb.step)) < 1e-6;
  const text = fixed(value, on ? thumb.decimals : thumb.decimals + 1);
  input.value = String(value);
  input.setAttribute("aria-valuetext", text);
  output.textContent = text;
}
