// Building the page out of elements and text only: nothing from a paper or a person is ever read as markup.

export function el(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  put(node, ...children);
  return node;
}

export function put(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return put(node, ...children);
}

// Text from a source keeps its own direction and cannot turn ours round.
export const own = (text, tag = "bdi") => el(tag, { dir: "auto" }, text);

export const words = (name) => String(name ?? "").replaceAll("_", " ");

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

// A link out, only where it is one of the web's.
export function link(address, text) {
  let target;
  try { target = new URL(address); } catch { return el("span", {}, text); }
  if (!["http:", "https:"].includes(target.protocol)) return el("span", {}, text);
  return el("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

let waiting = 0;
let toSay = [];

// Tell a screen reader, at most every second and a half, what happened since.
export function say(text) {
  toSay.push(text);
  if (waiting) return;
  waiting = setTimeout(() => {
    document.getElementById("live").textContent = toSay.slice(-3).join(" ");
    toSay = [];
    waiting = 0;
  }, 1500);
}
