// Numbers in the words around a board: Streamlit draws the words, and these stay true in them.

import { element } from "./elements.js";
import { fixed } from "./number_format.js";

/**
 * @import { NumberInText } from "./sentences.js"
 * @import { Sheet } from "./sheet.js"
 */

/**
 * host: the key of the container with the words; mark: the letter before and after each number.
 * @typedef {{kind: "prose", host: string, mark: string, numbers: NumberInText[]}} Prose
 */

/**
 * @param {Prose} block
 * @param {Sheet} sheet
 */
export function prose({ host, mark, numbers }, sheet) {
  numbers.forEach(({ quantity, index, decimals = null, sign }, k) => {
    sheet.follow(quantity, index ? index.split(",").map(Number) : [], (value) =>
      fillIn(document.querySelector(`.st-key-${host}`), mark, k, fixed(value, decimals, sign)),
    );
  });
  const e = element("span");
  e.hidden = true;
  return e;
}

/**
 * Write the k-th number between marks. A text is changed and never replaced: it is Streamlit's.
 *
 * @param {Element | null} box
 * @param {string} mark
 * @param {number} k
 * @param {string} text
 */
function fillIn(box, mark, k, text) {
  let before = 0;
  for (const node of box ? textsOf(box) : []) {
    const parts = (node.textContent ?? "").split(mark);
    const here = (parts.length - 1) / 2;
    const place = 2 * (k - before) + 1;
    if (k >= before && k < before + here && parts[place] !== text) {
      parts[place] = text;
      node.textContent = parts.join(mark);
    }
    before += here;
  }
}

/**
 * @param {Node} node
 * @returns {Text[]}
 */
const textsOf = (node) =>
  [...node.childNodes].flatMap((inner) => (inner instanceof Text ? [inner] : textsOf(inner)));
