//! The maps: which follows there are, found by id, server, channel, host and keyword.
//!
//! Owns what is in memory of follows; knows no store and no cap. One change happens at a time, which the parent sees
//! to; whoever reads meanwhile finds a follow in one map a moment before the other.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use dashmap::DashMap;

use super::folded;
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, DiscordUserId, FollowId, GuildId, UserId, Username};
use crate::domain::keyword::KeywordSet;
use crate::domain::space::Space;

/// A keyword to be searched for: folded, as typed, and how many follows want it.
pub type Sought = (String, String, usize);

/// The follows in memory.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_id: DashMap<FollowId, Arc<Follow>>,
    by_guild: DashMap<GuildId, Vec<FollowId>>,
    by_channel: DashMap<ChannelId, Vec<FollowId>>,
    by_host: DashMap<UserId, Group>,
    by_name: DashMap<Username, UserId>,
    by_keyword: DashMap<String, Group>,
    keywords: RwLock<KeywordSet>,
    hosts: Listed<UserId>,
    sought: Listed<Sought>,
    /// Grows with each change.
    revision: AtomicU64,
}

/// The follows of one host or keyword.
#[derive(Debug, Default)]
struct Group {
    /// In their order.
    ids: Vec<FollowId>,
    /// Those that aren't paused.
    active: usize,
}

/// A list that is made when it is asked for, and kept until what it is made of has changed.
#[derive(Debug)]
struct Listed<T>(Mutex<Option<Arc<[T]>>>);

impl Index {
    /// Adds a follow that isn't there.
    pub(super) fn insert(&self, follow: Follow) {
        let id = follow.id;
        let active = usize::from(follow.paused.is_none());
        add_id(&mut self.by_guild.entry(follow.guild).or_default(), id);
        add_id(&mut self.by_channel.entry(follow.channel).or_default(), id);
        match &follow.target {
            Target::Host { user, username } => {
                self.by_host.entry(*user).or_default().add(id, active);
                self.by_name.insert(*username, *user);
            }
            Target::Keyword(_) => {
                let folded = folded(&follow.target);
                if !self.by_keyword.contains_key(&folded) {
                    self.keywords.write().unwrap_or_else(PoisonError::into_inner).insert(&folded);
                }
                self.by_keyword.entry(folded).or_default().add(id, active);
            }
        }
        let target = is_host(&follow.target);
        self.by_id.insert(id, Arc::new(follow));
        self.relist(target);
    }

    /// Removes a follow that is there.
    pub(super) fn forget(&self, follow: &Follow) {
        self.by_id.remove(&follow.id);
        let active = usize::from(follow.paused.is_none());
        drop_id(&self.by_guild, &follow.guild, follow.id);
        drop_id(&self.by_channel, &follow.channel, follow.id);
        match &follow.target {
            Target::Host { user, username } => {
                if leave(&self.by_host, user, follow.id, active) {
                    self.by_name.remove_if(username, |_, named| named == user);
                }
            }
            Target::Keyword(_) => {
                let folded = folded(&follow.target);
                if leave(&self.by_keyword, &folded, follow.id, active) {
                    self.keywords.write().unwrap_or_else(PoisonError::into_inner).remove(&folded);
                }
            }
        }
        self.relist(is_host(&follow.target));
    }

    /// Changes a follow, but neither its id nor where it is nor what it looks for.
    pub(super) fn replace(&self, id: FollowId, change: impl FnOnce(&mut Follow)) {
        let Some((before, after)) = self.by_id.get_mut(&id).map(|mut entry| {
            let before = Arc::clone(&entry);
            change(Arc::make_mut(&mut entry));
            (before, Arc::clone(&entry))
        }) else {
            return;
        };
        let (was, is) = (before.paused.is_none(), after.paused.is_none());
        if was != is {
            let count = |group: &mut Group| group.active = group.active + usize::from(is) - usize::from(was);
            match &after.target {
                Target::Host { user, .. } => self.by_host.alter(user, |_, mut group| {
                    count(&mut group);
                    group
                }),
                Target::Keyword(_) => self.by_keyword.alter(&folded(&after.target), |_, mut group| {
                    count(&mut group);
                    group
                }),
            }
        }
        if was != is {
            self.relist(is_host(&after.target));
        }
    }

    /// Has all follows of a host show this username.
    pub(super) fn rename(&self, user: UserId, username: Username) {
        for follow in self.of_host(user) {
            if let Target::Host { username, .. } = &follow.target {
                self.by_name.remove_if(username, |_, named| *named == user);
            }
            self.replace(follow.id, |follow| follow.target = Target::Host { user, username });
            self.by_name.insert(username, user);
        }
    }

    /// Gives back what the maps took to grow.
    pub(super) fn shrink(&self) {
        self.by_guild.iter_mut().for_each(|mut ids| ids.shrink_to_fit());
        self.by_channel.iter_mut().for_each(|mut ids| ids.shrink_to_fit());
        self.by_host.iter_mut().for_each(|mut group| group.ids.shrink_to_fit());
        self.by_keyword.iter_mut().for_each(|mut group| group.ids.shrink_to_fit());
    }

    pub(super) fn get(&self, id: FollowId) -> Option<Arc<Follow>> {
        self.by_id.get(&id).map(|follow| Arc::clone(&follow))
    }

    pub(super) fn those(&self, ids: &[FollowId]) -> Vec<Arc<Follow>> {
        ids.iter().filter_map(|id| self.get(*id)).collect()
    }

    pub(super) fn of_guild(&self, guild: GuildId) -> Vec<Arc<Follow>> {
        self.by_guild.get(&guild).map(|ids| self.those(&ids)).unwrap_or_default()
    }

    pub(super) fn of_channel(&self, channel: ChannelId) -> Vec<Arc<Follow>> {
        self.by_channel.get(&channel).map(|ids| self.those(&ids)).unwrap_or_default()
    }

    pub(super) fn of_host(&self, host: UserId) -> Vec<Arc<Follow>> {
        self.by_host.get(&host).map(|group| self.those(&group.ids)).unwrap_or_default()
    }

    /// Those that a person made.
    pub(super) fn made_by(&self, person: DiscordUserId) -> Vec<FollowId> {
        let theirs = self.by_id.iter().filter(|follow| follow.made_by == Some(person));
        theirs.map(|follow| follow.id).collect()
    }

    pub(super) fn is_followed(&self, host: UserId) -> bool {
        self.by_host.contains_key(&host)
    }

    pub(super) fn host_named(&self, name: &Username) -> Option<(UserId, Username)> {
        let user = self.by_name.get(name).map(|user| *user)?;
        let first = self.by_host.get(&user).and_then(|group| group.ids.first().copied())?;
        match self.get(first)?.target {
            Target::Host { user, username } => (username == *name).then_some((user, username)),
            Target::Keyword(_) => None,
        }
    }

    pub(super) fn guilds(&self) -> Vec<GuildId> {
        self.by_guild.iter().map(|entry| *entry.key()).collect()
    }

    pub(super) fn guild_count(&self) -> usize {
        self.by_guild.len()
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The hosts with a follow that isn't paused, in the order of their ids.
    pub(super) fn hosts(&self) -> Arc<[UserId]> {
        self.hosts.get_or(|| {
            let active = self.by_host.iter().filter(|entry| entry.active > 0);
            active.map(|entry| *entry.key()).collect()
        })
    }

    /// The same, each with how many of its follows aren't paused.
    pub(super) fn hosts_by_followers(&self) -> Vec<(UserId, usize)> {
        let active = self.by_host.iter().filter(|entry| entry.active > 0);
        let mut hosts: Vec<(UserId, usize)> = active.map(|entry| (*entry.key(), entry.active)).collect();
        hosts.sort_unstable();
        hosts
    }

    /// Another number whenever a follow has come, gone, been paused or resumed.
    pub(super) fn revision(&self) -> u64 {
        self.revision.load(Ordering::SeqCst)
    }

    /// The keywords with a follow that isn't paused, in the order of their folded text.
    pub(super) fn sought(&self) -> Arc<[Sought]> {
        self.sought.get_or(|| {
            let active = self.by_keyword.iter().filter(|entry| entry.active > 0);
            let sought = active.filter_map(|entry| {
                let first = entry.ids.iter().find_map(|id| self.get(*id).filter(|it| it.paused.is_none()))?;
                match &first.target {
                    Target::Keyword(typed) => Some((entry.key().clone(), typed.clone(), entry.active)),
                    Target::Host { .. } => None,
                }
            });
            sought.collect()
        })
    }

    /// The servers that follow each keyword that isn't paused everywhere, each once, by their ids.
    pub(super) fn keyword_servers(&self) -> BTreeMap<String, Vec<GuildId>> {
        let active = self.by_keyword.iter().filter(|entry| entry.active > 0);
        let servers = active.map(|entry| {
            let follows = self.those(&entry.ids).into_iter().filter(|follow| follow.paused.is_none());
            let mut servers: Vec<GuildId> = follows.map(|follow| follow.guild).collect();
            servers.sort_unstable();
            servers.dedup();
            (entry.key().clone(), servers)
        });
        servers.collect()
    }

    /// The follows that a Space concerns, by its creator and by its title, each once, in the order of their ids.
    pub(super) fn concerned(&self, space: &Space) -> Vec<Arc<Follow>> {
        let of_creator = space.creator.and_then(|creator| self.by_host.get(&creator));
        let mut ids = of_creator.map(|group| group.ids.clone()).unwrap_or_default();
        if let Some(title) = &space.title {
            let keywords = self.keywords.read().unwrap_or_else(PoisonError::into_inner);
            for keyword in keywords.matches(title) {
                if let Some(found) = self.by_keyword.get(keyword) {
                    ids.extend_from_slice(&found.ids);
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        self.those(&ids)
    }

    /// What is listed of hosts or of keywords isn't true any more.
    fn relist(&self, is_host: bool) {
        self.revision.fetch_add(1, Ordering::SeqCst);
        if is_host {
            self.hosts.clear();
        } else {
            self.sought.clear();
        }
    }
}

impl Group {
    fn add(&mut self, id: FollowId, active: usize) {
        add_id(&mut self.ids, id);
        self.active += active;
    }
}

impl<T: Ord> Listed<T> {
    /// The list, made by `make` in any order if there is none.
    fn get_or(&self, make: impl FnOnce() -> Vec<T>) -> Arc<[T]> {
        // Held while it is made, so that a change meanwhile comes after it and clears it.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = kept.get_or_insert_with(|| {
            let mut list = make();
            list.sort_unstable();
            list.into()
        });
        Arc::clone(list)
    }

    fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

fn is_host(target: &Target) -> bool {
    matches!(target, Target::Host { .. })
}

fn add_id(ids: &mut Vec<FollowId>, id: FollowId) {
    // Nearly always it is the newest.
    if ids.last().is_none_or(|last| *last < id) {
        ids.push(id);
    } else if let Err(place) = ids.binary_search(&id) {
        ids.insert(place, id);
    }
}

fn drop_id<K: Eq + Hash>(map: &DashMap<K, Vec<FollowId>>, key: &K, id: FollowId) {
    if let Some(mut ids) = map.get_mut(key) {
        ids.retain(|other| *other != id);
    }
    map.remove_if(key, |_, ids| ids.is_empty());
}

/// Takes a follow out of a group; whether it was the last.
fn leave<K: Eq + Hash>(map: &DashMap<K, Group>, key: &K, id: FollowId, active: usize) -> bool {
    if let Some(mut group) = map.get_mut(key) {
        group.ids.retain(|other| *other != id);
        group.active -= active;
    }
    map.remove_if(key, |_, group| group.ids.is_empty()).is_some()
}
