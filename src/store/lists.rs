//! What lists of Spaces were asked for, kept for a day so that their buttons work after a restart.

use jiff::{SignedDuration, Timestamp};

use super::sql::query;
use super::{Store, StoreError, millis, signed};

/// How long a list's buttons work.
pub const LISTS_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Lists kept at once; the oldest go first.
const LISTS_MAX: i64 = 10_000;

impl Store {
    /// Keeps a question and answers its number; erases those that are too many.
    ///
    /// `place` is the server or, in a direct message, the person: the list is theirs alone.
    pub async fn add_list(&self, place: u64, question: &str, now: Timestamp) -> Result<i64, StoreError> {
        let mut transaction = self.write().await?;
        let id: i64 =
            query("INSERT INTO lists (place, question, asked_at) VALUES ($1, $2, $3) RETURNING list_id")
                .bind(signed(place))
                .bind(question)
                .bind(millis(now))
                .scalar(&mut transaction)
                .await?;
        query("DELETE FROM lists WHERE list_id <= $1").bind(id - LISTS_MAX).execute(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Erases the questions that were asked before `before`.
    pub async fn erase_lists(&self, before: Timestamp) -> Result<(), StoreError> {
        query("DELETE FROM lists WHERE asked_at < $1").bind(millis(before)).execute(&self.writer).await?;
        Ok(())
    }

    /// The question with this number, unless it is gone or another place's.
    pub async fn list(&self, place: u64, id: i64) -> Result<Option<String>, StoreError> {
        let question = query("SELECT question FROM lists WHERE list_id = $1 AND place = $2")
            .bind(id)
            .bind(signed(place))
            .scalar_optional(&self.reader)
            .await?;
        Ok(question)
    }
}
