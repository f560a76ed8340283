// The pages one tap away on a telephone, where Streamlit keeps its own list behind a button.

import { element } from "./elements.js";

/** @typedef {{stem: string, href: string, title: string, icon: string}} Entry */
/** @typedef {{data: {pages: Entry[], here: string}, parentElement: ShadowRoot, setTriggerValue: (name: string, value: unknown) => void}} Mounted */

/** @param {Mounted} component */
export default function strip({ data, parentElement, setTriggerValue }) {
  const nav = parentElement.querySelector("nav");
  if (!nav) return;
  const links = data.pages.map((page) => link(page, page.stem === data.here));
  nav.replaceChildren(...links);
  links.forEach((a, k) => {
    a.onclick = (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey) return; // in a tab or a window of its own
      e.preventDefault();
      if (data.pages[k].stem !== data.here) setTriggerValue("go", data.pages[k].stem);
    };
  });
  const here = links.find((a) => a.ariaCurrent);
  if (here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.clientWidth) / 2;
}

/**
 * @param {Entry} page
 * @param {boolean} here
 */
function link({ href, title, icon }, here) {
  const a = element("a");
  a.href = href;
  if (here) a.ariaCurrent = "page";
  const symbol = element("span", "icon", icon);
  symbol.ariaHidden = "true";
  a.append(symbol, element("span", "", title));
  return a;
}
