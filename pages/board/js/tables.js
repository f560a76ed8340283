// What matrices and vectors share as tables: labels, and cells that can be picked.

import { element, title } from "./elements.js";

/**
 * @param {{title: string, shape?: string}} block
 * @param {boolean} pick whether its cells can be picked
 * @param {string} [className]
 */
export function tableFigure(block, pick, className = "block") {
  const figure = element("figure", className);
  const scroll = element("div", "scroll");
  const table = element("table", pick ? "pick" : "");
  table.setAttribute("aria-label", block.title);
  if (pick) table.setAttribute("role", "grid");
  scroll.append(table);
  if (!pick) reachable(scroll);
  figure.append(title(block), scroll);
  return { figure, table };
}

/**
 * Keys can scroll what is wider than its place, and stop at nothing else.
 *
 * @param {HTMLElement} scroll
 */
function reachable(scroll) {
  if (!globalThis.ResizeObserver) return;
  new ResizeObserver(() => {
    if (scroll.scrollWidth > scroll.clientWidth) scroll.tabIndex = 0;
    else scroll.removeAttribute("tabindex");
  }).observe(scroll);
}

/**
 * The label of a row or a column.
 *
 * @param {"row" | "col"} scope
 * @param {string} text
 * @param {{color?: string | null, outlined?: boolean, className?: string}} [looks] color: of its class
 */
export function label(scope, text, { color, outlined, className = "" } = {}) {
  const th = element(text ? "th" : "td", `label ${className}`, text);
  if (text) th.scope = scope;
  if (color) th.style.setProperty("--class", color);
  if (outlined) th.classList.add("outlined");
  return th;
}

/**
 * A row of labels over the columns.
 *
 * @param {HTMLTableElement} table
 * @param {{columns: string[], column: number | null}} block
 * @param {string[] | null} colors of the columns, where they are classes
 */
export function head(table, { columns, column }, colors) {
  const row = table.createTHead().insertRow();
  row.append(element("td"));
  columns.forEach((name, j) => {
    row.append(label("col", name, { color: colors?.[j], outlined: j === column }));
  });
  return row;
}

/**
 * @param {HTMLTableCellElement} td
 * @param {string} quantity
 * @param {number} i
 * @param {number} j
 * @param {{first: boolean, picked?: boolean}} is first: of its table, to the tabulator key
 */
export function pickable(td, quantity, i, j, { first, picked = false }) {
  td.dataset.pick = `${quantity},${i},${j}`;
  td.tabIndex = first ? 0 : -1;
  td.setAttribute("role", "gridcell");
  td.setAttribute("aria-selected", String(picked));
}
