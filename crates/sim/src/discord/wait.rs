//! Waiting for something to happen, so that no test sleeps.

use std::time::Duration;

use tokio::sync::watch;

use super::log::Request;
use super::message::Message;
use super::server::Server;

/// What was waited for didn't happen in time.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("nothing of the kind happened within {0:?}")]
pub struct TimedOut(pub Duration);

impl Server {
    /// A receiver that changes with everything that happens in the stand-in.
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.shared.changes()
    }

    /// Waits until `look` finds something. It is asked again after each change, never under a lock.
    pub async fn wait_for<T>(
        &self,
        timeout: Duration,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> Result<T, TimedOut> {
        let mut changes = self.changed();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(timeout, found).await.ok().flatten().ok_or(TimedOut(timeout))
    }

    /// Waits for a message in a channel, new, changed or already there.
    pub async fn wait_for_message(
        &self,
        channel: u64,
        fits: impl Fn(&Message) -> bool,
        timeout: Duration,
    ) -> Result<Message, TimedOut> {
        self.wait_for(timeout, |server| {
            let state = server.shared.look();
            let mut messages = state.world.channel_messages(channel);
            messages.find(|message| message.exists() && fits(message)).cloned()
        })
        .await
    }

    /// Waits for a REST request to arrive, answered or not.
    pub async fn wait_for_arrival(
        &self,
        fits: impl Fn(&Request) -> bool,
        timeout: Duration,
    ) -> Result<Request, TimedOut> {
        self.wait_for(timeout, |server| {
            let state = server.shared.look();
            state.log.iter().rev().find(|request| fits(request)).cloned()
        })
        .await
    }

    /// Waits for a REST request that was answered.
    pub async fn wait_for_request(
        &self,
        fits: impl Fn(&Request) -> bool,
        timeout: Duration,
    ) -> Result<Request, TimedOut> {
        self.wait_for(timeout, |server| {
            let state = server.shared.look();
            state.log.iter().find(|request| request.status.is_some() && fits(request)).cloned()
        })
        .await
    }

    /// Waits until a client has a session.
    pub async fn wait_ready(&self, timeout: Duration) -> Result<(), TimedOut> {
        self.wait_for(timeout, |server| (server.connected() > 0).then_some(())).await
    }
}
