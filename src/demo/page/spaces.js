// X's side: a new Space, and what is scheduled or live.

import { avatar, el, fill, keep } from "./elements.js";
import { icon } from "./icons.js";
import { onChange, post, world } from "./world.js";
import { toast, tried } from "./frame.js";
import { spaceCard } from "./spacecard.js";
import { push } from "./push.js";

/** A title that each host might give, so that nobody has to think of one. */
const IDEAS = {
  deepfield: ["A black hole’s shadow, a year later", "Ask an astronomer, live", "The quiet side of the Moon"],
  ada_codes: ["Rust in the kernel: a field report", "Borrow checker therapy", "Rust for people in a hurry"],
  lunaparkradio: ["Midnight tape exchange", "Vinyl night: side B", "Requests, all of them"],
  kai_builds: ["Shipping a robot with Rust", "Shop tour and soldering", "What broke this week"],
  marisol_reads: ["Short stories, read aloud", "Rust, the colour, in fiction"],
  oslo_orchestra: ["Open rehearsal: the night pieces", "Between the movements"],
};
const IN_MINUTES = [[5, "in 5 minutes"], [15, "in 15 minutes"], [45, "in 45 minutes"], [180, "in 3 hours"], [1440, "tomorrow"], [10080, "in a week"]];

/** Shows X's side in `place`. */
export function spaces(place) {
  const list = el("ul", { class: "spaces", "aria-label": "Live and scheduled" });
  const none = el("p", { class: "quiet", text: "Nobody has a Space now." });
  const shape = form();
  place.append(shape.node);
  push(place);
  place.append(el("h3", { class: "x-title", text: "Live and scheduled" }), none, list);
  onChange("x", () => {
    shape.show(world.x.hosts);
    none.hidden = world.x.spaces.length > 0;
    keep(list, world.x.spaces, (space) => space.id, spaceCard);
  });
}

function form() {
  const hosts = el("div", { class: "hosts" });
  const title = el("input", { id: "new-title", type: "text", maxlength: 70, required: true, autocomplete: "off", placeholder: "What is it about?" });
  const when = el("select", { id: "new-when" }, ...IN_MINUTES.map(([minutes, text]) => el("option", { value: String(minutes), text, selected: minutes === 15 })));
  const schedule = el("button", { type: "submit", class: "x-button", id: "schedule" }, icon("clock", 16), "Schedule");
  const live = el("button", { type: "button", class: "x-button live-button", id: "go-live" }, icon("mic", 16), "Go live now");
  const node = el("form", { class: "new-space", "aria-label": "A new Space" },
    el("fieldset", {}, el("legend", { text: "A new Space by" }), hosts),
    el("div", { class: "field-line" }, el("label", { for: "new-title", text: "Title" }), title),
    el("div", { class: "field-line" }, el("label", { for: "new-when", text: "Starts" }), when),
    el("div", { class: "x-buttons" }, schedule, live));
  let turn = 0;
  let suggested = "";
  const host = () => node.querySelector("input[name=host]:checked")?.value;
  // What somebody typed stays.
  const suggest = () => {
    if (title.value.trim() && title.value !== suggested) return;
    const ideas = IDEAS[world.x.hosts.find((one) => one.id === host())?.username] ?? ["A Space"];
    suggested = ideas[turn % ideas.length];
    title.value = suggested;
  };
  const make = async (act) => {
    if (!title.value.trim()) return toast("Give the Space a title.");
    const done = await tried(post("/api/x", { host: host(), title: title.value, ...act }));
    if (!done) return;
    turn += 1;
    title.value = "";
    suggest();
  };
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    make({ do: "schedule", minutes: Number(when.value) });
  });
  live.addEventListener("click", () => make({ do: "start_now" }));
  hosts.addEventListener("change", suggest);
  const show = (known) => {
    if (hosts.children.length) return;
    fill(hosts, known.map((one, index) => el("label", { class: "host" },
      el("input", { type: "radio", name: "host", value: one.id, checked: index === 0 }),
      avatar(one.name, 28), el("span", { class: "host-name", text: one.name }), el("span", { class: "handle", text: `@${one.username}` }))));
    suggest();
  };
  return { node, show };
}
