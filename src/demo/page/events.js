// The server's scheduled events: a button above the channels, and the list that it opens.

import { el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { call, may, onChange, reader, world } from "./world.js";
import { followLink, tried } from "./frame.js";
import { markdown } from "./markdown.js";
import { openDialog } from "./dialogs.js";
import { stamp, time } from "./time.js";
import { word } from "./words.js";

const MANAGE_GUILD = 5;

/** The button; `onOpen` is told before the list opens. */
export function eventsButton(onOpen) {
  const node = el("button", { type: "button", class: "channel events-button", id: "events-button", "aria-haspopup": "dialog" });
  let list = null;
  const open = () => {
    onOpen();
    list = el("ul", { class: "events" });
    openDialog(word("events"), "events-dialog", list).addEventListener("close", () => {
      list = null;
      // Where the channels are a drawer it is closed by now, and the button in it out of sight.
      const drawer = document.getElementById("channels-opener");
      (drawer.checkVisibility() ? drawer : node).focus();
    });
    draw();
  };
  const draw = () => list && fill(list, world.discord.events.length ? world.discord.events.map(item) : el("li", { class: "no-events", text: word("noEvents") }));
  node.addEventListener("click", open);
  onChange("discord", draw);
  let print = "";
  const show = () => {
    const count = world.discord.events.length;
    const now = `${reader.locale} ${count}`;
    if (print === now) return;
    print = now;
    fill(node, icon("calendar"), el("span", { class: "name", text: word("events") }), count ? el("span", { class: "count-badge", text: String(count) }) : null);
  };
  return { node, show };
}

function item(event) {
  const when = event.active ? [el("span", { class: "event-now", text: word("eventNow") })] : [stamp(event.start), " · ", time(event.start, "R")];
  const remove = el("button", { type: "button", class: "button danger", text: word("cancelEvent"), "aria-label": `${word("cancelEvent")}: ${event.name}` });
  remove.addEventListener("click", () => tried(call({ do: "delete_event", event: event.id })));
  return el("li", { class: "event", data: { event: event.id } },
    el("div", { class: "event-when" }, icon("calendar", 16), el("span", {}, ...when)),
    el("h3", { text: event.name }),
    event.description ? el("div", { class: "event-about" }, markdown(event.description)) : null,
    el("div", { class: "event-foot" }, icon("link", 15), place(event.location), may(MANAGE_GUILD) ? remove : null));
}

function place(location) {
  if (!/^https?:\/\//.test(location)) return el("span", { text: location });
  return el("a", { href: location, target: "_blank", rel: "noreferrer noopener", text: location.replace(/^https?:\/\//, ""), on: { click: (event) => {
    document.querySelector(".events-dialog")?.close();
    followLink(event, location);
  } } });
}
