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

const bars = {
  kind: "bars",
  quantity: "z",
  labels: ["z₁", "z₂"],
  title: "Logits z",
  scale: 10,
  signed: true,
  decimals: 2,
  handles: [
    { key: "z1", name: "z₁" },
    { key: "z2", name: "z₂" },
  ],
};
const matrix = {
  kind: "matrix",
  quantity: "J",
  rows: ["1", "2"],
  columns: ["1", "2", "3"],
  title: "J",
  shape: "2×3",
  scale: 0.25,
  decimals: 4,
  rowSums: "row_sums",
  columnSums: "column_sums",
  row: 1,
  column: 2,
  pick: true,
  sign: true,
  classRows: true,
  classColumns: false,
  stage: 3,
};
const vectors = {
  kind: "vectors",
  rows: [
    { label: "y", quantity: "y", scale: 0, stage: null },
    { label: "∂L/∂z", quantity: "dL_dz", scale: 1, stage: 2 },
    { label: "push", quantity: "opposite", scale: 0, words: ["same", "opposite"], stage: null },
  ],
  columns: ["1", "2"],
  title: "Gradients",
  shape: "",
  decimals: 4,
  column: 1,
  pick: false,
  classes: true,
};

test("a number says what it is, holds its value in full and shows it as it is written", () => {
  const { e, set } = drawn(bars);
  const number = e.querySelector("[data-quantity=z][data-index='1']");
  assert.equal(number.getAttribute("data-value"), null);
  set("z", [1], -2.71528182845);
  assert.equal(number.dataset.value, "-2.71528182845");
  assert.equal(number.textContent, "−2.72");
});

test("a bar knows its number, its scale and its class", () => {
  const { e, set } = drawn(bars);
  const bar = e.querySelectorAll(".bar")[1];
  set("z", [1], -2.5);
  assert.deepEqual(bar.properties, { "--class": "green", "--scale": "10", "--value": "-2.5" });
  assert.ok(bar.classList.contains("negative"));
  set("z", [1], 1);
  assert.ok(!bar.classList.contains("negative"));
});

test("a bar with a handle is a slider to the hand, to keys and to screen readers", () => {
  const { e, sheet, set } = drawn(bars);
  const track = e.querySelector("[data-drag=z2]");
  set("z", [1], -2.5);
  const said = ["role", "aria-label", "aria-valuemin", "aria-valuemax", "aria-valuenow"];
  assert.deepEqual(
    said.map((name) => track.getAttribute(name)),
    ["slider", "z₂", "-10", "10", "-2.5"],
  );
  assert.equal(track.getAttribute("aria-valuetext"), "−2.50");
  assert.equal(track.tabIndex, 0);
  assert.ok(track.querySelector(".grip"));
  const { keys, places, at } = sheet.handles.get(track);
  assert.deepEqual([keys, places], [["z2"], [{ quantity: "z", index: [1] }]]);
  track.getBoundingClientRect = () => ({ left: 100, width: 200 });
  const ends = (at) => [100, 200, 300].map((clientX) => at({ clientX, clientY: 0 })[0]);
  assert.deepEqual(ends(at), [-10, 0, 10]);
});

test("a bar of what is never negative goes from 0, and one without a handle is none", () => {
  const { e, sheet } = drawn({ ...bars, quantity: "y", scale: 1, signed: false });
  const track = e.querySelector("[data-drag=z1]");
  track.getBoundingClientRect = () => ({ left: 0, width: 10 });
  assert.deepEqual(sheet.handles.get(track).at({ clientX: 2, clientY: 0 }), [0.2]);
  assert.equal(track.getAttribute("aria-valuemin"), "0");
  const plain = drawn({ ...bars, handles: [] });
  assert.equal(plain.sheet.handles.size, 0);
  assert.deepEqual(plain.e.querySelectorAll("[role=slider]"), []);
});

test("what changes in digits that are not shown is not drawn anew", () => {
  const { e, set } = drawn(bars);
  const bar = e.querySelectorAll(".bar")[0];
  set("z", [0], 1.0001);
  set("z", [0], 1.0002);
  assert.equal(bar.properties["--value"], "1.0001");
  assert.equal(e.querySelector("[data-index='0']").dataset.value, "1.0002");
});

test("a matrix has a cell for each index, sums in its margins, and outlines what was chosen", () => {
  const { e, set } = drawn(matrix);
  const cells = e.querySelectorAll("[data-quantity=J]").map((td) => td.dataset.index);
  assert.deepEqual(cells, ["0,0", "0,1", "0,2", "1,0", "1,1", "1,2"]);
  assert.equal(e.querySelectorAll("[data-quantity=row_sums]").length, 2);
  assert.equal(e.querySelectorAll("[data-quantity=column_sums]").length, 3);
  assert.deepEqual(
    e.querySelectorAll(".outlined").map((th) => [th.scope, th.textContent]),
    [
      ["col", "3"],
      ["row", "2"],
    ],
  );
  assert.deepEqual(
    e.querySelectorAll(".picked").map((td) => td.dataset.pick),
    ["J,1,2"],
  );
  set("J", [1, 2], 0.125);
  set("row_sums", [0], 0.5);
  assert.equal(e.querySelector(".picked").textContent, "+0.1250");
  assert.equal(e.querySelector("[data-quantity=row_sums]").textContent, "+0.5000");
});

test("a matrix of one row or one column is a vector in the frames", () => {
  const index = (changes) =>
    drawn({ ...matrix, ...changes }).sheet.followers.flatMap((f) =>
      f.quantity === "J" ? [f.index] : [],
    );
  assert.deepEqual(index({ rows: ["1"] }), [[0], [1], [2]]);
  assert.deepEqual(index({ columns: ["1"] }), [[0], [1]]);
});

test("of the cells that can be picked the tabulator key stops at one, at the one that is", () => {
  const stops = (changes) => {
    const cells = drawn({ ...matrix, ...changes }).e.querySelectorAll("[data-pick]");
    assert.ok(cells.every((td) => td.getAttribute("role") === "gridcell"));
    return cells.filter((td) => td.tabIndex === 0).map((td) => td.dataset.pick);
  };
  assert.deepEqual(stops({}), ["J,1,2"]);
  assert.deepEqual(stops({ row: null }), ["J,0,2"]);
  assert.deepEqual(stops({ pick: false }), []);
});

test("vectors have a row each; words stand for whole numbers, and a true one is flagged", () => {
  const { e, set } = drawn(vectors);
  set("y", [1], 0.25);
  set("dL_dz", [1], 0.25);
  set("opposite", [0], 0);
  set("opposite", [1], 1);
  const text = (quantity) =>
    e.querySelectorAll(`[data-quantity=${quantity}]`).map((td) => td.textContent);
  assert.deepEqual(text("y"), ["", "0.2500"]);
  assert.deepEqual(text("dL_dz"), ["", "+0.2500"]);
  assert.deepEqual(text("opposite"), ["same", "opposite"]);
  assert.deepEqual(
    e.querySelectorAll(".flag").map((td) => td.textContent),
    ["opposite"],
  );
  assert.equal(e.querySelectorAll(".in-column").length, 3);
});

test("what has a stage is active at it and faint before", () => {
  const { e, set } = drawn({ kind: "stack", blocks: [matrix, vectors] });
  const at = (stage) => {
    set("stage", [], stage);
    const looks = (e) => ["active", "ahead"].filter((look) => e.classList.contains(look)).join();
    return e.querySelectorAll("[data-stage]").map(looks);
  };
  assert.deepEqual(at(1), ["ahead", "ahead"]);
  assert.deepEqual(at(2), ["ahead", "active"]);
  assert.deepEqual(at(3), ["active", ""]);
});

test("a sentence holds numbers among words; heading and operator are words", () => {
  const parts = ["η = ", { quantity: "eta", index: "", decimals: null, sign: false }, "."];
  const { e, set } = drawn({ kind: "text", parts, tone: "key", stage: null });
  set("eta", [], 0.01);
  assert.equal(e.textContent, "η = 1.0e−2.");
  assert.equal(e.className, "text key");
  assert.equal(drawn({ kind: "heading", text: "Back" }).e.tagName, "H2");
  assert.equal(drawn({ kind: "symbol", text: "→" }).e.textContent, "→");
});

test("a point of the triangle stands where its two numbers say, in the colour of its class", () => {
  const corners = ["1", "2", "3"];
  const block = {
    kind: "triangle",
    quantity: "points",
    classes: [2, 0],
    corners,
    title: "Simplex",
  };
  const { e, set } = drawn(block);
  set("points", [1, 0], 0.25);
  set("points", [1, 1], 0.5);
  const point = e.querySelector("[data-point=points][data-index='1']");
  const { cx, cy, fill } = point.attributes;
  assert.deepEqual([cx, cy, fill], ["0.25", "0.5", "red"]);
});

test("blocks stand side by side or one below the other, in their order", () => {
  const [a, b] = ["a", "b"].map((text) => ({ kind: "symbol", text }));
  for (const kind of ["beside", "stack", "card"]) {
    const { e } = drawn({ kind, blocks: [a, b], stage: 1 });
    assert.deepEqual(e.className, kind);
    assert.equal(e.textContent, "ab");
  }
});
