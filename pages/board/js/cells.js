// Cells that can be picked, by pointer and by keys; numbers that light up wherever else they stand.

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * The cell that an event is in.
 *
 * @param {Event} e
 * @returns {{td: HTMLElement, quantity: string, i: number, j: number} | null}
 */
function cellOf(e) {
  const td = /** @type {Element} */ (e.target).closest("[data-pick]");
  if (!(td instanceof HTMLElement)) return null;
  const [quantity, i, j] = String(td.dataset.pick).split(",");
  return { td, quantity, i: Number(i), j: Number(j) };
}

/**
 * @param {HTMLElement} root
 * @param {(cell: [quantity: string, row: number, column: number]) => void} picked
 */
export function onPick(root, picked) {
  root.onclick = (e) => {
    const cell = cellOf(e);
    if (cell) picked([cell.quantity, cell.i, cell.j]);
  };
  root.onkeydown = (e) => {
    const cell = cellOf(e);
    if (!cell) return;
    if (e.key === "Enter" || e.key === " ") picked([cell.quantity, cell.i, cell.j]);
    else if (e.key in STEPS) focusBeside(cell, STEPS[e.key]);
    else return;
    e.preventDefault();
  };
}

/**
 * @param {{td: HTMLElement, i: number, j: number}} cell
 * @param {[number, number]} step
 */
function focusBeside({ td, i, j }, [di, dj]) {
  const next = td.closest("table")?.querySelector(`[data-pick$=",${i + di},${j + dj}"]`);
  if (!(next instanceof HTMLElement)) return;
  td.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/**
 * Hovering a number lights it wherever it stands on this board.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement[]} numbers
 */
export function lightOnHover(root, numbers) {
  root.onpointerover = (e) => {
    const over = /** @type {Element} */ (e.target).closest("[data-quantity]");
    const at = over instanceof HTMLElement ? over.dataset : undefined;
    for (const { classList, dataset } of numbers) {
      const same = at?.quantity === dataset.quantity && at?.index === dataset.index;
      classList.toggle("lit", same);
    }
  };
  root.onpointerleave = () => {
    for (const { classList } of numbers) classList.remove("lit");
  };
}
