//! Spacebell: a Discord bot that rings when a Space on X is scheduled, goes live or ends.
//!
//! The library holds everything; the binary reads the settings and starts it. `ARCHITECTURE.md` says how
//! the modules fit together and in which direction they may import each other.

pub mod app;
pub mod backup;
pub mod card;
pub mod check;
pub mod clock;
pub mod commands;
pub mod complaint;
pub mod config;
pub mod delays;
#[cfg(feature = "demo")]
pub mod demo;
pub mod discord;
pub mod domain;
pub mod erasure;
pub mod follows;
pub mod guilds;
pub mod health;
pub mod heartbeat;
pub mod http;
pub mod keeper;
pub mod linking;
pub mod listener;
pub mod lookout;
pub mod mender;
pub mod metrics;
pub mod organiser;
pub mod outbox;
pub mod plot;
pub mod pulse;
pub mod push;
pub mod reminder;
pub mod seal;
pub mod shutdown;
pub mod store;
pub mod telemetry;
pub mod texts;
pub mod watcher;
pub mod x;
