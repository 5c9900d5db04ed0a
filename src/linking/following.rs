//! Whom a person follows on X: read at a cost, kept sealed for a week, and what of theirs is on.

use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use tracing::error;

use super::{FOLLOWING_KEPT, Linker, place_of_following};
use crate::domain::ids::{DiscordUserId, UserId, Username};
use crate::domain::space::XUser;
use crate::x::cost::next_day;
use crate::x::{BATCH_MAX, Cause, LinkedError, LinkedSpaces, Person, XError};

/// An account that somebody follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Followed {
    id: UserId,
    username: Username,
    name: String,
}

/// What is on by the accounts that a person follows.
#[derive(Debug)]
pub enum OfFollowed {
    /// These Spaces, and how many accounts were looked at; `None` where X did that by itself.
    Spaces(LinkedSpaces, Option<usize>),
    /// The accounts have to be read first, which costs.
    Unread {
        /// How many at most.
        most: usize,
    },
}

impl Linker {
    /// The Spaces by accounts that a person follows, from X itself or by what was read within a week.
    pub async fn spaces_of_followed(
        &self,
        user: DiscordUserId,
        person: &Person,
        cause: Cause,
    ) -> Result<OfFollowed, LinkedError> {
        if !self.is_known_missing() {
            match self.inner.parts.x.spaces_of_followed(person, cause).await {
                Ok(Some(spaces)) => return Ok(OfFollowed::Spaces(spaces, None)),
                Ok(None) => self.remember_missing(),
                // Perhaps this question alone isn't for this app; the other way will say.
                Err(LinkedError::Forbidden { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if let Some(followed) = self.kept_following(user).await {
            return self.spaces_of(person, &followed, cause).await;
        }
        let most = self.inner.parts.x.may_read_following(self.following_read(), cause)?;
        Ok(OfFollowed::Unread { most })
    }

    /// Reads whom a person follows, keeps it, and answers what is on by them.
    pub async fn read_following(
        &self,
        user: DiscordUserId,
        person: &Person,
        cause: Cause,
    ) -> Result<OfFollowed, LinkedError> {
        if let Some(followed) = self.kept_following(user).await {
            return self.spaces_of(person, &followed, cause).await;
        }
        let users = self.inner.parts.x.following(person, self.following_read(), cause).await?;
        let followed: Vec<Followed> = users
            .into_iter()
            .map(|user| Followed { id: user.id, username: user.username, name: user.name })
            .collect();
        // Without it the accounts are read again, which costs again: no reason to answer nothing now.
        let json = serde_json::to_string(&followed).unwrap_or_default();
        if let Ok(sealed) = self.seal(&place_of_following(user), &json)
            && let Err(error) =
                self.inner.parts.store.keep_following(user, person.account, &sealed, self.now()).await
        {
            error!(error = &error as &dyn std::error::Error, "whom a person follows wasn't kept");
        }
        self.spaces_of(person, &followed, cause).await
    }

    /// The most accounts that are read.
    #[must_use]
    pub fn following_read(&self) -> usize {
        usize::try_from(self.inner.parts.following_read).unwrap_or(usize::MAX)
    }

    async fn spaces_of(
        &self,
        person: &Person,
        followed: &[Followed],
        cause: Cause,
    ) -> Result<OfFollowed, LinkedError> {
        let mut found = LinkedSpaces::default();
        let ids: Vec<UserId> = followed.iter().map(|it| it.id).collect();
        for some in ids.chunks(BATCH_MAX) {
            match self.inner.parts.x.spaces_by_creators_as(person, some, cause).await {
                Ok(more) => found.spaces.extend(more.spaces),
                // What the budget had room for is better than nothing.
                Err(LinkedError::X(XError::BudgetSpent { .. })) if !found.spaces.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        let hosts = found.spaces.iter().filter_map(|space| space.creator).collect::<Vec<_>>();
        let named = followed.iter().filter(|it| hosts.contains(&it.id));
        found.users = named
            .map(|it| XUser { id: it.id, username: it.username, name: it.name.clone(), picture_url: None })
            .collect();
        Ok(OfFollowed::Spaces(found, Some(followed.len())))
    }

    async fn kept_following(&self, user: DiscordUserId) -> Option<Vec<Followed>> {
        let (sealed, read_at) = self.inner.parts.store.following(user).await.ok()??;
        if self.now().duration_since(read_at) >= FOLLOWING_KEPT {
            return None;
        }
        let opened = self.inner.parts.keys.open(&place_of_following(user), &sealed).ok()?;
        serde_json::from_str(&opened.text).ok()
    }

    /// X has no such question: it isn't asked it again today.
    fn remember_missing(&self) {
        let mut until = self.inner.no_spaces_of_followed_until.lock().unwrap_or_else(PoisonError::into_inner);
        *until = Some(next_day(self.now()));
    }

    /// Whether X said today that it doesn't answer what the followed host by itself.
    fn is_known_missing(&self) -> bool {
        let until = self.inner.no_spaces_of_followed_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| until > self.now())
    }
}
