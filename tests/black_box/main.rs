//! The shipped program against the stand-ins, by environment alone: real HTTP, real WebSocket, a real database.

#![expect(clippy::disallowed_methods, reason = "the world of these tests lives in real time")]

mod agenda;
mod buttons;
mod clocks;
mod commands;
mod conformance;
mod databases;
mod dead_channels;
mod discord_faults;
mod downtime;
mod erasure;
mod events;
mod exchange;
mod filters;
mod gateway;
mod gateway_faults;
mod hostile;
mod hours;
mod insights;
mod life;
mod linking;
mod lists;
#[expect(dead_code, reason = "posts need what a text calls alone")]
#[path = "../hostile/held/markdown.rs"]
mod markdown;
#[path = "../hostile/held/nasty.rs"]
mod nasty;
#[path = "../postgres/mod.rs"]
mod postgres;
mod program;
mod push;
mod push_gaps;
mod push_hours;
mod push_ledger;
mod push_off;
mod reminders;
mod rings;
mod seeing;
mod settings;
#[path = "../shim/mod.rs"]
mod shim;
mod shown;
mod store_faults;
mod support;
mod targets;
mod telling;
mod told;
mod truth;
mod webhook;
mod x_faults;
