//! Being told by X: the channel that events come by, what becomes of them, and who is subscribed.
//!
//! Events become observations like any other; nothing here decides what changed. [`intake`] takes them, by whichever way
//! they come: [`stream`] holds the stream open, by the pauses of [`backoff`], and [`webhook`] keeps the bot's address known
//! to X. [`slots`] choose whom X is to tell of, [`difference`] what to change for it,
//! and [`refusals`] keep what X refused, all pure; [`keeping`] changes it.

pub mod backoff;
pub mod difference;
pub mod intake;
pub mod keeping;
pub mod refusals;
pub mod slots;
pub mod stream;
pub mod webhook;
