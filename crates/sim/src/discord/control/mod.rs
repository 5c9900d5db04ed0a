//! Changing the world as people and Discord do: servers, channels, roles, members, messages, events, outages.
//!
//! Owns the methods of the handle that act on the world, a file a kind of thing. Each takes effect before it returns
//! and is told to the sessions that asked for it.

#![expect(clippy::must_use_candidate, reason = "adding something is an effect; its id isn't always needed")]

mod channels;
mod endpoint;
mod events;
mod guilds;
mod messages;
mod people;

use super::moment::Moment;
use super::world::Member;

fn member(roles: Vec<u64>, now: Moment) -> Member {
    Member { roles, joined: now.timestamp }
}
