//! What a test does about events: what is sent how, and what came of it.
//!
//! Events come from the world by themselves. Here they go wrong: late, in another order, broken, forged.

use std::time::Duration;

use crate::x::{
    postman,
    push::{self, Connection, Delivered, Order, Outcome, Signing, StreamEnd, Subscription, Webhook},
    server::Server,
};

impl Server {
    /// The subscriptions that there are, oldest first.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<Subscription> {
        self.state().push.subscriptions().cloned().collect()
    }

    /// The streams that are or were open, oldest first.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        self.state().push.connections().cloned().collect()
    }

    /// The webhooks that there are, oldest first.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.state().push.webhooks().cloned().collect()
    }

    /// Waits until the streams, open and over, fit. None once the time is over.
    pub async fn wait_for_connections(
        &self,
        fit: impl Fn(&[Connection]) -> bool,
        timeout: Duration,
    ) -> Option<Vec<Connection>> {
        let look = |state: &crate::x::state::State| {
            let all: Vec<Connection> = state.push.connections().cloned().collect();
            fit(&all).then_some(all)
        };
        self.wait_for(look, timeout).await
    }

    /// Waits until the subscriptions fit. None once the time is over.
    pub async fn wait_for_subscriptions(
        &self,
        fit: impl Fn(&[Subscription]) -> bool,
        timeout: Duration,
    ) -> Option<Vec<Subscription>> {
        let look = |state: &crate::x::state::State| {
            let all: Vec<Subscription> = state.push.subscriptions().cloned().collect();
            fit(&all).then_some(all)
        };
        self.wait_for(look, timeout).await
    }

    /// Keeps events back until `release_events`.
    pub fn hold_events(&self) {
        self.state().push.hold();
    }

    /// Sends what was kept back, and keeps nothing back any more.
    pub fn release_events(&self, order: Order) {
        push::release(&mut self.state(), order);
    }

    /// Writes a line on all open streams as it is, garbage too.
    pub fn write_on_streams(&self, line: impl AsRef<[u8]>) {
        push::write(&mut self.state(), line.as_ref());
    }

    /// All open streams fall silent, signs of life included; they stay open and count.
    pub fn silence_streams(&self) {
        push::silence(&mut self.state());
    }

    /// Ends all open streams.
    pub fn end_streams(&self, end: StreamEnd) {
        push::end_streams(&mut self.state(), end);
    }

    /// Posts any body to a webhook, signed in any way: forgeries, replays. None when there is no such webhook.
    pub async fn post_to_webhook(&self, webhook_id: &str, body: &str, signing: Signing) -> Option<Outcome> {
        let parcel = push::parcel(&self.state(), webhook_id, body, signing)?;
        Some(postman::deliver(self.shared(), parcel).await)
    }

    /// What a webhook answers a challenge by its `crc_token`.
    #[must_use]
    pub fn response_token(&self, crc_token: &str) -> String {
        push::signed(&self.state().settings.push.consumer_secret, crc_token)
    }

    /// Checks all webhooks, as X does from time to time.
    pub async fn check_webhooks(&self) {
        let challenges = push::challenges(&mut self.state());
        for challenge in challenges {
            let passed = postman::passes(&challenge).await;
            push::checked(&mut self.state(), &challenge, passed);
        }
    }

    /// What was posted to webhooks, oldest first, once it is over.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivered> {
        self.state().push.delivered().cloned().collect()
    }

    /// Waits for a delivery that fits, past ones among them; the earliest of them. None once the time is over.
    pub async fn wait_for_delivery(
        &self,
        fits: impl Fn(&Delivered) -> bool,
        timeout: Duration,
    ) -> Option<Delivered> {
        self.wait_for(|state| state.push.delivered().find(|delivered| fits(delivered)).cloned(), timeout)
            .await
    }
}
