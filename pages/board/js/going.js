// Going through a lesson: arrow keys, a clicker's keys and swipes; F for the projector, Esc to leave.

/** @typedef {{data: {projector: boolean}, parentElement: Node, setTriggerValue: (name: string, value: unknown) => void}} Going */

const FORWARD = ["ArrowRight", "PageDown"];
const BACK = ["ArrowLeft", "PageUp"];
const FAR = 60; // pixels that a finger goes for a swipe
const OWN =
  'input, textarea, select, [contenteditable], [role="slider"], [role="radio"], [data-drag]';

/** @param {Going} component */
export default function going({ data, setTriggerValue }) {
  const root = document.documentElement;
  const projects = () => root.classList.contains("projector");
  if (data.projector !== projects()) {
    root.classList.toggle("projector", data.projector);
    if (data.projector) root.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
  }

  /** @type {{x: number, y: number} | null} */
  let from = null;
  const turned = new AbortController();
  const { signal } = turned;

  document.addEventListener(
    "keydown",
    (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
      const at = e.composedPath()[0];
      if (e.key === "Escape") {
        if (at instanceof HTMLElement && at.matches(OWN)) at.blur();
        if (projects()) setTriggerValue("projector", false);
        return;
      }
      if (at instanceof Element && at.closest(OWN)) return;
      if (FORWARD.includes(e.key)) setTriggerValue("go", 1);
      else if (BACK.includes(e.key)) setTriggerValue("go", -1);
      else if (e.key === "f" || e.key === "F") setTriggerValue("projector", !projects());
      else return;
      e.preventDefault();
    },
    { signal },
  );
  document.addEventListener(
    "fullscreenchange",
    () => {
      // Esc is the browser's own while it fills the screen.
      if (!document.fullscreenElement && projects()) setTriggerValue("projector", false);
    },
    { signal },
  );
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
      if (far) setTriggerValue("go", across < 0 ? 1 : -1);
      from = null;
    },
    { signal, passive: true },
  );
  return () => turned.abort();
}

/** @param {EventTarget} target */
function takesSwipes(target) {
  if (!(target instanceof Element)) return false;
  return target.matches(OWN) || target.scrollWidth > target.clientWidth + 1;
}
