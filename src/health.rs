//! Health: facts about how the bot is doing, as those who see them record them.
//!
//! Owns since when things are as they are and carries the delays, and no more: what a fact means for whom is said by
//! `/status`. What X does is recorded by its client.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::delays::Delays;

/// Whether something works, and since when it does or doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Whether it works.
    pub works: bool,
    /// Since when.
    pub since: Timestamp,
}

/// By what X tells of starts and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushWay {
    /// By nothing: all is asked for.
    Off,
    /// By a stream.
    Stream,
    /// By requests to the bot's address.
    Webhook,
}

/// What X has to grant before it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushPart {
    /// The stream, or the webhook.
    Channel,
    /// Subscriptions to hosts' events.
    Subscriptions,
}

/// How X's telling stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Push {
    /// By what it is to come.
    pub way: PushWay,
    /// Whether it comes.
    pub delivers: Condition,
    /// Since when X refuses the stream or the webhook.
    pub channel_refused: Option<Timestamp>,
    /// Since when X refuses subscriptions.
    pub subscriptions_refused: Option<Timestamp>,
    /// How many subscriptions X lets the app hold, where that is fewer than the settings say, and since when.
    pub cap: Option<(usize, Timestamp)>,
}

impl Push {
    /// Since when X grants something of it to this app no more; nothing of it rings then.
    #[must_use]
    pub fn refused_since(&self) -> Option<Timestamp> {
        self.channel_refused.into_iter().chain(self.subscriptions_refused).min()
    }
}

/// The facts.
#[derive(Debug)]
pub struct Health {
    started_at: Timestamp,
    facts: Mutex<Facts>,
    delays: Delays,
}

#[derive(Debug, Clone, Copy)]
struct Facts {
    gateway: Condition,
    store: Condition,
    push: Push,
}

impl Health {
    /// The health of a bot that starts now: its store was just opened, its gateway wasn't yet.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let facts = Facts {
            gateway: Condition { works: false, since: now },
            store: Condition { works: true, since: now },
            push: Push {
                way: PushWay::Off,
                delivers: Condition { works: false, since: now },
                channel_refused: None,
                subscriptions_refused: None,
                cap: None,
            },
        };
        Self { started_at: now, facts: Mutex::new(facts), delays: Delays::new(now) }
    }

    /// When the bot started.
    #[must_use]
    pub const fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// The connection to Discord's gateway stands, or doesn't.
    pub fn saw_gateway(&self, works: bool, now: Timestamp) {
        self.facts().gateway.saw(works, now);
    }

    /// The store did what it was asked, or failed.
    pub fn saw_store(&self, works: bool, now: Timestamp) {
        self.facts().store.saw(works, now);
    }

    /// X is to tell of starts and ends by this.
    pub fn push_by(&self, way: PushWay) {
        self.facts().push.way = way;
    }

    /// What X tells of starts and ends comes in, or doesn't.
    pub fn saw_push(&self, delivers: bool, now: Timestamp) {
        self.facts().push.delivers.saw(delivers, now);
    }

    /// X grants a part of its telling to this app, or refuses it; whether that is news.
    pub fn saw_push_granted(&self, part: PushPart, granted: bool, now: Timestamp) -> bool {
        let mut facts = self.facts();
        let refused = match part {
            PushPart::Channel => &mut facts.push.channel_refused,
            PushPart::Subscriptions => &mut facts.push.subscriptions_refused,
        };
        let news = refused.is_none() != granted;
        *refused = if granted { None } else { Some(refused.unwrap_or(now)) };
        news
    }

    /// X lets this app hold so many subscriptions and no more, or as many as are wanted; whether that is news.
    pub fn saw_push_cap(&self, cap: Option<usize>, now: Timestamp) -> bool {
        let mut facts = self.facts();
        let before = facts.push.cap;
        facts.push.cap = cap.map(|cap| (cap, before.map_or(now, |(_, since)| since)));
        before.map(|(cap, _)| cap) != cap
    }

    /// How X's telling stands.
    #[must_use]
    pub fn push(&self) -> Push {
        self.facts().push
    }

    /// Whether the connection to Discord's gateway stands.
    #[must_use]
    pub fn gateway(&self) -> Condition {
        self.facts().gateway
    }

    /// Whether the store works.
    #[must_use]
    pub fn store(&self) -> Condition {
        self.facts().store
    }

    /// How long news has been taking.
    #[must_use]
    pub const fn delays(&self) -> &Delays {
        &self.delays
    }

    fn facts(&self) -> std::sync::MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Condition {
    fn saw(&mut self, works: bool, now: Timestamp) {
        if self.works != works {
            *self = Self { works, since: now };
        }
    }
}
