// The messages of the channel that is looked at.

import { avatar, bell, el, fill, keep } from "./elements.js";
import { icon } from "./icons.js";
import { call, here, look, me, onChange, reader, tell, world } from "./world.js";
import { announce, reveal, showDiscord, toast, tried } from "./frame.js";
import { markdown, spoken } from "./markdown.js";
import { stamp, time } from "./time.js";
import { embed, pictureOf } from "./embeds.js";
import { rows } from "./components.js";
import { openMenu } from "./menu.js";
import { pinged } from "./channels.js";
import { pieces, word } from "./words.js";

/** Messages of one author within this time stand together. */
const TOGETHER_MS = 7 * 60 * 1000;
/** How far from the end still counts as reading along. */
const NEAR_PX = 120;

/** What only this page knows: commands on their way, and what became of them. */
let notices = [];
/** Whether the reader has just done something whose outcome stands at the end. */
let toEnd = false;
let wasIn = null;
let heard = "0";
/** When each message of this channel was last edited, as far as the reader was told. */
let edits = new Map();

/** Shows the messages in `list`, and the channel's name in `head`. */
export function messages(list, head) {
  const show = () => {
    if (!world.discord) return;
    const channel = here();
    list.setAttribute("aria-label", word("messages"));
    const moved = wasIn !== `${channel.id} ${me().id}`;
    const near = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    const items = listed(channel);
    keep(list, items, (item) => item.id, item);
    if (moved) {
      fill(head, channel.with ? bell(24) : icon("hash", 22), el("h2", { text: channel.name }), channel.topic ? el("p", { text: channel.topic }) : null);
      wasIn = `${channel.id} ${me().id}`;
      heard = channel.messages.at(-1)?.id ?? "0";
      edits = editsOf(channel);
    }
    if (moved || near || toEnd) list.scrollTop = list.scrollHeight;
    toEnd = false;
    hear(channel);
    hearEdits(channel, list);
  };
  onChange("discord", show);
  onChange("reader", show);
  onChange("notices", show);
  // A list that was read to its end stays there when the window or the message box changes.
  let atEnd = true;
  list.addEventListener("scroll", () => {
    atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
  }, { passive: true });
  new ResizeObserver(() => {
    if (atEnd) list.scrollTop = list.scrollHeight;
  }).observe(list);
  list.addEventListener("contextmenu", (event) => {
    const node = event.target.closest("li[data-id]");
    if (!node || event.target.closest("a")) return;
    event.preventDefault();
    openMenu(found(node.dataset.id), event.clientX, event.clientY, node.querySelector(".more"));
  });
  document.addEventListener("jump", (event) => {
    look({ channel: event.detail.channel });
    showDiscord();
    const node = list.querySelector(`[data-id="${CSS.escape(event.detail.message)}"]`);
    if (node) reveal(node);
  });
}

const found = (id) => here().messages.find((message) => message.id === id);

/** Goes to where the outcome of what the reader does will stand. */
export function showEnd() {
  toEnd = true;
  tell("notices");
}

/** Says that something is under way in this channel, or what became of it; answers how to take that back. */
export function notice(text, failed = false) {
  const one = { id: `notice-${crypto.randomUUID()}`, channel: here().id, text, failed, notice: true };
  notices = [...notices, one];
  showEnd();
  return () => takeBack(one.id);
}

function takeBack(id) {
  notices = notices.filter((one) => one.id !== id);
  tell("notices");
}

function listed(channel) {
  const visible = channel.messages.filter((message) => !message.only_for || message.only_for === me().id);
  const marked = visible.map((message, index) => {
    const before = visible[index - 1];
    const joins = before && !message.used && !pinged(message) && !pinged(before) && before.author.id === message.author.id && message.at - before.at < TOGETHER_MS && !before.only_for === !message.only_for;
    return { ...message, joins: Boolean(joins), pinged: pinged(message), reader: me().id, locale: reader.locale };
  });
  return [...marked, ...notices.filter((one) => one.channel === channel.id)];
}

function item(message) {
  return message.notice ? noticed(message) : shownMessage(message);
}

function noticed(one) {
  const dismiss = () => takeBack(one.id);
  return el("li", { class: one.failed ? "notice failed" : "notice", role: one.failed ? "alert" : null },
    one.failed ? null : el("span", { class: "thinking", "aria-hidden": "true" }),
    el("span", { text: one.text }),
    one.failed ? el("button", { type: "button", class: "plain-link", text: word("dismiss"), on: { click: dismiss } }) : null);
}

function shownMessage(message) {
  const kinds = ["message"];
  if (message.joins) kinds.push("joins");
  if (message.pinged) kinds.push("pinged");
  if (message.only_for) kinds.push("private");
  const more = el("button", { type: "button", class: "icon-button more", "aria-label": word("more"), "aria-haspopup": "menu" }, icon("dots"));
  more.addEventListener("click", () => {
    const box = more.getBoundingClientRect();
    openMenu(found(message.id), box.left, box.bottom, more);
  });
  return el("li", { class: kinds.join(" "), data: { id: message.id } },
    message.used ? usedBy(message.used) : null,
    message.joins ? el("span", { class: "small-time", "aria-hidden": "true" }, time(message.at, "t")) : picture(message.author, 40),
    el("div", { class: "body" }, message.joins ? null : byline(message), ...content(message)),
    more);
}

const picture = (author, size) => (author.bot ? bell(size) : avatar(author.name, size));

function usedBy(used) {
  const given = { who: el("strong", { text: used.name }), what: el("span", { class: "used-what", text: used.what }) };
  return el("div", { class: "used" }, icon("corner", 16), avatar(used.name, 16), el("span", { class: "used-by" }, ...pieces(used.how, given)));
}

function byline(message) {
  const { name, bot } = message.author;
  return el("h3", { class: "byline" }, el("span", { class: bot ? "author bot" : "author", text: name }), bot ? el("span", { class: "app", text: word("app") }) : null, stamp(message.at));
}

function content(message) {
  if (message.loading) return [el("div", { class: "loading" }, el("span", { class: "thinking", "aria-hidden": "true" }), word("thinking"))];
  const text = message.content ? el("div", { class: "content" }, markdown(message.content)) : null;
  const edited = message.edited ? el("span", { class: "edited", text: word("edited") }) : null;
  if (edited) edited.title = time(message.edited, "F").textContent;
  if (text && edited) (text.lastElementChild ?? text).append(" ", edited);
  return [
    text,
    ...message.embeds.map((one) => embed(one, message)),
    text ? null : edited,
    ...files(message),
    ...rows(message),
    message.only_for ? onlyYou(message) : null,
  ];
}

function files(message) {
  const used = JSON.stringify(message.embeds);
  return message.files.filter((file) => !used.includes(`attachment://${file.name}`)).map((file) =>
    file.type === "image/png"
      ? pictureOf(file, "file-picture")
      : el("a", { class: "file", href: file.url, download: file.name }, icon("file", 26), el("span", {}, el("span", { class: "file-name", text: file.name }), el("span", { class: "file-size", text: sized(file.size) })), icon("download", 20)));
}

function sized(bytes) {
  return bytes < 1000 ? word("bytes", { size: bytes }) : word("kilobytes", { size: (bytes / 1000).toFixed(1) });
}

function onlyYou(message) {
  const dismiss = () => tried(call({ do: "dismiss", message: message.id }));
  return el("div", { class: "only-you" }, icon("eye", 16), word("onlyYou"), el("button", { type: "button", class: "plain-link", text: word("dismissMessage"), on: { click: dismiss } }));
}

/** Reads new messages of this channel out. */
function hear(channel) {
  const fresh = channel.messages.filter((message) => BigInt(message.id) > BigInt(heard) && !message.loading && (!message.only_for || message.only_for === me().id));
  if (!fresh.length) return;
  heard = fresh.at(-1).id;
  for (const message of fresh) {
    const title = message.embeds[0]?.title ? `. ${spoken(message.embeds[0].title)}` : "";
    announce(`${message.author.name}: ${spoken(message.content)}${title}`);
  }
}

const editsOf = (channel) => new Map(channel.messages.map((message) => [message.id, message.edited]));

/** Reads out what was edited, and says so where it isn't in sight. */
function hearEdits(channel, list) {
  const fresh = channel.messages.filter((message) => message.edited && edits.has(message.id) && edits.get(message.id) !== message.edited && !message.only_for);
  edits = editsOf(channel);
  const box = list.getBoundingClientRect();
  for (const message of fresh) {
    announce(`${word("edited")} ${message.author.name}: ${spoken(message.content)}`);
    const at = list.querySelector(`[data-id="${CSS.escape(message.id)}"]`)?.getBoundingClientRect();
    if (at && at.bottom < box.top) toast(`↑ ${spoken(message.content)} ${word("edited")}`);
  }
}
