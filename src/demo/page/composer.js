// The message box: plain messages, and the way from a slash to a command with its options.

import { bell, el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { call, here, onChange, world } from "./world.js";
import { showDiscord } from "./frame.js";
import { commands, fitting, named } from "./commands.js";
import { CommandLine } from "./commandline.js";
import { notice, showEnd } from "./messages.js";
import { answered } from "./modals.js";
import { Picker } from "./picker.js";
import { word } from "./words.js";

/** Makes the composer in `place`. */
export function composer(place) {
  const hint = el("div", { class: "hint", id: "composer-hint", hidden: true });
  const above = el("div", { class: "composer-above" });
  const box = el("div", { class: "composer-box" });
  const picker = new Picker(above);
  const input = el("input", {
    id: "composer-input", type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-describedby": "composer-hint", autocomplete: "off", spellcheck: "false", maxlength: 2000,
  });
  above.append(hint);
  place.append(above, box);

  const say = (text) => {
    hint.hidden = !text;
    hint.textContent = text ?? "";
  };
  const plain = (text = "") => {
    input.value = text;
    picker.hide();
    say();
    fill(box, input, el("button", { type: "button", class: "icon-button", "aria-label": word("send"), on: { click: () => send() } }, icon("send")));
  };
  const write = async (text) => {
    plain();
    showEnd();
    try {
      await call({ do: "write", content: text });
    } catch (error) {
      notice(error.message, true);
    }
  };
  const send = () => {
    if (picker.pick()) return;
    const text = input.value.trim();
    const typed = text.startsWith("/") ? named(text.slice(1)) : null;
    if (typed) begin(typed);
    else if (text.startsWith("/")) say(word("noCommand"));
    else if (text) write(text);
  };
  const begin = (command) => {
    picker.hide();
    const line = new CommandLine(command, picker, { say, leave: (text) => { plain(text); input.focus(); suggest(); }, send: run });
    fill(box, line.node, el("button", { type: "button", class: "icon-button", "aria-label": word("sendCommand"), on: { click: () => line.send() } }, icon("send")));
    line.focus();
  };
  const run = async (command, options) => {
    const channel = here().id;
    plain();
    input.focus();
    const done = notice(word("sending", { what: `/${command.path}` }));
    try {
      const answer = await call({ do: "command", name: command.path, options }, channel);
      done();
      answered(answer);
    } catch (error) {
      done();
      notice(error.message, true);
    }
  };
  const suggest = () => {
    say();
    if (!input.value.startsWith("/")) return picker.hide();
    const typed = input.value.slice(1);
    const exact = typed.endsWith(" ") ? named(typed.trim()) : null;
    if (exact) return begin(exact);
    const items = fitting(typed).map((command) => ({ label: `/${command.path}`, about: command.about, detail: "Spacebell", icon: bell(24), command }));
    picker.show(input, word("commands"), items, true, (item) => begin(item.command));
    if (!items.length) say(word(commands().length ? "noFit" : "noCommands"));
  };

  input.addEventListener("input", suggest);
  input.addEventListener("blur", () => picker.hide());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && picker.move(step)) event.preventDefault();
    else if (event.key === "Tab" && !event.shiftKey && picker.pick()) event.preventDefault();
    else if (event.key === "Escape") picker.hide();
    else if (event.key === "Enter") {
      event.preventDefault();
      send();
    }
  });
  document.addEventListener("use-command", (event) => {
    const command = named(event.detail);
    showDiscord();
    if (command) begin(command);
  });
  const label = () => {
    if (!world.discord) return;
    const { name, with: person } = here();
    const channel = `${person ? "@" : "#"}${name}`;
    input.setAttribute("aria-label", word("to", { channel }));
    input.placeholder = word("placeholder", { channel });
  };
  onChange("discord", label);
  onChange("reader", label);
  plain();
}
