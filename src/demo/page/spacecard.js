// A Space on X, and what its host can do with it.

import { avatar, el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { post, world } from "./world.js";
import { tried } from "./frame.js";
import { OF_PAGE, stamp, time } from "./time.js";

const ENDS = [["ended", "It ended"], ["canceled", "It is cancelled"], ["not_found", "X finds it no more"], ["removed", "X takes it down"]];

/** Which panel is open at which Space, so that changes don't close it. */
const opened = new Map();

const name = (id) => world.x.hosts.find((host) => host.id === id)?.name ?? "Somebody";
const act = (space, what) => tried(post("/api/x", { space: space.id, ...what }));

/** The card of a Space. */
export function spaceCard(space) {
  const panel = el("div", { class: "space-panel" });
  const state = space.live ? el("span", { class: "state" }, el("span", { class: "waves", "aria-hidden": "true" }, el("i"), el("i"), el("i")), "Live") : el("span", { class: "state" }, icon("clock", 14), "Scheduled");
  const when = space.live ? ["began ", time(space.started, "R", OF_PAGE)] : [stamp(space.start, OF_PAGE), " · ", time(space.start, "R", OF_PAGE)];
  const people = space.live ? el("span", { class: "count" }, icon("people", 15), el("span", { text: `${space.people.toLocaleString(OF_PAGE)} in the room` })) : null;
  const facts = [space.ticketed ? fact("ticket", space.tickets, "ticket sold", "tickets sold") : null, space.posts ? fact("post", space.posts, "Post shared", "Posts shared") : null].filter(Boolean);
  const hosts = [space.host, ...space.cohosts];
  const node = el("li", { class: space.live ? "space live" : "space", data: { space: space.id } },
    el("div", { class: "space-head" }, state, el("span", { class: "when" }, ...when)),
    el("h4", { class: "space-title", text: space.title || "Untitled Space" }),
    el("div", { class: "space-hosts" }, ...hosts.map((host) => avatar(name(host), 22)), el("span", { text: hosts.map(name).join(", ") }), facts.length ? el("span", { class: "space-facts" }, ...facts) : null, people),
    el("div", { class: "space-acts" }, ...acts(space, panel)),
    panel);
  show(space, panel);
  return node;
}

const fact = (picture, count, one, many) => el("span", {}, icon(picture, 15), String(count), el("span", { class: "unseen", text: ` ${count === 1 ? one : many}` }));

function acts(space, panel) {
  const button = (text, kind, doing) => el("button", { type: "button", class: `pill ${kind}`, text, "aria-label": `${text}: ${space.title}`, on: { click: doing } });
  const toggle = (text, which) => {
    const node = button(text, "", () => {
      opened.set(space.id, opened.get(space.id) === which ? null : which);
      show(space, panel);
      panel.querySelector("input, select, button")?.focus();
    });
    node.dataset.opens = which;
    return node;
  };
  const first = space.live ? toggle("Count", "count") : button("Start", "strong", () => act(space, { do: "start" }));
  return [first, toggle("Rename", "rename"), space.live ? null : toggle("Move", "move"), toggle("Co-host", "cohost"), toggle("Post", "share"), toggle("Ticket", "ticket"), toggle("End", "end")];
}

function show(space, panel) {
  const which = opened.get(space.id);
  const make = { rename, move, cohost, share, ticket, end, count }[which];
  fill(panel, make ? make(space) : []);
  for (const button of panel.parentElement.querySelectorAll("[data-opens]")) button.setAttribute("aria-expanded", String(button.dataset.opens === which));
}

/** Closes what is open at a Space; what opened it has the focus again. */
function close(space, panel) {
  const opener = panel.parentElement.querySelector("[data-opens][aria-expanded=true]");
  opened.delete(space.id);
  show(space, panel);
  opener?.focus();
}

function little(space, label, field, button, what) {
  const node = el("form", { class: "little" }, el("label", {}, el("span", { class: "unseen", text: label }), field), el("button", { type: "submit", class: "pill strong", text: button }));
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const doing = what();
    close(space, node.parentElement);
    await act(space, doing);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(space, node.parentElement);
  });
  return node;
}

function rename(space) {
  const field = el("input", { type: "text", maxlength: 70, value: space.title ?? "", autocomplete: "off" });
  return little(space, "Another title", field, "Rename", () => ({ do: "rename", title: field.value }));
}

function move(space) {
  const choices = [[5, "in 5 minutes"], [30, "in 30 minutes"], [90, "in 90 minutes"], [1500, "tomorrow, an hour later"]];
  const field = el("select", {}, ...choices.map(([minutes, text]) => el("option", { value: minutes, text })));
  return little(space, "Another start", field, "Move", () => ({ do: "reschedule", minutes: Number(field.value) }));
}

function cohost(space) {
  const others = world.x.hosts.filter((host) => host.id !== space.host && !space.cohosts.includes(host.id));
  const field = el("select", {}, ...others.map((host) => el("option", { value: host.id, text: `${host.name} (@${host.username})` })));
  return little(space, "Who joins as co-host", field, "Add", () => ({ do: "cohost", host: field.value }));
}

function end(space) {
  const field = el("select", {}, ...ENDS.map(([look, text]) => el("option", { value: look, text, selected: look === (space.live ? "ended" : "canceled") })));
  return little(space, "How its end shows on X", field, "End it", () => ({ do: "end", look: field.value }));
}

function share(space) {
  const field = el("input", { type: "text", maxlength: 280, required: true, value: `We are talking about “${space.title || "this"}”. Come in.`, autocomplete: "off" });
  return little(space, "What the host posts in it", field, "Share", () => ({ do: "share_post", text: field.value }));
}

function ticket(space) {
  const field = el("select", {}, ...world.x.accounts.map((account) => el("option", { value: account.id, text: `${account.name} (@${account.username})` })));
  return little(space, "Who buys a ticket", field, "Sell", () => ({ do: "sell_ticket", buyer: field.value }));
}

function count(space) {
  const field = el("input", { type: "number", min: 1, max: 1000000, value: Math.max(2, Math.round(space.people * 1.5)) });
  const form = little(space, "How many are in the room", field, "Set", () => ({ do: "count", people: Number(field.value) }));
  const crowd = el("button", { type: "button", class: "pill crowd", text: "A crowd comes and goes", title: "People come in two waves and leave, within eight minutes" });
  crowd.addEventListener("click", async () => {
    close(space, form.parentElement);
    await act(space, { do: "crowd" });
  });
  form.append(crowd);
  return form;
}
