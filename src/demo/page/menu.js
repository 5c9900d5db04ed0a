// The menu of a message: the commands that apps put there, and what a moderator can do.

import { el } from "./elements.js";
import { icon } from "./icons.js";
import { call, may, world } from "./world.js";
import { tried } from "./frame.js";
import { named, word } from "./words.js";
import { notice } from "./messages.js";
import { answered } from "./modals.js";

const MANAGE_GUILD = 5;
const MESSAGE_COMMAND = 3;
let close = () => {};

/** Opens the menu of a message at a point; `opener` gets the focus back. */
export function openMenu(message, x, y, opener) {
  close();
  if (!message) return;
  const items = choices(message);
  const menu = el("div", { class: "context-menu", role: "menu", "aria-label": word("menu"), tabindex: -1 }, ...items);
  document.getElementById("discord").append(menu);
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  const buttons = [...menu.querySelectorAll("[role=menuitem]:not([disabled])")];
  (buttons[0] ?? menu).focus();
  const outside = (event) => menu.contains(event.target) || close();
  close = () => {
    document.removeEventListener("pointerdown", outside, true);
    menu.remove();
    close = () => {};
  };
  document.addEventListener("pointerdown", outside, true);
  menu.addEventListener("click", () => {
    close();
    opener?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
      opener?.focus();
    }
  });
}

function choices(message) {
  const commands = world.commands.filter((command) => command.type === MESSAGE_COMMAND);
  const apps = commands.map((command) => item("mic", named(command), () => use(command.name, message)));
  const heading = el("div", { class: "menu-heading", role: "presentation", text: word("apps") });
  const none = el("button", { type: "button", role: "menuitem", disabled: true, text: word("noApp") });
  const remove = may(MANAGE_GUILD) && !message.only_for ? [el("hr"), item("trash", word("deleteMessage"), () => tried(call({ do: "delete", message: message.id })), "danger")] : [];
  return [heading, ...(apps.length ? apps : [none]), ...remove];
}

function item(picture, text, doing, kind = "") {
  return el("button", { type: "button", role: "menuitem", class: kind, on: { click: doing } }, el("span", { text }), icon(picture, 16));
}

async function use(name, message) {
  const done = notice(word("sending", { what: name }));
  try {
    const answer = await call({ do: "message_command", name, message: message.id });
    done();
    answered(answer);
  } catch (error) {
    done();
    notice(error.message, true);
  }
}
