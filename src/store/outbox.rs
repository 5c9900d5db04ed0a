//! The outbox: claiming notices, trying them, and putting them back.

use std::sync::{MutexGuard, PoisonError};

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::database::Transaction;
use super::posts::{ids_from_json, slot, spaces_from_json};
use super::spaces::{known_from_json, moment};
use super::sql::{Row, places, query};
use super::{Store, StoreError, channel, guild, millis, parsed, snowflake};
use crate::domain::ids::{ChannelId, FollowId, GuildId, MessageId, NoticeId, SpaceId};
use crate::domain::known::Known;
use crate::domain::notice::{Priority, Slot, Work};

/// A notice that is this process's to see through, with the post that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The notice.
    pub id: NoticeId,
    /// The Space.
    pub space: SpaceId,
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// Which of the Space's two posts there.
    pub slot: Slot,
    /// What is to be done.
    pub work: Work,
    /// How urgent it is.
    pub priority: Priority,
    /// Grows when the same work is asked for again.
    pub version: i64,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When it fell due for the first time.
    pub fell_due_at: Timestamp,
    /// Since when a message may be there that nobody recorded; `None` if none can be.
    pub tried_at: Option<Timestamp>,
    /// The revision of the Space that such a message would show.
    pub tried_revision: Option<i64>,
    /// The message, if it is recorded.
    pub message: Option<MessageId>,
    /// The follows that asked for the post.
    pub follows: Vec<FollowId>,
    /// Whether only keywords asked for it.
    pub keywords_only: bool,
    /// Whether it pings nobody.
    pub silent: bool,
    /// Whether a follow waited for the post, so that its lateness counts from when it fell due.
    pub awaited: bool,
    /// Spaces that the channel's hourly cap left out, to be told with this post.
    pub more: u32,
    /// The Spaces that a message of unknown fate may show as well, since their host went on in this one.
    pub formerly: Vec<SpaceId>,
}

/// What a notice that was claimed is about by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Its Space: what is known of it, and its revision.
    Known(Box<Known>, i64),
    /// Its Space, of which nothing is kept any more.
    Erased,
    /// Another Space, or nothing: it is done with.
    Other,
}

/// How much the outbox holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Notices that are due.
    pub due: u64,
    /// When the oldest of them fell due.
    pub oldest: Option<Timestamp>,
}

/// The most notices that one claim takes.
const CLAIM_MAX: u32 = 100;

/// The notices that are to be claimed, in their order. What is due is asked of `n` again, since PostgreSQL may wait for
/// somebody who is just claiming it.
const DUE: &str = "\
    WITH due AS ( \
      SELECT notice_id, space_id, priority, \
        ROW_NUMBER() OVER (PARTITION BY channel_id ORDER BY priority, notice_id) AS place \
      FROM notices WHERE due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) \
        AND NOT EXISTS (SELECT 1 FROM notices held WHERE held.channel_id = notices.channel_id \
          AND held.leased_until > $1 AND held.priority <= notices.priority) \
    ), heads AS ( \
      SELECT notice_id, priority, \
        ROW_NUMBER() OVER (PARTITION BY priority, space_id ORDER BY notice_id) AS turn \
      FROM due WHERE place = 1 \
    ) \
    SELECT n.notice_id, n.space_id, n.channel_id, n.slot, n.work, n.priority, n.version, n.attempts, \
      n.made_at, n.tried_at, n.tried_revision, p.guild_id, p.message_id, p.follows, p.keywords_only, \
      p.silent, p.awaited, p.more, p.formerly \
    FROM heads h JOIN notices n ON n.notice_id = h.notice_id \
      JOIN posts p ON p.space_id = n.space_id AND p.channel_id = n.channel_id AND p.slot = n.slot \
    WHERE n.due_at <= $1 AND (n.leased_until IS NULL OR n.leased_until <= $1) \
    ORDER BY h.priority, h.turn, h.notice_id LIMIT $2";

impl Store {
    /// Takes back all leases: nobody else works on this database.
    pub async fn clear_leases(&self) -> Result<(), StoreError> {
        query("UPDATE notices SET leased_until = NULL WHERE leased_until IS NOT NULL")
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Claims up to `most` due notices until `leased_until`: the most urgent first, within a priority the
    /// Spaces in turn, at most one a channel, none for a channel that has one claimed which is as urgent. So a
    /// channel can have two claimed; to carry out one at a time is the claimer's part.
    pub async fn claim(
        &self,
        most: u32,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        let mut transaction = self.write().await?;
        self.give_back_unsure(&mut transaction).await?;
        let sql = format!("{DUE}{}", transaction.on_postgres(" FOR UPDATE OF n SKIP LOCKED"));
        let rows = query(AssertSqlSafe(sql))
            .bind(millis(now))
            .bind(i64::from(most.min(CLAIM_MAX)))
            .fetch_all(&mut transaction)
            .await?;
        let claimed: Vec<Claimed> = rows.iter().map(decode).collect::<Result<_, _>>()?;
        if !claimed.is_empty() {
            let ids = places(2, claimed.len());
            let sql = format!("UPDATE notices SET leased_until = $1 WHERE notice_id IN ({ids})");
            query(AssertSqlSafe(sql))
                .bind(millis(leased_until))
                .bind_all(claimed.iter().map(|notice| notice.id.0))
                .execute(&mut transaction)
                .await?;
        }
        if let Err(error) = transaction.commit().await {
            *self.unsure() = claimed.into_iter().map(|notice| notice.id).collect();
            return Err(error);
        }
        self.unsure().clear();
        Ok(claimed)
    }

    /// Takes back the leases of a claim of which nobody knows whether it holds, since the connection broke off.
    async fn give_back_unsure(&self, transaction: &mut Transaction) -> Result<(), StoreError> {
        let unsure = self.unsure().clone();
        if unsure.is_empty() {
            return Ok(());
        }
        let ids = places(1, unsure.len());
        query(AssertSqlSafe(format!("UPDATE notices SET leased_until = NULL WHERE notice_id IN ({ids})")))
            .bind_all(unsure.iter().map(|id| id.0))
            .execute(transaction)
            .await?;
        Ok(())
    }

    fn unsure(&self) -> MutexGuard<'_, Vec<NoticeId>> {
        self.unsure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a notice that was claimed is about by now.
    pub async fn subject(&self, notice: &Claimed) -> Result<Subject, StoreError> {
        let row = query(
            "SELECT s.known, s.revision FROM notices n LEFT JOIN spaces s ON s.space_id = n.space_id \
             WHERE n.notice_id = $1 AND n.space_id = $2",
        )
        .bind(notice.id.0)
        .bind(notice.space.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(Subject::Other) };
        let known: Option<String> = row.try_get("known")?;
        let Some(known) = known else { return Ok(Subject::Erased) };
        Ok(Subject::Known(Box::new(known_from_json(&known)?), row.try_get("revision")?))
    }

    /// When the next notice falls due that isn't claimed.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due: Option<i64> =
            query("SELECT MIN(due_at) FROM notices WHERE leased_until IS NULL").scalar(&self.reader).await?;
        Ok(due.map(moment))
    }

    /// How much is due.
    pub async fn queue_depth(&self, now: Timestamp) -> Result<QueueDepth, StoreError> {
        let row = query("SELECT COUNT(*) AS due, MIN(due_at) AS oldest FROM notices WHERE due_at <= $1")
            .bind(millis(now))
            .fetch_one(&self.reader)
            .await?;
        let due: i64 = row.try_get("due")?;
        let oldest: Option<i64> = row.try_get("oldest")?;
        Ok(QueueDepth { due: due.unsigned_abs(), oldest: oldest.map(moment) })
    }

    /// Records that a message is about to be sent which shows `revision`: from now on nobody knows what a crash
    /// leaves behind. Answers whether the notice is still about that Space: else nothing is to be sent.
    pub async fn begin_try(
        &self,
        notice: &Claimed,
        revision: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let begun = query(
            "UPDATE notices SET tried_at = COALESCE(tried_at, $2), tried_revision = COALESCE(tried_revision, $3) \
             WHERE notice_id = $1 AND space_id = $4",
        )
        .bind(notice.id.0)
        .bind(millis(now))
        .bind(revision)
        .bind(notice.space.as_str())
        .execute(&self.writer)
        .await?;
        Ok(begun > 0)
    }

    /// Puts notices back that were claimed and not begun.
    pub async fn put_back(&self, notices: &[Claimed]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for notice in notices {
            query("UPDATE notices SET leased_until = NULL WHERE notice_id = $1")
                .bind(notice.id.0)
                .execute(&mut transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Puts a notice back until `due_at`. `maybe_sent` says that this try may have made a message; `counts`,
    /// that it counts as a try.
    pub async fn release(
        &self,
        notice: &Claimed,
        due_at: Timestamp,
        maybe_sent: bool,
        counts: bool,
    ) -> Result<(), StoreError> {
        let nothing_sent = notice.tried_at.is_none() && !maybe_sent;
        query(
            "UPDATE notices SET leased_until = NULL, due_at = $2, attempts = attempts + $3, \
             tried_at = CASE WHEN $4 = 1 THEN NULL ELSE tried_at END, \
             tried_revision = CASE WHEN $4 = 1 THEN NULL ELSE tried_revision END WHERE notice_id = $1",
        )
        .bind(notice.id.0)
        .bind(millis(due_at))
        .bind(i64::from(counts))
        .bind(i64::from(nothing_sent))
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

fn decode(row: &Row) -> Result<Claimed, StoreError> {
    let space: String = row.try_get("space_id")?;
    let work: i64 = row.try_get("work")?;
    let attempts: i64 = row.try_get("attempts")?;
    let tried_at: Option<i64> = row.try_get("tried_at")?;
    let message: Option<i64> = row.try_get("message_id")?;
    let follows: String = row.try_get("follows")?;
    let keywords_only: i64 = row.try_get("keywords_only")?;
    let silent: i64 = row.try_get("silent")?;
    let awaited: i64 = row.try_get("awaited")?;
    let more: i64 = row.try_get("more")?;
    let formerly: String = row.try_get("formerly")?;
    Ok(Claimed {
        id: NoticeId(row.try_get("notice_id")?),
        space: parsed(&space)?,
        guild: guild(row.try_get("guild_id")?)?,
        channel: channel(row.try_get("channel_id")?)?,
        slot: slot(row.try_get("slot")?)?,
        work: Work::from_code(work).ok_or_else(|| StoreError::Unexpected(format!("work {work}")))?,
        priority: Priority::from_code(row.try_get("priority")?),
        version: row.try_get("version")?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        fell_due_at: moment(row.try_get("made_at")?),
        tried_at: tried_at.map(moment),
        tried_revision: row.try_get("tried_revision")?,
        message: message.map(snowflake).transpose()?.map(MessageId::new),
        follows: ids_from_json(&follows)?,
        keywords_only: keywords_only != 0,
        silent: silent != 0,
        awaited: awaited != 0,
        more: u32::try_from(more).unwrap_or(u32::MAX),
        formerly: spaces_from_json(&formerly)?,
    })
}
