//! Notices: which posts a change calls for, and why some follows get none. Pure.
//!
//! A **post** is one message of the bot about one Space in one channel; a Space has at most two there, one in
//! each [`Slot`]. A **notice** is work to be done on a post: make it, edit it, empty it. A notice holds no
//! text: whoever sends it tells the truth of that moment, so that a newer edit replaces an older one by
//! itself.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::follow::{Follow, Target};
use super::ids::{ChannelId, FollowId, GuildId, NoticeId, SpaceId};
use super::space::Space;

pub use super::decision::{Decided, Decision};

/// Keyword posts that a channel gets in an hour; what comes on top is only counted.
pub const KEYWORD_POSTS_PER_HOUR: usize = 6;
/// The hour of [`KEYWORD_POSTS_PER_HOUR`].
pub const KEYWORD_HOUR: SignedDuration = SignedDuration::from_hours(1);
/// A start that X rounds down isn't before a follow that was made in that moment.
const ROUNDING: SignedDuration = SignedDuration::from_secs(5);
/// A live post this long after the start, or this long overdue, pings nobody.
pub const LATE_AFTER: SignedDuration = SignedDuration::from_mins(60);
/// When the content of X is taken out of a post about a Space that is over: well within the 24 hours that
/// X's developer policy allows, so that retries fit.
pub const EMPTIED_AFTER: SignedDuration = SignedDuration::from_hours(20);

/// Which of a Space's two messages in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// "Has scheduled a Space."
    Scheduled,
    /// "Is live."
    Live,
}

impl Slot {
    /// The slot's number in the store.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Scheduled => 0,
            Self::Live => 1,
        }
    }

    /// The slot with this number.
    #[must_use]
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Scheduled),
            1 => Some(Self::Live),
            _ => None,
        }
    }
}

/// What is to be done on a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Work {
    /// Send the message.
    Post,
    /// Bring the message up to date.
    Edit,
    /// Take X's content out of the message, its Space being over for long.
    Empty,
    /// Say what was posted in the channel in quiet hours that are over.
    Digest,
}

impl Work {
    /// The work's number in the store.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Post => 0,
            Self::Edit => 1,
            Self::Empty => 2,
            Self::Digest => 3,
        }
    }

    /// The work with this number.
    #[must_use]
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Post),
            1 => Some(Self::Edit),
            2 => Some(Self::Empty),
            3 => Some(Self::Digest),
            _ => None,
        }
    }
}

/// What goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody is talking now.
    Live,
    /// Somebody will.
    Scheduled,
    /// A message isn't true any more.
    Edit,
    /// A message's content has to go, within hours.
    Empty,
}

impl Priority {
    /// The priority of this work in this slot.
    #[must_use]
    pub const fn of(work: Work, slot: Slot) -> Self {
        match (work, slot) {
            (Work::Post, Slot::Live) => Self::Live,
            (Work::Post, Slot::Scheduled) => Self::Scheduled,
            (Work::Edit | Work::Digest, _) => Self::Edit,
            (Work::Empty, _) => Self::Empty,
        }
    }

    /// The priority's number in the store: the smaller, the sooner.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Live => 0,
            Self::Scheduled => 1,
            Self::Edit => 2,
            Self::Empty => 3,
        }
    }

    /// The priority with this number, the last one if there is none.
    #[must_use]
    pub const fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Live,
            1 => Self::Scheduled,
            2 => Self::Edit,
            _ => Self::Empty,
        }
    }
}

/// What keeps a post from pinging, when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hush {
    /// It is late.
    pub late: bool,
    /// Its server's quiet hours, which are over then.
    pub quiet_until: Option<Timestamp>,
}

impl Hush {
    /// Whether anything does.
    #[must_use]
    pub const fn is_on(self) -> bool {
        self.late || self.quiet_until.is_some()
    }
}

/// The nonce under which a notice's message is sent: the same at each try, never used for another one by
/// this bot. `salt` tells this store from others that the same bot may have had.
///
/// At most 25 characters, as Discord allows: 8 of salt, a dash, and a number of up to 16 in hexadecimal.
#[must_use]
pub fn nonce(salt: u32, notice: NoticeId) -> String {
    format!("{salt:08x}-{:x}", notice.0)
}

/// A post to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The Space.
    pub space: SpaceId,
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// Which of the two messages.
    pub slot: Slot,
    /// The follows that ask for it, at least one, in the order of their ids.
    pub follows: Vec<FollowId>,
    /// Whether only keywords asked for it.
    pub keywords_only: bool,
    /// Whether it must ping nobody, whatever the follows say.
    pub silent: bool,
    /// Whether a follow waited for what the Space has become: its lateness counts from that moment.
    pub awaited: bool,
}

/// A follow that an event concerns.
#[derive(Debug, Clone, Copy)]
pub struct Match<'a> {
    /// The follow.
    pub follow: &'a Follow,
    /// Whether its server's block list forbids this Space to keyword posts.
    pub blocked: bool,
    /// Since when the Space is live, if it is.
    pub live_since: Option<Timestamp>,
    /// Which of the follow's filters refuses the Space as it is now, if one does.
    pub refused: Option<Decision>,
    /// Whether the follow waited for its filters to pass, and they do.
    pub awaited: bool,
}

impl<'a> Match<'a> {
    /// `follow` as one that this Space concerns in this slot, which nothing blocks.
    #[must_use]
    pub fn new(follow: &'a Follow, space: &Space, slot: Slot) -> Self {
        let refused = follow.filter.refusal(space, slot);
        Self { follow, blocked: false, live_since: None, refused, awaited: false }
    }
}

/// What an event comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Posts to make.
    pub drafts: Vec<Draft>,
    /// Channels whose last keyword post is to count one more Space that wasn't posted.
    pub overflowing: Vec<ChannelId>,
    /// What was decided for each follow that matched.
    pub decided: Vec<Decided>,
}

/// The posts that a Space calls for in `slot`, one a channel, however many follows match.
///
/// `has_post` tells the channels that have a post of this Space in this slot already: they get no second
/// one. `keyword_posts` tells how many posts a channel had for keywords alone within the last
/// [`KEYWORD_HOUR`].
pub fn fan_out<'a>(
    space: SpaceId,
    slot: Slot,
    matches: impl IntoIterator<Item = Match<'a>>,
    has_post: impl Fn(ChannelId) -> bool,
    keyword_posts: impl Fn(ChannelId) -> usize,
) -> Plan {
    let mut by_channel: BTreeMap<ChannelId, Vec<Match<'a>>> = BTreeMap::new();
    for matched in matches {
        by_channel.entry(matched.follow.channel).or_default().push(matched);
    }
    let mut plan = Plan::default();
    for (channel, mut matches) in by_channel {
        if has_post(channel) {
            // Those who waited wait no longer, whatever it comes to.
            plan.decided.extend(matches.iter().filter(|matched| matched.awaited).map(|matched| Decided {
                space,
                channel,
                follow: matched.follow.id,
                slot,
                decision: objection(matched, slot).unwrap_or(Decision::ToldAlready),
            }));
            continue;
        }
        matches.sort_by_key(|matched| matched.follow.id);
        let mut wanted = Vec::new();
        let mut awaited = false;
        for matched in &matches {
            match objection(matched, slot) {
                None => {
                    awaited |= matched.awaited;
                    wanted.push(matched.follow);
                }
                Some(decision) => {
                    plan.decided.push(Decided { space, channel, follow: matched.follow.id, slot, decision });
                }
            }
        }
        let Some(first) = wanted.first() else { continue };
        let keywords_only = wanted.iter().all(|follow| matches!(follow.target, Target::Keyword(_)));
        let over_the_cap = keywords_only && keyword_posts(channel) >= KEYWORD_POSTS_PER_HOUR;
        let decision = if over_the_cap { Decision::KeywordCap } else { Decision::Planned };
        plan.decided.extend(wanted.iter().map(|follow| Decided {
            space,
            channel,
            follow: follow.id,
            slot,
            decision,
        }));
        if over_the_cap {
            plan.overflowing.push(channel);
            continue;
        }
        plan.drafts.push(Draft {
            space,
            guild: first.guild,
            channel,
            slot,
            follows: wanted.iter().map(|follow| follow.id).collect(),
            keywords_only,
            silent: false,
            awaited,
        });
    }
    plan
}

/// Why a match leads to no post in this slot; `None` if it does.
#[must_use]
pub fn objection(matched: &Match<'_>, slot: Slot) -> Option<Decision> {
    let follow = matched.follow;
    let wants = match slot {
        Slot::Scheduled => follow.when.wants_scheduled(),
        Slot::Live => follow.when.wants_live(),
    };
    let blocked = matched.blocked && matches!(follow.target, Target::Keyword(_));
    let is_older = |since| follow.made_at.duration_since(since) > ROUNDING;
    let live_before = slot == Slot::Live && !matched.awaited && matched.live_since.is_some_and(is_older);
    if wants && !blocked && matched.refused.is_some() {
        // Before all that is about this moment: it waits for another one.
        matched.refused
    } else if live_before {
        Some(Decision::LiveBefore)
    } else if follow.paused.is_some() {
        Some(Decision::Paused)
    } else if !wants {
        Some(Decision::NotWanted)
    } else {
        blocked.then_some(Decision::Blocked)
    }
}

/// Whether a live post pings nobody by now: the Space began long ago, or the notice fell due long ago.
#[must_use]
pub fn is_late(live_since: Option<Timestamp>, fell_due_at: Timestamp, now: Timestamp) -> bool {
    let begun = live_since.map_or(fell_due_at, |since| since.min(fell_due_at));
    now.duration_since(begun) > LATE_AFTER
}
