// What a learner has done, kept in this browser and nowhere else.

const PLACE = "softmax-practice";
const TYPED = "softmax-typed";
const BOX = "st-key-box_";

/**
 * heard: whether the session has been told what is kept here.
 * @typedef {{data: {text: string, heard: boolean}, setTriggerValue: (name: string, value: unknown) => void}} Remembering
 */

/**
 * What this tab has read or written last: if there is something else, another tab wrote it.
 * @type {string}
 */
let known = "";

// Streamlit hears of a box when the cursor leaves it: on a reload, what stands in it waits in the tab.
globalThis.addEventListener?.("pagehide", () => {
  const box = document.activeElement;
  const place = box?.closest(`[class*="${BOX}"]`);
  const name = [...(place?.classList ?? [])].find((one) => one.startsWith(BOX));
  if (name && box instanceof HTMLInputElement) {
    keep("sessionStorage", TYPED, JSON.stringify([name, box.value]));
  }
});

/** @param {Remembering} component */
export default function remember({ data, setTriggerValue }) {
  const kept = recall("localStorage", PLACE);
  if (kept === null) return; // inside another site's page a browser may keep nothing
  if (kept && (kept !== known || !data.heard)) {
    known = kept;
    setTriggerValue("kept", kept); // the session adds it to its own, and sends all of it
    return;
  }
  if (data.text !== kept) {
    known = data.text;
    keep("localStorage", PLACE, data.text);
  }
  const typed = recall("sessionStorage", TYPED);
  if (typed) {
    keep("sessionStorage", TYPED, "");
    setTriggerValue("typed", typed); // after what was kept, which it adds to
  }
}

/**
 * @param {"localStorage" | "sessionStorage"} storage
 * @param {string} name
 */
function recall(storage, name) {
  try {
    return globalThis[storage].getItem(name) ?? "";
  } catch {
    return null;
  }
}

/**
 * @param {"localStorage" | "sessionStorage"} storage
 * @param {string} name
 * @param {string} text
 */
function keep(storage, name, text) {
  try {
    globalThis[storage].setItem(name, text);
  } catch {
    // It is full, or not allowed: what was done lasts as long as the visit.
  }
}
