// A block of several vectors over the same columns, one a row.

import { head, label, pickable, tableFigure } from "./tables.js";

/** @import { Sheet } from "./sheet.js" */

/**
 * A scale of 0 leaves a vector uncoloured and unsigned.
 * @typedef {{label: string, quantity: string, scale: number, words?: string[], stage: number | null}} Vector
 */

/** @typedef {{kind: "vectors", rows: Vector[], columns: string[], title: string, shape: string, decimals: number, column: number | null, pick: boolean, classes: boolean}} Vectors */

/**
 * @param {Vectors} block
 * @param {Sheet} sheet
 */
export function vectors(block, sheet) {
  const { figure, table } = tableFigure(block, block.pick, "block wide");
  head(table, block, block.classes ? sheet.colors.classes : null);
  const body = table.createTBody();
  block.rows.forEach((vector, i) => {
    const row = sheet.staged(body.insertRow(), vector.stage);
    row.append(label("row", vector.label, { className: "long" }));
    row.append(...block.columns.map((_, j) => vectorEntry(block, vector, i, j, sheet)));
  });
  return figure;
}

/**
 * @param {Vectors} block
 * @param {Vector} vector
 * @param {number} i
 * @param {number} j
 * @param {Sheet} sheet
 */
function vectorEntry({ column, decimals, pick }, { quantity, scale, words }, i, j, sheet) {
  const td = sheet.number("td", "", quantity, [j], { scale, decimals, words, sign: scale > 0 });
  if (j === column) td.classList.add("in-column");
  if (pick) pickable(td, quantity, i, j, { first: i === 0 && j === (column ?? 0) });
  return td;
}
