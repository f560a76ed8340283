// Handles: what a pointer or a key wants of them, and the step of a slider that this means.

/**
 * @import { Frames, Slider } from "./frames.js"
 * @import { Handle } from "./sheet.js"
 */

/** @typedef {{slider: Slider, step: number}} Reached a state that one slider can reach */

/**
 * The state whose numbers are nearest to what is wanted: for a logit as for a probability or a point
 * it is looked up, so that a handle obeys without a formula.
 *
 * @param {Frames} frames
 * @param {Slider[]} sliders
 * @param {number[]} offsets of the numbers
 * @param {number[]} wanted
 * @returns {Reached | null}
 */
export function nearest(frames, sliders, offsets, wanted) {
  let found = null;
  let least = Infinity;
  for (const slider of sliders)
    for (let step = 0; step < slider.count; step++) {
      const numberAt = frames.frame(slider, step);
      const off = offsets.reduce((sum, o, k) => sum + square(numberAt(o) - wanted[k]), 0);
      if (off < least) {
        found = { slider, step };
        least = off;
      }
    }
  return found;
}

/** @param {number} x */
const square = (x) => x * x;

/** @type {Record<string, (step: number, count: number) => number>} as the sliders of the page do */
const KEYS = {
  ArrowRight: (step) => step + 1,
  ArrowUp: (step) => step + 1,
  ArrowLeft: (step) => step - 1,
  ArrowDown: (step) => step - 1,
  PageUp: (step, count) => step + tenth(count),
  PageDown: (step, count) => step - tenth(count),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** @param {number} count */
const tenth = (count) => Math.round((count - 1) / 10) || 1;

/**
 * The step to which a key moves a slider; undefined for any other key.
 *
 * @param {string} key
 * @param {number} step
 * @param {number} count
 */
export function keyed(key, step, count) {
  if (!Object.hasOwn(KEYS, key)) return undefined;
  const to = KEYS[key](step, count);
  return to < 0 ? 0 : to < count ? to : count - 1;
}

/**
 * What is done to a handle: a pointer wants it elsewhere, a key moves it (and says whether it was one
 * that does), it is let go, or its drag is taken back.
 * @typedef {{move: (handle: Handle, wanted: number[]) => void, press: (handle: Handle, key: string) => boolean, drop: () => void, cancel: () => void}} Done
 */

/**
 * Let a board's handles be moved. A drag goes on until the pointer lets go, whatever is called meanwhile.
 *
 * @param {Map<HTMLElement | SVGElement, Handle>} handles
 * @param {Done} on
 */
export function onDrag(handles, on) {
  for (const [e, handle] of handles) {
    byPointer(e, handle, on);
    e.onkeydown = (event) => {
      if (on.press(handle, event.key)) event.preventDefault();
    };
    e.onkeyup = (event) => {
      if (Object.hasOwn(KEYS, event.key)) on.drop();
    };
    e.onblur = () => on.drop();
  }
}

/**
 * A finger that has only just come down may be about to scroll: it moves nothing until the browser
 * has left it to the handle.
 *
 * @param {HTMLElement | SVGElement} e
 * @param {Handle} handle
 * @param {Done} on
 */
function byPointer(e, handle, on) {
  const held = () => e.classList.contains("held");
  const move = (/** @type {PointerEvent} */ event) => on.move(handle, handle.at(event));
  e.onpointerdown = (event) => {
    if (event.button) return;
    e.setPointerCapture(event.pointerId);
    e.classList.add("held");
    handle.hold?.();
    if (event.pointerType !== "touch") move(event);
  };
  e.onpointermove = (event) => {
    if (held()) move(event);
  };
  e.onpointerup = (event) => {
    if (!held()) return;
    e.classList.remove("held");
    move(event);
    on.drop();
  };
  e.onpointercancel = () => {
    e.classList.remove("held");
    on.cancel();
  };
}
