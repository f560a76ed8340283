import assert from "node:assert/strict";
import test from "node:test";
import { elsewhere } from "../../../../pages/board/js/controls.js";
import { Engine } from "../../../../pages/board/js/engine.js";
import { bytes, cases, doubles } from "./cases.js";
import { host, slider } from "./dom.js";

// Of Python: z, y of the puzzle's three logits, whose sliders are z1, z2, z3 and tau.
const { packed, later, backdrop, page, state, swept, offsets } = cases.frames.find(
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
  handles: [1, 2, 3].map((k) => ({ key: `z${k}`, name: `${quantity}${k}` })),
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
  const engine = new Engine((state) => moved.filter(({ key }) => key in state));
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

/** A bar's track, which pointers and keys come to. */
function trackOf(root, quantity, index) {
  const number = root.querySelector(`[data-quantity=${quantity}][data-index='${index}']`);
  const track = number.closest(".bar").querySelector("[data-drag]");
  track.getBoundingClientRect = () => ({ left: 100, width: 200 });
  const at = (share, more) => ({ button: 0, pointerId: 1, clientX: 100 + 200 * share, ...more });
  return {
    down: (share, more) => track.onpointerdown(at(share, more)),
    move: (share) => track.onpointermove(at(share)),
    up: (share) => track.onpointerup(at(share)),
    cancel: () => track.onpointercancel(),
    press(...keys) {
      for (const key of keys) {
        let prevented = false;
        track.onkeydown({ key, preventDefault: () => (prevented = true) });
        if (!prevented) return false;
      }
      return true;
    },
    release: (key) => track.onkeyup({ key }),
  };
}

test("a dragged bar shows the nearest step and tells its slider's value when it is let go", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 1);
  bar.down(0.5);
  bar.move(0.751);
  assert.equal(shown("z", 1), "5");
  assert.deepEqual(said, []);
  bar.up(0.751);
  assert.deepEqual(said, [["drag", ["z2", 5]]]);
  bar.move(0.1);
  assert.equal(shown("z", 1), "5", "it was let go");
});

test("a finger that comes down and then scrolls moves nothing; one that is lifted at once does", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 1);
  bar.down(0.9, { pointerType: "touch" });
  assert.equal(shown("z", 1), String(state.z2));
  bar.cancel();
  assert.equal(shown("z", 1), String(state.z2));
  assert.deepEqual(said, []);
  bar.down(0.9, { pointerType: "touch" });
  bar.up(0.9);
  assert.deepEqual(said, [["drag", ["z2", 8]]]);
});

test("a probability is dragged by looking it up", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "y", 0);
  bar.down(0.3);
  bar.up(0.3);
  const [[, [key, value]]] = said;
  const step = Math.round((value + 10) / 0.1);
  assert.equal(key, "z1");
  const off = (k) => Math.abs(numberOf("z1", k, "y", [0]) - 0.3);
  assert.ok(off(step) <= off(step - 1) && off(step) <= off(step + 1));
  assert.equal(shown("y", 0), String(numberOf("z1", step, "y", [0])));
});

test("keys move a bar step by step from where it is, and tell it when they are let go", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 2); // at 0.1
  assert.ok(bar.press("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft"));
  assert.equal(shown("z", 2), String(numberOf("z3", 103, "z", [2])));
  assert.ok(bar.press("PageUp"));
  assert.equal(shown("z", 2), String(numberOf("z3", 123, "z", [2])));
  assert.deepEqual(said, []);
  bar.release("PageUp");
  const [[event, [key, value]]] = said;
  assert.deepEqual([event, key, value.toFixed(6)], ["drag", "z3", "2.300000"]);
  bar.release("PageUp");
  assert.equal(said.length, 1, "it was told");
  assert.ok(!bar.press("Tab"));
  assert.ok(bar.press("End", "ArrowRight"));
  assert.equal(shown("z", 2), "10");
});

test("what comes back to where it was tells nothing", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 0);
  bar.press("ArrowRight", "ArrowLeft");
  bar.release("ArrowLeft");
  assert.deepEqual(said, []);
  assert.equal(shown("z", 0), String(state.z1));
});

test("until the server has answered for one bar, no frame shows another moved", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  const first = trackOf(root, "z", 0);
  first.down((later.state.z1 + 10) / 20);
  first.up((later.state.z1 + 10) / 20);
  const second = trackOf(root, "z", 1);
  second.down(0.9);
  second.move(0.95);
  assert.equal(shown("z", 1), String(state.z2));
  await engine.receive(bytes(later.packed));
  second.move(0.95);
  assert.equal(shown("z", 1), "9");
  second.up(0.95);
  assert.deepEqual(
    said.map(([, [key]]) => key),
    ["z1", "z2"],
  );
});

test("a drag holds until frames arrive for where it went", async () => {
  const { engine, root, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 0);
  bar.down((later.state.z1 + 10) / 20);
  bar.up((later.state.z1 + 10) / 20);
  await engine.receive(bytes(packed));
  assert.ok(Math.abs(shown("z", 0) - later.state.z1) < 1e-5, "these are of before");
  await engine.receive(bytes(later.packed));
  assert.equal(shown("z", 0), String(later.state.z1));
});

test("a drag that is cancelled goes back, and other buttons drag nothing", async () => {
  const { engine, root, said, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 0);
  bar.down(0.9);
  assert.notEqual(shown("z", 0), String(state.z1));
  bar.cancel();
  assert.equal(shown("z", 0), String(state.z1));
  bar.down(0.9, { button: 2 });
  bar.up(0.9);
  assert.equal(shown("z", 0), String(state.z1));
  assert.deepEqual(said, []);
});

test("while the page waits for the server a pointer drags nothing, as it is looked up; a key counts", async () => {
  const { engine, root, said, shown, move } = started();
  await engine.receive(bytes(packed));
  move({ key: "t" });
  const bar = trackOf(root, "z", 0);
  bar.down(0.9);
  bar.up(0.9);
  assert.deepEqual(said, []);
  bar.press("End");
  bar.release("End");
  assert.deepEqual(said, [["drag", ["z1", 10]]]);
  assert.equal(shown("z", 0), String(state.z1), "there is no frame in which both have moved");
});

test("keys in quick succession are told one at a time, each when the one before is answered", async () => {
  const { engine, root, said, shown, move } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 0);
  const tap = (key) => {
    bar.press(key);
    bar.release(key);
  };
  tap("End");
  for (const key of ["Home", "ArrowUp", "ArrowUp"]) tap(key);
  assert.deepEqual(said, [["drag", ["z1", 10]]]);
  assert.equal(shown("z", 0), String(numberOf("z1", 2, "z", [0])));
  move({ key: "z1", number: 10 }); // the slider has followed, its numbers have not come
  tap("ArrowUp");
  assert.equal(shown("z", 0), String(numberOf("z1", 3, "z", [0])));
  await engine.receive(bytes(packed)); // of a change before
  assert.equal(said.length, 1);
  await engine.receive(bytes(later.packed)); // and no answer either: it was lost
  assert.deepEqual(said[1][1].map(Number.parseFloat), [Number.NaN, -9.7]);
  assert.equal(shown("z", 0), String(numberOf("z1", 3, "z", [0])));
});

test("when there is no answer a board shows again where the slider stands", async () => {
  const { engine, root, shown } = started();
  await engine.receive(bytes(packed));
  const bar = trackOf(root, "z", 0);
  bar.press("End");
  bar.release("End");
  await engine.receive(bytes(packed));
  assert.equal(shown("z", 0), "10");
  await engine.receive(bytes(packed));
  assert.equal(shown("z", 0), String(state.z1));
});

const withBackdrop = { blocks: [...sent.blocks, bars("still", 1, true)] };

test("numbers of a backdrop come apart: a board waits for both, and one stays when the other changes", async () => {
  const { engine, root, shown, move } = started(withBackdrop);
  await engine.receive(bytes(packed));
  assert.deepEqual(waits(root), [true, "true"]);
  await engine.receive(bytes(backdrop.packed));
  assert.deepEqual(waits(root), [false, "false"]);
  const before = shown("still", 0);
  move({ key: "z1", number: -3 });
  assert.equal(shown("z", 0), String(numberOf("z1", 70, "z", [0])));
  await engine.receive(bytes(later.packed));
  assert.equal(shown("still", 0), before);
  assert.deepEqual(waits(root), [false, "false"]);
});

test("a slider that moves both parts shows both where it stands", async () => {
  const { engine, shown, move } = started(withBackdrop);
  await engine.receive(bytes(packed));
  await engine.receive(bytes(backdrop.packed));
  move({ key: "tau", number: 2 });
  assert.equal(shown("y", 0), String(numberOf("tau", 19, "y", [0])));
  assert.equal(shown("still", 1), "4", "twice τ");
});

test("a backdrop of other choices is none", async () => {
  const { engine, root } = started({ ...withBackdrop, choices: { n: 4 } });
  await engine.receive(bytes(packed));
  await engine.receive(bytes(backdrop.packed));
  assert.deepEqual(waits(root), [true, "true"]);
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
