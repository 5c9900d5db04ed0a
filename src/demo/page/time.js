// Times by the reader's own clock, in the language of the side that shows them, as Discord's timestamps promise.

import { reader } from "./world.js";

const FORMATS = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [2592000, "day", 86400], [31536000, "month", 2592000], [Infinity, "year", 31536000]];

/** The language of X's side, which is English: the browser's kind of it, if that is one. */
export const OF_PAGE = navigator.language.startsWith("en") ? navigator.language : "en";

const absolute = (at, style, language) => new Intl.DateTimeFormat(language, FORMATS[style] ?? FORMATS.f).format(at);

/** "in 5 minutes", "3 hours ago". */
export function relative(at, language) {
  const seconds = Math.round((at - Date.now()) / 1000);
  const [, unit, size] = STEPS.find(([below]) => Math.abs(seconds) < below);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** A time element of a Discord style; relative ones keep themselves up to date. */
export function time(at, style = "f", language = reader.locale) {
  const node = document.createElement("time");
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) {
    node.textContent = "Invalid date";
    return node;
  }
  node.dateTime = moment.toISOString();
  node.title = absolute(moment, "F", language);
  node.textContent = style === "R" ? relative(at, language) : absolute(moment, style, language);
  if (style === "R") Object.assign(node.dataset, { relative: String(at), language });
  return node;
}

/** How Discord dates a message: today's by the clock. */
export function stamp(at, language) {
  const today = new Date().toDateString() === new Date(at).toDateString();
  return time(at, today ? "t" : "f", language);
}

setInterval(() => {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    const text = relative(Number(node.dataset.relative), node.dataset.language);
    if (node.textContent !== text) node.textContent = text;
  }
}, 1000);
