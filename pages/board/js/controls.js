// Where Streamlit's controls stand: the stock widgets stay in charge, and are read on the page.

/** @import { Moved, State } from "./frames.js" */

/**
 * What a control shows: a slider's number or a choice's text. Undefined if it is not there or its
 * markup is not what this expects: then it holds nothing up.
 *
 * @param {string} key
 * @returns {{number: number, step: number} | {text: string | null} | undefined}
 */
function onPage(key) {
  const box = document.querySelector(`.st-key-${key}`);
  const range = box?.querySelector("input[type=range]");
  if (range instanceof HTMLInputElement)
    return { number: Number(range.value), step: Number(range.step) };
  if (!box?.querySelector("[aria-checked]")) return undefined;
  return { text: box.querySelector("[aria-checked=true]")?.textContent ?? null };
}

/**
 * The controls that do not stand where a state has them. A slider that a link set between two steps
 * shows the nearer one: less than half a step away is the same.
 *
 * @param {State} state
 * @returns {Moved[]}
 */
export function elsewhere(state) {
  return Object.entries(state).flatMap(([key, value]) => {
    const at = onPage(key);
    if (at === undefined) return [];
    if (!("number" in at)) return at.text === value ? [] : [{ key }];
    const away = Math.abs(at.number - Number(value)) > 0.501 * at.step;
    return away ? [{ key, number: at.number }] : [];
  });
}
