//! Which reading of the Activity API's documentation a server follows.

use std::time::Duration;

/// How the Activity API, its streams and its webhooks behave.
#[derive(Clone, Debug)]
pub struct PushSettings {
    /// How many subscriptions an app may hold: 1,500.
    pub subscriptions_at_most: usize,
    /// How an answer shows a subscription that was made or changed.
    pub subscription_shape: SubscriptionShape,
    /// How often a silent stream shows that it lives: every 20 s.
    pub keep_alive: Duration,
    /// How many streams may be open: 1, a second one being an Enterprise feature.
    pub connections_at_most: usize,
    /// Whether a stream that its client dropped goes on counting, until `DELETE /2/connections` ends it.
    pub connections_linger: bool,
    /// What `backfill_minutes` above 0 is answered.
    pub backfill: Backfill,
    /// The form of the event type within payloads.
    pub inner_event_type: InnerEventType,
    /// How often each event is sent: once, or more.
    pub event_copies: usize,
    /// Whether webhooks may be `http` addresses of loopback, port included, where X takes nothing but `https`
    /// without a port. The stand-in speaks no TLS and reaches loopback only: without this it refuses, as X does,
    /// what a test could offer, and what X would accept fails its check.
    pub loopback_webhooks: bool,
    /// How long a webhook may take: 10 s.
    pub webhook_patience: Duration,
    /// How long a webhook that failed a check goes on receiving: not at all, or 28 hours in another reading.
    pub webhook_grace: Duration,
    /// What checks and events are signed with.
    pub consumer_secret: String,
}

impl Default for PushSettings {
    fn default() -> Self {
        Self {
            subscriptions_at_most: 1_500,
            subscription_shape: SubscriptionShape::default(),
            keep_alive: Duration::from_secs(20),
            connections_at_most: 1,
            connections_linger: false,
            backfill: Backfill::default(),
            inner_event_type: InnerEventType::default(),
            event_copies: 1,
            loopback_webhooks: false,
            webhook_patience: Duration::from_secs(10),
            webhook_grace: Duration::ZERO,
            consumer_secret: "stand-in-consumer-secret".to_owned(),
        }
    }
}

/// How an answer shows a subscription: all are documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubscriptionShape {
    /// `data` is the subscription.
    #[default]
    Object,
    /// `data` is a list of one.
    List,
    /// `data` has it as `subscription`, by the OpenAPI description.
    Nested,
}

/// What becomes of a request for what was missed, which is an Enterprise feature by X's general text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backfill {
    /// Refused with 400, as a parameter that can't be used.
    #[default]
    Invalid,
    /// Refused with 403.
    Forbidden,
    /// Granted: the stream begins with the events of those minutes, those that were delivered among them.
    Granted,
}

/// The event type within payloads: both are documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InnerEventType {
    /// `spaces_start`
    #[default]
    Long,
    /// `start`
    Short,
}
