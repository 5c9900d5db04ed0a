//! Stand-ins for the outside world: the X API and Discord, as their documentation says that they behave.
//!
//! Owns the fake worlds and the servers in front of them; must not know the bot: it imports nothing of it,
//! and is not shaped by what the bot happens to send. Each stand-in is stateful, listens on loopback, and
//! misbehaves on demand.

pub mod discord;
pub mod exchange;
pub mod x;
