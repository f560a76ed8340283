import "./dom.js";
import assert from "node:assert/strict";
import test from "node:test";

import { draw } from "../../../../pages/board/js/blocks.js";
import { Sheet } from "../../../../pages/board/js/sheet.js";

const colors = { classes: ["red", "green", "blue"], positive: "orange", negative: "violet" };

/** A block, its sheet, and a function that writes a value to all that follows a number. */
function drawn(block) {
  const sheet = new Sheet(colors);
  const e = draw(block, sheet);
  const set = (quantity, index, value) => {
    const all = sheet.followers.filter(
      (f) => f.quantity === quantity && `${f.index}` === `${index}`,
    );
    assert.notEqual(all.length, 0, `nothing shows ${quantity}[${index}]`);
    for (const { write } of all) write(value);
  };
  return { e, sheet, set };
}

const place = (quantity, ...index) => ({ quantity, index });
const chart = {
  kind: "chart",
  title: "Sweep",
  alt: "what is to be seen",
  x: { low: -10, high: 10, label: "logit", ticks: [[0, "zero"]] },
  y: { low: -1, high: 1, label: "gradient", ticks: [[1, "top"]] },
  lines: [
    { quantity: "ce", x: [-1, 0, 1], name: "cross-entropy", color: "blue", dash: false },
    { quantity: "mse", x: [-1, 0, 1], name: "squared error", color: "red", dash: true },
  ],
  marks: [{ x: place("z", 1), y: place("mark"), color: "blue" }],
  shift: null,
  stretch: null,
};
const number = (e, name) => Number(e.getAttribute(name));

test("a chart has its ticks where they are in the picture, and says what is to be seen", () => {
  const { e } = drawn(chart);
  const frame = e.querySelector("rect");
  const [left, top] = [number(frame, "x"), number(frame, "y")];
  const words = Object.fromEntries(e.querySelectorAll("text").map((t) => [t.textContent, t]));
  assert.equal(number(words.zero, "x"), left + number(frame, "width") / 2);
  assert.ok(Math.abs(number(words.top, "y") - top) < 10);
  assert.ok("logit" in words);
  assert.equal(e.querySelector("svg").getAttribute("aria-label"), "what is to be seen");
  assert.deepEqual(
    e.querySelector(".legend").children.map((s) => [s.textContent, s.className]),
    [
      ["cross-entropy", ""],
      ["squared error", "dash"],
    ],
  );
});

test("each number of a line moves its own point, up for more", () => {
  const { e, set } = drawn(chart);
  const frame = e.querySelector("rect");
  const [, line] = e.querySelectorAll("polyline");
  set("mse", [1], 1);
  set("mse", [2], -1);
  assert.equal(line.points.getItem(1).y, number(frame, "y"));
  assert.equal(line.points.getItem(2).y, number(frame, "y") + number(frame, "height"));
  assert.equal(line.points.getItem(2).x, 1, "its x is the line's own");
});

test("a line with a shift and a stretch is brought to where they say, and its dots to the same axis", () => {
  const moved = { ...chart, shift: place("center"), stretch: place("tau") };
  const { e, set } = drawn(moved);
  const group = e.querySelector("polyline").parent;
  set("tau", [], 2);
  set("center", [], 3);
  const [a, , , d, at, zero] = group
    .getAttribute("transform")
    .match(/-?[\d.]+/g)
    .map(Number);
  set("z", [1], 3 + 2 * 0.5);
  set("mark", [], 0);
  const dot = e.querySelector("circle");
  assert.ok(Math.abs(at + a * 0.5 - number(dot, "cx")) < 1e-9);
  assert.deepEqual([d, zero], [1, 0]);
  assert.equal(dot.dataset.value, "4,0");
});

test("a line without them stands on the axis itself", () => {
  const { e, set } = drawn({ ...chart, shift: null, stretch: null });
  const [a, , , , at] = e
    .querySelector("polyline")
    .parent.getAttribute("transform")
    .match(/-?[\d.]+/g)
    .map(Number);
  set("z", [1], -7);
  set("mark", [], 0);
  assert.ok(Math.abs(at + a * -7 - number(e.querySelector("circle"), "cx")) < 1e-9);
});

const simplex = {
  kind: "simplex",
  title: "Cross-entropy",
  alt: "a triangle",
  corners: ["y₁ = 1", "y₂ = 1", "y₃ = 1"],
  color: "blue",
  arrows: "arrows",
  starts: [
    [0.2, 0.1],
    [0.5, 0.5],
  ],
  contours: "contours",
  levels: [2, 3],
  circles: [0.5],
  target: "target",
  targetClass: 2,
  point: "point",
  drag: "z",
};

test("contours, arrows, circles, star and dot stand where their numbers say", () => {
  const { e, set } = drawn(simplex);
  const both = (quantity, index, [x, y]) => {
    set(quantity, [...index, 0], x);
    set(quantity, [...index, 1], y);
  };
  both("contours", [1, 2], [0.25, 0.125]);
  both("arrows", [1], [0.75, 0.5]);
  both("target", [], [1, 0]);
  both("point", [], [0.3, 0.2]);
  const polygons = e.querySelectorAll("polygon");
  assert.deepEqual([polygons.length, polygons[1].points.getItem(2)], [2, { x: 0.25, y: 0.125 }]);
  const arrow = e.querySelectorAll("[data-line=arrows]")[1];
  const ends = ["x1", "y1", "x2", "y2"].map((name) => number(arrow, name));
  assert.deepEqual(ends, [0.5, 0.5, 0.75, 0.5]);
  const [circle] = e.querySelectorAll("circle");
  assert.deepEqual([number(circle, "r"), number(circle, "cx"), number(circle, "cy")], [0.5, 1, 0]);
  const star = e.querySelector("[data-point=target]");
  assert.equal(star.getAttribute("fill"), "blue", "the colour of its class");
  assert.equal(star.getAttribute("transform"), "translate(1,0)");
  const dot = e.querySelector("[data-point=point]");
  assert.equal(dot.dataset.value, "0.3,0.2");
  for (const part of dot.querySelectorAll("circle"))
    assert.deepEqual([number(part, "cx"), number(part, "cy")], [0.3, 0.2]);
});

test("a simplex without contours of its own has none", () => {
  const { e } = drawn({ ...simplex, contours: null, levels: [0, 0], circles: [] });
  assert.deepEqual(e.querySelectorAll("polygon"), []);
});

test("the dot is a handle of three sliders, wants the point under the pointer, and shows its rails", () => {
  const { e, sheet, set } = drawn(simplex);
  const dot = e.querySelector("[data-drag=z]");
  const { keys, places, at, hold } = sheet.handles.get(dot);
  assert.deepEqual(keys, ["z1", "z2", "z3"]);
  assert.deepEqual(places, [place("point", 0), place("point", 1)]);
  const outlines = e.querySelectorAll("path").filter((p) => p.getAttribute("class") === "outline");
  const height = 0.8660254;
  for (const path of outlines)
    path.getBoundingClientRect = () => ({
      left: 10,
      bottom: 400,
      width: 100,
      height: 100 * height,
    });
  const [x, y] = at({ clientX: 60, clientY: 400 - 100 * height });
  assert.ok(Math.abs(x - 0.5) < 1e-9 && Math.abs(y - height) < 1e-9, "the upper corner");
  set("point", [0], 0.5);
  set("point", [1], 0.25);
  hold();
  const [first] = dot.querySelectorAll("line");
  assert.deepEqual([number(first, "x1"), number(first, "y1")], [0, 0]);
  assert.equal(number(first, "y2") / number(first, "x2"), 0.5, "through the dot");
});
