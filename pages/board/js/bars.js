// A block of bars: one a class in the class's colour, from a fixed zero to ±scale.

import { element, title } from "./elements.js";

/** @import { Sheet } from "./sheet.js" */

/**
 * With drag="z" a bar is a handle of slider z1 … zn of its class.
 * @typedef {{kind: "bars", quantity: string, labels: string[], title: string, scale: number, signed: boolean, decimals: number, drag: string | null}} Bars
 */

/**
 * @param {Bars} block
 * @param {Sheet} sheet
 */
export function bars(block, sheet) {
  const figure = element("figure", "block");
  const list = element("div", block.signed ? "bars signed" : "bars");
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
function bar({ quantity, scale, signed, decimals, drag }, name, k, sheet) {
  const e = element("div", "bar");
  e.style.setProperty("--class", sheet.colors.classes[k]);
  e.style.setProperty("--scale", String(scale));
  const track = element("div", "track");
  if (drag) {
    const key = `${drag}${k + 1}`;
    track.dataset.drag = key;
    sheet.handles.set(track, { key, quantity, index: k, scale, signed });
  }
  track.append(element("div", "fill"));
  const style = { decimals, sign: signed && decimals > 1 };
  const number = sheet.number("span", "bar-number", quantity, [k], style, e);
  e.append(element("span", "name", name), track, number);
  return e;
}
