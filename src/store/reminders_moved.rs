//! Reminders that move with what they are about: a Space's new time or end, and whoever is erased.
//!
//! What is known of a Space and the time of its reminders change in one transaction, which is the caller's.

use jiff::Timestamp;

use super::database::Transaction;
use super::sql::query;
use super::{StoreError, millis};
use crate::domain::known::{Known, Phase};

/// Has a Space's reminders follow what is known of it. `visible` says whether what its messages show has changed.
pub(super) async fn follow_space(
    transaction: &mut Transaction,
    known: &Known,
    visible: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = known.space.id.as_str();
    let now = millis(now);
    let start = known.space.scheduled_start.map(millis).filter(|_| known.phase == Phase::Scheduled);
    if let Some(start) = start {
        query(
            "UPDATE reminders SET start_at = $2, due_at = $2 - before_minutes * 60000, version = version + 1 \
             WHERE space_id = $1 AND message_id IS NULL AND tried_at IS NULL AND erased = 0 \
             AND (start_at IS NULL OR start_at <> $2)",
        )
        .bind(id)
        .bind(start)
        .execute(&mut *transaction)
        .await?;
        // What is being sent finds its new time when it turns out not to have been.
        query(
            "UPDATE reminders SET start_at = $2 \
             WHERE space_id = $1 AND message_id IS NULL AND tried_at IS NOT NULL AND erased = 0",
        )
        .bind(id)
        .bind(start)
        .execute(&mut *transaction)
        .await?;
        // Moved to later after it went out: it goes out once more.
        query(
            "INSERT INTO reminders (space_id, user_id, channel_id, locale, before_minutes, start_at, due_at) \
             SELECT space_id, user_id, channel_id, locale, before_minutes, CAST($2 AS BIGINT), \
             $2 - before_minutes * 60000 FROM reminders \
             WHERE space_id = $1 AND message_id IS NOT NULL AND erased = 0 AND again = 1 AND start_at < $2 \
             AND $2 - before_minutes * 60000 > $3 ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(start)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        query("UPDATE reminders SET start_at = $2 WHERE space_id = $1 AND message_id IS NOT NULL")
            .bind(id)
            .bind(start)
            .execute(&mut *transaction)
            .await?;
    } else if known.phase != Phase::Scheduled {
        query(
            "UPDATE reminders SET due_at = $2, version = version + 1 \
             WHERE space_id = $1 AND message_id IS NULL AND tried_at IS NULL AND erased = 0",
        )
        .bind(id)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
    }
    if visible {
        query(
            "UPDATE reminders SET due_at = CASE WHEN message_id IS NULL THEN due_at ELSE $2 END, \
             version = version + 1 WHERE space_id = $1 AND erased = 0 \
             AND (message_id IS NOT NULL OR tried_at IS NOT NULL)",
        )
        .bind(id)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
}

/// Erases a person's reminders; how many. What was sent, or may have been, is emptied.
pub(super) async fn erase_person(
    transaction: &mut Transaction,
    person: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let gone = query("DELETE FROM reminders WHERE user_id = $1 AND message_id IS NULL AND tried_at IS NULL")
        .bind(person)
        .execute(&mut *transaction)
        .await?;
    let emptied = query(
        "UPDATE reminders SET user_id = 0, erased = 1, again = 0, due_at = $2, version = version + 1 \
         WHERE user_id = $1",
    )
    .bind(person)
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    Ok(gone + emptied)
}

/// Has nothing of an account's Space be shown in reminders any more, and nobody reminded of it.
pub(super) async fn erase_space(
    transaction: &mut Transaction,
    space: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("DELETE FROM reminders WHERE space_id = $1 AND message_id IS NULL AND tried_at IS NULL")
        .bind(space)
        .execute(&mut *transaction)
        .await?;
    query(
        "UPDATE reminders SET erased = 1, again = 0, due_at = $2, version = version + 1 WHERE space_id = $1",
    )
    .bind(space)
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// Forgets reminders that never went out and whose Space isn't kept any more.
pub(super) async fn forget_orphans(transaction: &mut Transaction) -> Result<(), StoreError> {
    query(
        "DELETE FROM reminders WHERE message_id IS NULL AND tried_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM spaces WHERE spaces.space_id = reminders.space_id)",
    )
    .execute(transaction)
    .await?;
    Ok(())
}
