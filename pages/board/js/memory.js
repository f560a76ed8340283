// What a learner has done, kept in this browser and nowhere else.

const PLACE = "softmax-practice";

/**
 * heard: whether the session has been told what is kept here.
 * @typedef {{data: {text: string, heard: boolean}, setTriggerValue: (name: string, value: unknown) => void}} Remembering
 */

/**
 * What this tab has read or written last: if there is something else, another tab wrote it.
 * @type {string}
 */
let known = "";

/** @param {Remembering} component */
export default function remember({ data, setTriggerValue }) {
  const kept = recall();
  if (kept === null) return; // inside another site's page a browser may keep nothing
  if (kept && (kept !== known || !data.heard)) {
    known = kept;
    setTriggerValue("kept", kept); // the session adds it to its own, and sends all of it
  } else if (data.text !== kept) {
    known = data.text;
    keep(data.text);
  }
}

function recall() {
  try {
    return localStorage.getItem(PLACE) ?? "";
  } catch {
    return null;
  }
}

/** @param {string} text */
function keep(text) {
  try {
    localStorage.setItem(PLACE, text);
  } catch {
    // It is full, or not allowed: what was done lasts as long as the visit.
  }
}
