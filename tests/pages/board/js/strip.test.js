import assert from "node:assert/strict";
import test from "node:test";
import "./dom.js";
import strip from "../../../../pages/board/js/strip.js";

const pages = ["puzzle", "jacobian", "check"].map((stem) => ({
  stem,
  href: `./${stem}`,
  title: stem.toUpperCase(),
  icon: "help",
}));

function mounted(here) {
  const parentElement = document.createElement("div");
  parentElement.append(document.createElement("nav"));
  const told = [];
  const setTriggerValue = (name, value) => told.push([name, value]);
  strip({ data: { pages, here }, parentElement, setTriggerValue });
  return { links: parentElement.querySelectorAll("a"), told };
}

const click = (keys = {}) => {
  const event = { prevented: false, preventDefault: () => (event.prevented = true), ...keys };
  return event;
};

test("there is a link to each page, and the one that is open is marked", () => {
  const { links } = mounted("jacobian");
  assert.deepEqual(
    links.map((a) => [a.href, a.ariaCurrent ?? null]),
    [
      ["./puzzle", null],
      ["./jacobian", "page"],
      ["./check", null],
    ],
  );
  assert.ok(links[2].textContent.endsWith("CHECK"));
});

test("a tap says where to go, and the browser itself goes nowhere", () => {
  const { links, told } = mounted("jacobian");
  const event = click();
  links[2].onclick(event);
  assert.deepEqual(told, [["go", "check"]]);
  assert.ok(event.prevented);
});

test("a tap on the page that is open does nothing", () => {
  const { links, told } = mounted("jacobian");
  links[1].onclick(click());
  assert.deepEqual(told, []);
});

test("a click that asks for a new tab or window is left to the browser", () => {
  const { links, told } = mounted("jacobian");
  for (const key of ["ctrlKey", "metaKey", "shiftKey"]) {
    const event = click({ [key]: true });
    links[0].onclick(event);
    assert.ok(!event.prevented);
  }
  assert.deepEqual(told, []);
});
