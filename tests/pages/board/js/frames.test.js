import assert from "node:assert/strict";
import test from "node:test";

import { decode } from "../../../../pages/board/js/decode.js";
import { Frames } from "../../../../pages/board/js/frames.js";
import { bytes, cases, doubles } from "./cases.js";

const same = (got, want) => {
  for (const [k, value] of want.entries())
    assert.ok(Object.is(got(k), value), `offset ${k}: ${got(k)}, not ${value}`);
};

for (const { name, packed, page, state, now, swept, offsets } of cases.frames) {
  test(`${name}: all numbers at every step of every slider are those that Python packed`, async () => {
    const frames = await decode(bytes(packed));
    assert.deepEqual([frames.page, frames.state], [page, state]);
    same(frames.frame(), doubles(now));
    for (const [key, text] of Object.entries(swept)) {
      const slider = frames.slider(key);
      const all = doubles(text);
      const width = all.length / slider.count;
      for (let step = 0; step < slider.count; step++)
        same(frames.frame(slider, step), all.subarray(step * width, (step + 1) * width));
    }
  });

  test(`${name}: a number is found by its quantity and index`, async () => {
    const frames = await decode(bytes(packed));
    for (const [quantity, index, offset] of offsets)
      assert.equal(frames.offsetOf(quantity, index), offset);
  });
}

test("bytes that begin in the midst of a buffer are read as well", async () => {
  const { packed, now } = cases.frames[0];
  const shifted = Uint8Array.from([1, 2, 3, ...bytes(packed)]).subarray(3);
  same((await decode(shifted)).frame(), doubles(now));
});

// Two sliders of three steps over the columns of a, b and c; b and c are equal.
const z1 = { key: "z1", low: -1, step: 0.5, count: 3, moves: [0] };
const tau = { key: "tau", low: 1, step: 1, count: 3, moves: [0, 1] };
const frames = new Frames(
  {
    page: "p",
    state: { z1: 0, tau: 1, t: "2" },
    sliders: [z1, tau],
    quantities: { a: [0], pair: [1, 2] },
    columns: [0, 1, 1],
  },
  Float64Array.of(10, 20, 20),
  Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
);
const all = (numberAt) => numberAt && [0, 1, 2].map(numberAt);

test("a frame holds what its slider does not move, and equal columns come from one", () => {
  assert.deepEqual(all(frames.frame()), [10, 20, 20]);
  assert.deepEqual(all(frames.frame(z1, 2)), [3, 20, 20]);
  assert.deepEqual(all(frames.frame(tau, 1)), [5, 8, 8]);
});

test("an index of another shape, out of bounds or of no quantity is nowhere", () => {
  assert.equal(frames.offsetOf("pair", [1]), 2);
  for (const [quantity, index] of [
    ["pair", [2]],
    ["pair", []],
    ["pair", [0, 0]],
    ["a", [0]],
    ["b", []],
    ["toString", []],
  ])
    assert.equal(frames.offsetOf(quantity, index), undefined);
});

test("one slider that has moved has its frame, at the nearest of its steps", () => {
  assert.deepEqual(all(frames.lookUp([])), [10, 20, 20]);
  assert.deepEqual(all(frames.lookUp([{ key: "z1", number: -0.52 }])), [2, 20, 20]);
});

test("for two controls, a choice or a step that is none there is no frame", () => {
  for (const moved of [
    [
      { key: "z1", number: 0 },
      { key: "tau", number: 2 },
    ],
    [{ key: "z1", number: 0 }, { key: "t" }],
    [{ key: "t" }],
    [{ key: "eta", number: 1 }],
    [{ key: "z1", number: 0.5 }],
    [{ key: "z1", number: -1.5 }],
  ])
    assert.equal(frames.lookUp(moved), null);
});
