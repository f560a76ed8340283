// A block of lines over one axis, and dots that move along them.

import { element, svg, title } from "./elements.js";

/** @import { Place, Sheet } from "./sheet.js" */

/** @typedef {{low: number, high: number, label: string, ticks: [number, string][]}} Axis the same whatever is drawn */
/** @typedef {{quantity: string, x: number[], name: string, color: string, dash: boolean}} Line */
/** @typedef {{x: Place, y: Place, color: string}} Mark */

/**
 * With a shift and a stretch, x of a line stands at shift + stretch · x.
 * @typedef {{kind: "chart", title: string, alt: string, x: Axis, y: Axis, lines: Line[], marks: Mark[], shift: Place | null, stretch: Place | null}} Chart
 */

/** @typedef {(value: number) => number} Scale from an axis to the picture */

const LEFT = 48;
const RIGHT = 452;
const TOP = 6;
const BOTTOM = 262;

/**
 * @param {Chart} block
 * @param {Sheet} sheet
 */
export function chart(block, sheet) {
  const figure = element("figure", "block picture");
  const picture = svg("svg", { viewBox: "0 0 460 310", class: "chart", role: "img" });
  picture.setAttribute("aria-label", block.alt);
  const across = scale(block.x, LEFT, RIGHT);
  const up = scale(block.y, BOTTOM, TOP);
  const inside = svg("svg", { x: LEFT, y: TOP, width: RIGHT - LEFT, height: BOTTOM - TOP });
  inside.setAttribute("viewBox", `${LEFT} ${TOP} ${RIGHT - LEFT} ${BOTTOM - TOP}`);
  const lines = block.lines.map((line) => polyline(line, up, sheet));
  inside.append(moving(block, lines, across, sheet));
  const dots = block.marks.map((mark) => dot(mark, across, up, sheet));
  picture.append(...axes(block, across, up), inside, ...dots);
  figure.append(title(block), legend(block.lines), picture);
  return figure;
}

/**
 * @param {Axis} axis
 * @param {number} start
 * @param {number} end
 * @returns {Scale}
 */
function scale({ low, high }, start, end) {
  return (value) => start + ((end - start) * (value - low)) / (high - low);
}

/**
 * @param {Chart} block
 * @param {Scale} across
 * @param {Scale} up
 */
function axes({ x, y }, across, up) {
  const write = (
    /** @type {string} */ words,
    /** @type {Record<string, string | number>} */ at,
  ) => {
    const e = svg("text", at);
    e.textContent = words;
    return e;
  };
  return [
    svg("rect", { x: LEFT, y: TOP, width: RIGHT - LEFT, height: BOTTOM - TOP }),
    ...y.ticks.flatMap(([value, words]) => [
      svg("line", { x1: LEFT, x2: RIGHT, y1: up(value), y2: up(value) }),
      write(words, { x: LEFT - 5, y: up(value) + 5, "text-anchor": "end" }),
    ]),
    ...x.ticks.map(([value, words]) =>
      write(words, { x: across(value), y: BOTTOM + 19, "text-anchor": "middle" }),
    ),
    write(x.label, { x: (LEFT + RIGHT) / 2, y: BOTTOM + 41, "text-anchor": "middle" }),
  ];
}

/**
 * Each number moves its own point.
 *
 * @param {Line} line
 * @param {Scale} up
 * @param {Sheet} sheet
 */
function polyline({ quantity, x, color, dash }, up, sheet) {
  const e = svg("polyline", { points: x.map((at) => `${at},0`).join(" "), stroke: color });
  if (dash) e.classList.add("dash");
  e.dataset.line = quantity;
  x.forEach((_, k) => {
    sheet.follow(quantity, [k], (value) => {
      e.points.getItem(k).y = up(value);
    });
  });
  return e;
}

/**
 * A group that brings x of its lines to where they stand.
 *
 * @param {Chart} block
 * @param {SVGElement[]} lines
 * @param {Scale} across
 * @param {Sheet} sheet
 */
function moving({ shift, stretch }, lines, across, sheet) {
  const group = svg("g", {});
  group.append(...lines);
  const write = (/** @type {number} */ at, /** @type {number} */ times) => {
    const unit = across(times) - across(0);
    group.setAttribute("transform", `matrix(${unit} 0 0 1 ${across(at)} 0)`);
  };
  if (shift && stretch) sheet.followPoint([shift, stretch], write);
  else write(0, 1);
  return group;
}

/**
 * @param {Mark} mark
 * @param {Scale} across
 * @param {Scale} up
 * @param {Sheet} sheet
 */
function dot({ x, y, color }, across, up, sheet) {
  const e = svg("circle", { r: 6, fill: color });
  e.dataset.point = y.quantity;
  sheet.followPoint([x, y], (atX, atY) => {
    e.dataset.value = `${atX},${atY}`;
    e.setAttribute("cx", String(across(atX)));
    e.setAttribute("cy", String(up(atY)));
  });
  return e;
}

/** @param {Line[]} lines */
function legend(lines) {
  const e = element("div", "legend");
  for (const { name, color, dash } of lines) {
    const entry = element("span", dash ? "dash" : "", name);
    entry.style.setProperty("--hue", color);
    e.append(entry);
  }
  return e;
}
