// A handout: boards in a file of their own, with every frame that their controls can reach in it.

import { answerIn, goThrough } from "./lesson.js";
import { Stand, unpack } from "./stand.js";

/** Draw all steps, one after the other. */
export default async function handOut() {
  document.documentElement.classList.add("live");
  const steps = [...document.querySelectorAll(".step")].filter((e) => e instanceof HTMLElement);
  goThrough(steps);
  for (const step of steps) await makeStand(step);
  document.documentElement.classList.add("ready");
}

/** @param {HTMLElement} step */
async function makeStand(step) {
  const packed = step.querySelector("script")?.textContent;
  const stand = packed ? new Stand(step, await unpack(packed)) : null;
  await stand?.open();
  answerIn(step, () => stand?.goHome());
}
