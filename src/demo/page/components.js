// Rows of buttons and menus below a message.

import { el } from "./elements.js";
import { icon } from "./icons.js";
import { call } from "./world.js";
import { followLink } from "./frame.js";
import { notice } from "./messages.js";
import { answered } from "./modals.js";
import { word } from "./words.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

/** The rows of a message. */
export function rows(message) {
  return message.components.filter((row) => row.type === 1).map((row) => el("div", { class: "row" }, ...row.components.map((one) => part(one, message))));
}

function part(one, message) {
  if (one.type === 2) return one.style === 5 ? linkButton(one) : button(one, message);
  return one.type === 3 ? menu(one, message) : null;
}

function face(one) {
  return [one.emoji?.name ? el("span", { text: `${one.emoji.name} ` }) : null, one.label ?? ""];
}

function linkButton(one) {
  const open = (event) => followLink(event, one.url);
  return el("a", { class: "button link", href: one.url, target: "_blank", rel: "noreferrer noopener", on: { click: open } }, ...face(one), icon("link", 15));
}

function button(one, message) {
  const node = el("button", { type: "button", class: `button ${STYLES[one.style] ?? "secondary"}`, disabled: one.disabled }, ...face(one));
  node.addEventListener("click", () => use(node, { do: "press", message: message.id, custom_id: one.custom_id, label: one.label ?? "a button" }));
  return node;
}

function menu(one, message) {
  const several = (one.max_values ?? 1) > 1;
  const node = el("select", { class: "menu", multiple: several, disabled: one.disabled, "aria-label": one.placeholder ?? word("select") },
    several ? null : el("option", { value: "", text: one.placeholder ?? word("select"), disabled: true, selected: !one.options.some((option) => option.default) }),
    ...one.options.map((option) => el("option", { value: option.value, selected: option.default, text: option.description ? `${option.label} — ${option.description}` : option.label })));
  const send = async () => {
    const picked = [...node.selectedOptions];
    const label = picked.map((option) => option.text).join(", ");
    await use(node, { do: "select", message: message.id, custom_id: one.custom_id, label, values: picked.map((option) => option.value) });
    // So that the same can be picked again.
    if (!several) node.value = [...node.options].find((option) => option.defaultSelected).value;
  };
  if (!several) node.addEventListener("change", send);
  return several ? el("span", { class: "several" }, node, el("button", { type: "button", class: "button secondary", text: word("choose"), on: { click: send } })) : node;
}

/** Does something with a component; while the bot hasn't answered, it can't be done again. */
async function use(node, what) {
  // Not `disabled`: that would take the focus away.
  if (node.classList.contains("busy")) return;
  node.setAttribute("aria-disabled", "true");
  node.classList.add("busy");
  try {
    answered(await call(what));
  } catch (error) {
    notice(error.message, true);
  }
  node.removeAttribute("aria-disabled");
  node.classList.remove("busy");
}
