//! Tokens that X is to be told to revoke: whatever ends a link or an attempt moves its token here.

use jiff::Timestamp;

use super::database::Transaction;
use super::links::time;
use super::sql::query;
use super::{Store, StoreError, millis};

/// A token that X is to be told to revoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// What it is sealed for.
    pub handle: String,
    /// The token, sealed.
    pub sealed: String,
}

/// Moves the token of a row that is about to go.
pub(super) const MOVED: &str =
    "INSERT INTO revocations (handle, sealed, made_at, due_at) SELECT handle, revocation, $2, $2 FROM";

impl Store {
    /// Keeps that X is to be told of a token.
    pub async fn add_revocation(&self, revocation: &Revocation, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        add_revocation(&mut transaction, revocation, now).await?;
        transaction.commit().await
    }

    /// Tokens that X is to be told of by now, the oldest first, with when they came to be.
    pub async fn due_revocations(
        &self,
        most: u32,
        now: Timestamp,
    ) -> Result<Vec<(Revocation, Timestamp)>, StoreError> {
        let rows = query(
            "SELECT handle, sealed, made_at FROM revocations WHERE due_at <= $1 ORDER BY due_at, handle LIMIT $2",
        )
        .bind(millis(now))
        .bind(i64::from(most))
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let revocation =
                    Revocation { handle: row.try_get("handle")?, sealed: row.try_get("sealed")? };
                Ok((revocation, time(row.try_get("made_at")?)))
            })
            .collect()
    }

    /// X couldn't be told of a token: again at `due_at`.
    pub async fn defer_revocation(&self, handle: &str, due_at: Timestamp) -> Result<(), StoreError> {
        query("UPDATE revocations SET due_at = $2 WHERE handle = $1")
            .bind(handle)
            .bind(millis(due_at))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// X was told of a token, or nobody can tell it any more.
    pub async fn forget_revocation(&self, revocation: &Revocation) -> Result<(), StoreError> {
        // A newer token may have come in its place meanwhile.
        query("DELETE FROM revocations WHERE handle = $1 AND sealed = $2")
            .bind(&revocation.handle)
            .bind(&revocation.sealed)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Keeps that X is to be told of a token, in the place of an older one of the same link.
pub(super) async fn add_revocation(
    transaction: &mut Transaction,
    revocation: &Revocation,
    now: Timestamp,
) -> Result<(), StoreError> {
    // The row that held an older token of this handle may have moved here already: the newer one is what counts.
    query(
        "INSERT INTO revocations (handle, sealed, made_at, due_at) VALUES ($1, $2, $3, $3) \
         ON CONFLICT (handle) DO UPDATE SET sealed = excluded.sealed, due_at = excluded.due_at",
    )
    .bind(&revocation.handle)
    .bind(&revocation.sealed)
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}
