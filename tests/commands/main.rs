//! Commands without a transport: what they decode to, what they answer, and what it looks like.

mod agenda;
mod card;
mod decode;
mod discovering_now;
mod exchange;
mod filters;
mod gateway;
#[expect(dead_code, reason = "replies need what is held of words alone")]
#[path = "../hostile/held/mod.rs"]
mod held;
mod insights;
mod languages;
mod limits;
mod linking;
mod lists;
mod permissions;
mod posts;
mod prices;
mod refusals;
mod reminders;
mod replies;
mod settings;
mod spent;
mod stage;
mod why;
mod words;
