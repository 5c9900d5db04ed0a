//! All that is known of a Space, over all the times that it was seen.
//!
//! Owns the record alone; what changes it is `watcher::lifecycle`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{SpaceId, UserId};
use super::space::{Space, SpaceState};

/// Where a Space is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Announced, not begun.
    Scheduled,
    /// Still announced, long after its planned start.
    NoShow,
    /// People are talking.
    Live,
    /// It ran, and is over.
    Ended,
    /// It never ran, and won't.
    Cancelled,
}

impl Phase {
    /// Whether nothing more is expected of the Space.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Cancelled)
    }

    /// The phase's name in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::NoShow => "no_show",
            Self::Live => "live",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    /// The phase with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Scheduled, Self::NoShow, Self::Live, Self::Ended, Self::Cancelled];
        all.into_iter().find(|phase| phase.name() == name)
    }
}

/// All that is known of a Space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// As the newest answer showed it.
    pub space: Space,
    /// Where it is in its life.
    pub phase: Phase,
    /// When the newest answer was asked for.
    pub seen_at: Timestamp,
    /// Whether it rang, or was found when it was too late to ring.
    pub rang: bool,
    /// The most people seen in the room.
    pub peak: Option<u32>,
    /// When it was first known to be live, in X's words or else by when it was seen.
    pub live_since: Option<Timestamp>,
    /// When it was over, in X's words or else by when that was seen.
    pub over_at: Option<Timestamp>,
    /// When it was last seen before it was over: it may be gone since then. `None` while it isn't over, or if it was
    /// over when it was first seen.
    #[serde(default)]
    pub last_up_at: Option<Timestamp>,
    /// X itself called it over: then nothing brings it back. Otherwise it was only not found.
    pub over_for_good: bool,
    /// The title that it had before it was renamed.
    pub renamed_from: Option<String>,
    /// The start that it had before it was moved.
    pub moved_from: Option<Timestamp>,
    /// The count that was last worth showing, and when.
    pub counted: Option<(u32, Timestamp)>,
    /// When X last told by itself that it is over, before a lookup had shown that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_told_at: Option<Timestamp>,
    /// Accounts that its posts should name, and that X hadn't shown when it was last told of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strangers: Vec<UserId>,
    /// The Space of the same host that goes on in its messages: it gets none of its own any more.
    #[serde(default)]
    pub continued_by: Option<SpaceId>,
}

impl Known {
    /// How long it ran, once it is over and if its start is known.
    #[must_use]
    pub fn duration(&self) -> Option<SignedDuration> {
        let ran = self.over_at?.duration_since(self.live_since?);
        (self.phase == Phase::Ended && !ran.is_negative()).then_some(ran)
    }

    /// Since when it may be gone from X, once it is over. Whoever wasn't there to see the end takes the earliest moment
    /// that it can have been.
    #[must_use]
    pub fn gone_since(&self) -> Option<Timestamp> {
        let over_at = self.over_at?;
        Some(self.last_up_at.map_or(over_at, |last_up_at| last_up_at.min(over_at)))
    }

    /// What is left of a Space whose content is gone: that there was one, so that late news of it ring nobody.
    #[must_use]
    pub fn bare(id: SpaceId, at: Timestamp) -> Self {
        let space = Space::bare(id, SpaceState::Ended);
        let over = Self::first_seen(space, Phase::Ended, at);
        Self { rang: true, over_at: Some(at), over_for_good: true, ..over }
    }

    /// What is known after the first look at a Space.
    #[must_use]
    pub fn first_seen(space: Space, phase: Phase, seen_at: Timestamp) -> Self {
        Self {
            peak: space.participant_count,
            space,
            phase,
            seen_at,
            rang: false,
            live_since: None,
            over_at: None,
            last_up_at: None,
            over_for_good: false,
            renamed_from: None,
            moved_from: None,
            counted: None,
            end_told_at: None,
            strangers: Vec::new(),
            continued_by: None,
        }
    }

    /// The same, seen no later than `now`: what is in the future was seen before the clock was put back, and would make
    /// each newer answer look like an older one.
    #[must_use]
    pub fn not_after(self, now: Timestamp) -> Self {
        Self { seen_at: self.seen_at.min(now), ..self }
    }
}
