//! What goes with time: the content of Spaces that are over, and all that is kept for a while only.
//!
//! A Space's content goes at its hour whatever happens. What is left of a post whose message couldn't be emptied by then
//! is which message that is, which is no content, until it is emptied or given up.

use jiff::Timestamp;

use super::database::Transaction;
use super::outbox::Claimed;
use super::reminders_moved::forget_orphans;
use super::samples::erase_samples;
use super::sql::{places, query};
use super::targets::Stage;
use super::{Store, StoreError, millis, parsed, signed};
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::known::Known;
use crate::domain::notice::{EMPTIED_AFTER, Priority, Work};
use sqlx::AssertSqlSafe;

/// Accounts forgotten by one statement.
const FORGOTTEN_AT_ONCE: usize = 100;
/// There is no post that the work is for: nobody would ever claim it, and it would be first in its channel for ever.
pub(super) const ORPHANED: &str = "NOT EXISTS (SELECT 1 FROM posts WHERE posts.space_id = notices.space_id \
     AND posts.channel_id = notices.channel_id AND posts.slot = notices.slot)";
/// Neither the Space of a post nor work on it is left.
const LEFT_OVER: &str = "NOT EXISTS (SELECT 1 FROM notices WHERE notices.space_id = posts.space_id \
     AND notices.channel_id = posts.channel_id AND notices.slot = posts.slot) \
     AND (posts.erased = 1 OR NOT EXISTS (SELECT 1 FROM spaces WHERE spaces.space_id = posts.space_id))";

impl Store {
    /// Erases Spaces that are gone since before `over_before`, decisions taken before `decided_before`, and the ledger's
    /// single resources of days before `day`. Answers the erased Spaces.
    ///
    /// Messages that still have to be emptied, or that may have been sent, stay to be seen to.
    pub async fn erase_old(
        &self,
        over_before: Timestamp,
        decided_before: Timestamp,
        day: &str,
    ) -> Result<Vec<SpaceId>, StoreError> {
        let mut transaction = self.write().await?;
        let mut over: Vec<String> = query("DELETE FROM spaces WHERE over_at < $1 RETURNING space_id")
            .bind(millis(over_before))
            .scalars(&mut transaction)
            .await?;
        // What RETURNING gives has no order.
        over.sort_unstable();
        for id in &over {
            query("DELETE FROM notices WHERE space_id = $1 AND work <> $2 AND tried_at IS NULL")
                .bind(id)
                .bind(Work::Empty.code())
                .execute(&mut transaction)
                .await?;
            erase_samples(&mut transaction, id).await?;
        }
        query(AssertSqlSafe(format!("DELETE FROM notices WHERE {ORPHANED}")))
            .execute(&mut transaction)
            .await?;
        query(AssertSqlSafe(format!("DELETE FROM posts WHERE {LEFT_OVER}")))
            .execute(&mut transaction)
            .await?;
        forget_orphans(&mut transaction).await?;
        query("DELETE FROM decisions WHERE decided_at < $1")
            .bind(millis(decided_before))
            .execute(&mut transaction)
            .await?;
        query("DELETE FROM quiet_posts WHERE posted_at < $1")
            .bind(millis(decided_before))
            .execute(&mut transaction)
            .await?;
        query("DELETE FROM billed WHERE day < $1").bind(day).execute(&mut transaction).await?;
        transaction.commit().await?;
        over.iter().map(|id| parsed(id)).collect()
    }

    /// Gives up messages that couldn't be emptied since `before`; how many.
    pub async fn give_up_emptying(&self, before: Timestamp) -> Result<u64, StoreError> {
        query(
            "DELETE FROM notices WHERE made_at < $1 AND leased_until IS NULL AND NOT EXISTS \
             (SELECT 1 FROM spaces WHERE spaces.space_id = notices.space_id)",
        )
        .bind(millis(before))
        .execute(&self.writer)
        .await
    }

    /// Erases follows that were removed before `removed_before`, and what people or operators asked before
    /// `asked_before` and nobody carried out or read.
    pub async fn erase_leftovers(
        &self,
        removed_before: Timestamp,
        asked_before: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        query("DELETE FROM removed_follows WHERE removed_at < $1")
            .bind(millis(removed_before))
            .execute(&mut transaction)
            .await?;
        for table in ["confirmations", "imports"] {
            query(AssertSqlSafe(format!("DELETE FROM {table} WHERE asked_at < $1")))
                .bind(millis(asked_before))
                .execute(&mut transaction)
                .await?;
        }
        query(
            "DELETE FROM channel_looks WHERE stage = $1 AND NOT EXISTS (SELECT 1 FROM follows \
             WHERE follows.channel_id = channel_looks.channel_id)",
        )
        .bind(Stage::Trial.code())
        .execute(&mut transaction)
        .await?;
        query("DELETE FROM erasures WHERE done_at < $1")
            .bind(millis(asked_before))
            .execute(&mut transaction)
            .await?;
        transaction.commit().await
    }

    /// The accounts that X told before `before`.
    pub async fn users_told_before(&self, before: Timestamp) -> Result<Vec<UserId>, StoreError> {
        let ids: Vec<String> = query("SELECT user_id FROM x_users WHERE fetched_at < $1")
            .bind(millis(before))
            .scalars(&self.reader)
            .await?;
        ids.iter().map(|id| parsed(id)).collect()
    }

    /// Forgets accounts.
    pub async fn forget_users(&self, users: &[UserId]) -> Result<(), StoreError> {
        for some in users.chunks(FORGOTTEN_AT_ONCE) {
            let ids = places(1, some.len());
            query(AssertSqlSafe(format!("DELETE FROM x_users WHERE user_id IN ({ids})")))
                .bind_all(some.iter().map(ToString::to_string))
                .execute(&self.writer)
                .await?;
        }
        Ok(())
    }
}

/// Plans the emptying of all posts of a Space that is over, or takes the plan back if it isn't after all.
pub(super) async fn empty_posts(
    transaction: &mut Transaction,
    known: &Known,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = known.space.id;
    let Some(gone_since) = known.gone_since() else {
        query(
            "DELETE FROM notices WHERE space_id = $1 AND work = $2 AND NOT EXISTS (SELECT 1 FROM posts \
             WHERE posts.space_id = notices.space_id AND posts.channel_id = notices.channel_id \
             AND posts.slot = notices.slot AND posts.erased = 1)",
        )
        .bind(id.as_str())
        .bind(Work::Empty.code())
        .execute(&mut *transaction)
        .await?;
        return Ok(());
    };
    query(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
         SELECT space_id, channel_id, slot, $2, $3, $4, $5 FROM posts WHERE space_id = $1 \
         ON CONFLICT (space_id, channel_id, slot, work) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(Work::Empty.code())
    .bind(Priority::Empty.code())
    .bind(millis(now))
    .bind(millis(gone_since.min(now).saturating_add(EMPTIED_AFTER).unwrap_or(now)))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// Has one post emptied now.
pub(super) async fn empty_now(
    transaction: &mut Transaction,
    notice: &Claimed,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) \
         ON CONFLICT (space_id, channel_id, slot, work) DO UPDATE SET due_at = excluded.due_at",
    )
    .bind(notice.space.as_str())
    .bind(signed(notice.channel.get()))
    .bind(notice.slot.code())
    .bind(Work::Empty.code())
    .bind(Priority::Empty.code())
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// Forgets a post if all that was left to do for it is done.
pub(super) async fn drop_left_over(
    transaction: &mut Transaction,
    notice: &Claimed,
) -> Result<(), StoreError> {
    query(AssertSqlSafe(format!(
        "DELETE FROM posts WHERE space_id = $1 AND channel_id = $2 AND slot = $3 AND {LEFT_OVER}"
    )))
    .bind(notice.space.as_str())
    .bind(signed(notice.channel.get()))
    .bind(notice.slot.code())
    .execute(&mut *transaction)
    .await?;
    Ok(())
}
