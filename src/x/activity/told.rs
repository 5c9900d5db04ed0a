//! What an event that X delivered costs, and whom it shows.

use super::event::SpaceEvent;
use crate::x::client::Client;
use crate::x::cost::{Cause, Kind};

impl Client {
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
