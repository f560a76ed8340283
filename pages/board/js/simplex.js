// A block of one loss over the simplex of three classes: its contours, arrows along which descent goes,
// the target, and the current output, which can be dragged to where one logit takes it.

import { element, svg, title } from "./elements.js";
import { corner, outline, TRIANGLE } from "./triangle.js";

/** @import { Place, Sheet } from "./sheet.js" */

/**
 * Contours are polygons, as many as the levels say and with as many corners; circles are radii.
 * @typedef {{kind: "simplex", title: string, alt: string, corners: string[], color: string, arrows: string, starts: [number, number][], contours: string | null, levels: [number, number], circles: number[], target: string, targetClass: number, point: string, drag: string}} Simplex
 */

const STAR =
  "M.000 .050L.012 .017L.048 .015L.020 -.006L.029 -.040L.000 -.021L-.029 -.040L-.020 -.006L-.048 .015L-.012 .017Z";
const HEIGHT = 0.8660254; // of a triangle of side 1
const PLANE = [
  [0, 0],
  [1, 0],
  [0.5, HEIGHT],
];

/**
 * @param {Simplex} block
 * @param {Sheet} sheet
 */
export function simplex(block, sheet) {
  const figure = element("figure", "block picture");
  const picture = svg("svg", { ...TRIANGLE, "aria-label": block.alt });
  picture.style.setProperty("--hue", block.color);
  const clip = svg("clipPath", { id: `inside-${block.arrows}` });
  clip.append(outline());
  const ground = svg("g", { class: "contours", "clip-path": `url(#${clip.id})` });
  ground.append(...contours(block, sheet), ...circles(block, sheet));
  const border = outline();
  const upright = svg("g", { transform: "scale(1,-1)" }); // the plane's second axis points up
  upright.append(clip, ground, border, ...arrows(block, sheet));
  upright.append(star(block, sheet), point(block, border, clip, sheet));
  picture.append(upright, ...block.corners.map((name, k) => corner(name, k, sheet)));
  figure.append(title(block), picture);
  return figure;
}

/**
 * @param {string} quantity
 * @param {number[]} index of the point
 * @returns {[Place, Place]}
 */
const pointOf = (quantity, ...index) => [
  { quantity, index: [...index, 0] },
  { quantity, index: [...index, 1] },
];

/**
 * @param {Simplex} block
 * @param {Sheet} sheet
 */
function contours({ contours: quantity, levels: [count, size] }, sheet) {
  if (!quantity) return [];
  return Array.from({ length: count }, (_, level) => {
    const e = svg("polygon", { points: "0,0 ".repeat(size).trim() });
    e.dataset.line = quantity;
    for (let k = 0; k < size; k++)
      sheet.followPoint(pointOf(quantity, level, k), (x, y) => {
        const at = e.points.getItem(k);
        at.x = x;
        at.y = y;
      });
    return e;
  });
}

/**
 * @param {Simplex} block
 * @param {Sheet} sheet
 */
function circles({ circles: radii, target }, sheet) {
  return radii.map((r) => {
    const e = svg("circle", { r });
    sheet.followPoint(pointOf(target), (x, y) => put(e, x, y));
    return e;
  });
}

/**
 * A shaft and, where it ends, a head: the head of an arrow of no length is all there is of it.
 *
 * @param {Simplex} block
 * @param {Sheet} sheet
 */
function arrows({ arrows: quantity, starts, color }, sheet) {
  const head = svg("marker", {
    id: `head-${quantity}`,
    viewBox: "0 -3 6 6",
    markerWidth: 4,
    markerHeight: 4,
    refX: 5,
    orient: "auto",
  });
  head.append(svg("path", { d: "M0 -3L6 0L0 3Z", fill: color }));
  const shafts = starts.map(([x1, y1], k) => {
    const e = svg("line", { class: "arrow", x1, y1, "marker-end": `url(#${head.id})` });
    e.dataset.line = quantity;
    sheet.followPoint(pointOf(quantity, k), (x, y) => {
      e.setAttribute("x2", String(x));
      e.setAttribute("y2", String(y));
    });
    return e;
  });
  return [head, ...shafts];
}

/**
 * @param {Simplex} block
 * @param {Sheet} sheet
 */
function star({ target, targetClass }, sheet) {
  const e = svg("path", { class: "star", d: STAR, fill: sheet.colors.classes[targetClass] });
  e.dataset.point = target;
  sheet.followPoint(pointOf(target), (x, y) => {
    e.dataset.value = `${x},${y}`;
    e.setAttribute("transform", `translate(${x},${y})`);
  });
  return e;
}

/**
 * The dot, and what can be taken of it. While it is held, a line to each corner shows where one logit
 * takes it: the other two outputs keep their ratio.
 *
 * @param {Simplex} block
 * @param {SVGElement} border
 * @param {SVGElement} clip
 * @param {Sheet} sheet
 */
function point({ point: quantity, drag }, border, clip, sheet) {
  const rails = PLANE.map(([x1, y1]) => svg("line", { x1, y1 }));
  const tracks = svg("g", { class: "rails", "clip-path": `url(#${clip.id})` });
  tracks.append(...rails);
  const dot = svg("circle", { class: "here", r: 0.026 });
  const target = svg("circle", { class: "target", r: 0.1 });
  const e = svg("g", { class: "point" });
  const now = { x: 0, y: 0 };
  e.append(tracks, target, dot);
  e.dataset.drag = drag;
  e.dataset.point = quantity;
  const places = pointOf(quantity);
  sheet.followPoint(places, (x, y) => {
    Object.assign(now, { x, y });
    e.dataset.value = `${x},${y}`;
    for (const circle of [target, dot]) put(circle, x, y);
  });
  sheet.handles.set(e, {
    keys: PLANE.map((_, k) => `${drag}${k + 1}`),
    places,
    at({ clientX, clientY }) {
      const { left, bottom, width, height } = border.getBoundingClientRect();
      return [(clientX - left) / width, ((bottom - clientY) / height) * HEIGHT];
    },
    hold() {
      rails.forEach((rail, k) => {
        const [x, y] = PLANE[k];
        rail.setAttribute("x2", String(x + 99 * (now.x - x)));
        rail.setAttribute("y2", String(y + 99 * (now.y - y)));
      });
    },
  });
  return e;
}

/**
 * @param {SVGElement} circle
 * @param {number} x
 * @param {number} y
 */
function put(circle, x, y) {
  circle.setAttribute("cx", String(x));
  circle.setAttribute("cy", String(y));
}
