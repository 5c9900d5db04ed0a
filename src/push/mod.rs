//! Being told by X: the channel that events come by, what becomes of them, and who is subscribed.
//!
//! Events become observations like any other; nothing here decides what changed. [`slots`] choose whom X is to tell of and
//! [`difference`] what to change for it, and [`refusals`] keep what X refused, all pure; [`keeping`] changes it, and [`webhook`] keeps the address known to X.

pub mod difference;
pub mod keeping;
pub mod refusals;
pub mod slots;
pub mod webhook;
