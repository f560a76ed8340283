import assert from "node:assert/strict";
import test from "node:test";

import { fixed } from "../../../../pages/board/js/number_format.js";
import { cases, doubles } from "./cases.js";

test("every number is written as Python writes it", () => {
  const { values, forms } = cases.numbers;
  const numbers = doubles(values);
  assert.ok(numbers.length > 500);
  for (const { decimals, sign, texts } of forms)
    assert.deepEqual(
      [...numbers].map((value) => fixed(value, decimals, sign)),
      texts,
    );
});

test("without decimals a number is always written with a power of ten", () => {
  const written = [0, -0, 5e-324, 0.000312, -1, 125000, Number.POSITIVE_INFINITY];
  assert.deepEqual(
    written.map((value) => fixed(value, null)),
    ["0", "0", "4.9e−324", "3.1e−4", "−1.0e0", "1.3e5", "∞"],
  );
  assert.equal(fixed(Number.NaN, null), "nan");
  assert.equal(fixed(2.5e-87, 4), "0");
  assert.equal(fixed(-2.5e-87, 4, false, true), "−2.5e−87", "exact ones are no round-off");
  assert.equal(fixed(0, 4, false, true), "0");
});
