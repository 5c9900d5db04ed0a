//! A Space as the world holds it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::fields::SpaceField;
use crate::x::ids::{SpaceId, UserId};

/// A Space. What is shown of it is the business of the answer.
#[derive(Clone, Debug)]
pub struct Space {
    /// Its id.
    pub id: SpaceId,
    /// The primary host.
    pub creator: UserId,
    /// The title; None is shown as null.
    pub title: Option<String>,
    /// Where it is in its life.
    pub phase: Phase,
    /// A state to show whatever the phase says.
    pub raw_state: Option<String>,
    /// The language, ISO 639-1.
    pub lang: Option<String>,
    /// The hosts, the creator first.
    pub hosts: Vec<UserId>,
    /// Those who spoke.
    pub speakers: Vec<UserId>,
    /// Those who were invited to speak.
    pub invited: Vec<UserId>,
    /// The ids of its topics.
    pub topics: Vec<String>,
    /// The people in the room.
    pub participants: u64,
    /// The people who set a reminder.
    pub subscribers: u64,
    /// Whether one needs a ticket.
    pub ticketed: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
    /// When it is to begin; None for one that began unannounced.
    pub scheduled_start: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Fields that answers lack although they are asked for.
    pub omitted: BTreeSet<SpaceField>,
}

impl Space {
    /// The state as shown; None when lookups say that there is no such Space.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        let by_phase = match self.phase {
            Phase::Scheduled => "scheduled",
            Phase::Live => "live",
            Phase::Over(EndLook::Ended) => "ended",
            Phase::Over(EndLook::Canceled) => "canceled",
            Phase::Over(EndLook::NotFound) => return None,
        };
        Some(self.raw_state.as_deref().unwrap_or(by_phase))
    }

    /// Whether it is live or scheduled.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !matches!(self.phase, Phase::Over(_))
    }
}

/// Where a Space is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Announced, not begun.
    Scheduled,
    /// On the air.
    Live,
    /// Ended or cancelled.
    Over(EndLook),
}

/// How a Space that is over shows in lookups: X's documents disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndLook {
    /// State `ended`, with `ended_at`.
    Ended,
    /// State `canceled`.
    Canceled,
    /// Not found.
    NotFound,
}
