// The part of Discord's Markdown that bots use, made into elements. Data only ever becomes text.

import { el } from "./elements.js";
import { look, me, world } from "./world.js";
import { time } from "./time.js";
import { followLink } from "./frame.js";
import { word } from "./words.js";

/** What each marked span becomes, by its marks; longer marks first. */
const SPANS = [["**", "strong"], ["__", "u"], ["~~", "s"], ["||", "span"], ["*", "em"], ["_", "em"]];

/** A text with its marks as elements, line by line. */
export function markdown(text) {
  const out = document.createDocumentFragment();
  const blocks = text.split(/```(?:\w*\n)?([\s\S]*?)```/);
  blocks.forEach((block, index) => {
    if (index % 2) out.append(el("pre", {}, el("code", { text: block.replace(/\n$/, "") })));
    else if (block) out.append(...lines(block.replace(/^\n|\n$/g, "")));
  });
  return out;
}

/** A line's worth, without blocks. */
export function inline(text) {
  const out = document.createDocumentFragment();
  out.append(...parse(text));
  return out;
}

function lines(text) {
  return text.split("\n").map((line) => {
    const [, mark, rest] = /^(#{1,3} |-# |> |[-*] )?(.*)$/s.exec(line);
    const kind = { "-# ": "subtext", "> ": "quote", "- ": "item", "* ": "item" }[mark];
    const heading = mark?.startsWith("#") ? "heading" : undefined;
    return el("div", { class: heading ?? kind ?? "line" }, ...parse(rest));
  });
}

function parse(text) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(document.createTextNode(plain));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    if (text[at] === "\\" && /[^A-Za-z0-9\s]/.test(text[at + 1] ?? " ")) {
      plain += text[at + 1];
      at += 2;
      continue;
    }
    const found = special(text, at);
    if (found) {
      flush();
      out.push(found.node);
      at += found.length;
    } else {
      const letter = String.fromCodePoint(text.codePointAt(at));
      plain += letter;
      at += letter.length;
    }
  }
  flush();
  return out;
}

function special(text, at) {
  const rest = text.slice(at);
  return code(rest) ?? (rest[0] === "<" ? angled(rest) : null) ?? (rest[0] === "[" ? link(rest) : null) ?? bare(rest) ?? span(rest, text[at - 1]);
}

function code(rest) {
  const found = /^(`{1,2})([^`]+)\1/.exec(rest);
  return found && { node: el("code", { text: found[2] }), length: found[0].length };
}

/** `<…>`: times, mentions, commands, addresses without a preview. */
function angled(rest) {
  const found = /^<([^<>\s][^<>\n]{0,200})>/.exec(rest);
  if (!found) return null;
  const node = mention(found[1]);
  return node && { node, length: found[0].length };
}

function mention(inner) {
  let found;
  if ((found = /^t:(-?\d{1,13})(?::([tTdDfFR]))?$/.exec(inner))) return time(Number(found[1]) * 1000, found[2]);
  if ((found = /^@&(\d+)$/.exec(inner))) {
    const role = world.discord.roles.find((one) => one.id === found[1]);
    const mine = role && me().roles.includes(role.id);
    return el("span", { class: mine ? "mention mine" : "mention", text: role ? `@${role.name}` : word("unknownRole") });
  }
  if ((found = /^@!?(\d+)$/.exec(inner))) {
    const person = world.discord.people.find((one) => one.id === found[1]);
    return el("span", { class: "mention", text: `@${person?.name ?? word("somebody")}` });
  }
  if ((found = /^#(\d+)$/.exec(inner))) return channel(found[1]);
  if ((found = /^\/([\p{L}\p{N}_' -]{1,100}):(\d+)$/u.exec(inner))) {
    return el("button", { type: "button", class: "mention", text: `/${found[1]}`, on: { click: () => document.dispatchEvent(new CustomEvent("use-command", { detail: found[1] })) } });
  }
  return /^https?:\/\//.test(inner) ? anchor(inner, [document.createTextNode(inner)]) : null;
}

function channel(id) {
  const found = world.discord.channels.find((one) => one.id === id);
  if (!found) return el("span", { class: "mention", text: word("unknownChannel") });
  return el("button", { type: "button", class: "mention", text: `#${found.name}`, on: { click: () => look({ channel: id }) } });
}

/** `[text](<address>)` and `[text](address)`. */
function link(rest) {
  const found = /^\[((?:\\.|[^\]\\\n])+)\]\((<[^<>\s]+>|[^()\s]+)\)/.exec(rest);
  const address = found?.[2].replace(/^<|>$/g, "");
  return address && /^https?:\/\//.test(address) ? { node: anchor(address, parse(found[1])), length: found[0].length } : null;
}

function bare(rest) {
  const found = /^https?:\/\/[^\s<>"]+[^\s<>".,:;!?)\]]/.exec(rest);
  return found && { node: anchor(found[0], [document.createTextNode(found[0])]), length: found[0].length };
}

function span(rest, before) {
  for (const [mark, tag] of SPANS) {
    if (!rest.startsWith(mark)) continue;
    if (mark === "_" && /\w/.test(before ?? "")) return null;
    const end = closing(rest, mark);
    if (end < 0) continue;
    return { node: el(tag, {}, ...parse(rest.slice(mark.length, end))), length: end + mark.length };
  }
  return null;
}

/** Where a span ends: the next mark that isn't escaped, after at least one letter. */
function closing(rest, mark) {
  for (let at = mark.length; at < rest.length; at += 1) {
    if (rest[at] === "\\") at += 1;
    else if (at > mark.length && rest.startsWith(mark, at) && !(mark === "*" && rest.startsWith("**", at))) return at;
  }
  return -1;
}

/** A link; those to messages of this server and to the demo's Spaces stay on the page. */
export function anchor(address, children) {
  const message = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)\/(\d+)$/.exec(address);
  if (message && world.discord.channels.some((one) => one.id === message[1])) {
    const name = world.discord.channels.find((one) => one.id === message[1]).name;
    const jump = () => document.dispatchEvent(new CustomEvent("jump", { detail: { channel: message[1], message: message[2] } }));
    return el("button", { type: "button", class: "mention", text: word("messageHere", { channel: name }), on: { click: jump } });
  }
  const open = (event) => followLink(event, address);
  return el("a", { href: address, rel: "noreferrer noopener", target: "_blank", on: { click: open } }, ...children);
}

/** A text as those read it who can't see its marks. */
export function spoken(text) {
  const node = el("div");
  node.append(markdown(text));
  return node.textContent;
}
