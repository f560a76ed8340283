// As much of a browser's document as drawing and painting a board need.

class Text {
  constructor(data) {
    this.textContent = data;
  }
}

class Classes extends Set {
  toggle(name, on) {
    if (on) this.add(name);
    else this.delete(name);
  }

  remove(name) {
    this.delete(name);
  }

  contains(name) {
    return this.has(name);
  }
}

/** "td.a[data-x='1']" as conditions on an element. */
function conditions(selector) {
  const parts = selector.matchAll(/\.([\w-]+)|\[([\w-]+)(?:(\$?)=["']?([^"'\]]*)["']?)?\]|^(\w+)/g);
  return [...parts].map(([, className, name, ends, value, tag]) => (e) => {
    if (className) return e.classList.has(className);
    if (tag) return e.tagName === tag.toUpperCase();
    const has = e.getAttribute(name);
    if (value === undefined) return has !== null;
    return ends ? Boolean(has?.endsWith(value)) : has === value;
  });
}

class HTMLElement {
  parent = null;
  childNodes = [];
  classList = new Classes();
  attributes = {};
  dataset = {};
  properties = {};
  style = { setProperty: (name, value) => Object.assign(this.properties, { [name]: value }) };

  constructor(tag) {
    this.tagName = tag.toUpperCase();
  }

  get id() {
    return this.attributes.id ?? "";
  }

  /** The points of a polyline, as numbers that can be set. */
  get points() {
    this.list ??= this.attributes.points.split(" ").map((at) => {
      const [x, y] = at.split(",").map(Number);
      return { x, y };
    });
    return { getItem: (k) => this.list[k] };
  }

  get className() {
    return [...this.classList].join(" ");
  }

  set className(names) {
    this.classList = new Classes(names.split(/\s+/).filter(Boolean));
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    this.childNodes = text === "" ? [] : [new Text(text)];
  }

  get children() {
    return this.childNodes.filter((child) => child instanceof HTMLElement);
  }

  get descendants() {
    return this.children.flatMap((child) => [child, ...child.descendants]);
  }

  append(...nodes) {
    for (const node of nodes) {
      if (node instanceof HTMLElement) node.parent = this;
      this.childNodes.push(node instanceof HTMLElement ? node : new Text(node));
    }
  }

  appendChild(node) {
    this.append(node);
  }

  remove() {
    const among = this.parent?.childNodes ?? [];
    if (among.includes(this)) among.splice(among.indexOf(this), 1);
  }

  replaceChildren(...nodes) {
    this.childNodes = [];
    this.append(...nodes);
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  getAttribute(name) {
    const key = name.replace(/^data-/, "").replace(/-(\w)/g, (_, c) => c.toUpperCase());
    return (name.startsWith("data-") ? this.dataset[key] : this.attributes[name]) ?? null;
  }

  matches(selector) {
    const holds = (one) => conditions(one.trim()).every((condition) => condition(this));
    return selector.split(",").some(holds);
  }

  querySelectorAll(selector) {
    return this.descendants.filter((e) => e.matches(selector));
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  closest(selector) {
    return this.matches(selector) ? this : (this.parent?.closest(selector) ?? null);
  }

  contains(other) {
    return other === this || this.descendants.includes(other);
  }

  getRootNode() {
    return this.parent?.getRootNode() ?? this;
  }

  focus() {
    this.getRootNode().activeElement = this;
  }

  insertRow() {
    const row = new HTMLElement("tr");
    this.append(row);
    return row;
  }

  createTHead() {
    const head = new HTMLElement("thead");
    this.append(head);
    return head;
  }

  createTBody() {
    const body = new HTMLElement("tbody");
    this.append(body);
    return body;
  }

  setPointerCapture() {}
}

class HTMLInputElement extends HTMLElement {}

const body = new HTMLElement("body");
const document = {
  addEventListener() {},
  body,
  title: "A page",
  createElement: (tag) => new HTMLElement(tag),
  createElementNS: (_, tag) => new HTMLElement(tag),
  querySelector: (selector) => body.querySelector(selector),
  querySelectorAll: (selector) => body.querySelectorAll(selector),
};

Object.assign(globalThis, { document, HTMLElement, HTMLInputElement, Text });

/** A new host with an empty board in it. */
export function host() {
  const e = new HTMLElement("div");
  const board = new HTMLElement("div");
  board.className = "board";
  e.append(board);
  return e;
}

/** A slider of the page, as Streamlit draws it. */
export function slider(key, value, step) {
  const box = new HTMLElement("div");
  const input = new HTMLInputElement("input");
  box.className = `st-key-${key}`;
  Object.assign(input, { value: String(value), step: String(step) });
  input.setAttribute("type", "range");
  box.append(input);
  body.append(box);
  return input;
}
