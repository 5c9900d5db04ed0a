// The switch for push: whether X tells the bot by itself, and what that changes, in seconds and in dollars.

import { el, fill } from "./elements.js";
import { onChange, post, world } from "./world.js";
import { tried } from "./frame.js";

/** In seconds, but what is less than a tenth of one. */
const seconds = (ms) => (ms < 100 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);
const dollars = (micros) => `$${(micros / 1e6).toFixed(3)}`;
const times = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** Shows the switch and the figures in `place`. */
export function push(place) {
  const button = el("button", { type: "button", role: "switch", class: "switch good", id: "push", "aria-checked": "true", "aria-label": "Push: X tells the bot of starts and ends", "aria-describedby": "about-push" });
  const about = el("p", { id: "about-push" });
  const figures = el("dl", { class: "push-figures", "aria-label": "With push and without" });
  place.append(el("section", { class: "push", "aria-label": "Push" }, el("div", { class: "push-head" }, el("div", {}, el("strong", { text: "Push" }), about), button), figures));
  button.addEventListener("click", async () => {
    // Not `disabled`: that would take the focus away.
    if (button.classList.contains("busy")) return;
    button.classList.add("busy");
    await tried(post("/api/push", { on: button.getAttribute("aria-checked") !== "true" }));
    button.classList.remove("busy");
  });
  onChange("bot", () => {
    button.setAttribute("aria-checked", String(world.bot.push));
    fill(about, world.bot.push
      ? "X tells the bot of starts and ends by itself; it asks for the rest."
      : "The bot asks for everything, as often as X allows. Nothing is lost but seconds.");
  });
  onChange("figures", () => {
    const { pushed, polled } = world.figures.starts;
    const { events, event_micros: price } = world.figures.cost;
    fill(figures,
      figure("Starts, pushed", pushed), figure("Starts, polled", polled),
      el("div", {}, el("dt", { text: "X’s events" }), el("dd", { text: dollars(events * price) }), el("dd", { class: "small", text: times(events, "event", "events") })));
  });
}

function figure(name, { count, median }) {
  return el("div", {}, el("dt", { text: name }),
    el("dd", { text: median === null ? "–" : seconds(median) }),
    el("dd", { class: "small", text: count ? `median of ${count}` : "none yet" }));
}
