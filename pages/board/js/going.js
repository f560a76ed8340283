// Going through a lesson on its page; F for the projector, Esc to leave.

import { keepWhole } from "./fit.js";
import { listen } from "./ways.js";

/** @typedef {{data: {projector: boolean}, parentElement: Node, setTriggerValue: (name: string, value: unknown) => void}} Going */

/** @param {Going} component */
export default function going({ data, setTriggerValue }) {
  const root = document.documentElement;
  const projects = () => root.classList.contains("projector");
  if (data.projector !== projects()) {
    root.classList.toggle("projector", data.projector);
    if (data.projector) root.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
  }
  const leave = () => {
    if (projects()) setTriggerValue("projector", false);
  };
  const turned = new AbortController();
  const { signal } = turned;
  if (data.projector) keepWhole(signal);
  beginAtTheTop(signal);
  listen(
    {
      go: (by) => setTriggerValue("go", by),
      project: () => setTriggerValue("projector", !projects()),
      leave,
    },
    signal,
  );
  document.addEventListener(
    "fullscreenchange",
    () => {
      // Esc is the browser's own while it fills the screen.
      if (!document.fullscreenElement) leave();
    },
    { signal },
  );
  return () => {
    turned.abort();
    root.classList.remove("projector"); // no other page is on it
  };
}

/**
 * A step is seen from its beginning: Streamlit leaves the page where the step before was scrolled to.
 *
 * @param {AbortSignal} signal
 */
function beginAtTheTop(signal) {
  const page = document.querySelector("[data-testid=stMain]");
  if (!page) return;
  let before = page.querySelector("h1")?.textContent;
  const watch = new MutationObserver(() => {
    const title = page.querySelector("h1")?.textContent;
    if (!title || title === before) return;
    before = title;
    page.scrollTop = 0;
  });
  watch.observe(page, { childList: true, subtree: true, characterData: true });
  signal.addEventListener("abort", () => watch.disconnect());
}
