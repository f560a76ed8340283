// How a number is written, by the same rules as in Python.

const MINUS = "\u2212";
const ROUND_OFF = 1e-12; // below this a number is round-off to the reader
const SMALLEST = 5e-324;

/**
 * A number with fixed decimals; very small and very large ones as 3.2e−9; a plain 0 for zero.
 *
 * @param {number} value
 * @param {number | null} decimals null: always as 3.2e−9
 * @param {boolean} [sign] whether a plus stands before what is positive
 * @param {boolean} [exact] whether it is no round-off, however small
 */
export function fixed(value, decimals, sign = false, exact = false) {
  if (Number.isNaN(value)) return "nan";
  const size = Math.abs(value);
  if (decimals === null && size < SMALLEST) return "0";
  if (decimals !== null && size < (exact ? SMALLEST : ROUND_OFF))
    return decimals > 1 ? "0" : (0).toFixed(decimals);
  return (value < 0 ? MINUS : sign ? "+" : "") + digits(size, decimals);
}

/**
 * @param {number} size
 * @param {number | null} decimals
 */
function digits(size, decimals) {
  if (size === Infinity) return "∞";
  if (decimals === null || size < 0.5 * 10 ** -decimals || size >= 1e5)
    return size.toExponential(1).replace("e+", "e").replace("-", MINUS);
  return size.toFixed(decimals);
}
