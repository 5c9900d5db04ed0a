//! The index of follows and blocks: which follows a Space concerns, found in memory.
//!
//! Rebuilt from the store at start and written after it, never before: what the index says is kept. It owns the
//! caps, since they are judged with the index at hand, and one lock that lets one change happen at a time.

mod blocks;
mod changing;
mod editing;
mod erasure;
mod hosts;
mod importing;
mod index;
mod keywords;
mod pauses;

use std::sync::Arc;

use dashmap::{DashMap, DashSet};
use futures_util::{StreamExt as _, stream};
use thiserror::Error;

use crate::config::Caps;
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, FollowId, GuildId, UserId, Username};
use crate::domain::keyword::Phrase;
use crate::domain::known::Known;
use crate::domain::notice::{Match, Slot};
use crate::domain::space::Space;
use crate::store::{Store, StoreError};
use blocks::Blocks;
use index::Index;
pub use index::Sought;

/// Follows read from the store at once. A row takes some 2 KB while it is read.
const PAGE: usize = 2_000;
/// Pages that are being read at once.
const PAGES_AT_ONCE: usize = 2;

/// Why a follow wasn't added.
#[derive(Debug, Error)]
pub enum AddError {
    /// The server has as many follows as it may have.
    #[error("the server has {0} follows, the most that it may have")]
    GuildFull(u32),
    /// The server has as many keywords as it may have.
    #[error("the server has {0} keywords, the most that it may have")]
    KeywordsFull(u32),
    /// The channel has as many follows as it may have.
    #[error("the channel has {0} follows, the most that it may have")]
    ChannelFull(u32),
    /// The store failed; nothing was added.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a follow wasn't edited.
#[derive(Debug, Error)]
pub enum EditError {
    /// The server has it no more.
    #[error("the follow is gone")]
    Gone,
    /// The channel that it is to post to has this follow with the same target.
    #[error("the channel follows that already")]
    Taken(Arc<Follow>),
    /// The channel that it is to post to has as many follows as it may have.
    #[error("the channel has {0} follows, the most that it may have")]
    ChannelFull(u32),
    /// The store failed; nothing was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The follows, found by id, server, host and keyword.
#[derive(Debug)]
pub struct Follows {
    store: Store,
    caps: Caps,
    index: Index,
    blocks: DashMap<GuildId, Blocks>,
    /// Servers that the bot was removed from.
    left: DashSet<GuildId>,
    changing: tokio::sync::Mutex<()>,
    /// Rung when a channel is to be looked at.
    looks: tokio::sync::Notify,
}

impl Follows {
    /// The index of what `store` keeps.
    pub async fn load(store: Store, caps: Caps) -> Result<Self, StoreError> {
        let index = Index::default();
        let last = store.last_follow().await?.0;
        let pages = (1..).step_by(PAGE).take_while(|first| *first <= last);
        let pages = pages.map(|first| {
            let to = first.saturating_add(i64::try_from(PAGE).unwrap_or(i64::MAX) - 1);
            let store = store.clone();
            tokio::spawn(async move { store.follows_between(FollowId(first), FollowId(to)).await })
        });
        // The next pages are read and decoded, on other threads, while one is taken in.
        let mut pages = stream::iter(pages).buffered(PAGES_AT_ONCE);
        while let Some(page) = pages.next().await {
            let page = page.map_err(|stopped| StoreError::Unexpected(stopped.to_string()))?;
            for follow in page? {
                index.insert(follow);
            }
        }
        drop(pages);
        index.shrink();
        let loaded = Self {
            caps,
            index,
            blocks: DashMap::new(),
            left: store.left_guilds().await?.into_iter().collect(),
            changing: tokio::sync::Mutex::new(()),
            looks: tokio::sync::Notify::new(),
            store,
        };
        for (guild, block) in loaded.store.blocks().await? {
            loaded.insert_block(guild, block);
        }
        Ok(loaded)
    }

    /// The follow with this id.
    #[must_use]
    pub fn get(&self, id: FollowId) -> Option<Arc<Follow>> {
        self.index.get(id)
    }

    /// The follow with this id, if it belongs to this server.
    #[must_use]
    pub fn get_in(&self, guild: GuildId, id: FollowId) -> Option<Arc<Follow>> {
        self.get(id).filter(|follow| follow.guild == guild)
    }

    /// Those of `ids` that are there.
    #[must_use]
    pub fn those(&self, ids: &[FollowId]) -> Vec<Arc<Follow>> {
        self.index.those(ids)
    }

    /// A server's follows, in the order of their ids.
    #[must_use]
    pub fn of_guild(&self, guild: GuildId) -> Vec<Arc<Follow>> {
        self.index.of_guild(guild)
    }

    /// A channel's follows, in the order of their ids.
    #[must_use]
    pub fn of_channel(&self, channel: ChannelId) -> Vec<Arc<Follow>> {
        self.index.of_channel(channel)
    }

    /// The hosts that somebody follows and that aren't all paused, in the order of their ids. Where nothing of that has
    /// changed since it was asked for, it is the same list.
    #[must_use]
    pub fn hosts(&self) -> Arc<[UserId]> {
        self.index.hosts()
    }

    /// Another number whenever [`Follows::hosts`] or [`Follows::keywords`] may answer something else.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.index.revision()
    }

    /// The account of this name, if a follow of it is kept.
    #[must_use]
    pub fn host_named(&self, name: &Username) -> Option<(UserId, Username)> {
        self.index.host_named(name)
    }

    /// Whether somebody follows this host.
    #[must_use]
    pub fn is_followed(&self, host: UserId) -> bool {
        self.index.is_followed(host)
    }

    /// The keywords that somebody follows and that aren't all paused, in the order of their folded text. Where nothing
    /// of that has changed since it was asked for, it is the same list.
    #[must_use]
    pub fn keywords(&self) -> Arc<[Sought]> {
        self.index.sought()
    }

    /// How many servers have follows.
    #[must_use]
    pub fn guild_count(&self) -> usize {
        self.index.guild_count()
    }

    /// The servers that have follows or blocks.
    #[must_use]
    pub fn guilds_kept(&self) -> Vec<GuildId> {
        let mut guilds = self.index.guilds();
        guilds.extend(self.blocks.iter().map(|entry| *entry.key()));
        guilds
    }

    /// How many follows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The follows that a Space concerns, by its creator and by its title, each once.
    #[must_use]
    pub fn concerned(&self, space: &Space) -> Vec<Arc<Follow>> {
        self.index.concerned(space)
    }

    /// `follow` as something that a Space concerns in this slot.
    #[must_use]
    pub fn matched<'a>(&self, follow: &'a Follow, known: &Known, slot: Slot) -> Match<'a> {
        let space = &known.space;
        let blocked = self.blocks_space(follow.guild, space);
        Match { blocked, live_since: known.live_since, ..Match::new(follow, space, slot) }
    }

    /// The follows that are to hear of a Space to come: neither paused, nor kept from it by a filter or a block.
    #[must_use]
    pub fn expecting(&self, known: &Known) -> Vec<Arc<Follow>> {
        let mut follows = self.concerned(&known.space);
        follows.retain(|follow| {
            let matched = self.matched(follow, known, Slot::Scheduled);
            let blocked = matched.blocked && matches!(follow.target, Target::Keyword(_));
            follow.paused.is_none() && !blocked && matched.refused.is_none()
        });
        follows
    }
}

/// A keyword's folded form; empty for a host.
#[must_use]
pub fn folded(target: &Target) -> String {
    match target {
        Target::Host { .. } => String::new(),
        // It was parsed when it was kept; a phrase that no longer parses matches nothing but itself.
        Target::Keyword(typed) => {
            Phrase::parse(typed).map_or_else(|_| typed.clone(), |phrase| phrase.folded().to_owned())
        }
    }
}

fn is_full(count: usize, cap: u32) -> bool {
    u32::try_from(count).unwrap_or(u32::MAX) >= cap
}

fn same_target(kept: &Target, new: &Target, new_folded: &str) -> bool {
    match (kept, new) {
        (Target::Host { user: kept, .. }, Target::Host { user: new, .. }) => kept == new,
        (Target::Keyword(_), Target::Keyword(_)) => folded(kept) == new_folded,
        _ => false,
    }
}
