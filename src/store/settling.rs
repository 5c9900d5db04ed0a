//! Settling notices: what their posts have come to, and what is left to be done.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::database::Transaction;
use super::expiry::{ORPHANED, drop_left_over, empty_now};
use super::outbox::Claimed;
use super::posts::{add_edit, clear_message};
use super::reopened::UNKNOWN_REVISION;
use super::spaces::insert_decisions;
use super::sql::query;
use super::targets::end_trial;
use super::{Store, StoreError, millis, parsed, quiet, signed};
use crate::domain::ids::{MessageId, NoticeId, SpaceId};
use crate::domain::notice::{Decided, Decision, Hush, Slot, Work};

impl Store {
    /// The message is there. `shown` is the revision of the Space that it shows; `hush` what kept it
    /// from pinging; what was posted in quiet hours is told of when they are over.
    ///
    /// What changed meanwhile is asked for as an edit, and a scheduled post in the same channel learns that
    /// there is a live one. If the Space's host went on in another one meanwhile, the message is that one's.
    /// What was erased meanwhile is emptied at once.
    pub async fn settle_posted(
        &self,
        notice: &Claimed,
        message: MessageId,
        shown: i64,
        hush: Hush,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let moved = moved(&mut transaction, notice).await?;
        let (notice, shown) = moved.as_ref().map_or((notice, shown), |moved| (moved, UNKNOWN_REVISION));
        query(
            "UPDATE posts SET message_id = $1, silent = CASE WHEN $5 = 1 THEN 1 ELSE silent END \
             WHERE space_id = $2 AND channel_id = $3 AND slot = $4",
        )
        .bind(signed(message.get()))
        .bind(notice.space.as_str())
        .bind(signed(notice.channel.get()))
        .bind(notice.slot.code())
        .bind(i64::from(hush.is_on()))
        .execute(&mut transaction)
        .await?;
        delete(&mut transaction, notice.id).await?;
        let revision: Option<i64> = query("SELECT revision FROM spaces WHERE space_id = $1")
            .bind(notice.space.as_str())
            .scalar_optional(&mut transaction)
            .await?;
        let erased = erased(&mut transaction, notice).await?;
        if revision.is_none() || erased != Some(false) {
            if erased.is_some() {
                empty_now(&mut transaction, notice, now).await?;
            }
            return transaction.commit().await;
        }
        let more: Option<i64> =
            query("SELECT more FROM posts WHERE space_id = $1 AND channel_id = $2 AND slot = $3")
                .bind(notice.space.as_str())
                .bind(signed(notice.channel.get()))
                .bind(notice.slot.code())
                .scalar_optional(&mut transaction)
                .await?;
        if revision.is_some_and(|revision| revision != shown) || more != Some(i64::from(notice.more)) {
            edit(&mut transaction, notice, notice.slot, now).await?;
        }
        point_to_live(&mut transaction, notice, now).await?;
        end_trial(&mut transaction, notice.channel).await?;
        if let Some(over) = hush.quiet_until {
            quiet::keep(&mut transaction, notice, message, over, now).await?;
        }
        let decision = if hush.late { Decision::PostedLate } else { Decision::Posted };
        decide(&mut transaction, notice, decision, now).await?;
        query("UPDATE decisions SET message_id = $1 WHERE space_id = $2 AND channel_id = $3 AND slot = $4")
            .bind(signed(message.get()))
            .bind(notice.space.as_str())
            .bind(signed(notice.channel.get()))
            .bind(notice.slot.code())
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// An edit is done. If it was asked for again meanwhile, it stays due.
    pub async fn settle_edited(&self, notice: &Claimed, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        delete_version(&mut transaction, notice, now).await?;
        if notice.work == Work::Empty {
            drop_left_over(&mut transaction, notice).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// A notice won't be carried out, and why. A live post that isn't made leaves its scheduled post to tell
    /// the truth alone; an edit that was asked for again meanwhile stays due.
    pub async fn settle_dropped(
        &self,
        notice: &Claimed,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        if notice.work == Work::Post && moved(&mut transaction, notice).await?.is_some() {
            put_back(&mut transaction, notice, now).await?;
        } else if notice.work == Work::Post {
            delete(&mut transaction, notice.id).await?;
            point_to_live(&mut transaction, notice, now).await?;
            if erased(&mut transaction, notice).await? == Some(false) {
                decide(&mut transaction, notice, decision, now).await?;
            }
            // Should the Space turn out not to be over, or the channel take posts again, it is to get its post.
            let may_come_back =
                matches!(decision, Decision::TargetGone | Decision::Forbidden | Decision::Paused);
            if decision == Decision::OverBefore || (may_come_back && notice.tried_at.is_none()) {
                forget_unsent(&mut transaction, notice).await?;
            }
        } else {
            delete_version(&mut transaction, notice, now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The message was removed by somebody: it stays removed, and nothing more is done to it.
    pub async fn settle_removed(&self, notice: &Claimed, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let moved = moved(&mut transaction, notice).await?;
        let notice = moved.as_ref().unwrap_or(notice);
        query(
            "DELETE FROM notices WHERE space_id = $1 AND channel_id = $2 AND slot = $3 AND (work <> $4 OR \
             notice_id = $5)",
        )
        .bind(notice.space.as_str())
        .bind(signed(notice.channel.get()))
        .bind(notice.slot.code())
        .bind(Work::Post.code())
        .bind(notice.id.0)
        .execute(&mut transaction)
        .await?;
        clear_message(&mut transaction, notice.space, notice.channel, notice.slot).await?;
        point_to_live(&mut transaction, notice, now).await?;
        if notice.work == Work::Post {
            // It was there.
            decide(&mut transaction, notice, Decision::Posted, now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// A notice isn't about its Space any more: as what it is about now it is due, if it is still there.
    pub async fn settle_moved(&self, notice: &Claimed, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        put_back(&mut transaction, notice, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Whether the erasure of a post was asked for; `None` if it is gone.
async fn erased(transaction: &mut Transaction, notice: &Claimed) -> Result<Option<bool>, StoreError> {
    let erased: Option<i64> =
        query("SELECT erased FROM posts WHERE space_id = $1 AND channel_id = $2 AND slot = $3")
            .bind(notice.space.as_str())
            .bind(signed(notice.channel.get()))
            .bind(notice.slot.code())
            .scalar_optional(&mut *transaction)
            .await?;
    Ok(erased.map(|erased| erased != 0))
}

/// The notice as it stands, if it is about another Space than when it was claimed.
async fn moved(transaction: &mut Transaction, notice: &Claimed) -> Result<Option<Claimed>, StoreError> {
    let space: Option<String> = query("SELECT space_id FROM notices WHERE notice_id = $1")
        .bind(notice.id.0)
        .scalar_optional(transaction)
        .await?;
    let space: Option<SpaceId> = space.as_deref().map(parsed).transpose()?;
    let other = space.filter(|space| *space != notice.space);
    Ok(other.map(|space| Claimed { space, ..notice.clone() }))
}

async fn put_back(transaction: &mut Transaction, notice: &Claimed, now: Timestamp) -> Result<(), StoreError> {
    query("UPDATE notices SET leased_until = NULL, due_at = $2 WHERE notice_id = $1")
        .bind(notice.id.0)
        .bind(millis(now))
        .execute(transaction)
        .await?;
    Ok(())
}

async fn delete(transaction: &mut Transaction, id: NoticeId) -> Result<(), StoreError> {
    query("DELETE FROM notices WHERE notice_id = $1").bind(id.0).execute(&mut *transaction).await?;
    Ok(())
}

/// Deletes a notice as it was claimed; as it was asked for since then, it is due.
async fn delete_version(
    transaction: &mut Transaction,
    notice: &Claimed,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("DELETE FROM notices WHERE notice_id = $1 AND version = $2")
        .bind(notice.id.0)
        .bind(notice.version)
        .execute(&mut *transaction)
        .await?;
    query("UPDATE notices SET leased_until = NULL, due_at = $2, attempts = 0 WHERE notice_id = $1")
        .bind(notice.id.0)
        .bind(millis(now))
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

async fn edit(
    transaction: &mut Transaction,
    notice: &Claimed,
    slot: Slot,
    now: Timestamp,
) -> Result<(), StoreError> {
    let channel = signed(notice.channel.get());
    add_edit(transaction, notice.space.as_str(), channel, slot.code(), millis(now)).await
}

async fn forget_unsent(transaction: &mut Transaction, notice: &Claimed) -> Result<(), StoreError> {
    query("DELETE FROM posts WHERE space_id = $1 AND channel_id = $2 AND slot = $3 AND message_id IS NULL")
        .bind(notice.space.as_str())
        .bind(signed(notice.channel.get()))
        .bind(notice.slot.code())
        .execute(&mut *transaction)
        .await?;
    query(AssertSqlSafe(format!(
        "DELETE FROM notices WHERE space_id = $1 AND channel_id = $2 AND slot = $3 AND {ORPHANED}"
    )))
    .bind(notice.space.as_str())
    .bind(signed(notice.channel.get()))
    .bind(notice.slot.code())
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// Asks for an edit of the scheduled post beside a live one, if it is there.
async fn point_to_live(
    transaction: &mut Transaction,
    notice: &Claimed,
    now: Timestamp,
) -> Result<(), StoreError> {
    if notice.slot != Slot::Live {
        return Ok(());
    }
    let scheduled: Option<Option<i64>> =
        query("SELECT message_id FROM posts WHERE space_id = $1 AND channel_id = $2 AND slot = $3")
            .bind(notice.space.as_str())
            .bind(signed(notice.channel.get()))
            .bind(Slot::Scheduled.code())
            .scalar_optional(&mut *transaction)
            .await?;
    if scheduled.flatten().is_some() {
        edit(transaction, notice, Slot::Scheduled, now).await?;
    }
    Ok(())
}

async fn decide(
    transaction: &mut Transaction,
    notice: &Claimed,
    decision: Decision,
    now: Timestamp,
) -> Result<(), StoreError> {
    let decided: Vec<Decided> = notice
        .follows
        .iter()
        .map(|follow| Decided {
            space: notice.space,
            channel: notice.channel,
            follow: *follow,
            slot: notice.slot,
            decision,
        })
        .collect();
    insert_decisions(transaction, &decided, now).await
}
