/** Small tools to build the page without markup in strings: what people write is always text, never HTML. */

/** An element: `h("button.primary", {onclick}, "Send")`. Falsy children are left out. */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "vars")
      for (const [prop, val] of Object.entries(value)) node.style.setProperty(prop, val);
    else if (key in node && key !== "list") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  add(node, children);
  return node;
}

/** Add children, which may be nodes, texts, lists of them, or nothing. */
export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child || child === 0) node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/** Make the children of a node these ones, moving only what isn't in its place (a playing audio goes on playing). */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...parent.childNodes]) if (!wanted.has(node)) node.remove();
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

/** A list that rebuilds only what changed. `key(item)` names an item, `build(item)` draws it. */
export class Keyed {
  constructor(parent) {
    this.parent = parent;
    this.kept = new Map();
  }

  show(items, key, build) {
    const next = new Map();
    for (const item of items) {
      const name = key(item);
      const print = JSON.stringify(item);
      const old = this.kept.get(name);
      next.set(name, old && old.print === print ? old : { print, node: build(item) });
    }
    this.kept = next;
    arrange(
      this.parent,
      [...next.values()].map((one) => one.node),
    );
  }

  clear() {
    this.kept.clear();
    this.parent.replaceChildren();
  }
}

/** A modal dialog; resolves with what `close(value)` got, or null. `fill(close)` makes its content. */
export function ask(fill, className = "") {
  return new Promise((resolve) => {
    const dialog = h(`dialog.sheet${className ? `.${className}` : ""}`);
    let answer = null;
    const close = (value) => {
      answer = value ?? null;
      dialog.close();
    };
    add(dialog, fill(close));
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

let toastTimer = 0;

/** A short notice at the foot of the page. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  const node = h("div.toast", { role: "status" }, text);
  document.body.append(node);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => node.remove(), 5000);
}
