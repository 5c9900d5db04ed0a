// What frames the two sides: theme, tabs, messages to the reader.

import { el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { world } from "./world.js";

const root = document.documentElement;
const THEMES = { light: "dark", dark: "light" };

/** The theme that shows now. */
const shown = () => root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function showTheme() {
  const button = document.getElementById("theme");
  const next = THEMES[shown()];
  fill(button, icon(next === "dark" ? "moon" : "sun"));
  button.setAttribute("aria-label", `Switch to the ${next} theme`);
  button.title = `Switch to the ${next} theme`;
}

/** Makes a tab list work: click, arrow keys, Home and End. */
function tabs(list, onPick) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const pick = (tab) => {
    for (const one of all) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
    onPick(tab);
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) pick(tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    pick(next);
  });
  return pick;
}

let pickSide;
let pickPanel;

/** Makes the frame work. */
export function frame() {
  const kept = localStorage.getItem("theme");
  if (kept) root.dataset.theme = kept;
  showTheme();
  document.getElementById("theme").addEventListener("click", () => {
    root.dataset.theme = THEMES[shown()];
    localStorage.setItem("theme", root.dataset.theme);
    showTheme();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
  pickSide = tabs(document.getElementById("sides"), (tab) => {
    document.getElementById("stage").dataset.side = tab.getAttribute("aria-controls");
  });
  pickPanel = tabs(document.querySelector(".x-tabs"), (tab) => {
    for (const panel of document.querySelectorAll(".x-panel")) panel.hidden = panel.id !== tab.getAttribute("aria-controls");
  });
}

let fading;

/** Tells the reader something in passing. */
export function toast(text) {
  const node = document.getElementById("toast");
  node.textContent = text;
  node.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => node.classList.remove("shown"), 5000);
}

/** Tells screen readers alone. */
export function announce(text) {
  const node = document.getElementById("announcer");
  node.append(el("span", { text: `${text} ` }));
  while (node.children.length > 4) node.firstChild.remove();
}

/** Does something and tells what went wrong, if something does. */
export async function tried(doing) {
  try {
    return await doing;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

/** Follows a link, or shows what it stands for: X is the other side of this page. */
export function followLink(event, address) {
  const url = new URL(address);
  if (url.hostname !== "x.com") return;
  event.preventDefault();
  const space = /^\/i\/spaces\/(\w+)/.exec(url.pathname)?.[1];
  const host = world.x.hosts.find((one) => url.pathname.toLowerCase() === `/${one.username.toLowerCase()}`);
  const card = space && document.querySelector(`[data-space="${CSS.escape(space)}"]`);
  if (card) {
    pickSide(document.getElementById("side-x"));
    pickPanel(document.getElementById("tab-spaces"));
    reveal(card);
  } else {
    toast(host ? `On X, this would be ${host.name}’s profile. Here X is the other side of the page.` : "That Space is over on this page’s X.");
  }
}

/** Brings something into view and lets it glow. */
export function reveal(node) {
  node.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  node.classList.remove("glow");
  void node.offsetWidth;
  node.classList.add("glow");
}

/** Shows the Discord side where only one side fits. */
export function showDiscord() {
  pickSide(document.getElementById("side-discord"));
}
