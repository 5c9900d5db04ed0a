//! The pure core and the store: what is decided, what is kept, and in which order it is sent.
//!
//! One program, since all of it shares what [`support`] makes.

mod bulletin;
mod clock;
mod counts;
mod delays;
mod deliverer;
mod erasure;
mod filters;
mod follows_index;
mod importing;
mod insights;
mod lifecycle;
mod links;
mod lists;
mod lookout;
mod night;
mod notice;
mod outbox_queue;
mod planner;
mod plot;
mod policy;
#[path = "../postgres/mod.rs"]
mod postgres;
mod quiet;
mod rates;
mod relapses;
mod reminders;
mod reopening;
mod roster;
mod scheduled_events;
mod searches;
mod shown;
mod store;
mod support;
mod telling;
mod upgrade;
mod visits;
mod watcher;
