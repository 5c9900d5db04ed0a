//! What each person looked up lately, to be offered while they type. In memory alone, and theirs alone.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::domain::ids::{DiscordUserId, SpaceId, Username};

/// Things of a kind that are remembered of a person.
const EACH_MAX: usize = 10;
/// People remembered at once; when there are more, all are forgotten and it begins anew.
const PEOPLE_MAX: usize = 5_000;

/// What everybody looked up lately.
#[derive(Debug, Default)]
pub struct Recent(Mutex<HashMap<DiscordUserId, Looked>>);

/// What one person looked up, the latest first.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// Spaces.
    pub spaces: VecDeque<SpaceId>,
    /// Accounts.
    pub hosts: VecDeque<Username>,
}

impl Recent {
    /// What this person looked up.
    #[must_use]
    pub fn of(&self, person: DiscordUserId) -> Looked {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&person).cloned().unwrap_or_default()
    }

    /// Remembers a Space.
    pub fn saw_space(&self, person: DiscordUserId, space: SpaceId) {
        self.change(person, |looked| put(&mut looked.spaces, space));
    }

    /// Remembers an account.
    pub fn saw_host(&self, person: DiscordUserId, host: Username) {
        self.change(person, |looked| put(&mut looked.hosts, host));
    }

    /// Forgets what a person looked up.
    pub fn forget(&self, person: DiscordUserId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }

    /// Forgets that anybody looked up accounts with these names, in lower case.
    pub fn forget_hosts(&self, names: &[String]) {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for looked in people.values_mut() {
            looked.hosts.retain(|host| !names.contains(&host.folded()));
        }
    }

    fn change(&self, person: DiscordUserId, change: impl FnOnce(&mut Looked)) {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= PEOPLE_MAX && !people.contains_key(&person) {
            people.clear();
        }
        change(people.entry(person).or_default());
    }
}

fn put<T: PartialEq>(kept: &mut VecDeque<T>, new: T) {
    kept.retain(|old| *old != new);
    kept.push_front(new);
    kept.truncate(EACH_MAX);
}
