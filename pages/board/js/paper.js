// What a page needs on paper: a foot that no screen shows, with its link and date, and charts that shrink.

import { element } from "./elements.js";

/** @param {Node} host */
export function paper(host) {
  const link = element("a");
  const date = element("time");
  const foot = element("footer", "paper");
  foot.append(element("span", "", document.title), link, date);
  host.appendChild(foot);
  const printed = () => {
    const now = new Date();
    link.href = link.textContent = location.href;
    date.dateTime = now.toISOString().slice(0, 10);
    date.textContent = now.toLocaleDateString("en-GB", { dateStyle: "long" });
    for (const chart of charts()) {
      const { width, height } = chart.getBoundingClientRect();
      chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
      if (chart.parentElement) chart.parentElement.style.aspectRatio = `${width} / ${height}`;
    }
  };
  const over = () => {
    for (const chart of charts()) chart.removeAttribute("viewBox");
  };
  addEventListener("beforeprint", printed);
  addEventListener("afterprint", over);
  return () => {
    removeEventListener("beforeprint", printed);
    removeEventListener("afterprint", over);
    foot.remove();
  };
}

/** Plotly draws to the pixel: what it has drawn neither shrinks nor grows by itself. */
function charts() {
  return /** @type {NodeListOf<SVGElement>} */ (document.querySelectorAll(".main-svg"));
}
