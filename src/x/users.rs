//! Accounts that X has shown, kept because each look at one is billed by the day.
//!
//! Owns the memory map and the list of changes that the store should have. Bounded: the longest unseen go.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use super::unsaved::Unsaved;
use crate::domain::ids::{UserId, Username};
use crate::domain::space::XUser;

/// How long an account counts as fresh. X obliges to show recent content and to drop what is gone in a day.
pub const FRESH_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How often an account that doesn't change is stored again, for the time when it was fetched.
const SAVED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// The most accounts in memory, a few hundred bytes each.
const CACHED_MAX: usize = 100_000;
/// The most changes that wait for the store.
const UNSAVED_MAX: usize = 200_000;

/// An account and when X showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedUser {
    /// The account.
    pub user: XUser,
    /// When the request was sent that fetched it.
    pub fetched_at: Timestamp,
}

impl CachedUser {
    /// Whether it may be shown without asking again.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.duration_since(self.fetched_at) < FRESH_FOR
    }
}

/// A change that the store should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// New, changed, or seen again after an hour.
    Learned(CachedUser),
    /// X says that there is no such account any more.
    Forgotten(UserId),
}

/// A handle to the cache. Cheap to clone.
#[derive(Clone)]
pub struct UserCache {
    inner: Arc<Inner>,
}

struct Inner {
    map: RwLock<Map>,
    unsaved: Unsaved<UserChange>,
}

#[derive(Default)]
struct Map {
    entries: HashMap<UserId, Entry>,
    names: HashMap<String, UserId>,
    ages: BTreeSet<(Timestamp, UserId)>,
}

struct Entry {
    cached: CachedUser,
    /// `fetched_at` as the store was last told.
    saved: Timestamp,
}

impl Default for UserCache {
    fn default() -> Self {
        let inner = Inner { map: RwLock::default(), unsaved: Unsaved::new(UNSAVED_MAX) };
        Self { inner: Arc::new(inner) }
    }
}

impl UserCache {
    /// The account with this id, fresh or not.
    #[must_use]
    pub fn get(&self, id: UserId) -> Option<CachedUser> {
        self.read(|map| map.entries.get(&id).map(|entry| entry.cached.clone()))
    }

    /// The account that was last seen under this name, in any case, fresh or not.
    #[must_use]
    pub fn by_username(&self, name: &Username) -> Option<CachedUser> {
        self.read(|map| {
            let entry = map.names.get(&name.folded()).and_then(|id| map.entries.get(id));
            entry.map(|entry| entry.cached.clone())
        })
    }

    /// Keeps what X showed in answer to a request sent at `fetched_at`. An older answer changes nothing.
    pub fn remember<'a>(&self, users: impl IntoIterator<Item = &'a XUser>, fetched_at: Timestamp) {
        let changes: Vec<UserChange> = self.write(|map| {
            users
                .into_iter()
                .map(|user| CachedUser { user: user.clone(), fetched_at })
                .filter(|seen| map.put(seen.clone()))
                .map(UserChange::Learned)
                .collect()
        });
        self.inner.unsaved.extend(changes);
    }

    /// Drops an account that X says is gone.
    pub fn forget(&self, id: UserId) {
        if self.write(|map| map.take(id)).is_some() {
            self.inner.unsaved.extend([UserChange::Forgotten(id)]);
        }
    }

    /// Drops accounts that X told before `before`, unless they are needed.
    pub fn forget_old(&self, before: Timestamp, is_needed: impl Fn(UserId) -> bool) {
        let old = self.write(|map| {
            let old = map.ages.iter().take_while(|(fetched_at, _)| *fetched_at < before).map(|(_, id)| *id);
            let old: Vec<UserId> = old.filter(|id| !is_needed(*id)).collect();
            old.into_iter().filter_map(|id| map.take(id)).map(|known| known.user.id).collect::<Vec<_>>()
        });
        self.inner.unsaved.extend(old.into_iter().map(UserChange::Forgotten));
    }

    /// Takes in what the store has.
    pub fn restore(&self, users: impl IntoIterator<Item = CachedUser>) {
        self.write(|map| {
            for user in users {
                map.put(user);
            }
        });
    }

    /// Changes that the store doesn't have yet, in the order they happened.
    #[must_use]
    pub fn unsaved(&self) -> &Unsaved<UserChange> {
        &self.inner.unsaved
    }

    fn read<R>(&self, look: impl FnOnce(&Map) -> R) -> R {
        look(&self.inner.map.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<R>(&self, change: impl FnOnce(&mut Map) -> R) -> R {
        change(&mut self.inner.map.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Map {
    /// Puts it in unless something newer is there; answers whether the store should know.
    fn put(&mut self, seen: CachedUser) -> bool {
        let id = seen.user.id;
        let known = self.entries.get(&id);
        if known.is_some_and(|known| known.cached.fetched_at > seen.fetched_at) {
            return false;
        }
        let saved = known
            .filter(|known| known.cached.user == seen.user)
            .map(|known| known.saved)
            .filter(|saved| seen.fetched_at.duration_since(*saved) < SAVED_AGAIN_AFTER);
        self.take(id);
        self.names.insert(seen.user.username.folded(), id);
        self.ages.insert((seen.fetched_at, id));
        self.entries.insert(id, Entry { saved: saved.unwrap_or(seen.fetched_at), cached: seen });
        while self.entries.len() > CACHED_MAX {
            let Some((_, oldest)) = self.ages.first().copied() else { break };
            self.take(oldest);
        }
        saved.is_none()
    }

    fn take(&mut self, id: UserId) -> Option<CachedUser> {
        let known = self.entries.remove(&id)?.cached;
        self.ages.remove(&(known.fetched_at, id));
        let name = known.user.username.folded();
        // The name may have passed to another account since.
        if self.names.get(&name) == Some(&id) {
            self.names.remove(&name);
        }
        Some(known)
    }
}
