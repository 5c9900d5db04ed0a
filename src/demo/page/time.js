// Times as the reader's own clock and language have them, as Discord's timestamps promise.

const FORMATS = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [2592000, "day", 86400], [31536000, "month", 2592000], [Infinity, "year", 31536000]];

const absolute = (at, style) => new Intl.DateTimeFormat(undefined, FORMATS[style] ?? FORMATS.f).format(at);

/** "in 5 minutes", "3 hours ago". */
export function relative(at) {
  const seconds = Math.round((at - Date.now()) / 1000);
  const [, unit, size] = STEPS.find(([below]) => Math.abs(seconds) < below);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** A time element of a Discord style; relative ones keep themselves up to date. */
export function time(at, style = "f") {
  const node = document.createElement("time");
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) {
    node.textContent = "Invalid date";
    return node;
  }
  node.dateTime = moment.toISOString();
  node.title = absolute(moment, "F");
  node.textContent = style === "R" ? relative(at) : absolute(moment, style);
  if (style === "R") node.dataset.relative = String(at);
  return node;
}

/** How Discord dates a message: today's by the clock. */
export function stamp(at) {
  const today = new Date().toDateString() === new Date(at).toDateString();
  return time(at, today ? "t" : "f");
}

setInterval(() => {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    const text = relative(Number(node.dataset.relative));
    if (node.textContent !== text) node.textContent = text;
  }
}, 1000);
