// Dialogs over Discord's side: the browser's own, which keep the focus and give it back.

import { el } from "./elements.js";
import { icon } from "./icons.js";
import { reader } from "./world.js";
import { word } from "./words.js";

/** Opens a dialog with a heading; answers it and how to close it. It goes away with its closing. */
export function openDialog(title, kind, ...children) {
  const heading = el("h2", { id: "dialog-title", text: title });
  const close = el("button", { type: "button", class: "icon-button", "aria-label": word("close") }, icon("close", 20));
  const node = el("dialog", { class: `dialog ${kind}`, lang: reader.locale, "aria-labelledby": "dialog-title" },
    el("header", { class: "dialog-head" }, heading, close), ...children);
  close.addEventListener("click", () => node.close());
  node.addEventListener("close", () => node.remove());
  // Beside the dialog is a click on itself.
  node.addEventListener("pointerdown", (event) => {
    if (event.target === node) node.close();
  });
  document.getElementById("discord").append(node);
  node.showModal();
  return node;
}
