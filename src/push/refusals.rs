//! What X refused, and for how long that counts: push as a whole, one host, or more than so many. Pure.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::UserId;

/// How long nothing is asked after X said that this app isn't granted push.
pub const NOT_GRANTED_FOR: SignedDuration = SignedDuration::from_mins(45);
/// Refusals of one host after another that are a refusal of all.
pub const REFUSALS_OF_ALL: usize = 3;
/// How long a host isn't asked for whom X refused.
const REFUSED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long X's own word on how many subscriptions the app may hold counts.
const CAP_COUNTS_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long a host isn't asked for of whom X says that all is there, and whom its list doesn't show.
const DOUBT_FOR: SignedDuration = SignedDuration::from_mins(5);

/// What X refused.
#[derive(Debug, Default)]
pub struct Refusals {
    not_granted_at: Option<Timestamp>,
    hosts: HashMap<UserId, Timestamp>,
    doubted: HashMap<UserId, Timestamp>,
    in_a_row: usize,
    cap: Option<(usize, Timestamp)>,
}

impl Refusals {
    /// Forgets what counts no more.
    pub fn forget_old(&mut self, now: Timestamp) {
        self.hosts.retain(|_, at| is_within(Some(*at), REFUSED_FOR, now));
        self.doubted.retain(|_, at| is_within(Some(*at), DOUBT_FOR, now));
        self.cap = self.cap.filter(|(_, at)| is_within(Some(*at), CAP_COUNTS_FOR, now));
    }

    /// Push isn't granted at all.
    pub fn not_granted(&mut self, now: Timestamp) {
        self.in_a_row = 0;
        self.not_granted_at = Some(now);
    }

    /// Whether push was refused so lately that it isn't asked for.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        is_within(self.not_granted_at, NOT_GRANTED_FOR, now)
    }

    /// X forbids a host. Whether that says that it forbids all: where it has granted none, or forbids one after another.
    pub fn forbids(&mut self, host: UserId, has_granted: bool, now: Timestamp) -> bool {
        self.in_a_row += 1;
        if !has_granted || self.in_a_row >= REFUSALS_OF_ALL {
            return true;
        }
        self.refuse(host, now);
        false
    }

    /// X takes no subscription for a host.
    pub fn refuse(&mut self, host: UserId, now: Timestamp) {
        self.hosts.insert(host, now);
    }

    /// X took one.
    pub fn granted(&mut self) {
        self.in_a_row = 0;
        self.not_granted_at = None;
    }

    /// Whether X lately refused a host.
    #[must_use]
    pub fn refuses(&self, host: UserId) -> bool {
        self.hosts.contains_key(&host)
    }

    /// X says that there is one for a host already, or doesn't say which one it made: its list will.
    pub fn doubt(&mut self, host: UserId, now: Timestamp) {
        self.doubted.insert(host, now);
    }

    /// Whether nothing is made for a host, since it may be there.
    #[must_use]
    pub fn doubts(&self, host: UserId) -> bool {
        self.doubted.contains_key(&host)
    }

    /// X holds `cap` subscriptions and takes no more.
    pub fn full(&mut self, cap: usize, now: Timestamp) {
        self.cap = Some((cap, now));
    }

    /// How many subscriptions the app may hold, where the settings say `set`.
    #[must_use]
    pub fn cap(&self, set: usize) -> usize {
        self.cap.map_or(set, |(cap, _)| cap.min(set))
    }
}

/// Whether something happened less than `span` ago. What lies ahead was written before the clock was put back.
#[must_use]
pub fn is_within(at: Option<Timestamp>, span: SignedDuration, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now && now.duration_since(at) < span)
}
