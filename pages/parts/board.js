// The engine behind all boards of a page: builds their elements from the blocks, writes numbers into
// them, and while a slider moves looks up the numbers that the server computed for where it stands.
// It knows no formula. Every number comes from the server, and CSS turns it into length or colour.

const house = (globalThis.softmaxBoards ??= { places: new Map(), show: null, remove: null });
const boards = new Map(); // parentElement → what is drawn there
const formats = new WeakMap(); // number's element → how it is written
const utf8 = new TextDecoder();
let frames = null; // every state that one slider can reach, see live.py
let arrived = 0; // how many times frames have: only the last ones count
let pulled = null; // the bar in a hand, or let go and not yet answered: slider, step, value
const MINUS = "\u2212";

// The same rules as numbers.py.
function fixed(value, decimals, sign) {
  if (Number.isNaN(value)) return "nan";
  const size = Math.abs(value);
  const scientific = decimals === null;
  if (size < (scientific ? 5e-324 : 1e-12)) return scientific || decimals > 1 ? "0" : (0).toFixed(decimals);
  let text;
  if (size === Infinity) text = "∞";
  else if (scientific || size < 0.5 * 10 ** -decimals || size >= 1e5)
    text = size.toExponential(1).replace("e+", "e").replace("-", MINUS);
  else text = size.toFixed(decimals);
  return (value < 0 ? MINUS : sign ? "+" : "") + text;
}

function element(tag, className, text) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

function svg(tag, attributes) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  return e;
}

// An element that shows one number. The painter finds it by its quantity and index.
function cell(tag, className, quantity, index, { scale = 0, decimals, sign = true, words }) {
  const e = element(tag, `number ${className}`);
  e.dataset.quantity = quantity;
  e.dataset.index = index;
  formats.set(e, { decimals, sign, words });
  e.style.setProperty("--scale", scale || 1);
  if (scale) e.classList.add("shaded");
  return e;
}

function label(tag, text, k, colors) {
  const th = element(tag, "label", text);
  if (k !== null) th.style.setProperty("--class", colors.classes[k]);
  return th;
}

function heading(block) {
  const h = element("div", "title", block.title);
  if (block.shape) h.append(element("span", "shape", block.shape));
  return h;
}

// What is there from a stage on, and framed at it.
function staged(e, { stage }) {
  if (stage) e.dataset.stage = stage;
  return e;
}

const draw = {
  text(block) {
    const p = staged(element("p", `text ${block.tone}`), block);
    for (const part of block.parts)
      p.append(
        typeof part === "string"
          ? part
          : cell("span", "inline", part.quantity, part.index, part),
      );
    return p;
  },

  symbol: (block) => element("div", "symbol", block.text),

  heading: (block) => element("h3", "", block.text),

  line(block, colors) {
    const e = element("div", "line");
    e.append(...block.blocks.map((b) => draw[b.kind](b, colors)));
    return e;
  },

  card(block, colors) {
    const e = staged(element("div", "card"), block);
    e.append(...block.blocks.map((b) => draw[b.kind](b, colors)));
    return e;
  },

  stack(block, colors) {
    const e = element("div", "stack");
    e.append(...block.blocks.map((b) => draw[b.kind](b, colors)));
    return e;
  },

  bars(block, colors) {
    const e = element("figure", "block");
    e.append(heading(block));
    const list = element("div", block.signed ? "bars signed" : "bars");
    block.labels.forEach((name, k) => {
      const bar = element("div", "bar");
      bar.style.setProperty("--class", colors.classes[k]);
      const track = element("div", "track");
      if (block.pull) track.dataset.pull = `${block.pull}${k + 1}`;
      track.append(element("div", "fill"));
      bar.append(
        element("span", "name", name),
        track,
        cell("span", "bar-number", block.quantity, String(k), {
          decimals: block.decimals,
          sign: block.signed && block.decimals > 1,
        }),
      );
      bar.style.setProperty("--scale", block.scale);
      list.append(bar);
    });
    e.append(list);
    return e;
  },

  matrix(block, colors) {
    const e = staged(element("figure", "block"), block);
    const scroll = element("div", "scroll");
    const table = element("table", block.pick ? "pick" : "");
    table.setAttribute("aria-label", block.title);
    if (block.pick) table.setAttribute("role", "grid");
    const [r, c] = [block.rows.length, block.columns.length];
    const head = table.createTHead().insertRow();
    head.append(element("td"));
    block.columns.forEach((name, j) => {
      const th = label("th", name, block.classColumns ? j : null, colors);
      th.scope = "col";
      if (j === block.column) th.classList.add("framed");
      head.append(th);
    });
    if (block.rowSums) head.append(element("th", "label sum", "Σ row"));
    const body = table.createTBody();
    block.rows.forEach((name, i) => {
      const row = body.insertRow();
      const th = label("th", name, block.classRows ? i : null, colors);
      th.scope = "row";
      if (i === block.row) th.classList.add("framed");
      row.append(th);
      for (let j = 0; j < c; j++) {
        const index = r === 1 ? String(j) : c === 1 ? String(i) : `${i},${j}`;
        const td = cell("td", block.decimals ? "" : "whole", block.quantity, index, block);
        if (i === block.row) td.classList.add("in-row");
        if (j === block.column) td.classList.add("in-column");
        if (i === block.row && j === block.column) td.classList.add("picked");
        if (block.pick) pickable(td, block.quantity, i, j, i === (block.row ?? 0) && j === (block.column ?? 0));
        row.append(td);
      }
      if (block.rowSums) row.append(cell("td", "sum", block.rowSums, String(i), { decimals: block.decimals }));
    });
    if (block.columnSums) {
      const row = body.insertRow();
      const th = element("th", "label sum", "Σ col");
      th.scope = "row";
      row.append(th);
      for (let j = 0; j < c; j++)
        row.append(cell("td", "sum", block.columnSums, String(j), { decimals: block.decimals }));
      if (block.rowSums) row.append(element("td"));
    }
    scroll.append(table);
    e.append(heading(block), scroll);
    return e;
  },

  triangle(block, colors) {
    const e = element("figure", "block");
    const picture = svg("svg", { viewBox: "-0.1 -1 1.2 1.14", class: "triangle", role: "img" });
    picture.setAttribute("aria-label", block.title);
    const upright = svg("g", { transform: "scale(1,-1)" }); // the plane's second axis points up
    upright.append(svg("path", { d: "M0 0L1 0L.5 .8660254Z" }));
    block.classes.forEach((k, i) => {
      const point = svg("circle", { r: 0.013, fill: colors.classes[k] });
      point.dataset.point = block.quantity;
      point.dataset.index = i;
      upright.append(point);
    });
    picture.append(upright);
    const places = [["-0.02", "0.075", "start"], ["1.02", "0.075", "end"], ["0.5", "-0.9", "middle"]];
    block.corners.forEach((name, k) => {
      const [x, y, anchor] = places[k];
      const corner = svg("text", { x, y, "text-anchor": anchor });
      const mark = svg("tspan", { fill: colors.classes[k] });
      mark.textContent = "■ ";
      corner.append(mark, name);
      picture.append(corner);
    });
    e.append(heading(block), picture);
    return e;
  },

  vectors(block, colors) {
    const e = element("figure", "block wide");
    const scroll = element("div", "scroll");
    const table = element("table", block.pick ? "pick" : "");
    table.setAttribute("aria-label", block.title);
    if (block.pick) table.setAttribute("role", "grid");
    const head = table.createTHead().insertRow();
    head.append(element("td"));
    block.columns.forEach((name, j) => {
      const th = label("th", name, block.classes ? j : null, colors);
      th.scope = "col";
      if (j === block.column) th.classList.add("framed");
      head.append(th);
    });
    const body = table.createTBody();
    block.rows.forEach(({ label: name, quantity, scale, words, stage }, i) => {
      const row = staged(body.insertRow(), { stage });
      const th = element("th", "label long", name);
      th.scope = "row";
      row.append(th);
      block.columns.forEach((_, j) => {
        const td = cell("td", "", quantity, String(j), { scale, decimals: block.decimals, sign: scale > 0, words });
        if (j === block.column) td.classList.add("in-column");
        if (block.pick) pickable(td, quantity, i, j, i === 0 && j === (block.column ?? 0));
        row.append(td);
      });
    });
    scroll.append(table);
    e.append(heading(block), scroll);
    return e;
  },
};

function pickable(td, quantity, i, j, first) {
  td.dataset.pick = `${quantity},${i},${j}`;
  td.tabIndex = first ? 0 : -1;
  td.setAttribute("role", "gridcell");
  td.setAttribute("aria-selected", String(td.classList.contains("picked")));
}

// Most numbers change in digits that are not shown: only what is seen to change is drawn anew.
function write(e, value) {
  e.dataset.value = String(value);
  const { decimals, sign, words } = formats.get(e);
  const text = words ? words[value] : fixed(value, decimals, sign);
  if (e.firstChild?.data === text) return;
  e.textContent = text;
  const holder = e.classList.contains("bar-number") ? e.parentElement : e;
  holder.style.setProperty("--value", String(value));
  holder.classList.toggle("negative", value < 0);
  e.classList.toggle("zero", text === "0");
  if (e.tagName === "TD") e.classList.toggle("flag", Boolean(words) && value === 1);
}

function paint(board, numberAt) {
  for (const n of board.numbers) {
    const value = numberAt(n.place);
    if (Object.is(value, n.shown)) continue;
    n.shown = value;
    write(n.element, value);
  }
  for (const { element: point, name, place } of board.points) point.setAttribute(name, numberAt(place));
  if (!board.stages.length) return;
  const stage = numberAt(board.stage);
  for (const e of board.stages) {
    e.classList.toggle("active", Number(e.dataset.stage) === stage);
    e.classList.toggle("ahead", Number(e.dataset.stage) > stage);
  }
}

// What a control on the page shows: a slider's number or a choice's text. Undefined if it is not
// there or its markup is not what this expects: then it holds nothing up.
function onPage(key) {
  const box = document.querySelector(`.st-key-${key}`);
  const range = box?.querySelector("input[type=range]");
  if (range) return { number: Number(range.value), step: Number(range.step) };
  if (!box?.querySelector("[aria-checked]")) return undefined;
  return { text: box.querySelector("[aria-checked=true]")?.textContent ?? null };
}

// The controls that do not stand where a state has them, and where they stand. A slider that a link
// set between two steps shows the nearer one: less than half a step away is the same place.
function elsewhere(state) {
  return Object.entries(state)
    .map(([key, value]) => ({ key, value, at: onPage(key) }))
    .filter(({ value, at }) => {
      if (at === undefined) return false;
      return "number" in at ? Math.abs(at.number - value) > 0.501 * at.step : at.text !== value;
    });
}

// The numbers for where the controls stand now, or null if the server has yet to send them.
function lookUp() {
  if (!frames) return null;
  const moved = elsewhere(frames.state);
  if (pulled) return moved.length ? null : frames.numberAt(pulled.slider, pulled.step);
  if (!moved.length) return frames.numberAt(null);
  const slider = moved.length === 1 && frames.sliders.find((s) => s.key === moved[0].key);
  if (!slider) return null;
  const step = Math.round((moved[0].at.number - slider.low) / slider.step);
  return step >= 0 && step < slider.count ? frames.numberAt(slider, step) : null;
}

// Whether the frames were made for this board; then each of its numbers learns its place in them.
function fits(board) {
  if (board.bound === frames) return board.fits;
  board.bound = frames;
  const { page, choices } = board;
  board.fits =
    frames.page === page &&
    Object.entries(choices).every(([key, value]) => JSON.stringify(frames.state[key]) === JSON.stringify(value)) &&
    [...board.numbers, ...board.points].every((n) => {
      n.place = frames.placeOf(n.quantity, n.index);
      return n.place !== undefined;
    });
  if (board.fits && board.stages.length) board.stage = frames.placeOf("stage", []);
  return board.fits;
}

function refresh() {
  const numberAt = lookUp();
  for (const board of boards.values()) {
    const painted = numberAt && fits(board);
    board.root.classList.toggle("waiting", !painted);
    board.root.setAttribute("aria-busy", String(!painted));
    if (painted) paint(board, numberAt);
  }
}

// The bytes of live.py: a header of whose numbers these are, a header of what is where, the numbers as
// they are now, then the moving columns as differences in byte planes.
async function decode(bytes) {
  let at = 0;
  const header = () => {
    const size = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0, true);
    at += 4 + size;
    return JSON.parse(utf8.decode(bytes.subarray(at - size, at)));
  };
  const head = { ...header(), ...header() };
  const end = at + 8 * head.slots.length;
  const now = new Float64Array(bytes.slice(at, end).buffer);
  const stream = new Blob([bytes.subarray(end)]).stream();
  const planes = new Uint8Array(
    await new Response(stream.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer(),
  );
  const n = planes.length / 4;
  const words = new Uint32Array(2 * n); // little-endian float64: the upper word comes second
  let k = 0;
  for (const slider of head.sliders) {
    slider.first = k;
    slider.column = new Map(slider.columns.map((slot, column) => [slot, column]));
    for (let column = 0; column < slider.columns.length; column++) {
      let word = 0;
      for (let i = 0; i < slider.count; i++, k++) {
        const difference = (planes[k] << 24) | (planes[n + k] << 16) | (planes[2 * n + k] << 8) | planes[3 * n + k];
        word = (word + difference) >>> 0;
        words[2 * k + 1] = word;
      }
    }
  }
  const values = new Float64Array(words.buffer);
  head.placeOf = (quantity, index) => {
    const [start, ...shape] = head.quantities[quantity] ?? [];
    if (shape.length !== index.length || index.some((i, axis) => i >= shape[axis])) return undefined;
    return start + index.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
  };
  head.numberAt = (slider, step) => (place) => {
    const column = slider?.column.get(head.slots[place]);
    return column === undefined ? now[place] : values[slider.first + column * slider.count + step];
  };
  return head;
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// A bar is pulled to the step of its slider whose number is nearest to the pointer: for a logit
// as for a probability that is looked up, so the bar obeys without a formula.
function pull(track, x) {
  const slider = frames?.sliders.find((s) => s.key === track.dataset.pull);
  if (!slider || elsewhere(frames.state).length) return;
  const { left, width } = track.getBoundingClientRect();
  const share = (x - left) / width;
  const signed = track.closest(".signed");
  const wanted = (signed ? 2 * share - 1 : share) * track.parentElement.style.getPropertyValue("--scale");
  const { quantity, index } = track.parentElement.querySelector("[data-quantity]").dataset;
  const place = frames.placeOf(quantity, [Number(index)]);
  let step = 0;
  const off = (k) => Math.abs(frames.numberAt(slider, k)(place) - wanted);
  for (let k = 1; k < slider.count; k++) if (off(k) < off(step)) step = k;
  pulled = { slider, step, value: slider.low + step * slider.step };
  refresh();
}

function show({ data: sent, parentElement, setTriggerValue }) {
  const data = JSON.parse(utf8.decode(sent));
  const root = parentElement.querySelector(".board");
  let board = boards.get(parentElement);
  const drawn = JSON.stringify([data.blocks, data.alt]);
  if (board?.drawn !== drawn) {
    const focused = parentElement.activeElement?.dataset?.pick;
    const body = element("div", "body");
    body.append(...data.blocks.map((b) => draw[b.kind](b, data.colors)));
    const status = element("div", "status");
    status.setAttribute("role", "status");
    root.replaceChildren(body, status);
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", data.alt);
    root.classList.toggle("dense", data.dense);
    root.style.setProperty("--positive", data.colors.positive);
    root.style.setProperty("--negative", data.colors.negative);
    const numbers = [...root.querySelectorAll("[data-quantity]")].map((e) => {
      const { quantity, index } = e.dataset;
      return { element: e, quantity, index: index ? index.split(",").map(Number) : [] };
    });
    const points = [...root.querySelectorAll("[data-point]")].flatMap((e) =>
      ["cx", "cy"].map((name, axis) => {
        const { point, index } = e.dataset;
        return { element: e, name, quantity: point, index: [Number(index), axis] };
      }),
    );
    board = { drawn, root, status, numbers, points, stages: root.querySelectorAll("[data-stage]") };
    boards.set(parentElement, board);
    if (focused) root.querySelector(`[data-pick="${focused}"]`)?.focus();
  }
  board.page = data.page;
  board.choices = data.choices;
  board.bound = null;
  refresh();

  const pick = (e) => {
    const td = e.target.closest("[data-pick]");
    if (!td) return;
    const [quantity, i, j] = td.dataset.pick.split(",");
    setTriggerValue("pick", [quantity, Number(i), Number(j)]);
  };
  root.onclick = pick;
  root.onpointerdown = (e) => {
    const track = e.target.closest("[data-pull]");
    if (!track || e.button) return;
    root.setPointerCapture(e.pointerId);
    board.hand = track;
    pull(track, e.clientX);
  };
  root.onpointermove = (e) => board.hand && pull(board.hand, e.clientX);
  root.onpointerup = () => {
    const pulling = board.hand && pulled;
    board.hand = null;
    if (pulling) setTriggerValue("pull", [pulling.slider.key, pulling.value]);
  };
  root.onpointercancel = () => {
    board.hand = pulled = null;
    refresh();
  };
  root.onkeydown = (e) => {
    const td = e.target.closest("[data-pick]");
    if (!td) return;
    if (e.key === "Enter" || e.key === " ") pick(e);
    else if (e.key in STEPS) {
      const [, i, j] = td.dataset.pick.split(",").map(Number);
      const [di, dj] = STEPS[e.key];
      const next = td.closest("table").querySelector(`[data-pick$=",${i + di},${j + dj}"]`);
      if (next) {
        td.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
    } else return;
    e.preventDefault();
  };
  // Hovering a number lights it wherever else it stands on this board.
  root.onpointerover = (e) => {
    const at = e.target.closest("[data-quantity]")?.dataset;
    for (const { element: other } of board.numbers)
      other.classList.toggle(
        "lit",
        Boolean(at) && other.dataset.quantity === at.quantity && other.dataset.index === at.index,
      );
  };
  root.onpointerleave = () => board.numbers.forEach((n) => n.element.classList.remove("lit"));
}

const watch = new MutationObserver(refresh); // reports before the next frame is painted

export default function ({ data }) {
  house.show = show;
  house.remove = (place) => boards.delete(place);
  for (const component of house.places.values()) if (!boards.has(component.parentElement)) show(component);
  watch.observe(document.body, {
    subtree: true,
    childList: true, // a control that is drawn later than the board
    attributeFilter: ["value", "aria-valuetext", "aria-checked"],
  });
  const mine = ++arrived;
  decode(data).then((decoded) => {
    if (mine !== arrived) return;
    frames = decoded;
    if (pulled && !(Math.abs(frames.state[pulled.slider.key] - pulled.value) > pulled.slider.step / 2)) pulled = null;
    refresh();
    // Told to screen readers when the server has answered, so on release and not at every frame.
    for (const { root, status } of boards.values())
      status.textContent = [...root.querySelectorAll(".text.key")].map((p) => p.textContent).join(" ");
  });
  return () => watch.disconnect();
}
