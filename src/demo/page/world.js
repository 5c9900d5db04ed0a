// What the server last said, who the reader is, and the ways to act. Everything shown comes from here.

/** The parts as the server sends them: discord, commands, x, bot, figures. */
export const world = { discord: null, commands: [], x: null, bot: null, figures: null };

/** Who looks, and at what. Kept in this tab. */
export const reader = {
  id: sessionStorage.getItem("reader"),
  locale: sessionStorage.getItem("locale") ?? "en-US",
  channel: sessionStorage.getItem("channel"),
};

const listeners = new Map();

/** Calls `listener` after `part` changed; "reader" is one too. */
export function onChange(part, listener) {
  listeners.set(part, [...(listeners.get(part) ?? []), listener]);
}

/** Tells those who show `part`. */
export function tell(part) {
  for (const listener of listeners.get(part) ?? []) listener();
}

/** Changes who looks, or at what. */
export function look(change) {
  Object.assign(reader, change);
  for (const name of ["id", "locale", "channel"]) {
    if (reader[name]) sessionStorage.setItem(name === "id" ? "reader" : name, reader[name]);
  }
  tell("reader");
}

/** The person that the reader is. */
export function me() {
  return world.discord.people.find((person) => person.id === reader.id) ?? world.discord.people[0];
}

/** The channels that the reader has: the server's, and their direct messages if there are some. */
export function channelsOfMine() {
  return world.discord.channels.filter((channel) => !channel.with || channel.with === me().id);
}

/** The channel that is looked at. */
export function here() {
  const mine = channelsOfMine();
  return mine.find((channel) => channel.id === reader.channel) ?? mine.find((channel) => channel.name === "spaces") ?? mine[0];
}

/** The reader's own account on X. */
export function myAccount() {
  return world.x.accounts.find((account) => account.id === me().account);
}

/** Whether the reader has a permission, by its bit. */
export function may(bit) {
  return (BigInt(me().permissions) & (1n << BigInt(bit))) !== 0n;
}

/** Hears of changes for as long as the page is open. */
export function connect(onLost) {
  const events = new EventSource("/api/events");
  events.onmessage = (event) => {
    const parts = JSON.parse(event.data);
    Object.assign(world, parts);
    if (parts.discord) settle();
    for (const part of Object.keys(parts)) tell(part);
    onLost(false);
  };
  events.onerror = () => onLost(true);
}

/** A reader or channel of an earlier demo isn't there any more. */
function settle() {
  const { people, channels } = world.discord;
  if (!people.some((person) => person.id === reader.id)) reader.id = people[0].id;
  if (!channels.some((channel) => channel.id === reader.channel)) {
    reader.channel = (channels.find((channel) => channel.name === "spaces") ?? channels[0]).id;
  }
}

/** Sends something; answers what came back, or throws an Error with a sentence for people. */
export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The demo isn’t running any more. Start it again and reload this page.");
  }
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.sorry ?? "The demo didn’t take that.");
  return json;
}

/** Keeps a file that the reader chose; answers what stands for it as a value. */
export async function upload(file) {
  const about = new URLSearchParams({ name: file.name, kind: file.type || "application/octet-stream" });
  const answer = await fetch(`/api/upload?${about}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
  if (!answer.ok) throw new Error("The demo didn’t take that file.");
  return (await answer.json()).file;
}

/** Does something as the reader, in the channel that is looked at unless another is given. */
export function call(what, channel = here().id) {
  return post("/api/discord", { as: me().id, channel, locale: reader.locale, call: what });
}
