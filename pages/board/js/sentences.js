// Blocks of words: a sentence with numbers in it, a heading, an operator between blocks.

import { element } from "./elements.js";

/** @import { Sheet, Style } from "./sheet.js" */

/** @typedef {Style & {quantity: string, index: string}} NumberInText */
/** @typedef {{kind: "text", parts: (string | NumberInText)[], tone: string, stage: number | null}} Text */
/** @typedef {{kind: "heading", text: string}} Heading */
/** @typedef {{kind: "symbol", text: string}} Operator */

/**
 * @param {Text} block
 * @param {Sheet} sheet
 */
export function text({ parts, tone, stage }, sheet) {
  const p = element("p", `text ${tone}`);
  for (const part of parts)
    if (typeof part === "string") p.append(part);
    else {
      const index = part.index ? part.index.split(",").map(Number) : [];
      p.append(sheet.number("span", "inline", part.quantity, index, part));
    }
  return sheet.staged(p, stage);
}

/** @param {Heading} block */
export const heading = (block) => element("h2", "", block.text);

/** @param {Operator} block */
export const symbol = (block) => element("div", "symbol", block.text);
