//! A follow: one channel's wish to hear of a host's Spaces or of a keyword's.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::Filter;
use super::ids::{ChannelId, DiscordUserId, FollowId, GuildId, RoleId, UserId, Username};

/// What a follow looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Spaces that this account creates.
    Host {
        /// The account, which stays the same when its name changes.
        user: UserId,
        /// Its username when last seen.
        username: Username,
    },
    /// Spaces whose title holds this phrase.
    Keyword(String),
}

/// Which posts a follow wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Scheduled, live and how it ended.
    #[default]
    All,
    /// Live only; the message still says when it is over, since it must stay true.
    Live,
    /// Scheduled only; this alone lets a scheduled post ping.
    Scheduled,
    /// Live, and how it ended.
    LiveEnded,
}

impl When {
    /// Each value, in the order of the option's choices.
    pub const ALL: [Self; 4] = [Self::All, Self::Live, Self::Scheduled, Self::LiveEnded];

    /// The value's name in options, exports and the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Live => "live",
            Self::Scheduled => "scheduled",
            Self::LiveEnded => "live_ended",
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|when| when.name() == name)
    }

    /// Whether a scheduled Space is posted.
    #[must_use]
    pub const fn wants_scheduled(self) -> bool {
        matches!(self, Self::All | Self::Scheduled)
    }

    /// Whether a live Space is posted.
    #[must_use]
    pub const fn wants_live(self) -> bool {
        !matches!(self, Self::Scheduled)
    }
}

/// A follow as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its id.
    pub id: FollowId,
    /// The server that it belongs to.
    pub guild: GuildId,
    /// The channel that it posts to.
    pub channel: ChannelId,
    /// What it looks for; unique in its channel.
    pub target: Target,
    /// Which posts it wants.
    pub when: When,
    /// Which Spaces it wants, of those that it finds.
    pub filter: Filter,
    /// Whom it pings.
    pub role: Option<RoleId>,
    /// Who made it.
    pub made_by: Option<DiscordUserId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Why it posts nothing for now, if so.
    pub paused: Option<PauseReason>,
}

impl Follow {
    /// The pause that outlives removing and bringing back: a person's.
    #[must_use]
    pub fn pause_kept(&self) -> Option<PauseReason> {
        self.paused.filter(|reason| *reason == PauseReason::Person)
    }
}

/// Why a follow posts nothing for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseReason {
    /// The channel is gone.
    ChannelGone,
    /// The bot may not post there.
    Forbidden,
    /// The thread is locked.
    Locked,
    /// The bot was removed from the server.
    GuildLeft,
    /// A person wants it so, until a person resumes it.
    Person,
    /// The bot was removed from the server, where a person had paused it.
    PersonLeft,
}

impl PauseReason {
    /// Each reason.
    pub const ALL: [Self; 6] =
        [Self::ChannelGone, Self::Forbidden, Self::Locked, Self::GuildLeft, Self::Person, Self::PersonLeft];

    /// Whether it ends when the channel takes posts again.
    #[must_use]
    pub const fn is_of_channel(self) -> bool {
        matches!(self, Self::ChannelGone | Self::Forbidden | Self::Locked)
    }

    /// The reason of a follow that was paused for `before`, now that its server was left.
    #[must_use]
    pub const fn when_left(before: Option<Self>) -> Self {
        match before {
            Some(Self::Person | Self::PersonLeft) => Self::PersonLeft,
            _ => Self::GuildLeft,
        }
    }

    /// The reason's name in the store and in texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChannelGone => "channel_gone",
            Self::Forbidden => "forbidden",
            Self::Locked => "locked",
            Self::GuildLeft => "guild_left",
            Self::Person => "person",
            Self::PersonLeft => "person_left",
        }
    }

    /// The reason with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}
