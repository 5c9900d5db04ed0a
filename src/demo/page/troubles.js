// What a visitor can break, and what the bot says about it.

import { el, fill, keep } from "./elements.js";
import { onChange, post, world } from "./world.js";
import { tried } from "./frame.js";

const ABOUT = {
  x_down: ["X is down", "Every question is answered 503. No error is taken for an end."],
  x_slow: ["X is slow", "Every answer comes four seconds late."],
  x_credits: ["X’s credits are spent", "X answers nothing until they are back. The bot asks again every ten minutes; a restart asks at once."],
  x_fields: ["X refuses fields", "X rejects fields that its own documents name. The bot finds out which, and does without."],
  x_forgets: ["X forgets Spaces in lists", "Every other list leaves them out. Absence proves nothing: no post says that they ended."],
  discord_limits: ["Discord limits messages", "Messages are answered 429: wait. They are sent when Discord lets them through."],
  discord_down: ["Discord is down", "Every request is answered 502. Posts wait in the outbox."],
  gateway_cut: ["The gateway is cut", "Commands aren’t heard; posts go on."],
};
const SIDES = [["x", "On X"], ["discord", "On Discord"]];

const side = (name) => (name.startsWith("x_") ? "x" : "discord");

/** Shows the troubles in `place`. */
export function troubles(place) {
  const lists = SIDES.map(([, title]) => el("ul", { class: "troubles", "aria-label": title }));
  const log = el("ol", { class: "log" });
  const details = el("details", { class: "log-box" }, el("summary", { text: "What the bot says in its log" }), log);
  SIDES.forEach(([, title], index) => place.append(el("h3", { class: "x-title", text: title }), lists[index]));
  place.append(el("h3", { class: "x-title", text: "The bot" }), el("p", { class: "quiet", text: "Kill it with the button at the top: no good-bye, as in a power cut. What happened meanwhile is told when it is back, and nothing twice." }), details);
  onChange("x", () => {
    SIDES.forEach(([name], index) => keep(lists[index], world.x.troubles.filter((one) => side(one.name) === name), (one) => one.name, row));
    const on = world.x.troubles.filter((one) => one.on).length;
    fill(document.getElementById("tab-troubles"), "Break things", on ? el("span", { class: "badge", text: String(on) }) : null);
  });
  onChange("bot", () => {
    keep(log, world.bot.log.slice(-40).map((text, index) => ({ id: String(index), text })), (line) => line.id, (line) => el("li", { text: line.text }));
  });
}

/** The switch stays the same element, so that it keeps the focus. */
function row(trouble, known) {
  const [title, about] = ABOUT[trouble.name];
  if (known) {
    known.querySelector("button").setAttribute("aria-checked", String(trouble.on));
    return known;
  }
  const id = `about-${trouble.name}`;
  const button = el("button", { type: "button", role: "switch", class: "switch", id: `trouble-${trouble.name}`, "aria-checked": String(trouble.on), "aria-label": title, "aria-describedby": id });
  button.addEventListener("click", () => tried(post("/api/trouble", { name: trouble.name, on: button.getAttribute("aria-checked") !== "true" })));
  return el("li", { class: "trouble" }, el("div", {}, el("strong", { text: title }), el("p", { id, text: about })), button);
}
