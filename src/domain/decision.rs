//! Decisions: why a follow did, or didn't, lead to a post.
//!
//! Owns the codes and what they are called in the store; who decides is `notice`'s and the outbox's.

use super::ids::{ChannelId, FollowId, SpaceId};
use super::notice::Slot;

/// Why a follow did, or didn't, lead to a post. Kept for seven days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Decision {
    /// A post was planned.
    Planned,
    /// The message is there.
    Posted,
    /// The message is there, and pinged nobody since it was late.
    PostedLate,
    /// The message of the Space that its host dropped just before goes on with it, without a ping.
    Continued,
    /// The follow doesn't want this kind of post.
    NotWanted,
    /// The server's block list holds the host or a word of the title.
    Blocked,
    /// The channel had its keyword posts for this hour.
    KeywordCap,
    /// It was live before the follow was made: whoever made it was told then.
    LiveBefore,
    /// The follow is paused.
    Paused,
    /// It began before its scheduled post could be sent; the live post says more.
    BegunBefore,
    /// It was over before the post could be sent.
    OverBefore,
    /// The follow was removed before the post could be sent.
    Unfollowed,
    /// The channel, or the message that was to be edited, is gone.
    TargetGone,
    /// The bot may not send there.
    Forbidden,
    /// Discord refused this message, by AutoMod or a filter.
    Rejected,
    /// It is unknown whether the message was sent, and the channel's history can't be read to find out: not
    /// sending is the lesser evil.
    Uncertain,
    /// Discord called the message malformed: a fault of the bot, told in its log.
    Malformed,
    /// Nothing but that it began was known, so that its filters couldn't be judged.
    NotLookedUp,
    /// The room holds fewer people than the follow waits for.
    TooFewListeners,
    /// X says that it is in another language.
    OtherLanguage,
    /// It takes tickets where the follow wants none, or the other way round.
    OtherTickets,
    /// Its title holds none of the words that the follow wants.
    TitleLacks,
    /// Its title holds a word that the follow doesn't want.
    TitleHas,
    /// The channel had its message, for another follow, when this one began to want it.
    ToldAlready,
}

impl Decision {
    /// Each code.
    pub const ALL: [Self; 24] = [
        Self::Planned,
        Self::Posted,
        Self::PostedLate,
        Self::Continued,
        Self::NotWanted,
        Self::Blocked,
        Self::KeywordCap,
        Self::LiveBefore,
        Self::Paused,
        Self::BegunBefore,
        Self::OverBefore,
        Self::Unfollowed,
        Self::TargetGone,
        Self::Forbidden,
        Self::Rejected,
        Self::Uncertain,
        Self::Malformed,
        Self::NotLookedUp,
        Self::TooFewListeners,
        Self::OtherLanguage,
        Self::OtherTickets,
        Self::TitleLacks,
        Self::TitleHas,
        Self::ToldAlready,
    ];

    /// Those of a follow's filters: a later look at the Space may lift them.
    pub const OF_FILTERS: [Self; 6] = [
        Self::NotLookedUp,
        Self::TooFewListeners,
        Self::OtherLanguage,
        Self::OtherTickets,
        Self::TitleLacks,
        Self::TitleHas,
    ];

    /// The code's name in the store and in texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Posted => "posted",
            Self::PostedLate => "posted_late",
            Self::Continued => "continued",
            Self::NotWanted => "not_wanted",
            Self::Blocked => "blocked",
            Self::KeywordCap => "keyword_cap",
            Self::LiveBefore => "live_before",
            Self::Paused => "paused",
            Self::BegunBefore => "begun_before",
            Self::OverBefore => "over_before",
            Self::Unfollowed => "unfollowed",
            Self::TargetGone => "target_gone",
            Self::Forbidden => "forbidden",
            Self::Rejected => "rejected",
            Self::Uncertain => "uncertain",
            Self::Malformed => "malformed",
            Self::NotLookedUp => "not_looked_up",
            Self::TooFewListeners => "too_few_listeners",
            Self::OtherLanguage => "other_language",
            Self::OtherTickets => "other_tickets",
            Self::TitleLacks => "title_lacks",
            Self::TitleHas => "title_has",
            Self::ToldAlready => "told_already",
        }
    }

    /// Whether a filter of the follow refused it, so that the follow still waits.
    #[must_use]
    pub fn is_of_filter(self) -> bool {
        Self::OF_FILTERS.contains(&self)
    }

    /// The code with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }
}

/// A decision about one follow and one Space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The Space.
    pub space: SpaceId,
    /// Where it would have been posted.
    pub channel: ChannelId,
    /// The follow.
    pub follow: FollowId,
    /// The post in question.
    pub slot: Slot,
    /// What was decided.
    pub decision: Decision,
}
