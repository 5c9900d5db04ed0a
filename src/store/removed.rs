//! Follows that were removed, kept for a while so that Undo brings them back.

use jiff::{SignedDuration, Timestamp};

use sqlx::AssertSqlSafe;

use super::follows::{COLUMNS, FOLLOW, follow};
use super::sql::query;
use super::{Store, StoreError, millis, signed};
use crate::domain::follow::Follow;
use crate::domain::ids::{FollowId, GuildId};

/// How long a removed follow can be brought back.
pub const UNDO_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Store {
    /// Removes a follow, and keeps what it was for [`UNDO_FOR`]; whether there was one.
    pub async fn remove_follow(&self, id: FollowId, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        query("DELETE FROM removed_follows WHERE removed_at < $1 OR follow_id = $2")
            .bind(millis(now).saturating_sub(i64::try_from(UNDO_FOR.as_millis()).unwrap_or(i64::MAX)))
            .bind(id.0)
            .execute(&mut transaction)
            .await?;
        query(AssertSqlSafe(format!(
            "INSERT INTO removed_follows ({COLUMNS}, removed_at) \
             SELECT {COLUMNS}, $2 FROM follows WHERE follow_id = $1"
        )))
        .bind(id.0)
        .bind(millis(now))
        .execute(&mut transaction)
        .await?;
        let done =
            query("DELETE FROM follows WHERE follow_id = $1").bind(id.0).execute(&mut transaction).await?;
        transaction.commit().await?;
        Ok(done > 0)
    }

    /// What a removed follow of this server was, if it can still be brought back.
    pub async fn removed_follow(&self, guild: GuildId, id: FollowId) -> Result<Option<Follow>, StoreError> {
        let row = query(AssertSqlSafe(format!(
            "SELECT {FOLLOW} FROM removed_follows WHERE follow_id = $1 AND guild_id = $2"
        )))
        .bind(id.0)
        .bind(signed(guild.get()))
        .fetch_optional(&self.reader)
        .await?;
        row.as_ref().map(follow).transpose()
    }
}
