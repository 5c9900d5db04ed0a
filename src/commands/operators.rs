//! Who runs this bot: those whom the settings name, and the owner and the team of the application on Discord.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use crate::domain::ids::DiscordUserId;

/// The operators.
#[derive(Debug, Default)]
pub struct Operators {
    named: HashSet<DiscordUserId>,
    owners: RwLock<HashSet<DiscordUserId>>,
}

impl Operators {
    /// Those whom the settings name.
    #[must_use]
    pub fn new(named: impl IntoIterator<Item = DiscordUserId>) -> Self {
        Self { named: named.into_iter().collect(), owners: RwLock::default() }
    }

    /// Takes Discord's word for who owns the application.
    pub fn set_owners(&self, owners: impl IntoIterator<Item = DiscordUserId>) {
        *self.owners.write().unwrap_or_else(PoisonError::into_inner) = owners.into_iter().collect();
    }

    /// Whether this person is one.
    #[must_use]
    pub fn has(&self, person: DiscordUserId) -> bool {
        self.named.contains(&person)
            || self.owners.read().unwrap_or_else(PoisonError::into_inner).contains(&person)
    }
}
