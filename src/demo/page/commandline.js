// A command being filled in: one field an option, required ones first, others added by name.

import { el } from "./elements.js";
import { expected, offered, parsed, picksOnly, suggested, suggestions, takesFile } from "./options.js";
import { upload } from "./world.js";
import { described, word } from "./words.js";

/** How long typing rests before the bot is asked for suggestions. */
const REST_MS = 120;

const filled = (field) => Boolean(field.file ?? field.input.value);

/** The line of one command. `ways` are `say(hint)`, `leave(text)` and `send(command, options)`. */
export class CommandLine {
  constructor(command, picker, ways) {
    Object.assign(this, { command, picker, ways });
    this.fields = [];
    this.node = el("div", { class: "command-line", role: "group", "aria-label": `/${command.path}` }, el("span", { class: "command-name", text: `/${command.path}` }));
    this.more = this.input("more-options", word("add"));
    this.node.append(el("span", { class: "chip adder" }, this.more));
    for (const option of command.options.filter((one) => one.required)) this.add(option);
    this.wire(this.more, { suggest: () => this.offerMore(), back: () => this.back(this.fields.length) });
    this.fit();
  }

  /** Puts the reader where there is something to type. */
  focus() {
    const empty = this.fields.find((field) => !filled(field));
    (empty?.input ?? this.more).focus();
  }

  input(id, label) {
    return el("input", { id, type: "text", role: "combobox", "aria-label": label, "aria-autocomplete": "list", "aria-expanded": "false", "aria-describedby": "composer-hint", autocomplete: "off", spellcheck: "false" });
  }

  add(option) {
    const field = takesFile(option) ? this.fileField(option) : this.typedField(option);
    this.fields.push(field);
    this.node.insertBefore(field.chip, this.more.parentElement);
    this.fit();
    return field;
  }

  typedField(option) {
    const input = this.input(`option-${option.name}`, `${option.name}: ${described(option)}${option.required ? `, ${word("required")}` : ""}`);
    const field = { option, input, picked: undefined };
    field.chip = el("label", { class: "chip" }, el("span", { class: "chip-name", text: option.name }), input);
    this.wire(input, { field, suggest: () => this.offer(field), back: () => this.back(this.fields.indexOf(field)) });
    return field;
  }

  /** A button that lets a file be chosen, and then shows its name. */
  fileField(option) {
    const chooser = el("input", { id: `option-${option.name}`, type: "file", class: "unseen", tabindex: -1, "aria-hidden": "true" });
    const name = el("span", { class: "chip-name", id: `name-${option.name}`, text: option.name });
    const button = el("button", { type: "button", class: "choose-file", id: `choose-${option.name}`, "aria-labelledby": `name-${option.name} choose-${option.name}`, "aria-describedby": "composer-hint" }, word("chooseFile"));
    const field = { option, input: button, picked: undefined, file: undefined };
    const say = () => this.ways.say(`${option.name} — ${described(option)} (${option.required ? `${word("required")}, ` : ""}${expected(option)})`);
    field.chip = el("span", { class: "chip" }, name, button, chooser);
    chooser.addEventListener("change", () => {
      field.file = chooser.files[0];
      button.textContent = field.file?.name ?? word("chooseFile");
      field.chip.classList.remove("wrong");
      button.focus();
    });
    button.addEventListener("click", () => chooser.click());
    button.addEventListener("focus", say);
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && field.file) {
        event.preventDefault();
        this.send();
      } else if (event.key === "Escape") this.escape(event);
      else if (event.key === "Backspace") {
        event.preventDefault();
        if (option.required) this.ways.leave(`/${this.command.path}`);
        else this.remove(field);
      }
    });
    return field;
  }

  wire(input, { field, suggest, back }) {
    input.addEventListener("focus", suggest);
    input.addEventListener("input", () => {
      if (field) field.picked = undefined;
      this.fit();
      suggest();
    });
    input.addEventListener("blur", () => this.picker.hide());
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && this.picker.move(step)) event.preventDefault();
      else if (event.key === "Enter") this.enter(event);
      else if (event.key === "Tab" && !event.shiftKey) this.tab(event, field);
      else if (event.key === "Escape") this.escape(event);
      else if (event.key === "Backspace" && input.value === "") {
        event.preventDefault();
        back();
      }
    });
  }

  enter(event) {
    event.preventDefault();
    if (!this.picker.pick()) this.send();
  }

  tab(event, field) {
    if (this.picker.pick()) event.preventDefault();
    else if (field && field.input.value) {
      event.preventDefault();
      this.next(field);
    }
  }

  escape(event) {
    event.preventDefault();
    if (this.picker.open) this.picker.hide();
    else this.ways.leave("");
  }

  /** Goes on after a field: to the next empty required one, or to where others are added. */
  next() {
    const empty = this.fields.find((one) => one.option.required && !filled(one));
    (empty?.input ?? this.more).focus();
  }

  /** Takes the field before away; before the first one is the plain message box. */
  back(index) {
    const field = this.fields[index] ?? this.fields[index - 1];
    if (this.fields[index] && !field.option.required) this.remove(field);
    else if (index > 0) this.fields[index - 1].input.focus();
    else this.ways.leave(`/${this.command.path}`);
  }

  remove(field) {
    this.fields = this.fields.filter((one) => one !== field);
    field.chip.remove();
    this.fit();
    this.more.focus();
  }

  offer(field) {
    const { option, input } = field;
    this.ways.say(`${option.name} — ${described(option)} (${option.required ? `${word("required")}, ` : ""}${expected(option)})`);
    clearTimeout(this.resting);
    if (suggested(option)) {
      this.resting = setTimeout(() => this.ask(field), REST_MS);
      return;
    }
    const typed = field.picked === undefined ? input.value : "";
    this.picker.show(input, option.name, offered(option, typed), picksOnly(option) && field.picked === undefined, (item) => this.take(field, item));
  }

  async ask(field) {
    const typed = field.input.value;
    const others = this.values(field);
    const items = await suggestions(this.command.path, field.option, typed, others).catch(() => []);
    if (document.activeElement !== field.input || field.input.value !== typed) return;
    this.picker.show(field.input, word("suggested", { option: field.option.name }), items, false, (item) => this.take(field, item));
  }

  take(field, item) {
    field.input.value = item.label;
    field.picked = item.value;
    field.chip.classList.remove("wrong");
    this.fit();
    this.next();
  }

  offerMore() {
    const typed = this.more.value.replace(/:$/, "");
    const left = this.command.options.filter((option) => !this.fields.some((field) => field.option === option));
    const exact = this.more.value.endsWith(":") && left.find((option) => option.name === typed);
    const open = (option) => {
      this.more.value = "";
      this.add(option).input.focus();
    };
    if (exact) return open(exact);
    this.ways.say(word(left.length ? "pickToAdd" : "sends"));
    const items = left.filter((option) => option.name.startsWith(typed)).map((option) => ({ label: option.name, about: described(option), option }));
    this.picker.show(this.more, word("options"), items, typed !== "", (item) => open(item.option));
  }

  /** The values so far, but for one field. */
  values(except) {
    const given = this.fields.filter((field) => field !== except && !field.file && filled(field));
    return Object.fromEntries(given.map((field) => [field.option.name, this.value(field)]).filter(([, value]) => value !== undefined));
  }

  value(field) {
    if (takesFile(field.option)) return field.file;
    return field.picked ?? parsed(field.option, field.input.value);
  }

  /** Sends the command, unless something is missing or wrong: then the reader is put there. */
  async send() {
    const wrong = this.fields.find((field) => (filled(field) || field.option.required) && this.value(field) === undefined);
    if (wrong) {
      wrong.chip.classList.add("wrong");
      wrong.input.focus();
      const option = wrong.option.name;
      this.ways.say(filled(wrong) ? word("takes", { option, what: expected(wrong.option) }) : word("missing", { option }));
      return;
    }
    this.picker.hide();
    const options = this.values();
    try {
      for (const field of this.fields.filter((one) => one.file)) options[field.option.name] = await upload(field.file);
    } catch (error) {
      return this.ways.say(error.message);
    }
    this.ways.send(this.command, options);
  }

  /** Fields are as wide as what is in them. */
  fit() {
    for (const { input } of this.fields.filter((field) => !takesFile(field.option))) input.style.width = `${Math.max(6, [...input.value].length + 2)}ch`;
    const rest = this.command.options.length - this.fields.length;
    this.more.placeholder = rest ? word("optional", { count: rest }) : "";
  }
}
