// Bars as handles: where a pointer holds one, and the step of its slider that this means.

/** @import { Handle, Sheet } from "./sheet.js" */

/**
 * What a bar's number should be for a pointer on its track, from 0 at the left end to 1 at the right.
 *
 * @param {Handle} handle
 * @param {number} share
 */
export function wanted({ scale, signed }, share) {
  return (signed ? 2 * share - 1 : share) * scale;
}

/**
 * The step whose number is nearest: for a logit as for a probability it is looked up, so that a bar
 * obeys without a formula.
 *
 * @param {number} count of the steps
 * @param {(step: number) => number} numberAt
 * @param {number} target
 */
export function nearestStep(count, numberAt, target) {
  const off = (/** @type {number} */ step) => Math.abs(numberAt(step) - target);
  let nearest = 0;
  for (let step = 1; step < count; step++) if (off(step) < off(nearest)) nearest = step;
  return nearest;
}

/**
 * Let a board's bars be dragged. A drag goes on until the pointer lets go, whatever is called meanwhile.
 *
 * @param {{root: HTMLElement, sheet: Sheet}} board
 * @param {{move: (handle: Handle, share: number) => void, drop: () => void, cancel: () => void}} on
 */
export function onDrag({ root, sheet }, on) {
  const held = () => [...sheet.handles.keys()].find((track) => track.classList.contains("held"));
  const move = (/** @type {Element} */ track, /** @type {PointerEvent} */ e) => {
    const { left, width } = track.getBoundingClientRect();
    const handle = sheet.handles.get(track);
    if (handle) on.move(handle, (e.clientX - left) / width);
  };
  root.onpointerdown = (e) => {
    const track = /** @type {Element} */ (e.target).closest("[data-drag]");
    if (!track || e.button) return;
    root.setPointerCapture(e.pointerId);
    track.classList.add("held");
    move(track, e);
  };
  root.onpointermove = (e) => {
    const track = held();
    if (track) move(track, e);
  };
  root.onpointerup = () => {
    const track = held();
    track?.classList.remove("held");
    if (track) on.drop();
  };
  root.onpointercancel = () => {
    held()?.classList.remove("held");
    on.cancel();
  };
}
