// Embeds: the cards below a message's text.

import { avatar, el } from "./elements.js";
import { anchor, inline, markdown } from "./markdown.js";
import { stamp } from "./time.js";

/** An embed of a message. */
export function embed(card, message) {
  const body = [author(card.author), title(card), description(card), fields(card.fields), picture(card.image, message), footer(card)];
  const node = el("article", { class: "embed", "aria-label": card.title ? undefined : "Card" }, el("div", { class: "embed-body" }, ...body), picture(card.thumbnail, message, "thumbnail"));
  if (Number.isInteger(card.color)) node.style.setProperty("--bar", `#${card.color.toString(16).padStart(6, "0")}`);
  return node;
}

function author(given) {
  if (!given?.name) return null;
  const name = given.url ? anchor(given.url, [document.createTextNode(given.name)]) : el("span", { text: given.name });
  return el("div", { class: "embed-author" }, given.icon_url ? avatar(given.name.replace(/ \(@\w+\)$/, ""), 24) : null, name);
}

function title(card) {
  if (!card.title) return null;
  const text = inline(card.title);
  return el("h4", { class: "embed-title" }, card.url ? anchor(card.url, [text]) : text);
}

const description = (card) => (card.description ? el("div", { class: "embed-description" }, markdown(card.description)) : null);

function fields(given) {
  if (!given?.length) return null;
  return el("dl", { class: "embed-fields" }, ...given.map((field) =>
    el("div", { class: field.inline ? "field inline" : "field" }, el("dt", {}, inline(field.name)), el("dd", {}, markdown(field.value)))));
}

/** A picture that came with a message. Its size is known before it is there, so that nothing moves then. */
export function pictureOf(file, kind) {
  return el("img", { class: kind, src: file.url, alt: file.description ?? "", width: file.width, height: file.height });
}

/** Pictures come with the message; those elsewhere aren't fetched. */
function picture(given, message, kind = "embed-picture") {
  const name = /^attachment:\/\/(.+)$/.exec(given?.url ?? "")?.[1];
  const file = message.files.find((one) => one.name === name);
  return file ? pictureOf(file, kind) : null;
}

function footer(card) {
  if (!card.footer?.text && !card.timestamp) return null;
  const when = card.timestamp ? stamp(Date.parse(card.timestamp)) : null;
  return el("div", { class: "embed-footer" }, card.footer?.text ?? null, when && card.footer?.text ? " • " : null, when);
}
