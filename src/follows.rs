//! The index of follows and blocks: which follows a Space concerns, found in memory.
//!
//! Rebuilt from the store at start and written after it, never before: what the index says is kept. It owns the
//! caps, since they are judged with the index at hand, and one lock that lets one change happen at a time.

mod editing;
mod erasure;
mod importing;
mod keywords;
mod pauses;

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use dashmap::{DashMap, DashSet};
use jiff::Timestamp;
use thiserror::Error;

use crate::config::Caps;
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, FollowId, GuildId, UserId, Username};
use crate::domain::keyword::{KeywordSet, Phrase};
use crate::domain::known::Known;
use crate::domain::notice::{Match, Slot};
use crate::domain::space::Space;
use crate::store::{AddFollow, Block, NewFollow, Store, StoreError};

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

/// A server's blocks, ready to be matched.
#[derive(Debug, Default)]
struct Blocks {
    list: Vec<Block>,
    hosts: HashSet<UserId>,
    words: KeywordSet,
}

/// The follows, found by id, server, host and keyword.
#[derive(Debug)]
pub struct Follows {
    store: Store,
    caps: Caps,
    by_id: DashMap<FollowId, Arc<Follow>>,
    by_guild: DashMap<GuildId, Vec<FollowId>>,
    by_channel: DashMap<ChannelId, Vec<FollowId>>,
    by_host: DashMap<UserId, Vec<FollowId>>,
    by_keyword: DashMap<String, Vec<FollowId>>,
    keywords: RwLock<KeywordSet>,
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
        let index = Self {
            caps,
            by_id: DashMap::new(),
            by_guild: DashMap::new(),
            by_channel: DashMap::new(),
            by_host: DashMap::new(),
            by_keyword: DashMap::new(),
            keywords: RwLock::new(KeywordSet::default()),
            blocks: DashMap::new(),
            left: store.left_guilds().await?.into_iter().collect(),
            changing: tokio::sync::Mutex::new(()),
            looks: tokio::sync::Notify::new(),
            store,
        };
        for follow in index.store.follows().await? {
            index.insert(follow);
        }
        for (guild, block) in index.store.blocks().await? {
            index.insert_block(guild, block);
        }
        Ok(index)
    }

    /// Adds a follow, store first; answers the one that is there if its channel has this target already.
    pub async fn add(&self, new: &NewFollow) -> Result<AddFollow, AddError> {
        let _changing = self.changing.lock().await;
        if !self.has(new.channel, &new.target, &new.folded) {
            self.check_caps(new.guild, new.channel, &new.target)?;
        }
        let added = self.store.add_follow(new).await?;
        if let AddFollow::Added(follow) = &added {
            self.insert(follow.clone());
        }
        Ok(added)
    }

    /// Removes a follow of this server, and answers what it was; `None` if the server has none such.
    pub async fn remove(
        &self,
        guild: GuildId,
        id: FollowId,
        now: Timestamp,
    ) -> Result<Option<Arc<Follow>>, StoreError> {
        let _changing = self.changing.lock().await;
        let Some(follow) = self.get_in(guild, id) else { return Ok(None) };
        self.store.remove_follow(id, now).await?;
        self.forget(&follow);
        Ok(Some(follow))
    }

    /// Brings back a follow that was removed; whether it is there now.
    pub async fn restore(&self, follow: &Follow) -> Result<bool, AddError> {
        let _changing = self.changing.lock().await;
        if self.by_id.contains_key(&follow.id) {
            return Ok(true);
        }
        self.check_caps(follow.guild, follow.channel, &follow.target)?;
        let restored = self.store.restore_follow(follow, &folded(&follow.target)).await?;
        if restored {
            self.insert(Follow { paused: follow.pause_kept(), ..follow.clone() });
        }
        Ok(restored)
    }

    /// Keeps a host's new username, if a follow shows another one.
    pub async fn rename_host(&self, user: UserId, username: Username) -> Result<(), StoreError> {
        let _changing = self.changing.lock().await;
        let ids = self.by_host.get(&user).map(|ids| ids.clone()).unwrap_or_default();
        let shown = |id: &FollowId| match self.get(*id).map(|follow| follow.target.clone()) {
            Some(Target::Host { username, .. }) => Some(username.to_string()),
            _ => None,
        };
        if ids.iter().filter_map(shown).all(|shown| shown == username.as_str()) {
            return Ok(());
        }
        self.store.rename_host(user, username).await?;
        for id in ids {
            self.replace(id, |follow| follow.target = Target::Host { user, username });
        }
        Ok(())
    }

    /// Adds a block; whether it is new.
    pub async fn block(&self, guild: GuildId, block: Block) -> Result<bool, StoreError> {
        let _changing = self.changing.lock().await;
        let new = self.store.add_block(guild, &block).await?;
        if new {
            self.insert_block(guild, block);
        }
        Ok(new)
    }

    /// Removes a block; whether there was one.
    pub async fn unblock(&self, guild: GuildId, block: &Block) -> Result<bool, StoreError> {
        let _changing = self.changing.lock().await;
        let removed = self.store.remove_block(guild, block).await?;
        let rest: Vec<Block> =
            self.blocks(guild).into_iter().filter(|other| !same_block(other, block)).collect();
        self.replace_blocks(guild, rest);
        Ok(removed)
    }

    /// A server's blocks.
    #[must_use]
    pub fn blocks(&self, guild: GuildId) -> Vec<Block> {
        self.blocks.get(&guild).map(|blocks| blocks.list.clone()).unwrap_or_default()
    }

    /// The follow with this id.
    #[must_use]
    pub fn get(&self, id: FollowId) -> Option<Arc<Follow>> {
        self.by_id.get(&id).map(|follow| Arc::clone(&follow))
    }

    /// The follow with this id, if it belongs to this server.
    #[must_use]
    pub fn get_in(&self, guild: GuildId, id: FollowId) -> Option<Arc<Follow>> {
        self.get(id).filter(|follow| follow.guild == guild)
    }

    /// Those of `ids` that are there.
    #[must_use]
    pub fn those(&self, ids: &[FollowId]) -> Vec<Arc<Follow>> {
        ids.iter().filter_map(|id| self.get(*id)).collect()
    }

    /// A server's follows, in the order of their ids.
    #[must_use]
    pub fn of_guild(&self, guild: GuildId) -> Vec<Arc<Follow>> {
        self.by_guild.get(&guild).map(|ids| self.those(&ids)).unwrap_or_default()
    }

    /// A channel's follows, in the order of their ids.
    #[must_use]
    pub fn of_channel(&self, channel: ChannelId) -> Vec<Arc<Follow>> {
        self.by_channel.get(&channel).map(|ids| self.those(&ids)).unwrap_or_default()
    }

    /// The hosts that somebody follows and that aren't all paused, in the order of their ids.
    #[must_use]
    pub fn hosts(&self) -> Vec<UserId> {
        let mut hosts: Vec<UserId> = self
            .by_host
            .iter()
            .filter(|entry| self.those(entry.value()).iter().any(|follow| follow.paused.is_none()))
            .map(|entry| *entry.key())
            .collect();
        hosts.sort_unstable();
        hosts
    }

    /// The account of this name, if a follow of it is kept.
    #[must_use]
    pub fn host_named(&self, name: &Username) -> Option<(UserId, Username)> {
        self.by_host.iter().find_map(|entry| match self.get(*entry.value().first()?)?.target {
            Target::Host { user, username } => (username == *name).then_some((user, username)),
            Target::Keyword(_) => None,
        })
    }

    /// Whether somebody follows this host.
    #[must_use]
    pub fn is_followed(&self, host: UserId) -> bool {
        self.by_host.contains_key(&host)
    }

    /// The servers that have follows.
    #[must_use]
    pub fn guilds(&self) -> Vec<GuildId> {
        self.by_guild.iter().map(|entry| *entry.key()).collect()
    }

    /// The servers that have follows or blocks.
    #[must_use]
    pub fn guilds_kept(&self) -> Vec<GuildId> {
        let mut guilds = self.guilds();
        guilds.extend(self.blocks.iter().map(|entry| *entry.key()));
        guilds
    }

    /// How many follows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The follows that a Space concerns, by its creator and by its title, each once.
    #[must_use]
    pub fn concerned(&self, space: &Space) -> Vec<Arc<Follow>> {
        let mut ids: Vec<FollowId> = space
            .creator
            .and_then(|creator| self.by_host.get(&creator).map(|ids| ids.clone()))
            .unwrap_or_default();
        if let Some(title) = &space.title {
            let keywords = self.keywords.read().unwrap_or_else(PoisonError::into_inner);
            for keyword in keywords.matches(title) {
                if let Some(found) = self.by_keyword.get(keyword) {
                    ids.extend_from_slice(&found);
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        self.those(&ids)
    }

    /// Whether a server's block list holds a Space's host or a word of its title.
    #[must_use]
    pub fn blocks_space(&self, guild: GuildId, space: &Space) -> bool {
        self.blocks.get(&guild).is_some_and(|blocks| {
            space.creator.is_some_and(|creator| blocks.hosts.contains(&creator))
                || space.title.as_deref().is_some_and(|title| blocks.words.is_match(title))
        })
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

    fn check_caps(&self, guild: GuildId, channel: ChannelId, target: &Target) -> Result<(), AddError> {
        self.room(guild).take(channel, matches!(target, Target::Keyword(_)))
    }

    fn insert(&self, follow: Follow) {
        let id = follow.id;
        add_id(&mut self.by_guild.entry(follow.guild).or_default(), id);
        add_id(&mut self.by_channel.entry(follow.channel).or_default(), id);
        match &follow.target {
            Target::Host { user, .. } => add_id(&mut self.by_host.entry(*user).or_default(), id),
            Target::Keyword(_) => {
                let folded = folded(&follow.target);
                self.keywords.write().unwrap_or_else(PoisonError::into_inner).insert(&folded);
                add_id(&mut self.by_keyword.entry(folded).or_default(), id);
            }
        }
        self.by_id.insert(id, Arc::new(follow));
    }

    fn forget(&self, follow: &Follow) {
        self.by_id.remove(&follow.id);
        drop_id(&self.by_guild, &follow.guild, follow.id);
        drop_id(&self.by_channel, &follow.channel, follow.id);
        match &follow.target {
            Target::Host { user, .. } => drop_id(&self.by_host, user, follow.id),
            Target::Keyword(_) => {
                let folded = folded(&follow.target);
                drop_id(&self.by_keyword, &folded, follow.id);
                if !self.by_keyword.contains_key(&folded) {
                    self.keywords.write().unwrap_or_else(PoisonError::into_inner).remove(&folded);
                }
            }
        }
    }

    fn replace(&self, id: FollowId, change: impl FnOnce(&mut Follow)) {
        if let Some(mut entry) = self.by_id.get_mut(&id) {
            change(Arc::make_mut(&mut entry));
        }
    }

    fn replace_blocks(&self, guild: GuildId, blocks: Vec<Block>) {
        self.blocks.remove(&guild);
        for block in blocks {
            self.insert_block(guild, block);
        }
    }

    fn insert_block(&self, guild: GuildId, block: Block) {
        let mut blocks = self.blocks.entry(guild).or_default();
        match &block {
            Block::Host { user, .. } => {
                blocks.hosts.insert(*user);
            }
            Block::Word { folded, .. } => {
                blocks.words.insert(folded);
            }
        }
        blocks.list.push(block);
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

fn same_block(one: &Block, other: &Block) -> bool {
    match (one, other) {
        (Block::Host { user: one, .. }, Block::Host { user: other, .. }) => one == other,
        (Block::Word { folded: one, .. }, Block::Word { folded: other, .. }) => one == other,
        _ => false,
    }
}

fn add_id(ids: &mut Vec<FollowId>, id: FollowId) {
    if let Err(place) = ids.binary_search(&id) {
        ids.insert(place, id);
    }
}

fn drop_id<K: Eq + std::hash::Hash>(map: &DashMap<K, Vec<FollowId>>, key: &K, id: FollowId) {
    if let Some(mut ids) = map.get_mut(key) {
        ids.retain(|other| *other != id);
    }
    map.remove_if(key, |_, ids| ids.is_empty());
}
