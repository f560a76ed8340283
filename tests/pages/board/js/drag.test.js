import assert from "node:assert/strict";
import test from "node:test";

import { keyed, nearest } from "../../../../pages/board/js/drag.js";
import { Frames } from "../../../../pages/board/js/frames.js";

/** Frames of numbers by slider and step: each slider moves all of them. */
function framesOf(swept) {
  const width = Object.values(swept)[0][0].length;
  const sliders = Object.entries(swept).map(([key, steps]) => ({
    key,
    low: 0,
    step: 1,
    count: steps.length,
    moves: [...Array(width).keys()],
  }));
  const columns = Object.values(swept).flatMap((steps) =>
    Array.from({ length: width }, (_, k) => steps.map((step) => step[k])),
  );
  const head = { page: "", part: "", state: {}, sliders, quantities: {} };
  const whole = { ...head, columns: [...Array(width).keys()] };
  return {
    frames: new Frames(whole, new Float64Array(width), Float64Array.from(columns.flat())),
    sliders,
    offsets: whole.columns,
  };
}

function at(swept, wanted) {
  const { frames, sliders, offsets } = framesOf(swept);
  const { slider, step } = nearest(frames, sliders, offsets, wanted);
  return [slider.key, step];
}

test("the step is the one whose number is nearest, whichever way the numbers run", () => {
  const squares = [[0], [1], [4], [9], [16]];
  for (const [target, step] of [
    [-3, 0],
    [0.4, 0],
    [0.6, 1],
    [6.4, 2],
    [6.6, 3],
    [99, 4],
  ]) {
    assert.deepEqual(at({ a: squares }, [target]), ["a", step]);
    assert.deepEqual(at({ a: squares.toReversed() }, [target]), ["a", 4 - step]);
  }
});

test("of states that are as near the first is taken, so what stands still stays", () => {
  assert.deepEqual(at({ a: [[7], [7]], b: [[7], [7]] }, [7]), ["a", 0]);
});

test("a point goes to the nearest that any of its sliders can reach", () => {
  const across = [0, 1, 2, 3].map((x) => [x, 0]);
  const up = [0, 1, 2, 3].map((y) => [0, y]);
  assert.deepEqual(at({ a: across, b: up }, [2.2, 0.9]), ["a", 2]);
  assert.deepEqual(at({ a: across, b: up }, [0.9, 2.6]), ["b", 3]);
});

test("among no sliders there is no nearest state", () => {
  const { frames, offsets } = framesOf({ a: [[0]] });
  assert.equal(nearest(frames, [], offsets, [0]), null);
});

test("arrows go a step, pages a tenth of the way, Home and End to the ends", () => {
  for (const [key, step] of [
    ["ArrowRight", 101],
    ["ArrowUp", 101],
    ["ArrowLeft", 99],
    ["ArrowDown", 99],
    ["PageUp", 120],
    ["PageDown", 80],
    ["Home", 0],
    ["End", 200],
  ])
    assert.equal(keyed(key, 100, 201), step);
  assert.equal(keyed("PageUp", 1, 4), 2, "at least a step");
});

test("no key leaves the slider, and others do nothing", () => {
  assert.equal(keyed("ArrowLeft", 0, 201), 0);
  assert.equal(keyed("PageUp", 195, 201), 200);
  for (const key of ["Tab", "Enter", "a", "toString"])
    assert.equal(keyed(key, 100, 201), undefined);
});
