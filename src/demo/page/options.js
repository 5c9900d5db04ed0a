// What an option takes, and what can be picked for it.

import { call, me, world } from "./world.js";
import { named, word } from "./words.js";

const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const NUMBER = 10;
const ATTACHMENT = 11;
/** What Discord shows of suggestions. */
const MOST = 25;

const has = (text, typed) => text.toLowerCase().includes(typed.toLowerCase().replace(/^[#@]/, ""));

/** Whether only what is offered can be taken. */
export function picksOnly(option) {
  return Boolean(option.choices?.length) || [BOOLEAN, USER, CHANNEL, ROLE].includes(option.type);
}

/** Whether the bot suggests values. */
export const suggested = (option) => option.autocomplete === true;

/** What can be picked, known without asking the bot: labels and values. */
export function offered(option, typed) {
  const all = everything(option);
  return all.filter((one) => has(one.label, typed)).slice(0, MOST);
}

function everything(option) {
  if (option.choices?.length) return option.choices.map((choice) => ({ label: named(choice), value: choice.value }));
  switch (option.type) {
    case BOOLEAN: return [{ label: "True", value: true }, { label: "False", value: false }];
    case CHANNEL: return world.discord.channels.filter((one) => !one.with).map((one) => ({ label: `#${one.name}`, detail: one.section, value: one.id }));
    case ROLE: return world.discord.roles.map((one) => ({ label: `@${one.name}`, detail: me().roles.includes(one.id) ? word("yours") : "", value: one.id }));
    case USER: return world.discord.people.map((one) => ({ label: one.name, detail: one.title, value: one.id }));
    default: return [];
  }
}

/** Whether a file is to be chosen. */
export const takesFile = (option) => option.type === ATTACHMENT;

/** What the bot suggests for what was typed so far. */
export async function suggestions(path, option, typed, others) {
  const answer = await call({ do: "autocomplete", name: path, focused: option.name, partial: typed, options: others });
  return (answer.choices ?? []).map((choice) => ({ label: choice.name, value: choice.value }));
}

/** The value that is sent for what was typed; undefined where it can't be one. */
export function parsed(option, typed) {
  const text = typed.trim();
  if (picksOnly(option)) return everything(option).find((one) => one.label.toLowerCase().replace(/^[#@]/, "") === text.toLowerCase().replace(/^[#@]/, ""))?.value;
  if (option.type === INTEGER) return /^-?\d+$/.test(text) ? Number(text) : undefined;
  if (option.type === NUMBER) return text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (option.type === ATTACHMENT) return undefined;
  return text === "" ? undefined : typed;
}

/** What is to be typed, for the hint. */
export function expected(option) {
  if (option.type === INTEGER) return word("expectedInteger");
  if (option.type === NUMBER) return word("expectedNumber");
  if (option.type === ATTACHMENT) return word("expectedFile");
  return word(picksOnly(option) ? "expectedChoice" : "expectedText");
}
