//! What an event that X delivered costs, and whom it shows.

use super::event::SpaceEvent;
use crate::x::client::Client;
use crate::x::cost::{Cause, Kind};

/// What a start costs from the event to a post that names it: what X tells, the Space that completes it, who hosts it.
const A_START: [Kind; 3] = [Kind::Event, Kind::Space, Kind::User];

impl Client {
    /// Whether the day's budget has room for being told of a start and for all that it asks for. Without that X is better
    /// not listened to: what it told couldn't be named, nor its end be confirmed.
    #[must_use]
    pub fn may_be_told(&self) -> bool {
        self.inner.spending.buys_for_hosts(&A_START)
    }

    /// Bills an event that was delivered, once however often it came, and keeps the account that it shows.
    pub fn was_told(&self, event: &SpaceEvent) {
        let by_space = || {
            let space = event.space.map_or_else(|| event.host.to_string(), |space| space.to_string());
            format!("{}-{space}", event.moment.word())
        };
        let name = if event.uuid.is_empty() { by_space() } else { event.uuid.clone() };
        self.inner.spending.charge(Kind::Event, [name.as_str()], Cause::Hosts, None);
        self.inner.users.remember(&event.shown, self.inner.clock.now());
    }
}
