// A lesson in a file: one step is in view, and buttons, keys and swipes go to the next; its questions.

import { listen } from "./ways.js";

/** @param {HTMLElement[]} steps */
export function goThrough(steps) {
  const nav = document.querySelector("nav.ways");
  const where = nav?.querySelector("span");
  const [back, next] = nav?.querySelectorAll("button") ?? [];
  if (!where || !next) return;
  let at = 0;

  /** @param {number} k */
  const show = (k) => {
    if (!(k in steps)) return;
    at = k;
    for (const step of steps) step.classList.toggle("here", step === steps[k]);
    back.disabled = k === 0;
    next.disabled = k + 1 === steps.length;
    const said = where.dataset.pattern ?? "";
    where.textContent = said.replace("{at}", `${k + 1}`).replace("{count}", `${steps.length}`);
  };
  const putRight = () => history.replaceState(null, "", `#${steps[at].id}`);
  /** @param {number} k */
  const go = (k) => {
    if (!(k in steps)) return;
    show(k);
    putRight();
    scrollTo(0, 0);
    steps[k].querySelector("h2")?.focus({ preventScroll: true });
  };
  const wanted = () => steps.findIndex((step) => `#${step.id}` === location.hash);
  back.onclick = () => go(at - 1);
  next.onclick = () => go(at + 1);
  window.addEventListener("hashchange", () => {
    show(wanted());
    putRight();
  });
  listen({ go: (by) => go(at + by) }, new AbortController().signal);
  show(0);
  show(wanted());
  if (location.hash) putRight();
}

/**
 * Whether an answer is right was computed when the file was made, of the board as the step begins.
 *
 * @param {HTMLElement} step
 * @param {() => void} goHome brings the board back there
 */
export function answerIn(step, goHome) {
  const form = step.querySelector("form.question");
  const verdict = form?.querySelector(".verdict");
  if (!(form instanceof HTMLFormElement) || !(verdict instanceof HTMLElement)) return;
  const { yes = "", no = "", unread = "" } = form.dataset;

  /**
   * @param {boolean} right
   * @param {Element} [answer]
   */
  const judge = (right, answer) => {
    goHome();
    verdict.textContent = right ? yes : no;
    for (const other of form.querySelectorAll(".answer"))
      other.classList.toggle("given", other === answer);
    step.classList.add("answered");
  };
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === "radio")
      judge("right" in target.dataset, target.closest(".answer") ?? undefined);
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const input = form.querySelector("input");
    const typed = Number(input?.value.trim().replaceAll("−", "-").replace(",", ".") || Number.NaN);
    if (input && Number.isFinite(typed))
      judge(Number(input.dataset.low) <= typed && typed <= Number(input.dataset.high));
    else verdict.textContent = unread;
  });
  const skip = form.querySelector(".skip");
  skip?.addEventListener("click", () => step.classList.add("answered"));
}
