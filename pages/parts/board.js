// Draws the board: builds its elements from the blocks, then writes numbers into them.
// It knows no formula. Every number comes from the server, and CSS turns it into length or colour.

const boards = new WeakMap(); // parentElement → what is drawn there
const formats = new WeakMap(); // number's element → how it is written
const MINUS = "\u2212";

// The same rules as numbers.py.
function fixed(value, decimals, sign) {
  if (Number.isNaN(value)) return "nan";
  const size = Math.abs(value);
  const scientific = decimals === null;
  if (value === 0 && (scientific || decimals > 1)) return "0";
  if (size < 1e-12 && !scientific) return (0).toFixed(decimals);
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

// An element that shows one number. The painter finds it by its quantity and index.
function cell(tag, className, quantity, index, { scale = 0, decimals, sign = true }) {
  const e = element(tag, `number ${className}`);
  e.dataset.quantity = quantity;
  e.dataset.index = index;
  formats.set(e, { decimals, sign });
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

const draw = {
  text(block) {
    const p = element("p", `text ${block.tone}`);
    for (const part of block.parts)
      p.append(
        typeof part === "string"
          ? part
          : cell("span", "inline", part.quantity, part.index, part),
      );
    return p;
  },

  symbol: (block) => element("div", "symbol", block.text),

  line(block, colors) {
    const e = element("div", "line");
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
    const e = element("figure", "block");
    const scroll = element("div", "scroll");
    const table = element("table", block.pick ? "pick" : "");
    table.setAttribute("aria-label", block.title);
    if (block.pick) table.setAttribute("role", "grid");
    const [r, c] = [block.rows.length, block.columns.length];
    const head = table.createTHead().insertRow();
    head.append(element("td"));
    const classOf = (names, k) => (names.length > 1 ? k : null);
    block.columns.forEach((name, j) => {
      const th = label("th", name, classOf(block.columns, j), colors);
      th.scope = "col";
      if (j === block.column) th.classList.add("framed");
      head.append(th);
    });
    if (block.rowSums) head.append(element("th", "label sum", "Σ row"));
    const body = table.createTBody();
    block.rows.forEach((name, i) => {
      const row = body.insertRow();
      const th = label("th", name, classOf(block.rows, i), colors);
      th.scope = "row";
      if (i === block.row) th.classList.add("framed");
      row.append(th);
      for (let j = 0; j < c; j++) {
        const index = r === 1 ? String(j) : c === 1 ? String(i) : `${i},${j}`;
        const td = cell("td", "", block.quantity, index, block);
        if (i === block.row) td.classList.add("in-row");
        if (j === block.column) td.classList.add("in-column");
        if (i === block.row && j === block.column) td.classList.add("picked");
        if (block.pick) pickable(td, i, j, i === (block.row ?? 0) && j === (block.column ?? 0));
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

  vectors(block, colors) {
    const e = element("figure", "block wide");
    const scroll = element("div", "scroll");
    const table = element("table", block.pick ? "pick" : "");
    table.setAttribute("aria-label", block.title);
    if (block.pick) table.setAttribute("role", "grid");
    const head = table.createTHead().insertRow();
    head.append(element("td"));
    block.columns.forEach((name, j) => {
      const th = label("th", name, j, colors);
      th.scope = "col";
      if (j === block.column) th.classList.add("framed");
      head.append(th);
    });
    const body = table.createTBody();
    block.rows.forEach(({ label: name, quantity, scale }, i) => {
      const row = body.insertRow();
      const th = element("th", "label long", name);
      th.scope = "row";
      row.append(th);
      block.columns.forEach((_, j) => {
        const td = cell("td", "", quantity, String(j), { scale, decimals: block.decimals, sign: scale > 0 });
        if (j === block.column) td.classList.add("in-column");
        if (block.pick) pickable(td, i, j, i === 0 && j === (block.column ?? 0));
        row.append(td);
      });
    });
    scroll.append(table);
    e.append(heading(block), scroll);
    return e;
  },
};

function pickable(td, i, j, first) {
  td.dataset.pick = `${i},${j}`;
  td.tabIndex = first ? 0 : -1;
  td.setAttribute("role", "gridcell");
  td.setAttribute("aria-selected", String(td.classList.contains("picked")));
}

function paint(board, values) {
  for (const e of board.numbers) {
    const { shape, data, flags } = values[e.dataset.quantity];
    const at = e.dataset.index.split(",").reduce((k, i, axis) => k * (shape[axis] ?? 1) + Number(i), 0);
    const value = Number(data[at]);
    const holder = e.classList.contains("bar-number") ? e.parentElement : e;
    holder.style.setProperty("--value", String(value));
    holder.classList.toggle("negative", value < 0);
    e.dataset.value = String(value);
    e.classList.toggle("zero", value === 0);
    const { decimals, sign } = formats.get(e);
    e.textContent = flags ? (value ? "opposite" : "same") : fixed(value, decimals, sign);
    e.classList.toggle("flag", flags && value === 1);
  }
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".board");
  let board = boards.get(parentElement);
  const drawn = JSON.stringify([data.blocks, data.alt]);
  if (board?.drawn !== drawn) {
    const focused = parentElement.activeElement?.dataset?.pick;
    root.replaceChildren(...data.blocks.map((b) => draw[b.kind](b, data.colors)));
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", data.alt);
    root.style.setProperty("--positive", data.colors.positive);
    root.style.setProperty("--negative", data.colors.negative);
    board = { drawn, numbers: [...root.querySelectorAll("[data-quantity]")] };
    boards.set(parentElement, board);
    if (focused) root.querySelector(`[data-pick="${focused}"]`)?.focus();
  }
  paint(board, data.values);

  const pick = (e) => {
    const td = e.target.closest("[data-pick]");
    if (td) setTriggerValue("pick", td.dataset.pick.split(",").map(Number));
  };
  root.onclick = pick;
  root.onkeydown = (e) => {
    const td = e.target.closest("[data-pick]");
    if (!td) return;
    if (e.key === "Enter" || e.key === " ") pick(e);
    else if (e.key in STEPS) {
      const [i, j] = td.dataset.pick.split(",").map(Number);
      const [di, dj] = STEPS[e.key];
      const next = td.closest("table").querySelector(`[data-pick="${i + di},${j + dj}"]`);
      if (next) {
        td.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
    } else return;
    e.preventDefault();
  };
  // Hovering a number lights it wherever else it stands.
  root.onpointerover = (e) => {
    const at = e.target.closest("[data-quantity]")?.dataset;
    for (const other of board.numbers)
      other.classList.toggle(
        "lit",
        Boolean(at) && other.dataset.quantity === at.quantity && other.dataset.index === at.index,
      );
  };
  root.onpointerleave = () => board.numbers.forEach((e) => e.classList.remove("lit"));
}
