//! Pauses: which follows rest, and what ends that.
//!
//! A channel's or a server's trouble ends by itself; what a person paused only a person takes up again.

use std::sync::Arc;

use jiff::Timestamp;

use super::Follows;
use crate::domain::follow::{Follow, PauseReason};
use crate::domain::ids::{ChannelId, GuildId};
use crate::store::StoreError;

impl Follows {
    /// The server was left: its follows wait for it to come back.
    pub async fn pause_guild(&self, guild: GuildId, now: Timestamp) -> Result<(), StoreError> {
        let _changing = self.changing.lock().await;
        self.store.leave_guild(guild, now).await?;
        self.left.insert(guild);
        for follow in self.of_guild(guild) {
            self.index
                .replace(follow.id, |follow| follow.paused = Some(PauseReason::when_left(follow.paused)));
        }
        Ok(())
    }

    /// Whether the bot was removed from this server.
    #[must_use]
    pub fn is_left(&self, guild: GuildId) -> bool {
        self.left.contains(&guild)
    }

    /// The server is there: what waited for it goes on.
    pub async fn resume_guild(&self, guild: GuildId, now: Timestamp) -> Result<(), StoreError> {
        let left =
            |follow: &Follow| matches!(follow.paused, Some(PauseReason::GuildLeft | PauseReason::PersonLeft));
        if !self.left.contains(&guild) {
            return Ok(());
        }
        let _changing = self.changing.lock().await;
        self.store.rejoin_guild(guild, now).await?;
        self.left.remove(&guild);
        for follow in self.of_guild(guild).iter().filter(|follow| left(follow)) {
            self.index.replace(follow.id, |follow| {
                follow.paused =
                    (follow.paused == Some(PauseReason::PersonLeft)).then_some(PauseReason::Person);
            });
        }
        self.looks.notify_one();
        Ok(())
    }

    /// The channel takes no posts: its follows wait for it. Whether any had to be told so.
    pub async fn pause_channel(
        &self,
        channel: ChannelId,
        reason: PauseReason,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let _changing = self.changing.lock().await;
        let active = self.of_channel(channel).into_iter().filter(|follow| follow.paused.is_none());
        let active: Vec<Arc<Follow>> = active.collect();
        let Some(first) = active.first() else { return Ok(false) };
        self.store.pause_channel(first.guild, channel, reason, now).await?;
        for follow in &active {
            self.index.replace(follow.id, |follow| follow.paused = follow.paused.or(Some(reason)));
        }
        self.looks.notify_one();
        Ok(true)
    }

    /// The channel takes posts: what waited for it goes on. Answers how many follows that were.
    pub async fn resume_channel(&self, channel: ChannelId) -> Result<usize, StoreError> {
        let _changing = self.changing.lock().await;
        let waiting = self.of_channel(channel).into_iter().filter(|follow| waits_for_channel(follow));
        let waiting: Vec<Arc<Follow>> = waiting.collect();
        if !waiting.is_empty() {
            self.store.resume_channel(channel).await?;
        }
        for follow in &waiting {
            self.index.replace(follow.id, |follow| follow.paused = None);
        }
        Ok(waiting.len())
    }

    /// Pauses these follows until a person resumes them.
    pub async fn pause_for_person(&self, follows: &[Arc<Follow>], now: Timestamp) -> Result<(), StoreError> {
        let _changing = self.changing.lock().await;
        let ids: Vec<_> = follows.iter().map(|follow| follow.id).collect();
        self.store.pause_follows(&ids, now).await?;
        for id in ids {
            self.index.replace(id, |follow| follow.paused = Some(PauseReason::Person));
        }
        Ok(())
    }

    /// Takes up these follows of a server again, whatever they were paused for.
    pub async fn resume_for_person(
        &self,
        guild: GuildId,
        follows: &[Arc<Follow>],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let _changing = self.changing.lock().await;
        let ids: Vec<_> = follows.iter().map(|follow| (follow.id, follow.channel)).collect();
        self.store.resume_follows(guild, &ids, now).await?;
        for (id, _) in ids {
            self.index.replace(id, |follow| follow.paused = None);
        }
        self.looks.notify_one();
        Ok(())
    }

    /// Something happened in a server: if follows wait for its channels, these are looked at now; those that refuse what
    /// they look as if they took only if that has `changed`.
    pub async fn look_soon(&self, guild: GuildId, now: Timestamp, changed: bool) -> Result<(), StoreError> {
        if !self.of_guild(guild).iter().any(|follow| waits_for_channel(follow)) {
            return Ok(());
        }
        self.store.look_soon(guild, now, changed).await?;
        self.looks.notify_one();
        Ok(())
    }

    /// Waits until channels are to be looked at that weren't before.
    pub async fn looks_wanted(&self) {
        self.looks.notified().await;
    }

    /// Why a channel takes no posts, if follows wait for that to end.
    #[must_use]
    pub fn dead(&self, channel: ChannelId) -> Option<PauseReason> {
        self.of_channel(channel).iter().find(|follow| waits_for_channel(follow)).and_then(|it| it.paused)
    }

    /// Whether follows of a server wait for a channel.
    #[must_use]
    pub fn any_dead(&self, guild: GuildId) -> bool {
        self.of_guild(guild).iter().any(|follow| waits_for_channel(follow))
    }
}

fn waits_for_channel(follow: &Follow) -> bool {
    follow.paused.is_some_and(PauseReason::is_of_channel)
}
