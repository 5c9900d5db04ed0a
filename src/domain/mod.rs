//! Plain values and pure functions: what a Space, a follow and a notice are.
//!
//! Owns the words of the trade; must not know X's wire format, Discord's, SQL or the time of day.

pub mod decision;
pub mod erasure;
pub mod filter;
pub mod follow;
pub mod ids;
pub mod input;
pub mod insights;
pub mod keyword;
pub mod known;
pub mod notice;
pub mod post;
pub mod quiet;
pub mod reminder;
pub mod reopening;
pub mod roster;
pub mod scheduled_event;
pub mod settings;
pub mod space;
pub mod text;
pub mod zones;
