//! Enforced nonces: one memory for the bot over all its channels, for a few minutes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub(super) struct Nonces(HashMap<String, (Instant, u64, u64)>);

impl Nonces {
    /// The channel and id of the message that this nonce made, if it is still remembered.
    pub(super) fn find(&mut self, nonce: &str, expiry: Duration, now: Instant) -> Option<(u64, u64)> {
        let (made, channel, message) = *self.0.get(nonce)?;
        if now.saturating_duration_since(made) >= expiry {
            self.0.remove(nonce);
            return None;
        }
        Some((channel, message))
    }

    pub(super) fn remember(&mut self, nonce: &str, channel: u64, message: u64, now: Instant) {
        self.0.insert(nonce.to_owned(), (now, channel, message));
    }
}
