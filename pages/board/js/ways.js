// The ways through a lesson: arrow keys, a clicker's keys and swipes, wherever no control takes them.

/** @typedef {{go: (by: 1 | -1) => void, project?: () => void, leave?: () => void}} Ways */

const FORWARD = ["ArrowRight", "PageDown"];
const BACK = ["ArrowLeft", "PageUp"];
const FAR = 60; // pixels that a finger goes for a swipe
const OWN =
  'input, textarea, select, [contenteditable], [role="slider"], [role="radio"], [data-drag]';

/**
 * @param {Ways} ways go: one step on or back; project: F was pressed; leave: Esc was
 * @param {AbortSignal} signal ends it
 */
export function listen(ways, signal) {
  document.addEventListener("keydown", (e) => pressed(e, ways), { signal });

  /** @type {{x: number, y: number} | null} */
  let from = null;
  document.addEventListener(
    "touchstart",
    (e) => {
      const { clientX: x, clientY: y } = e.touches[0];
      from = e.touches.length === 1 && !e.composedPath().some(takesSwipes) ? { x, y } : null;
    },
    { signal, passive: true },
  );
  document.addEventListener(
    "touchend",
    (e) => {
      if (!from) return;
      const { clientX, clientY } = e.changedTouches[0];
      const across = clientX - from.x;
      const far = Math.abs(across) > FAR && Math.abs(across) > 2 * Math.abs(clientY - from.y);
      if (far) ways.go(across < 0 ? 1 : -1);
      from = null;
    },
    { signal, passive: true },
  );
}

/**
 * @param {KeyboardEvent} e
 * @param {Ways} ways
 */
function pressed(e, { go, project, leave }) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
  const at = e.composedPath()[0];
  if (e.key === "Escape") {
    if (at instanceof HTMLElement && at.matches(OWN)) at.blur();
    return leave?.();
  }
  if (at instanceof Element && at.closest(OWN)) return;
  if (scrolls(e.key)) return e.preventDefault();
  if (FORWARD.includes(e.key)) go(1);
  else if (BACK.includes(e.key)) go(-1);
  else if (project && (e.key === "f" || e.key === "F")) project();
  else return;
  e.preventDefault();
}

/**
 * Scroll to what of this step a key has before it, if there is something; else the key goes on. The
 * browser itself scrolls a page in a page only if it has been clicked, and a clicker clicks nothing.
 *
 * @param {string} key
 */
function scrolls(key) {
  const page = document.querySelector("[data-testid=stMain]") ?? document.scrollingElement;
  if (!page) return false;
  const { scrollTop, scrollHeight, clientHeight } = page;
  const down = key === "PageDown" && scrollTop + clientHeight < scrollHeight - 2;
  const up = key === "PageUp" && scrollTop > 2;
  if (down || up) page.scrollBy({ top: (down ? 0.8 : -0.8) * clientHeight });
  return down || up;
}

/** @param {EventTarget} target */
function takesSwipes(target) {
  if (!(target instanceof Element)) return false;
  return target.matches(OWN) || target.scrollWidth > target.clientWidth + 1;
}
