//! Being told by X: the channel that events come by, what becomes of them, and who is subscribed.
//!
//! [`intake`] takes events, by whichever way they come; [`stream`] holds the stream open, by the pauses of [`backoff`].
//! Events become observations like any other; nothing here decides what changed.

pub mod backoff;
pub mod intake;
pub mod stream;
