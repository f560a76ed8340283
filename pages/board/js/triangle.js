// A block of points on the simplex of three classes, each in the colour of its class.

import { element, svg, title } from "./elements.js";

/** @import { Sheet } from "./sheet.js" */

/** @typedef {{kind: "triangle", quantity: string, classes: number[], corners: string[], title: string}} Triangle */

/** What a picture of the simplex is drawn into: a triangle of side 1, its corners' names around it. */
export const TRIANGLE = { viewBox: "-0.1 -1 1.2 1.14", class: "triangle", role: "img" };

const CORNERS = [
  { x: -0.02, y: 0.075, "text-anchor": "start" },
  { x: 1.02, y: 0.075, "text-anchor": "end" },
  { x: 0.5, y: -0.9, "text-anchor": "middle" },
];

/**
 * @param {Triangle} block
 * @param {Sheet} sheet
 */
export function triangle(block, sheet) {
  const figure = element("figure", "block");
  const picture = svg("svg", { ...TRIANGLE, "aria-label": block.title });
  const upright = svg("g", { transform: "scale(1,-1)" }); // the plane's second axis points up
  upright.append(outline());
  block.classes.forEach((k, i) => {
    const point = svg("circle", { r: 0.013, fill: sheet.colors.classes[k] });
    point.dataset.point = block.quantity;
    point.dataset.index = String(i);
    ["cx", "cy"].forEach((name, axis) => {
      const move = (/** @type {number} */ value) => point.setAttribute(name, String(value));
      sheet.follow(block.quantity, [i, axis], move);
    });
    upright.append(point);
  });
  picture.append(upright, ...block.corners.map((name, k) => corner(name, k, sheet)));
  figure.append(title(block), picture);
  return figure;
}

/** The border of the simplex. */
export const outline = () => svg("path", { class: "outline", d: "M0 0L1 0L.5 .8660254Z" });

/**
 * What a corner is called, in the colour of its class.
 *
 * @param {string} name
 * @param {number} k
 * @param {Sheet} sheet
 */
export function corner(name, k, sheet) {
  const e = svg("text", CORNERS[k]);
  const mark = svg("tspan", { fill: sheet.colors.classes[k] });
  mark.textContent = "■ ";
  e.append(mark, name);
  return e;
}
