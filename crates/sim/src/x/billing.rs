//! What the answers cost.
//!
//! Owns the bill and the credits. X bills each distinct resource that it *returns* once per UTC day; an answer
//! with nothing in it is free. The stand-in holds that guarantee strictly, where X calls it a soft one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A kind of resource that X bills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A Space in `data`.
    Space,
    /// A user in `data` or `includes`.
    User,
    /// A Post in `data`.
    Post,
    /// An account in the list of those whom somebody follows.
    Following,
    /// An event of the Activity API that was delivered.
    Event,
}

/// Prices per resource in millionths of a US dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// A Space.
    pub space_micros: u64,
    /// A user.
    pub user_micros: u64,
    /// A Post.
    pub post_micros: u64,
    /// An account in a list of those whom somebody follows.
    pub following_micros: u64,
    /// An event of the Activity API, by whichever way.
    pub event_micros: u64,
}

impl Default for Prices {
    /// X's list: half a cent a Space, Post or event, a cent a user or an account that is followed.
    fn default() -> Self {
        Self {
            space_micros: 5_000,
            user_micros: 10_000,
            post_micros: 5_000,
            following_micros: 10_000,
            event_micros: 5_000,
        }
    }
}

impl Prices {
    fn of(&self, resource: Resource) -> u64 {
        match resource {
            Resource::Space => self.space_micros,
            Resource::User => self.user_micros,
            Resource::Post => self.post_micros,
            Resource::Following => self.following_micros,
            Resource::Event => self.event_micros,
        }
    }
}

/// What was billed so far.
#[derive(Clone, Debug, Default)]
pub struct Bill {
    /// How many of each kind were billed since the start; a resource counts again each day that it is billed.
    pub counts: BTreeMap<Resource, u64>,
    /// The total since the start, in millionths of a US dollar.
    pub micros: u64,
    /// The total of the present UTC day, in millionths of a US dollar.
    pub today_micros: u64,
    /// What was billed in the present UTC day: asking for it again that day is free.
    pub today: BTreeSet<(Resource, String)>,
    day: Option<Date>,
}

impl Bill {
    /// How many of a kind were billed since the start.
    #[must_use]
    pub fn count(&self, resource: Resource) -> u64 {
        self.counts.get(&resource).copied().unwrap_or_default()
    }

    /// Begins a new day when `now` is in one.
    pub(super) fn turn_to(&mut self, now: Timestamp) {
        let day = now.to_zoned(TimeZone::UTC).date();
        if self.day != Some(day) {
            self.day = Some(day);
            self.today.clear();
            self.today_micros = 0;
        }
    }

    /// Bills what wasn't billed in this day yet, and answers what that costs in millionths of a dollar.
    pub(super) fn charge(
        &mut self,
        prices: &Prices,
        returned: impl IntoIterator<Item = (Resource, String)>,
    ) -> u64 {
        let mut cost = 0;
        for (resource, id) in returned {
            if self.today.insert((resource, id)) {
                *self.counts.entry(resource).or_default() += 1;
                cost += prices.of(resource);
            }
        }
        self.micros += cost;
        self.today_micros += cost;
        cost
    }
}
