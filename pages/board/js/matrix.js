// A block that is a matrix: a table of coloured, signed numbers.

import { element } from "./elements.js";
import { head, label, pickable, tableFigure } from "./tables.js";

/** @import { Sheet } from "./sheet.js" */

/**
 * rowSums and columnSums name the quantities in the margins; row and column say what is outlined.
 * @typedef {{kind: "matrix", quantity: string, rows: string[], columns: string[], title: string, shape: string, scale: number, decimals: number, sign: boolean, rowSums: string | null, columnSums: string | null, row: number | null, column: number | null, pick: boolean, classRows: boolean, classColumns: boolean, stage: number | null}} Matrix
 */

/**
 * @param {Matrix} block
 * @param {Sheet} sheet
 */
export function matrix(block, sheet) {
  const { rows, columns, rowSums, columnSums, decimals } = block;
  const { figure, table } = tableFigure(block, block.pick);
  const sum = (/** @type {string} */ quantity, /** @type {number} */ k) =>
    sheet.number("td", "sum", quantity, [k], { decimals, sign: true });

  const top = head(table, block, block.classColumns ? sheet.colors.classes : null);
  if (rowSums) top.append(element("th", "label sum", "Σ row"));
  const body = table.createTBody();
  rows.forEach((name, i) => {
    const row = body.insertRow();
    const color = block.classRows ? sheet.colors.classes[i] : null;
    row.append(label("row", name, { color, outlined: i === block.row }));
    row.append(...columns.map((_, j) => matrixEntry(block, i, j, sheet)));
    if (rowSums) row.append(sum(rowSums, i));
  });
  if (columnSums) {
    const row = body.insertRow();
    row.append(label("row", "Σ col", { className: "sum" }));
    row.append(...columns.map((_, j) => sum(columnSums, j)));
    if (rowSums) row.append(element("td"));
  }
  return sheet.staged(figure, block.stage);
}

/**
 * @param {Matrix} block
 * @param {number} i
 * @param {number} j
 * @param {Sheet} sheet
 */
function matrixEntry(block, i, j, sheet) {
  const { quantity, rows, columns, row, column } = block;
  const index = rows.length === 1 ? [j] : columns.length === 1 ? [i] : [i, j];
  const td = sheet.number("td", block.decimals ? "" : "whole", quantity, index, block);
  const picked = i === row && j === column;
  if (i === row) td.classList.add("in-row");
  if (j === column) td.classList.add("in-column");
  if (picked) td.classList.add("picked");
  const first = i === (row ?? 0) && j === (column ?? 0);
  if (block.pick) pickable(td, quantity, i, j, { first, picked });
  return td;
}
