import assert from "node:assert/strict";
import test from "node:test";
import { elsewhere } from "../../../../pages/board/js/controls.js";
import { Engine } from "../../../../pages/board/js/engine.js";
import { bytes, cases, doubles } from "./cases.js";
import { host, slider } from "./dom.js";

// Of Python: z, y of the puzzle's three logits, whose sliders are z1, z2, z3 and tau.
const { packed, later, page, state, swept, offsets } = cases.frames.find(
  (f) => f.name === "softmax",
);
const offsetOf = (quantity, index) =>
  offsets.find(([q, i]) => q === quantity && `${i}` === `${index}`)[2];
const width = offsets.length;
const numberOf = (key, step, quantity, index) =>
  doubles(swept[key])[step * width + offsetOf(quantity, index)];

const bars = (quantity, scale, signed) => ({
  kind: "bars",
  quantity,
  labels: ["1", "2", "3"],
  title: quantity,
  scale,
  signed,
  decimals: 4,
  drag: "z",
});
const sent = {
  blocks: [
    bars("z", 10, true),
    bars("y", 1, false),
    { kind: "text", parts: ["y₁ = ", { quantity: "y", index: "0", decimals: 2 }], tone: "key" },
  ],
  alt: "z and y",
  dense: false,
  colors: { classes: ["red", "green", "blue"], positive: "orange", negative: "violet" },
  page,
  choices: { n: state.n },
};

/** An engine with one board, which hears of moved controls as they are put into `moved`. */
function started(changes = {}) {
  const moved = [];
  const engine = new Engine(() => moved);
  const at = host();
  const root = at.querySelector(".board");
  const said = [];
  engine.show(at, { ...sent, ...changes }, (...message) => said.push(message));
  const shown = (quantity, index) =>
    root.querySelector(`[data-quantity=${quantity}][data-index='${index}']`).dataset.value;
  const move = (...controls) => {
    moved.splice(0, moved.length, ...controls);
    engine.refresh();
  };
  return { engine, at, root, said, shown, move };
}

const waits = (root) => [root.classList.contains("waiting"), root.getAttribute("aria-busy")];

test("a board waits for its frames, shows them, and follows a slider that moves", async () => {
  const { engine, root, shown, move } = started();
  assert.deepEqual(waits(root), [true, "true"]);
  await engine.receive(bytes(packed));
  assert.deepEqual(waits(root), [false, "false"]);
  assert.equal(shown("z", 0), String(state.z1));
  move({ key: "z1", number: -3 });
  assert.deepEqual(waits(root), [false, "false"]);
  assert.equal(shown("z", 0), String(numberOf("z1", 70, "z", [0])));
  assert.equal(shown("y", 2), String(numberOf("z1", 70, "y", [2])));
});

test("when two controls have moved it keeps its numbers and says that they are of before", async () => {
  const { engine, root, shown, move } = started();
  await engine.receive(bytes(packed));
  const before = shown("y", 0);
  move({ key: "z1", number: -3 }, { key: "z2", number: 4 });
  assert.deepEqual(waits(root), [true, "true"]);
  assert.equal(shown("y", 0), before);
});

test("a board of another page, other choices or other numbers is not painted", async () => {
  for (const changes of [
    { page: "another" },
    { choices: { n: 4 } },
    { choices: { loss: "CE" } },
    { blocks: [...sent.blocks, bars("g", 1, true)] },
  ]) {
    const { engine, root } = started(changes);
    await engine.receive(bytes(packed));
    assert.deepEqual(waits(root), [true, "true"]);
  }
});

test("of frames that arrive together the last count, whichever is unpacked first", async () => {
  const { engine, shown } = started();
  await Promise.all([engine.receive(bytes(packed)), engine.receive(bytes(later.packed))]);
  assert.equal(shown("z", 0), String(later.state.z1));
});

test("screen readers are told the key sentences when frames arrive, and nothing while a slider moves", async () => {
  const { engine, root, move } = started();
  const status = root.querySelector(".status");
  await engine.receive(bytes(packed));
  const told = status.textContent;
  assert.match(told, /^y₁ = \d\.\d\d$/);
  move({ key: "z1", number: -3 });
  assert.equal(status.textContent, told);
});

test("a board that is sent again as it is stands; another one takes its place", () => {
  const { engine, at, root } = started();
  const [body] = root.childNodes;
  engine.show(at, { ...sent }, () => {});
  assert.equal(root.childNodes[0], body);
  engine.show(at, { ...sent, alt: "other" }, () => {});
  assert.notEqual(root.childNodes[0], body);
  assert.equal(root.getAttribute("aria-label"), "other");
});

test("a board that was taken away is painted no more", async () => {
  const { engine, at, root } = started();
  engine.remove(at);
  await engine.receive(bytes(packed));
  assert.deepEqual(waits(root), [true, "true"]);
});

/** A pointer at a share of a bar's track. */
function pointer(root, quantity, index, share) {
  const target = root.querySelector(`[data-quantity=${quantity}][data-index='${index}']`);
  const track = target.closest(".bar").querySelector("[data-drag]");
  track.getBoundingClientRect = () => ({ left: 100, width: 200 });
  return { target: track, button: 0, pointerId: 1, clientX: 100 + 200 * share };
}

test("a dragged bar shows the nearest step and tells its slider's value when it is let go", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  root.onpointerdown(pointer(root, "z", 1, 0.5));
  root.onpointermove(pointer(root, "z", 1, 0.751));
  assert.equal(shown("z", 1), "5");
  assert.deepEqual(said, []);
  root.onpointerup();
  assert.deepEqual(said, [["drag", ["z2", 5]]]);
  root.onpointermove(pointer(root, "z", 1, 0.1));
  assert.equal(shown("z", 1), "5", "it was let go");
});

test("a probability is dragged by looking it up", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  root.onpointerdown(pointer(root, "y", 0, 0.3));
  root.onpointerup();
  const [[, [key, value]]] = said;
  const step = Math.round((value + 10) / 0.1);
  assert.equal(key, "z1");
  const off = (k) => Math.abs(numberOf("z1", k, "y", [0]) - 0.3);
  assert.ok(off(step) <= off(step - 1) && off(step) <= off(step + 1));
  assert.equal(shown("y", 0), String(numberOf("z1", step, "y", [0])));
});

test("a drag holds until frames arrive for where it went", async () => {
  const { engine, root, shown } = started();
  await engine.receive(bytes(packed));
  root.onpointerdown(pointer(root, "z", 0, (later.state.z1 + 10) / 20));
  root.onpointerup();
  await engine.receive(bytes(packed));
  assert.ok(Math.abs(shown("z", 0) - later.state.z1) < 1e-5, "these are of before");
  await engine.receive(bytes(later.packed));
  assert.equal(shown("z", 0), String(later.state.z1));
});

test("a drag that is cancelled goes back, and other buttons drag nothing", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  root.onpointerdown(pointer(root, "z", 0, 0.9));
  assert.notEqual(shown("z", 0), String(state.z1));
  root.onpointercancel();
  assert.equal(shown("z", 0), String(state.z1));
  root.onpointerdown({ ...pointer(root, "z", 0, 0.9), button: 2 });
  root.onpointerup();
  assert.equal(shown("z", 0), String(state.z1));
  assert.deepEqual(said, []);
});

test("nothing is dragged while the page waits for the server", async () => {
  const { engine, root, said, move } = started();
  await engine.receive(bytes(packed));
  move({ key: "t" });
  root.onpointerdown(pointer(root, "z", 0, 0.9));
  root.onpointerup();
  assert.deepEqual(said, []);
});

test("a slider less than half a step from a state stands where it is, a text as it is written", () => {
  const input = slider("z1", 2, 0.1);
  const choice = slider("t", 0, 1).parent;
  choice.childNodes = [];
  const option = document.createElement("button");
  option.setAttribute("aria-checked", "true");
  option.textContent = "3";
  choice.append(option);
  assert.deepEqual(elsewhere({ z1: 2.04, t: "3", unknown: 1 }), []);
  input.value = "2.1";
  assert.deepEqual(elsewhere({ z1: 2.04, t: "2" }), [{ key: "z1", number: 2.1 }, { key: "t" }]);
});
