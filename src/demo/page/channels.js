// The list of channels, with what is unread in each, and who the reader is.

import { avatar, el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { here, look, me, onChange, reader, world } from "./world.js";

const LANGUAGES = [["en-US", "English"], ["ja", "日本語"]];

/** The last message that the reader saw, by channel. */
const seen = new Map();

/** Shows the channels in `nav`. */
export function channels(nav) {
  const list = el("div", { class: "channel-list" });
  const who = el("div", { class: "reader" });
  nav.append(el("div", { class: "guild" }, el("strong", { text: "Space watchers" })), list, who);
  const show = () => {
    if (!world.discord) return;
    note();
    fill(list, sections());
    showReader(who);
  };
  onChange("discord", show);
  onChange("reader", show);
}

const shown = (message) => !message.only_for || message.only_for === me().id;

function note() {
  for (const channel of world.discord.channels) {
    const last = channel.messages.at(-1)?.id ?? "0";
    if (!seen.has(channel.id) || channel.id === here().id) seen.set(channel.id, last);
  }
}

function sections() {
  const names = [...new Set(world.discord.channels.map((channel) => channel.section))];
  return names.map((name) => {
    const inside = world.discord.channels.filter((channel) => channel.section === name);
    return el("div", { class: "section" }, el("h3", { text: name }), el("ul", {}, ...inside.map(row)));
  });
}

function row(channel) {
  const last = BigInt(seen.get(channel.id));
  const fresh = channel.messages.filter((message) => shown(message) && BigInt(message.id) > last);
  const pings = fresh.filter((message) => pinged(message)).length;
  const current = channel.id === here().id;
  const badge = pings ? el("span", { class: "badge", text: String(pings) }, el("span", { class: "unseen", text: " pings" })) : null;
  const dot = fresh.length ? el("span", { class: "unseen", text: " (unread)" }) : null;
  const button = el("button", { type: "button", class: fresh.length ? "channel fresh" : "channel", "aria-current": current ? "page" : null, on: { click: () => look({ channel: channel.id }) } },
    icon("hash"), el("span", { class: "name", text: channel.name }), dot, badge);
  return el("li", {}, button);
}

/** Whether a message notified the reader. */
export function pinged(message) {
  const { everyone, roles, users } = message.pings;
  return everyone || users.includes(me().id) || roles.some((role) => me().roles.includes(role));
}

function showReader(node) {
  if (node.contains(document.activeElement)) return;
  const pick = (id) => look({ id });
  const people = el("select", { "aria-label": "Who you are", id: "reader-select", on: { change: (event) => pick(event.target.value) } },
    ...world.discord.people.map((person) => el("option", { value: person.id, selected: person.id === me().id, text: `${person.name} · ${person.title}` })));
  const language = el("select", { "aria-label": "Your language in Discord", on: { change: (event) => look({ locale: event.target.value }) } },
    ...LANGUAGES.map(([code, name]) => el("option", { value: code, selected: code === reader.locale, text: name })));
  fill(node, avatar(me().name, 32), el("div", { class: "reader-fields" }, people, language));
}
