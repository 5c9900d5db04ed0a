//! The world as an answer sees it: now, or as it was.
//!
//! Owns reading and searching. It shows Spaces that can be seen at all; whether a field is shown is decided
//! where JSON is made.

use std::{sync::Arc, time::Instant};

use super::{
    World,
    space::Space,
    user::{Post, Topic, User},
};
use crate::x::ids::{SpaceId, UserId};

/// From here on letters are of scripts that put no spaces between words.
const UNSPACED_SCRIPTS: char = '\u{2e80}';

/// The world at one instant.
#[derive(Clone, Copy, Debug)]
pub(in crate::x) struct View<'a> {
    world: &'a World,
    as_of: Option<Instant>,
}

impl<'a> View<'a> {
    pub(super) fn new(world: &'a World, as_of: Option<Instant>) -> Self {
        Self { world, as_of }
    }

    /// A Space that a lookup finds; those that are over may be among them.
    pub fn space(&self, id: &SpaceId) -> Option<Arc<Space>> {
        let versions = self.world.spaces.get(id)?;
        let (_, space) = match self.as_of {
            None => versions.back()?,
            Some(instant) => versions.iter().rev().find(|(at, _)| *at <= instant)?,
        };
        space.clone().filter(|space| space.state().is_some())
    }

    /// The live and scheduled Spaces of a creator, oldest first.
    pub fn by_creator(&self, id: &UserId) -> Vec<Arc<Space>> {
        self.on(self.world.by_creator.get(id).into_iter().flatten())
    }

    /// The live and scheduled Spaces whose title has all words of a query, newest first.
    pub fn search(&self, query: &str) -> Vec<Arc<Space>> {
        let wanted = words(query);
        let mut found = self.on(self.world.created.iter().rev());
        found.retain(|space| has_words(space.title.as_deref().unwrap_or_default(), &wanted));
        found
    }

    /// All live and scheduled Spaces, newest first.
    pub fn all_on(&self) -> Vec<Arc<Space>> {
        self.on(self.world.created.iter().rev())
    }

    /// A user by id.
    pub fn user(&self, id: &UserId) -> Option<&'a User> {
        self.world.users.get(id)
    }

    /// A user by name, whatever its case.
    pub fn user_named(&self, username: &str) -> Option<&'a User> {
        self.user(self.world.by_username.get(&username.to_lowercase())?)
    }

    /// All users, by username.
    pub fn users_by_name(&self) -> Vec<&'a User> {
        let mut users: Vec<&User> = self.world.users.values().collect();
        users.sort_by_cached_key(|user| user.username.to_lowercase());
        users
    }

    /// A topic by id.
    pub fn topic(&self, id: &str) -> Option<&'a Topic> {
        self.world.topics.get(id)
    }

    /// The Posts shared in a Space, oldest first.
    pub fn posts(&self, id: &SpaceId) -> &'a [Post] {
        self.world.posts.get(id).map_or(&[], Vec::as_slice)
    }

    /// Who bought a ticket of a Space.
    pub fn buyers(&self, id: &SpaceId) -> Vec<&'a User> {
        let buyers = self.world.buyers.get(id).into_iter().flatten();
        buyers.filter_map(|buyer| self.user(buyer)).collect()
    }

    /// Whom an account follows, the newest first.
    pub fn following(&self, id: &UserId) -> &'a [UserId] {
        self.world.following.get(id).map_or(&[], Vec::as_slice)
    }

    fn on<'i>(&self, ids: impl Iterator<Item = &'i SpaceId>) -> Vec<Arc<Space>> {
        ids.filter_map(|id| self.space(id)).filter(|space| space.is_on()).collect()
    }
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whole words, or parts of them in scripts that put no spaces between words.
fn has_words(title: &str, wanted: &[String]) -> bool {
    let title_words = words(title);
    !wanted.is_empty()
        && wanted.iter().all(|word| {
            let unspaced = word.contains(|letter| letter >= UNSPACED_SCRIPTS);
            title_words.iter().any(|have| have == word || unspaced && have.contains(word.as_str()))
        })
}
