// From bytes to frames: the way back of what Python packs.

import { Frames } from "./frames.js";

/** @import { Head, Slider } from "./frames.js" */

const utf8 = new TextDecoder();

/**
 * A header of whose numbers these are, a header of what is where, the numbers as they are now, then
 * the moving columns as differences in byte planes.
 *
 * @param {Uint8Array} bytes
 */
export async function decode(bytes) {
  const whose = header(bytes, 0);
  const what = header(bytes, whose.end);
  const head = /** @type {Head} */ ({ ...whose.read, ...what.read });
  const end = what.end + 8 * head.columns.length;
  const now = new Float64Array(bytes.slice(what.end, end).buffer);
  return new Frames(head, now, undo(await inflate(bytes.slice(end)), head.sliders));
}

/**
 * JSON after its length.
 *
 * @param {Uint8Array} bytes
 * @param {number} start
 */
function header(bytes, start) {
  const size = new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0, true);
  const end = start + 4 + size;
  return { read: JSON.parse(utf8.decode(bytes.subarray(start + 4, end))), end };
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Each column of each slider is the upper words of float64, as differences, a plane for each byte.
 *
 * @param {Uint8Array} planes
 * @param {Slider[]} sliders
 */
function undo(planes, sliders) {
  const n = planes.length / 4;
  const words = new Uint32Array(2 * n); // little-endian: the upper word comes second
  let k = 0;
  for (const { count, moves } of sliders)
    for (let column = 0; column < moves.length; column++) {
      let word = 0;
      for (let step = 0; step < count; step++, k++) {
        const difference =
          (planes[k] << 24) | (planes[n + k] << 16) | (planes[2 * n + k] << 8) | planes[3 * n + k];
        word = (word + difference) >>> 0;
        words[2 * k + 1] = word;
      }
    }
  return new Float64Array(words.buffer);
}
