// Going through a lesson on its page; F for the projector, Esc to leave.

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
  return () => turned.abort();
}
