import "./dom.js";
import assert from "node:assert/strict";
import test from "node:test";

import { draw } from "../../../../pages/board/js/blocks.js";
import going from "../../../../pages/board/js/going.js";
import { Sheet } from "../../../../pages/board/js/sheet.js";

const element = (tag, ...inner) => {
  const e = document.createElement(tag);
  e.append(...inner);
  return e;
};

/** Words between which numbers stand, in a container of the page. */
function words(key, ...inner) {
  const box = element("div", ...inner);
  box.className = `st-key-${key}`;
  document.body.append(box);
  return box;
}

test("a number in the words is written where it stands, and no other", () => {
  const box = words(
    "prose",
    element("p", "a |1| b |2|"),
    element("p", "|3|", element("b", "|4| c")),
  );
  const sheet = new Sheet({ classes: [] });
  const numbers = [
    { quantity: "y", index: "0", sign: false, decimals: 2 },
    { quantity: "y", index: "1", sign: true, decimals: 2 },
    { quantity: "y", index: "2", sign: false, decimals: 2 },
    { quantity: "L", index: "", sign: false, decimals: 1 },
  ];
  const e = draw({ kind: "prose", host: "prose", mark: "|", numbers }, sheet);
  assert.ok(e.hidden);
  assert.deepEqual(
    sheet.followers.map(({ quantity, index }) => [quantity, ...index]),
    [["y", 0], ["y", 1], ["y", 2], ["L"]],
  );
  sheet.followers[1].write(0.5);
  assert.equal(box.textContent, "a |1| b |+0.50||3||4| c");
  sheet.followers[3].write(-7);
  sheet.followers[0].write(0.25);
  assert.equal(box.textContent, "a |0.25| b |+0.50||3||−7.0| c");
});

test("words that are not there yet are no error", () => {
  const sheet = new Sheet({ classes: [] });
  const numbers = [{ quantity: "y", index: "0", sign: false, decimals: 2 }];
  draw({ kind: "prose", host: "later", mark: "|", numbers }, sheet);
  sheet.followers[0].write(1);
});

/** The page with its listeners, and what Python was told. */
function mounted(projector = false) {
  const heard = {};
  const told = [];
  document.documentElement = element("html");
  document.addEventListener = (name, listener) => Object.assign(heard, { [name]: listener });
  globalThis.Element = HTMLElement;
  globalThis.ResizeObserver = class {};
  globalThis.addEventListener = () => {};
  going({ data: { projector }, setTriggerValue: (...said) => told.push(said) });
  const at = (target) => ({ composedPath: () => [target, document.body], preventDefault() {} });
  const press = (key, target = element("p"), more = {}) =>
    heard.keydown({ key, ...more, ...at(target) });
  const swipe = (from, to, target = element("p")) => {
    heard.touchstart({ touches: [{ clientX: from[0], clientY: from[1] }], ...at(target) });
    heard.touchend({ changedTouches: [{ clientX: to[0], clientY: to[1] }] });
  };
  return { told, press, swipe, root: document.documentElement };
}

test("arrow keys and a clicker's keys go on and back", () => {
  const { told, press } = mounted();
  for (const key of ["ArrowRight", "PageDown", "ArrowLeft", "PageUp", "x"]) press(key);
  assert.deepEqual(told, [
    ["go", 1],
    ["go", 1],
    ["go", -1],
    ["go", -1],
  ]);
});

test("keys in a control and keys with a modifier are not taken", () => {
  const { told, press } = mounted();
  for (const name of ["input", "textarea"]) press("ArrowRight", element(name));
  press("ArrowRight", element("p"), { altKey: true });
  press("f", element("p"), { ctrlKey: true });
  assert.deepEqual(told, []);
});

test("F asks for the projector and Esc leaves it", () => {
  const { told, press } = mounted();
  press("f");
  press("Escape");
  assert.deepEqual(told, [["projector", true]]);
  const projected = mounted(true);
  assert.ok(projected.root.classList.contains("projector"));
  projected.press("F");
  projected.press("Escape");
  assert.deepEqual(projected.told, [
    ["projector", false],
    ["projector", false],
  ]);
});

test("a swipe goes on and back; one along a slider, a short or an upright one does not", () => {
  const { told, swipe } = mounted();
  swipe([300, 100], [200, 110]);
  swipe([100, 100], [200, 90]);
  swipe([100, 100], [150, 100]);
  swipe([100, 100], [200, 300]);
  swipe([300, 100], [100, 100], element("input"));
  assert.deepEqual(told, [
    ["go", 1],
    ["go", -1],
  ]);
});
