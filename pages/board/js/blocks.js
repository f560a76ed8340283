// The kinds of blocks. A new kind is a file with its type and its function, and a row of the table.

import { bars } from "./bars.js";
import { chart } from "./chart.js";
import { element } from "./elements.js";
import { matrix } from "./matrix.js";
import { prose } from "./prose.js";
import { heading, symbol, text } from "./sentences.js";
import { simplex } from "./simplex.js";
import { triangle } from "./triangle.js";
import { vectors } from "./vectors.js";

/**
 * @import { Bars } from "./bars.js"
 * @import { Chart } from "./chart.js"
 * @import { Matrix } from "./matrix.js"
 * @import { Prose } from "./prose.js"
 * @import { Heading, Operator, Text } from "./sentences.js"
 * @import { Sheet } from "./sheet.js"
 * @import { Simplex } from "./simplex.js"
 * @import { Triangle } from "./triangle.js"
 * @import { Vectors } from "./vectors.js"
 */

/** @typedef {{kind: "beside" | "stack", blocks: Block[]}} Group */
/** @typedef {{kind: "card", blocks: Block[], stage: number}} Card */
/** @typedef {Bars | Card | Chart | Group | Heading | Matrix | Operator | Prose | Simplex | Text | Triangle | Vectors} Block */

/**
 * Of each kind, from a block and the sheet that its numbers go to, the element.
 * @type {{[kind: string]: (block: any, sheet: Sheet) => HTMLElement}}
 */
const kinds = {
  bars,
  beside: group,
  card,
  chart,
  heading,
  matrix,
  prose,
  simplex,
  stack: group,
  symbol,
  text,
  triangle,
  vectors,
};

/**
 * @param {Block} block
 * @param {Sheet} sheet
 */
export function draw(block, sheet) {
  return kinds[block.kind](block, sheet);
}

/**
 * Blocks side by side, or one below the other.
 *
 * @param {Group | Card} block
 * @param {Sheet} sheet
 */
function group({ kind, blocks }, sheet) {
  const e = element("div", kind);
  e.append(...blocks.map((b) => draw(b, sheet)));
  return e;
}

/**
 * Blocks that are there at their stage only.
 *
 * @param {Card} block
 * @param {Sheet} sheet
 */
function card(block, sheet) {
  return sheet.staged(group(block, sheet), block.stage);
}
