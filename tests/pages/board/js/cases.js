// What Python says, to be compared: made by tests/pages/board/test_js.py, which runs these tests.

import { readFileSync } from "node:fs";

const path = process.env.BOARD_CASES;
if (!path) throw new Error("BOARD_CASES is not set: run pytest tests/pages/board/test_js.py");

export const cases = JSON.parse(readFileSync(path, "utf8"));

/** Bytes of base64. */
export const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

/** Doubles of base64. */
export const doubles = (text) => new Float64Array(bytes(text).buffer);
