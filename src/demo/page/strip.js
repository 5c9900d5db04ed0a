// The strip at the top: how fast, how much, for how much, and whether the bot runs.

import { el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { onChange, post, world } from "./world.js";
import { tried } from "./frame.js";

const WORDS = { scheduled: "scheduled", live: "went live", renamed: "renamed", moved: "moved", over: "ended" };
const ENDPOINTS = {
  SpacesByCreators: "for Spaces of hosts", SpacesByIds: "for known Spaces", SpaceById: "for one Space", SpaceSearch: "searches",
  UserByUsername: "for an account", UsersByUsernames: "for accounts", UsersByIds: "for accounts by id", UserById: "for an account by id", SpacePosts: "for Posts", SpaceBuyers: "for buyers",
  ActivityStream: "to be told", SubscriptionCreate: "to subscribe", SubscriptionList: "for subscriptions", SubscriptionsDelete: "to unsubscribe", SubscriptionDelete: "to unsubscribe from one", ConnectionList: "for connections", ConnectionsDelete: "to end a connection",
  UserMe: "for who linked an account", UserFollowing: "for whom they follow", FollowingSpaces: "for Spaces of those", OauthToken: "for tokens", OauthRevoke: "to end access",
};
/** The bars' height stands for this at most. */
const TALLEST_MS = 2500;

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const dollars = (micros) => `$${(micros / 1e6).toFixed(3)}`;
const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Shows the figures and the bot's switch. */
export function strip(figures, power) {
  onChange("figures", () => fill(figures, delays(), toX(), toDiscord(), cost()));
  const button = el("button", { type: "button", class: "pill power-button", id: "bot-power" });
  const state = el("span", { class: "bot-state", role: "status" });
  power.append(state, button);
  button.addEventListener("click", async () => {
    // Not `disabled`: that would take the focus away.
    if (button.classList.contains("busy")) return;
    button.classList.add("busy");
    await tried(post("/api/bot", { on: world.bot.process === null }));
    button.classList.remove("busy");
  });
  onChange("bot", () => {
    const { process, connected } = world.bot;
    const words = process === null ? "Bot is dead" : connected ? "Bot is online" : "Bot has no gateway";
    state.className = `bot-state ${process === null ? "dead" : connected ? "online" : "waiting"}`;
    if (state.textContent !== words) state.textContent = words;
    fill(button, icon("power", 15), process === null ? "Start it" : "Kill it");
  });
}

function figure(name, value, about, extra) {
  return el("div", { class: "figure", title: about }, el("dt", { text: name }), el("dd", {}, el("span", { class: "value", text: value }), el("span", { class: "unseen", text: `. ${about}` }), extra));
}

function delays() {
  const { delays: list, median } = world.figures;
  const seen = list.filter((one) => one.milliseconds !== null);
  const about = seen.length ? `From X to Discord, newest last: ${seen.slice(-8).map((one) => `${WORDS[one.what]} ${seconds(one.milliseconds)}`).join(", ")}` : "Nothing rang yet";
  const bars = el("span", { class: "bars", "aria-hidden": "true" }, ...list.slice(-14).map((one) => {
    const bar = el("i", { class: one.milliseconds === null ? "waiting" : "" });
    bar.style.height = `${Math.max(8, Math.min(100, ((one.milliseconds ?? TALLEST_MS) / TALLEST_MS) * 100))}%`;
    return bar;
  }));
  return figure("X to Discord", median === null ? "–" : seconds(median), about, bars);
}

function toX() {
  const { by, refused } = world.figures.x;
  const parts = Object.entries(by).map(([name, count]) => `${count} ${ENDPOINTS[name] ?? name}`);
  return figure("Asked of X", sum(by).toLocaleString("en"), `${parts.join(", ")}; ${refused} refused`);
}

function toDiscord() {
  const { by, limited } = world.figures.discord;
  const parts = Object.entries(by).map(([name, count]) => `${count} ${name}`);
  return figure("Sent to Discord", sum(by).toLocaleString("en"), `${parts.join(", ")}; ${limited} limited`);
}

function cost() {
  const { micros, spaces, users, posts, followed, events } = world.figures.cost;
  return figure("X’s bill", dollars(micros), `${spaces} Spaces, ${users + followed} accounts, ${posts} Posts, ${events} pushed events, at X’s prices`);
}
