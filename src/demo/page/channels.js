// The list of channels, with what is unread in each, and who the reader is. Where it has no room of its own it is a
// drawer that a button beside the channel's name opens.

import { avatar, bell, el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { channelsOfMine, here, look, me, onChange, reader, world } from "./world.js";
import { eventsButton } from "./events.js";
import { word } from "./words.js";

const LANGUAGES = [["en-US", "English"], ["ja", "日本語"]];

/** The last message that the reader saw, by channel. */
const seen = new Map();

/** Shows the channels in `nav`, which `opener` opens where it is a drawer. */
export function channels(nav, opener) {
  const list = el("div", { class: "channel-list" });
  const who = whoReads();
  const drawer = asDrawer(nav, opener);
  const events = eventsButton(drawer.close);
  nav.append(el("div", { class: "guild" }, el("h2", { text: "Space watchers" })), events.node, list, who.node);
  let rows = [];
  let listed = "";
  const show = () => {
    if (!world.discord) return;
    note();
    nav.setAttribute("aria-label", word("channels"));
    document.getElementById("discord").lang = reader.locale;
    events.show();
    const mine = `${reader.locale} ${channelsOfMine().map((channel) => channel.id)}`;
    if (listed !== mine) rows = sections(list, drawer.close);
    listed = mine;
    const fresh = rows.map((row) => row.show());
    who.show();
    drawer.show(fresh);
    showOnTab(fresh);
  };
  onChange("discord", show);
  onChange("reader", show);
  // Where only one side fits, what came meanwhile is read when this side is turned to.
  new ResizeObserver(show).observe(document.getElementById("discord"));
}

/** Says on the tab of this side, which shows where only one side fits, what came here meanwhile. */
function showOnTab(fresh) {
  const tab = document.getElementById("side-discord");
  fill(tab, "Discord", ...badges(summed(fresh)));
}

const summed = (fresh) => ({ unread: fresh.some((one) => one.unread), pings: fresh.reduce((sum, one) => sum + one.pings, 0) });

const shown = (message) => !message.only_for || message.only_for === me().id;

function note() {
  const inSight = document.getElementById("discord").offsetParent !== null;
  for (const channel of channelsOfMine()) {
    const last = channel.messages.at(-1)?.id ?? "0";
    // A first direct message is news; what stood in a channel before isn't.
    if (!seen.has(channel.id)) seen.set(channel.id, channel.with ? "0" : last);
    if (inSight && channel.id === here().id) seen.set(channel.id, last);
  }
}

const sectionOf = (channel) => (channel.with ? word("direct") : channel.section);

/** Puts the channels into `list`, once for as long as they are the same: they stay, and so does the focus in them. */
function sections(list, onPick) {
  const focused = document.activeElement?.dataset.channel;
  const mine = channelsOfMine();
  const names = [...new Set(mine.map(sectionOf))];
  const rows = mine.map((channel) => ({ section: sectionOf(channel), ...row(channel, onPick) }));
  fill(list, names.map((name) => el("div", { class: "section" }, el("h3", { text: name }),
    el("ul", { "aria-label": name }, ...rows.filter((one) => one.section === name).map((one) => el("li", {}, one.button))))));
  rows.find((one) => one.button.dataset.channel === focused)?.button.focus();
  return rows;
}

function row({ id, name, with: person }, onPick) {
  const news = el("span", { class: "news" });
  const pick = () => {
    look({ channel: id });
    onPick();
  };
  const button = el("button", { type: "button", class: "channel", data: { channel: id }, on: { click: pick } }, person ? bell(20) : icon("hash"), el("span", { class: "name", text: name }), news);
  const show = () => {
    const fresh = freshIn(id);
    button.classList.toggle("fresh", fresh.unread);
    if (id === here().id) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
    fill(news, ...badges(fresh));
    return fresh;
  };
  return { button, show };
}

/** What came to a channel since the reader was there. */
function freshIn(id) {
  const last = BigInt(seen.get(id));
  const channel = world.discord.channels.find((one) => one.id === id);
  const fresh = channel.messages.filter((message) => shown(message) && BigInt(message.id) > last);
  // Whatever comes directly is meant for the reader.
  return { unread: fresh.length > 0, pings: channel.with ? fresh.length : fresh.filter((message) => pinged(message)).length };
}

function badges({ unread, pings }) {
  return [
    unread ? el("span", { class: "unseen", text: word("newHere") }) : null,
    pings ? el("span", { class: "badge", text: String(pings) }, el("span", { class: "unseen", text: word("pings") })) : null,
  ];
}

/** Whether a message notified the reader. */
export function pinged(message) {
  const { everyone, roles, users } = message.pings;
  return everyone || users.includes(me().id) || roles.some((role) => me().roles.includes(role));
}

/** Who the reader is, and in which language. */
function whoReads() {
  const person = el("select", { id: "reader-select", on: { change: () => look({ id: person.value }) } });
  const language = el("select", { id: "language-select", on: { change: () => look({ locale: language.value }) } },
    ...LANGUAGES.map(([code, name]) => el("option", { value: code, text: name, lang: code })));
  const picture = el("span", { class: "reader-picture" });
  const show = () => {
    if (!person.children.length) fill(person, world.discord.people.map((one) => el("option", { value: one.id, text: `${one.name} · ${one.title}` })));
    person.value = me().id;
    language.value = reader.locale;
    person.setAttribute("aria-label", word("who"));
    language.setAttribute("aria-label", word("language"));
    fill(picture, avatar(me().name, 32));
  };
  return { node: el("div", { class: "reader" }, picture, el("div", { class: "reader-fields" }, person, language)), show };
}

/** Opens and closes `nav` as a drawer; who opened it has the focus again when it closes. */
function asDrawer(nav, opener) {
  const discord = nav.parentElement;
  const isOpen = () => discord.dataset.drawer === "open";
  const set = (open) => {
    if (open) discord.dataset.drawer = "open";
    else delete discord.dataset.drawer;
    opener.setAttribute("aria-expanded", String(open));
  };
  const close = () => {
    if (!isOpen()) return;
    set(false);
    opener.focus();
  };
  opener.addEventListener("click", () => {
    if (isOpen()) return close();
    set(true);
    nav.querySelector("[aria-current]")?.focus();
  });
  discord.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) close();
  });
  nav.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (next && next !== opener && !nav.contains(next)) set(false);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!nav.contains(event.target) && !opener.contains(event.target)) set(false);
  }, true);
  const show = (fresh) => {
    const all = summed(fresh);
    fill(opener, icon("menu", 20), el("span", { class: "unseen", text: word("open") }), ...badges(all));
    opener.classList.toggle("fresh", all.unread);
  };
  return { close, show };
}
