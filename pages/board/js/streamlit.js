// The engine on a page of Streamlit: it takes what is mounted, watches the controls and sees to paper.

import { elsewhere } from "./controls.js";
import { Engine } from "./engine.js";
import { house } from "./house.js";
import { paper } from "./paper.js";

/** @import { Component } from "./house.js" */

const engine = new Engine(elsewhere);
const watch = new MutationObserver(() => engine.refresh()); // reports before the next frame is painted

/** @param {Component} component */
function take({ name, data, parentElement, setTriggerValue }) {
  if (name === "board_frames") engine.receive(data);
  else engine.show(parentElement, JSON.parse(new TextDecoder().decode(data)), setTriggerValue);
}

/** @param {{parentElement: Node}} component */
export default function start({ parentElement }) {
  watch.observe(document.body, {
    subtree: true,
    childList: true, // a control that is drawn later than the board
    attributeFilter: ["value", "aria-valuetext", "aria-checked"],
  });
  if (house.take !== take) {
    house.take = take;
    house.drop = (host) => engine.remove(host);
    house.mounts.forEach(take);
  }
  // A slider that was let go may have its frames already: nothing is sent for it then.
  const released = new AbortController();
  for (const way of ["pointerup", "keyup"])
    document.addEventListener(way, () => setTimeout(() => engine.announce(), 300), {
      signal: released.signal,
    });
  const taken = paper(parentElement);
  return () => {
    watch.disconnect();
    released.abort();
    taken();
  };
}
