//! Changing: a follow comes, goes, comes back, or shows another name.

use std::sync::Arc;

use jiff::Timestamp;

use super::{AddError, Follows, folded};
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, FollowId, GuildId, UserId, Username};
use crate::store::{AddFollow, NewFollow, StoreError};

impl Follows {
    /// Adds a follow, store first; answers the one that is there if its channel has this target already.
    pub async fn add(&self, new: &NewFollow) -> Result<AddFollow, AddError> {
        let _changing = self.changing.lock().await;
        if !self.has(new.channel, &new.target, &new.folded) {
            self.check_caps(new.guild, new.channel, &new.target)?;
        }
        let added = self.store.add_follow(new).await?;
        if let AddFollow::Added(follow) = &added {
            self.index.insert(follow.clone());
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
        self.index.forget(&follow);
        Ok(Some(follow))
    }

    /// Brings back a follow that was removed; whether it is there now.
    pub async fn restore(&self, follow: &Follow) -> Result<bool, AddError> {
        let _changing = self.changing.lock().await;
        if self.get(follow.id).is_some() {
            return Ok(true);
        }
        self.check_caps(follow.guild, follow.channel, &follow.target)?;
        let restored = self.store.restore_follow(follow, &folded(&follow.target)).await?;
        if restored {
            self.index.insert(Follow { paused: follow.pause_kept(), ..follow.clone() });
        }
        Ok(restored)
    }

    /// Keeps a host's new username, if a follow shows another one.
    pub async fn rename_host(&self, user: UserId, username: Username) -> Result<(), StoreError> {
        let _changing = self.changing.lock().await;
        let shows = |follow: &Arc<Follow>| match &follow.target {
            Target::Host { username: shown, .. } => shown.as_str() == username.as_str(),
            Target::Keyword(_) => true,
        };
        if self.index.of_host(user).iter().all(shows) {
            return Ok(());
        }
        self.store.rename_host(user, username).await?;
        self.index.rename(user, username);
        Ok(())
    }

    fn check_caps(&self, guild: GuildId, channel: ChannelId, target: &Target) -> Result<(), AddError> {
        self.room(guild).take(channel, matches!(target, Target::Keyword(_)))
    }
}
