//! What a server decides for itself, and what holds where it decided nothing. Pure.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::ChannelId;
use super::quiet::QuietHours;
use super::zones;

/// A server's settings.
///
/// They are kept as JSON; what an older version didn't write has its default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GuildSettings {
    /// The language of posts and shared answers, by its own code; Discord's word for the server where it isn't set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where the server's clock is, by IANA's name; UTC where it isn't set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Where follows post that name no channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// Whether Spaces become scheduled events of Discord.
    pub events: bool,
    /// What is left of a post once its Space is over for long.
    pub ended: Ended,
    /// How long a host may be away and still go on in the same message, in minutes, 0 to 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_minutes: Option<u8>,
    /// When posts make no noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// How long before its start a reminder comes where nobody says, in minutes, 0 to 1,440.
    pub remind_before: u16,
}

/// What is left of a post once its Space is over for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// A line that holds nothing of X's content.
    #[default]
    Line,
    /// Nothing: the message is deleted.
    Delete,
}

impl GuildSettings {
    /// Whether a host who was away for so long goes on in the same messages.
    #[must_use]
    pub fn merges(&self, away: SignedDuration) -> bool {
        let window = self
            .merge_minutes
            .map_or(super::reopening::MERGE_WINDOW, |minutes| SignedDuration::from_mins(minutes.into()));
        !window.is_zero() && away <= window
    }

    /// The server's clock.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.timezone.as_deref().and_then(zones::named).map_or(TimeZone::UTC, |(zone, _)| zone)
    }

    /// When posts may make noise again; `None` if they may now.
    #[must_use]
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.quiet?.until(now, &self.zone())
    }
}
