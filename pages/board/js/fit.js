// On a projector the board of a step is wholly in view: it is as large as what is free allows.

const LEAST = 60; // percent: what is smaller is not read from the last row

/** @param {AbortSignal} signal ends it */
export function keepWhole(signal) {
  const watch = new ResizeObserver(() => requestAnimationFrame(fitAll));
  const fitAll = () => {
    if (signal.aborted) return;
    // React keeps an element from step to step where it can: one that is new is seen by its page.
    for (const e of document.querySelectorAll(".stMainBlockContainer, .stColumn")) watch.observe(e);
    fit();
  };
  fitAll();
  addEventListener("resize", fitAll, { signal });
  signal.addEventListener("abort", () => {
    watch.disconnect();
    zoom(100);
  });
}

function fit() {
  const column = document.querySelector(".stColumn:has(.st-key-prose) + .stColumn");
  const title = document.querySelector("h1");
  if (!column || !title) return;
  if (getComputedStyle(column).position !== "sticky") return zoom(100); // the words are above it
  const under = title.getBoundingClientRect().bottom;
  document.documentElement.style.setProperty("--under", `${under}px`);
  const free = innerHeight - under;
  const height = (/** @type {Element} */ e) =>
    e.getBoundingClientRect().bottom - column.getBoundingClientRect().top;
  // Where there are more boards than can be in view, the first is. A smaller board has more room for
  // blocks side by side: how high it is must be tried.
  for (const e of [column, column.querySelector(".stBidiComponent") ?? column])
    for (let percent = 100; percent >= LEAST; percent -= 4) {
      zoom(percent);
      if (height(e) <= free) return;
    }
}

/** @param {number} percent of the boards, which have it from here */
const zoom = (percent) => document.documentElement.style.setProperty("--zoom", `${percent / 100}`);
