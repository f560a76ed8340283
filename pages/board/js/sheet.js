// What drawing a board's blocks leaves behind: the elements that follow its numbers.

import { element } from "./elements.js";
import { fixed } from "./number_format.js";

/** @typedef {{classes: string[], positive: string, negative: string}} Colors */

/**
 * What shows a number: it is written anew whenever that changes.
 * @typedef {{quantity: string, index: number[], write: (value: number) => void}} Follower
 */

/**
 * How a number is written: decimals (null: as 3.2e−9), whether with a plus, or the word that a whole
 * number stands for. With a scale it is coloured, fully at ±scale.
 * @typedef {{decimals?: number | null, sign?: boolean, exact?: boolean, words?: string[], scale?: number}} Style
 */

/** @typedef {{quantity: string, index: number[]}} Place of one number */

/**
 * What moves one of some sliders: the numbers that it shows, and what a pointer wants them to be.
 * hold: it has been taken.
 * @typedef {{keys: string[], places: Place[], at: (pointer: {clientX: number, clientY: number}) => number[], hold?: () => void}} Handle
 */

export class Sheet {
  /** @type {Follower[]} */
  followers = [];
  /** @type {HTMLElement[]} that show a number as text */
  numbers = [];
  /** @type {Map<HTMLElement | SVGElement, Handle>} by what is taken in hand */
  handles = new Map();

  /** @param {Colors} colors */
  constructor(colors) {
    this.colors = colors;
  }

  /**
   * @param {string} quantity
   * @param {number[]} index
   * @param {(value: number) => void} write
   */
  follow(quantity, index, write) {
    this.followers.push({ quantity, index, write });
  }

  /**
   * What stands where two numbers say.
   *
   * @param {[Place, Place]} places of x and y
   * @param {(x: number, y: number) => void} write
   */
  followPoint(places, write) {
    /** @type {[number, number]} */
    const at = [0, 0];
    places.forEach(({ quantity, index }, axis) => {
      this.follow(quantity, index, (value) => {
        at[axis] = value;
        write(...at);
      });
    });
  }

  /**
   * An element that shows one number as text, and whose holder knows it for lengths and colours.
   *
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {string} className
   * @param {string} quantity
   * @param {number[]} index
   * @param {Style} style
   * @param {HTMLElement} [holder] itself, if none is given
   */
  number(tag, className, quantity, index, style, holder) {
    const e = element(tag, `number ${className}`);
    e.dataset.quantity = quantity;
    e.dataset.index = index.join(",");
    e.style.setProperty("--scale", String(style.scale || 1));
    if (style.scale) e.classList.add("shaded");
    this.numbers.push(e);
    this.follow(quantity, index, (value) => write(e, holder ?? e, style, value));
    return e;
  }

  /**
   * An element that is outlined at its stage, and faint before it.
   *
   * @template {HTMLElement} E
   * @param {E} e
   * @param {number | null | undefined} stage if none it is always there
   */
  staged(e, stage) {
    if (!stage) return e;
    e.dataset.stage = String(stage);
    this.follow("stage", [], (now) => {
      e.classList.toggle("active", stage === now);
      e.classList.toggle("ahead", stage > now);
    });
    return e;
  }
}

/**
 * Most numbers change in digits that are not shown: only what is seen to change is drawn anew.
 *
 * @param {HTMLElement} e
 * @param {HTMLElement} holder
 * @param {Style} style
 * @param {number} value
 */
function write(e, holder, { decimals = null, sign, exact, words }, value) {
  e.dataset.value = String(value);
  const text = words ? words[value] : fixed(value, decimals, sign, exact);
  if (e.textContent === text) return;
  e.textContent = text;
  holder.style.setProperty("--value", String(value));
  holder.classList.toggle("negative", value < 0);
  e.classList.toggle("zero", text === "0");
  if (e.tagName === "TD") e.classList.toggle("flag", words !== undefined && value === 1);
}
