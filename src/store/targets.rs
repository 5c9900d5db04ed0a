//! Channels that take no posts, and what rests until they do: pauses, looks, and what is made up for afterwards.

use jiff::Timestamp;

use super::database::Transaction;
use super::posts::insert_drafts;
use super::spaces::insert_decisions;
use super::sql::query;
use super::{Store, StoreError, channel, guild, millis, signed};
use crate::clock::from_millis;
use crate::domain::follow::PauseReason;
use crate::domain::ids::{ChannelId, FollowId, GuildId};
use crate::domain::notice::{Decided, Draft, Priority, Work};

/// A channel to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The channel.
    pub channel: ChannelId,
    /// Its server.
    pub guild: GuildId,
    /// Looks in vain so far.
    pub looks: u32,
    /// How often it refused what was sent though it had looked as if it took posts.
    pub relapses: u32,
    /// Whether it has just done so, and is to rest before it is looked at.
    pub rests: bool,
}

/// What is to happen with a channel, as the store has it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// It is to be looked at.
    Look = 0,
    /// It looked as if it took posts, and the next one tells.
    Trial = 1,
    /// It refused that one, and is to rest.
    Rest = 2,
}

impl Stage {
    pub(super) const fn code(self) -> i64 {
        self as i64
    }
}

impl Store {
    /// Pauses a channel's follows that aren't paused yet, and has it looked at from now on; after a rest, where it was
    /// found to take posts before and has taken none since.
    pub async fn pause_channel(
        &self,
        guild: GuildId,
        channel: ChannelId,
        reason: PauseReason,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // That it is gone is known, whatever it looked like.
        let relapses = reason != PauseReason::ChannelGone;
        let mut transaction = self.write().await?;
        query("UPDATE follows SET paused = $1, paused_at = $2 WHERE channel_id = $3 AND paused IS NULL")
            .bind(reason.name())
            .bind(millis(now))
            .bind(signed(channel.get()))
            .execute(&mut transaction)
            .await?;
        query(
            "INSERT INTO channel_looks (channel_id, guild_id, look_at) VALUES ($1, $2, $3) \
             ON CONFLICT (channel_id) DO UPDATE SET look_at = excluded.look_at, stage = $4, \
             relapses = channel_looks.relapses + $5 WHERE channel_looks.stage = $6",
        )
        .bind(signed(channel.get()))
        .bind(signed(guild.get()))
        .bind(millis(now))
        .bind(if relapses { Stage::Rest } else { Stage::Look }.code())
        .bind(i64::from(relapses))
        .bind(Stage::Trial.code())
        .execute(&mut transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends the pauses of a channel's follows that were the channel's.
    pub async fn resume_channel(&self, channel: ChannelId) -> Result<(), StoreError> {
        query(
            "UPDATE follows SET paused = NULL, paused_at = NULL WHERE channel_id = $1 \
             AND paused IN ('channel_gone', 'forbidden', 'locked')",
        )
        .bind(signed(channel.get()))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Pauses follows, as a person asked for: whatever else they were paused for.
    pub async fn pause_follows(&self, follows: &[FollowId], now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for id in follows {
            query("UPDATE follows SET paused = $1, paused_at = $2 WHERE follow_id = $3")
                .bind(PauseReason::Person.name())
                .bind(millis(now))
                .bind(id.0)
                .execute(&mut transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Ends the pauses of follows, each with its channel, and has these looked at now.
    pub async fn resume_follows(
        &self,
        guild: GuildId,
        follows: &[(FollowId, ChannelId)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for (id, channel) in follows {
            query("UPDATE follows SET paused = NULL, paused_at = NULL WHERE follow_id = $1")
                .bind(id.0)
                .execute(&mut transaction)
                .await?;
            query(
                "INSERT INTO channel_looks (channel_id, guild_id, look_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (channel_id) DO UPDATE SET look_at = excluded.look_at, looks = 0, stage = 0, \
                 relapses = 0",
            )
            .bind(signed(channel.get()))
            .bind(signed(guild.get()))
            .bind(millis(now))
            .execute(&mut transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The server was left: its follows wait for it, those that a person paused among them.
    pub async fn leave_guild(&self, guild: GuildId, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        query(
            "UPDATE follows SET paused = CASE WHEN paused = 'person' THEN 'person_left' ELSE 'guild_left' END, \
             paused_at = $1 WHERE guild_id = $2 \
             AND (paused IS NULL OR paused NOT IN ('guild_left', 'person_left'))",
        )
        .bind(millis(now))
        .bind(signed(guild.get()))
        .execute(&mut transaction)
        .await?;
        query("DELETE FROM channel_looks WHERE guild_id = $1")
            .bind(signed(guild.get()))
            .execute(&mut transaction)
            .await?;
        query(
            "INSERT INTO left_guilds (guild_id, left_at) SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT) \
             WHERE EXISTS (SELECT 1 FROM follows WHERE guild_id = $1) \
             OR EXISTS (SELECT 1 FROM blocks WHERE guild_id = $1) ON CONFLICT (guild_id) DO NOTHING",
        )
        .bind(signed(guild.get()))
        .bind(millis(now))
        .execute(&mut transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The servers that were left and whose data is still kept.
    pub async fn left_guilds(&self) -> Result<Vec<GuildId>, StoreError> {
        let ids: Vec<i64> = query("SELECT guild_id FROM left_guilds").scalars(&self.reader).await?;
        ids.into_iter().map(guild).collect()
    }

    /// The server is there again: what waited for it goes on, and its channels are looked at now.
    pub async fn rejoin_guild(&self, guild: GuildId, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        query(
            "INSERT INTO channel_looks (channel_id, guild_id, look_at) \
             SELECT DISTINCT channel_id, guild_id, CAST($2 AS BIGINT) FROM follows \
             WHERE guild_id = $1 AND paused IN ('guild_left', 'person_left') ON CONFLICT (channel_id) DO NOTHING",
        )
        .bind(signed(guild.get()))
        .bind(millis(now))
        .execute(&mut transaction)
        .await?;
        query(
            "UPDATE follows SET paused = CASE WHEN paused = 'person_left' THEN 'person' ELSE NULL END, \
             paused_at = NULL WHERE guild_id = $1 AND paused IN ('guild_left', 'person_left')",
        )
        .bind(signed(guild.get()))
        .execute(&mut transaction)
        .await?;
        query("DELETE FROM left_guilds WHERE guild_id = $1")
            .bind(signed(guild.get()))
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Up to `most` channels that are to be looked at by `now`, those that wait longest first.
    pub async fn due_looks(&self, most: u32, now: Timestamp) -> Result<Vec<Look>, StoreError> {
        let rows = query(
            "SELECT channel_id, guild_id, looks, relapses, stage FROM channel_looks \
             WHERE look_at <= $1 AND stage <> $3 ORDER BY look_at, channel_id LIMIT $2",
        )
        .bind(millis(now))
        .bind(i64::from(most))
        .bind(Stage::Trial.code())
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let looks: i64 = row.try_get("looks")?;
                let relapses: i64 = row.try_get("relapses")?;
                let stage: i64 = row.try_get("stage")?;
                Ok(Look {
                    channel: channel(row.try_get("channel_id")?)?,
                    guild: guild(row.try_get("guild_id")?)?,
                    looks: u32::try_from(looks).unwrap_or(u32::MAX),
                    relapses: u32::try_from(relapses).unwrap_or(u32::MAX),
                    rests: stage == Stage::Rest.code(),
                })
            })
            .collect()
    }

    /// When the next channel is to be looked at.
    pub async fn next_look(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> = query("SELECT MIN(look_at) FROM channel_looks WHERE stage <> $1")
            .bind(Stage::Trial.code())
            .scalar(&self.reader)
            .await?;
        Ok(next.map(from_millis))
    }

    /// A look that began at `began_at` is to be repeated at `look_at`, unless another was asked for meanwhile; `in_vain`
    /// that it found a channel that takes no posts.
    pub async fn look_again(
        &self,
        channel: ChannelId,
        began_at: Timestamp,
        look_at: Timestamp,
        in_vain: bool,
    ) -> Result<(), StoreError> {
        query(
            "UPDATE channel_looks SET look_at = CASE WHEN look_at > $4 THEN look_at ELSE $2 END, \
             looks = looks + $3 WHERE channel_id = $1",
        )
        .bind(signed(channel.get()))
        .bind(millis(look_at))
        .bind(i64::from(in_vain))
        .bind(millis(began_at))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// A channel that is to rest is looked at after `until`.
    pub async fn rest(&self, channel: ChannelId, until: Timestamp) -> Result<(), StoreError> {
        query("UPDATE channel_looks SET look_at = $2, stage = $3 WHERE channel_id = $1 AND stage = $4")
            .bind(signed(channel.get()))
            .bind(millis(until))
            .bind(Stage::Look.code())
            .bind(Stage::Rest.code())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Something happened in a server: its channels are looked at now. Those that look better than they are rest on,
    /// unless what they look like has `changed`.
    pub async fn look_soon(&self, guild: GuildId, now: Timestamp, changed: bool) -> Result<(), StoreError> {
        query(
            "UPDATE channel_looks SET look_at = $2 WHERE guild_id = $1 AND stage = $3 \
             AND (relapses = 0 OR $4 = 1)",
        )
        .bind(signed(guild.get()))
        .bind(millis(now))
        .bind(Stage::Look.code())
        .bind(i64::from(changed))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The channel takes posts, or nobody waits for that: it isn't looked at any more, and its messages are brought up
    /// to date. `on_trial` says that its next post is to prove it.
    pub async fn looked(&self, channel: ChannelId, now: Timestamp, on_trial: bool) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        query(
            "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
             SELECT space_id, channel_id, slot, $2, $3, $4, $4 FROM posts \
             WHERE channel_id = $1 AND message_id IS NOT NULL \
             ON CONFLICT (space_id, channel_id, slot, work) DO UPDATE SET version = notices.version + 1, \
             due_at = excluded.due_at, attempts = 0",
        )
        .bind(signed(channel.get()))
        .bind(Work::Edit.code())
        .bind(Priority::Edit.code())
        .bind(millis(now))
        .execute(&mut transaction)
        .await?;
        // What waits for another try needn't any more.
        query(
            "UPDATE notices SET due_at = $2, attempts = 0 WHERE channel_id = $1 AND due_at > $2 \
             AND (work = $3 OR (work = $4 AND attempts > 0)) AND leased_until IS NULL",
        )
        .bind(signed(channel.get()))
        .bind(millis(now))
        .bind(Work::Post.code())
        .bind(Work::Empty.code())
        .execute(&mut transaction)
        .await?;
        let sql = if on_trial {
            "UPDATE channel_looks SET stage = 1 WHERE channel_id = $1"
        } else {
            "DELETE FROM channel_looks WHERE channel_id = $1"
        };
        query(sql).bind(signed(channel.get())).execute(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The channels of a server that nobody was told of, in order, after so many looks or trials in vain at least.
    pub async fn untold(&self, guild: GuildId, looks: u32) -> Result<Vec<ChannelId>, StoreError> {
        let ids: Vec<i64> = query(
            "SELECT channel_id FROM channel_looks WHERE guild_id = $1 AND told_at IS NULL AND looks + relapses >= $2 \
             ORDER BY channel_id",
        )
        .bind(signed(guild.get()))
        .bind(i64::from(looks))
        .scalars(&self.reader)
        .await?;
        ids.into_iter().map(channel).collect()
    }

    /// Takes it on to tell of a channel; whether nobody has before.
    pub async fn tell_of(&self, channel: ChannelId, now: Timestamp) -> Result<bool, StoreError> {
        let done = query("UPDATE channel_looks SET told_at = $2 WHERE channel_id = $1 AND told_at IS NULL")
            .bind(signed(channel.get()))
            .bind(millis(now))
            .execute(&self.writer)
            .await?;
        Ok(done > 0)
    }

    /// Nobody was told of a channel after all.
    pub async fn untell_of(&self, channel: ChannelId) -> Result<(), StoreError> {
        query("UPDATE channel_looks SET told_at = NULL WHERE channel_id = $1")
            .bind(signed(channel.get()))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Makes posts that were left out while follows were paused, and keeps what was decided.
    pub async fn make_up(
        &self,
        drafts: &[Draft],
        decided: &[Decided],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert_drafts(&mut transaction, drafts, now).await?;
        insert_decisions(&mut transaction, decided, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// A channel took a post: if that was its trial, it is over.
pub(super) async fn end_trial(transaction: &mut Transaction, channel: ChannelId) -> Result<(), StoreError> {
    query("DELETE FROM channel_looks WHERE channel_id = $1 AND stage = $2")
        .bind(signed(channel.get()))
        .bind(Stage::Trial.code())
        .execute(&mut *transaction)
        .await?;
    Ok(())
}
