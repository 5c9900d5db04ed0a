// What can be typed: the registered slash commands as flat paths with their options.

import { here, may, world } from "./world.js";
import { described } from "./words.js";

const SLASH = 1;
const NESTED = new Set([1, 2]);
const MANAGE_GUILD = 5;
/** The context of direct messages with the bot. */
const DIRECT = 1;

/** Every command that the reader may use: its path, what it is for, its options. */
export function commands() {
  return (world.commands ?? []).filter((command) => command.type === SLASH && allowed(command)).flatMap((command) => flat(command, []));
}

/** Discord hides commands from those who lack their permission, and where they don't work. */
function allowed(command) {
  if (here().with) return command.contexts?.length ? command.contexts.includes(DIRECT) : command.dm_permission !== false;
  const bits = command.default_member_permissions;
  if (bits === null || bits === undefined) return true;
  return may(MANAGE_GUILD) || BigInt(bits) === 0n;
}

function flat(definition, before) {
  const path = [...before, definition.name];
  const nested = (definition.options ?? []).filter((option) => NESTED.has(option.type));
  if (nested.length) return nested.flatMap((option) => flat(option, path));
  return [{ path: path.join(" "), about: described(definition), options: definition.options ?? [] }];
}

/** Those that fit what was typed after the slash: each word begins a word of the path, in order. */
export function fitting(typed) {
  const words = typed.toLowerCase().trim().split(/\s+/).filter(Boolean);
  return commands().filter((command) => {
    const parts = command.path.split(" ");
    let from = 0;
    return words.every((word) => {
      const at = parts.findIndex((part, index) => index >= from && part.startsWith(word));
      from = at + 1;
      return at >= 0;
    });
  });
}

/** The command of exactly this path. */
export const named = (path) => commands().find((command) => command.path === path);
