// A list to pick from while typing, worked by the input's own keys (the combobox pattern).

import { el, fill } from "./elements.js";
import { word } from "./words.js";

let count = 0;

/** Makes a picker above `place`. The input that it serves changes with each showing. */
export class Picker {
  constructor(place) {
    this.id = `picker-${(count += 1)}`;
    this.list = el("ul", { class: "picker-list", role: "listbox", id: this.id });
    this.heading = el("div", { class: "picker-heading" });
    this.node = el("div", { class: "picker", hidden: true }, this.heading, this.list);
    this.items = [];
    this.active = -1;
    this.input = null;
    place.append(this.node);
  }

  /** Shows `items` ({label, detail, about}) for an input; `first` says whether the first is picked by Enter. */
  show(input, heading, items, first, onPick) {
    if (this.input && this.input !== input) this.hide();
    this.input = input;
    this.items = items;
    this.onPick = onPick;
    this.heading.textContent = heading;
    this.list.setAttribute("aria-label", word("suggestions"));
    this.active = first && items.length ? 0 : -1;
    this.draw();
    this.node.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    input.setAttribute("aria-controls", this.id);
  }

  hide() {
    this.node.hidden = true;
    this.items = [];
    this.active = -1;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }

  get open() {
    return !this.node.hidden;
  }

  /** Moves the mark; true if there is anything to move in. */
  move(step) {
    if (!this.open) return false;
    const last = this.items.length - 1;
    this.active = this.active < 0 ? (step > 0 ? 0 : last) : (this.active + step + last + 1) % (last + 1);
    this.draw();
    return true;
  }

  /** Picks what is marked; false if nothing is. */
  pick() {
    const item = this.items[this.active];
    if (!this.open || !item) return false;
    const picked = this.onPick;
    this.hide();
    picked(item);
    return true;
  }

  draw() {
    fill(this.list, this.items.map((item, index) => this.row(item, index)));
    if (this.active < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  row(item, index) {
    const choose = (event) => {
      event.preventDefault();
      this.active = index;
      this.pick();
    };
    return el("li", { role: "option", id: `${this.id}-${index}`, "aria-selected": String(index === this.active), on: { pointerdown: choose } },
      item.icon ?? null,
      el("span", { class: "picker-label", text: item.label }),
      item.about ? el("span", { class: "picker-about", text: item.about }) : null,
      item.detail ? el("span", { class: "picker-detail", text: item.detail }) : null);
  }
}
