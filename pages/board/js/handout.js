// A handout: boards in a file of their own, with every frame that their controls can reach in it.

import { Stand, unpack } from "./stand.js";

/** Draw all steps, one after the other. */
export default async function handOut() {
  document.documentElement.classList.add("live");
  for (const step of document.querySelectorAll(".step"))
    if (step instanceof HTMLElement) await makeStand(step);
  document.documentElement.classList.add("ready");
}

/** @param {HTMLElement} step */
async function makeStand(step) {
  const packed = step.querySelector("script")?.textContent;
  if (packed) await new Stand(step, await unpack(packed)).open();
}
