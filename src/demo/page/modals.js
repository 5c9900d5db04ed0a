// Forms that the bot opens, and what follows from any of its answers.

import { el } from "./elements.js";
import { call, here } from "./world.js";
import { notice } from "./messages.js";
import { openDialog } from "./dialogs.js";
import { word } from "./words.js";

const PARAGRAPH = 2;
const TEXT_INPUT = 4;
const TEXT = 10;
const LABEL = 18;

/** Shows what an answer asks for: a form to fill in, or that there was none. */
export function answered(answer) {
  if (answer.failed) notice(word("noAnswer"), true);
  if (answer.modal) openModal(answer.modal);
}

function openModal(modal) {
  const channel = here().id;
  const inputs = new Map();
  const parts = modal.components.map((part) => shown(part, inputs));
  const trouble = el("p", { class: "modal-trouble", role: "alert" });
  const cancel = el("button", { type: "button", class: "button secondary", text: word("cancel") });
  const form = el("form", { class: "modal-form", method: "dialog" }, ...parts,
    el("p", { class: "modal-hint", text: word("modalHint", { app: "Spacebell" }) }), trouble,
    el("div", { class: "dialog-acts" }, cancel, el("button", { type: "submit", class: "button primary", text: word("submit") })));
  const dialog = openDialog(modal.title, "modal", form);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries([...inputs].map(([id, input]) => [id, input.value]));
    trouble.textContent = "";
    try {
      const answer = await call({ do: "submit", interaction: modal.opened_by, title: modal.title, fields }, channel);
      dialog.close();
      answered(answer);
    } catch (error) {
      trouble.textContent = error.message;
    }
  });
  form.querySelector("input, textarea")?.focus();
}

function shown(part, inputs) {
  if (part.type === TEXT) return el("p", { text: part.content });
  const input = part.type === LABEL ? part.component : part.components[0];
  if (input?.type !== TEXT_INPUT) return null;
  return field(input, part.label ?? input.label, part.description, inputs);
}

function field(given, label, about, inputs) {
  const id = `modal-${inputs.size}`;
  const required = given.required !== false;
  const node = el(given.style === PARAGRAPH ? "textarea" : "input", {
    id, required, placeholder: given.placeholder, minlength: given.min_length, maxlength: given.max_length ?? 4000,
    autocomplete: "off", rows: given.style === PARAGRAPH ? 4 : undefined, "aria-describedby": about ? `${id}-about` : undefined,
  });
  if (given.value) node.value = given.value;
  inputs.set(given.custom_id, node);
  return el("div", { class: "modal-field" },
    el("label", { for: id, text: label }, required ? el("span", { class: "needed", "aria-hidden": "true", text: "*" }) : null),
    about ? el("p", { id: `${id}-about`, text: about }) : null, node);
}
