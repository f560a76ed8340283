import assert from "node:assert/strict";
import test from "node:test";
import { bytes, cases } from "./cases.js";
import { host } from "./dom.js";

const { packed, page, state } = cases.frames.find((f) => f.name === "softmax");
const layout = {
  blocks: [
    { kind: "text", parts: ["z₁ = ", { quantity: "z", index: "0", decimals: 1 }], tone: "key" },
  ],
  alt: "z",
  dense: false,
  colors: { classes: [], positive: "orange", negative: "violet" },
  page,
  choices: {},
};
const component = (name, data) => ({ name, data, parentElement: host(), setTriggerValue() {} });

const heard = new Map();
globalThis.addEventListener = (event, listener) => heard.set(event, listener);
globalThis.removeEventListener = (event) => heard.delete(event);
globalThis.location = { href: "http://here/losses?t=2" };

let watched = 0;
globalThis.MutationObserver = class {
  observe() {
    watched++;
  }

  disconnect() {
    watched--;
  }
};

test("board and frames that are mounted before the engine has come are shown when it comes", async () => {
  const { default: mount } = await import("../../../../pages/board/js/mount.js");
  const board = component("board", new TextEncoder().encode(JSON.stringify(layout)));
  const root = board.parentElement.querySelector(".board");
  const unmount = mount(board);
  mount(component("board_frames", bytes(packed)));
  assert.equal(root.textContent, "");

  const { default: start } = await import("../../../../pages/board/js/streamlit.js");
  const engine = { parentElement: host() };
  const stop = start(engine);
  const foot = engine.parentElement.querySelector("footer");
  assert.equal(foot.textContent, "A page", "it has no link before the page is printed");
  heard.get("beforeprint")();
  assert.match(foot.querySelector("a").textContent, /losses\?t=2$/);
  assert.match(foot.querySelector("time").textContent, /\d{4}$/);
  for (let k = 0; k < 100 && root.classList.contains("waiting"); k++)
    await new Promise((done) => setTimeout(done, 10));
  assert.equal(root.querySelector(".text").textContent, `z₁ = ${state.z1.toFixed(1)}`);
  assert.equal(watched, 1);

  const [body] = root.childNodes;
  start({ parentElement: host() });
  assert.equal(root.childNodes[0], body, "to be started again changes nothing");
  unmount();
  assert.ok(!globalThis.softmaxBoards.mounts.has(board.parentElement));
  stop();
  assert.equal(heard.size, 0, "nothing waits to be printed");
  assert.equal(engine.parentElement.querySelector("footer"), null);
});
