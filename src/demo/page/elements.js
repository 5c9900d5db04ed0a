// Making elements. Text always goes in as text: nothing here or elsewhere parses markup from data.

/** An element: `props` are attributes, except `class`, `text`, `on` (listeners) and `data` (dataset). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Replaces what a node holds. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Brings a list's children into line with `items`, making, updating and moving only what differs. */
export function keep(list, items, key, make) {
  const known = list.known ?? (list.known = new Map());
  const wanted = new Set(items.map(key));
  for (const [name, entry] of known) {
    if (wanted.has(name)) continue;
    entry.node.remove();
    known.delete(name);
  }
  let place = list.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const print = JSON.stringify(item);
    const entry = known.get(name);
    let node = entry?.node;
    if (!entry || entry.print !== print) {
      node = make(item, entry?.node);
      if (entry?.node && entry.node !== node) {
        if (place === entry.node) place = node;
        replace(entry.node, node);
      }
      known.set(name, { node, print });
    }
    if (node === place) place = place.nextElementSibling;
    else list.insertBefore(node, place);
  }
}

const FOCUSABLE = "a[href], button, input, select, summary";
const face = (node) => `${node.tagName} ${node.getAttribute("aria-label") ?? node.textContent}`;

/** Puts an element in another's place. Whoever had the focus in it has it in what looks alike, or else at the same place. */
function replace(before, node) {
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const index = [...before.querySelectorAll(FOCUSABLE)].indexOf(focused);
  before.replaceWith(node);
  if (!focused) return;
  const all = [...node.querySelectorAll(FOCUSABLE)];
  const next = all.find((one) => face(one) === face(focused)) ?? all[Math.min(index, all.length - 1)];
  next?.focus({ preventScroll: true });
}

/** A hue that stays with a name. */
export function hue(text) {
  let sum = 5;
  for (const letter of text) sum = (sum * 131 + letter.codePointAt(0)) % 9973;
  return Math.round(sum * 137.508) % 360;
}

/** A round picture made of initials. */
export function avatar(name, size) {
  const initials = name.split(/[\s_]+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const node = el("span", { class: "avatar", "aria-hidden": "true", text: initials });
  node.style.setProperty("--hue", hue(name));
  node.style.setProperty("--size", `${size}px`);
  return node;
}

/** The bot's picture. */
export function bell(size) {
  const node = el("img", { class: "avatar bell", src: "/icon.svg", alt: "" });
  node.style.setProperty("--size", `${size}px`);
  return node;
}
