//! Reasons: what was decided about a Space, for people who ask why. Read only.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::follows::{FOLLOW, follow};
use super::posts::slot;
use super::sql::query;
use super::{Store, StoreError, channel, millis, signed, snowflake};
use crate::domain::follow::Follow;
use crate::domain::ids::{FollowId, GuildId, MessageId, SpaceId};
use crate::domain::notice::{Decided, Decision};

/// A decision, and the message that it led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What was decided.
    pub decided: Decided,
    /// The message, if one was sent.
    pub message: Option<MessageId>,
}

impl Store {
    /// What was decided about a Space since `since`, by follow and slot.
    pub async fn reasons(&self, id: SpaceId, since: Timestamp) -> Result<Vec<Reason>, StoreError> {
        let rows = query(
            "SELECT channel_id, follow_id, slot, code, message_id FROM decisions \
             WHERE space_id = $1 AND decided_at >= $2 ORDER BY follow_id, slot, decided_at",
        )
        .bind(id.as_str())
        .bind(millis(since))
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let code: String = row.try_get("code")?;
                let message: Option<i64> = row.try_get("message_id")?;
                let decided = Decided {
                    space: id,
                    channel: channel(row.try_get("channel_id")?)?,
                    follow: FollowId(row.try_get("follow_id")?),
                    slot: slot(row.try_get("slot")?)?,
                    decision: Decision::from_name(&code).ok_or(StoreError::Unexpected(code))?,
                };
                Ok(Reason { decided, message: message.map(snowflake).transpose()?.map(MessageId::new) })
            })
            .collect()
    }

    /// The follows of a server that were removed and could be brought back, in the order of their ids.
    pub async fn removed_follows(&self, guild: GuildId) -> Result<Vec<Follow>, StoreError> {
        let sql = format!("SELECT {FOLLOW} FROM removed_follows WHERE guild_id = $1 ORDER BY follow_id");
        let rows = query(AssertSqlSafe(sql)).bind(signed(guild.get())).fetch_all(&self.reader).await?;
        rows.iter().map(follow).collect()
    }
}
