// A block of bars: one a class in the class's colour, from a fixed zero to ±scale.

import { element, title } from "./elements.js";
import { fixed } from "./number_format.js";

/** @import { Sheet, Style } from "./sheet.js" */

/**
 * With handles, one a bar, each bar is a slider too.
 * @typedef {{kind: "bars", quantity: string, labels: string[], title: string, scale: number, signed: boolean, decimals: number, handles: {key: string, name: string}[]}} Bars
 */

/**
 * @param {Bars} block
 * @param {Sheet} sheet
 */
export function bars(block, sheet) {
  const figure = element("figure", "block");
  const list = element("div", block.signed ? "bars signed" : "bars");
  list.classList.toggle("many", block.labels.length > 6);
  list.append(...block.labels.map((name, k) => bar(block, name, k, sheet)));
  figure.append(title(block), list);
  return figure;
}

/**
 * @param {Bars} block
 * @param {string} name
 * @param {number} k
 * @param {Sheet} sheet
 */
function bar(block, name, k, sheet) {
  const { quantity, scale, signed, decimals } = block;
  const e = element("div", "bar");
  e.style.setProperty("--class", sheet.colors.classes[k]);
  e.style.setProperty("--scale", String(scale));
  const track = element("div", "track");
  const groove = element("div", "groove");
  groove.append(element("div", "fill"));
  track.append(groove);
  const style = { decimals, sign: signed && decimals > 1 };
  if (block.handles.length) slides(block, k, track, style, sheet);
  const number = sheet.number("span", "bar-number", quantity, [k], style, e);
  e.append(element("span", "name", name), track, number);
  return e;
}

/**
 * Make a track a slider: to the hand, to keys and to screen readers.
 *
 * @param {Bars} block
 * @param {number} k
 * @param {HTMLElement} track
 * @param {Style} style
 * @param {Sheet} sheet
 */
function slides({ quantity, scale, signed, handles }, k, track, { decimals, sign }, sheet) {
  const { key, name } = handles[k];
  const low = signed ? -scale : 0;
  track.append(element("div", "grip"));
  track.dataset.drag = key;
  track.tabIndex = 0;
  track.setAttribute("role", "slider");
  track.setAttribute("aria-label", name);
  track.setAttribute("aria-valuemin", String(low));
  track.setAttribute("aria-valuemax", String(scale));
  sheet.follow(quantity, [k], (value) => {
    track.setAttribute("aria-valuenow", String(Number(value.toPrecision(6)))); // as exact as a sweep is
    track.setAttribute("aria-valuetext", fixed(value, decimals ?? null, sign));
  });
  sheet.handles.set(track, {
    keys: [key],
    places: [{ quantity, index: [k] }],
    at({ clientX }) {
      const { left, width } = track.getBoundingClientRect();
      return [low + ((scale - low) * (clientX - left)) / width];
    },
  });
}
