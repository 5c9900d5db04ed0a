//! The outbox: from a notice in the store to a message in a channel.
//!
//! ```text
//! claim (lease) ─▶ queue ─▶ slot ─▶ the most urgent notice whose route is open ─▶ tell ─▶ send ─▶ settle
//! ```
//!
//! Owns the order of sending, what a message says of its Space ([`telling`]), and what an answer means for the
//! notice ([`policy`]). It must not know Discord's protocol: that is the [`courier::Courier`]'s.
//!
//! The race that it accepts: between a send and its record the process may die. A notice that was claimed
//! counts as maybe sent; within the life of a nonce it is sent again under the same one, which makes no second
//! message, and later the channel is read to find out.

mod compose;
pub mod counts;
pub mod courier;
pub mod deliverer;
pub mod digest;
mod errand;
pub mod policy;
pub mod queue;
pub mod telling;
