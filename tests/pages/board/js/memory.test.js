import assert from "node:assert/strict";
import test from "node:test";

const store = new Map();
let allowed = true;
Object.defineProperty(globalThis, "localStorage", {
  configurable: true,
  get() {
    if (!allowed) throw new Error("SecurityError");
    return { getItem: (k) => store.get(k) ?? null, setItem: (k, v) => store.set(k, v) };
  },
});

/** A tab of its own, as modules keep what they know. */
let tabs = 0;
async function tab() {
  const module = await import(`../../../../pages/board/js/memory.js?${tabs++}`);
  let heard = false;
  return (text, session = {}) => {
    const told = [];
    if (session.lost) heard = false;
    module.default({ data: { text, heard }, setTriggerValue: (...message) => told.push(message) });
    heard ||= told.length > 0;
    return told;
  };
}
const kept = () => [...store.values()];

test("what was done is kept, and told to the next visit before anything is written over it", async () => {
  store.clear();
  const first = await tab();
  assert.deepEqual(first(""), []);
  assert.deepEqual(first("a"), []);
  assert.deepEqual(kept(), ["a"]);
  const second = await tab();
  assert.deepEqual(second(""), [["kept", "a"]]);
  assert.deepEqual(kept(), ["a"]);
  assert.deepEqual(second("a b"), []);
  assert.deepEqual(kept(), ["a b"]);
});

test("what another tab wrote in the meantime is told and not lost", async () => {
  store.clear();
  const [one, other] = [await tab(), await tab()];
  one("a");
  assert.deepEqual(other("b"), [["kept", "a"]]);
  other("a b");
  assert.deepEqual(one("a c"), [["kept", "a b"]]);
  assert.deepEqual(kept(), ["a b"]);
});

test("a session that was lost is told again, and what is kept outlives it", async () => {
  store.clear();
  const here = await tab();
  here("a");
  assert.deepEqual(here("", { lost: true }), [["kept", "a"]]);
  assert.deepEqual(here("a"), []);
  assert.deepEqual(kept(), ["a"]);
});

test("what was kept and is taken away in the browser is written anew", async () => {
  store.clear();
  const here = await tab();
  here("a");
  store.clear();
  assert.deepEqual(here("a b"), []);
  assert.deepEqual(kept(), ["a b"]);
});

test("a browser that keeps nothing is no error", async () => {
  store.clear();
  allowed = false;
  const here = await tab();
  assert.deepEqual(here("a"), []);
  assert.deepEqual(here("a b"), []);
  allowed = true;
});
