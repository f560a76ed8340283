import assert from "node:assert/strict";
import test from "node:test";

import { nearestStep, wanted } from "../../../../pages/board/js/drag.js";

test("a signed track goes from −scale to scale, any other from 0", () => {
  const ends = (signed) => [0, 0.5, 1].map((share) => wanted({ scale: 10, signed }, share));
  assert.deepEqual(ends(true), [-10, 0, 10]);
  assert.deepEqual(ends(false), [0, 5, 10]);
});

test("the step is the one whose number is nearest, whichever way the numbers run", () => {
  const squares = [0, 1, 4, 9, 16];
  const at = (numbers, target) => nearestStep(numbers.length, (step) => numbers[step], target);
  for (const [target, step] of [
    [-3, 0],
    [0.4, 0],
    [0.6, 1],
    [6.4, 2],
    [6.6, 3],
    [99, 4],
  ]) {
    assert.equal(at(squares, target), step);
    assert.equal(at(squares.toReversed(), target), 4 - step);
  }
});

test("of two steps that are as near the lower one is taken, so a bar that stands still stays", () => {
  assert.equal(
    nearestStep(4, () => 7, 7),
    0,
  );
});
