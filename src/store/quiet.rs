//! What was posted in quiet hours, and the digests that tell of it.
//!
//! A digest is work in the outbox on a post that stands for no Space: each channel has at most one.

use jiff::Timestamp;

use super::database::Transaction;
use super::outbox::Claimed;
use super::posts::slot;
use super::spaces::moment;
use super::sql::query;
use super::{Store, StoreError, millis, parsed, signed, snowflake};
use crate::domain::ids::{ChannelId, GuildId, MessageId, SpaceId};
use crate::domain::known::Phase;
use crate::domain::notice::{Priority, Slot, Work};

/// What a digest's post has in the stead of a Space's id: longer words are no ids, and X's have digits.
const DIGEST: &str = "digest";

/// A message that was posted in quiet hours, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietPost {
    /// The message.
    pub message: MessageId,
    /// Its Space.
    pub space: SpaceId,
    /// Which of the Space's two messages.
    pub slot: Slot,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// What the Space has come to; `None` if nothing is kept of it any more.
    pub phase: Option<Phase>,
}

impl QuietPost {
    /// Whether its Space is over, as far as is known: nothing is kept of one that is over for long.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase.is_none_or(Phase::is_over)
    }
}

impl Store {
    /// What was posted in a channel's quiet hours until `until`, and is still there.
    pub async fn quiet_posts(
        &self,
        channel: ChannelId,
        until: Timestamp,
    ) -> Result<Vec<QuietPost>, StoreError> {
        let rows = query(
            "SELECT q.message_id, q.posted_at, p.space_id, p.slot, s.phase FROM quiet_posts q \
             JOIN posts p ON p.channel_id = q.channel_id AND p.message_id = q.message_id \
             LEFT JOIN spaces s ON s.space_id = p.space_id \
             WHERE q.channel_id = $1 AND q.posted_at <= $2 AND p.erased = 0 ORDER BY q.posted_at, q.message_id",
        )
        .bind(signed(channel.get()))
        .bind(millis(until))
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let (space, phase): (String, Option<String>) =
                    (row.try_get("space_id")?, row.try_get("phase")?);
                let phase = phase.map(|name| Phase::from_name(&name).ok_or(StoreError::Unexpected(name)));
                Ok(QuietPost {
                    message: MessageId::new(snowflake(row.try_get("message_id")?)?),
                    space: parsed(&space)?,
                    slot: slot(row.try_get("slot")?)?,
                    posted_at: moment(row.try_get("posted_at")?),
                    phase: phase.transpose()?,
                })
            })
            .collect()
    }

    /// A channel is told of what was posted until `told`, or needn't be. What was posted since then waits for a digest of
    /// its own.
    pub async fn settle_digest(
        &self,
        notice: &Claimed,
        told: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let channel = signed(notice.channel.get());
        query("DELETE FROM quiet_posts WHERE channel_id = $1 AND posted_at <= $2")
            .bind(channel)
            .bind(millis(told))
            .execute(&mut transaction)
            .await?;
        let was_there = query("DELETE FROM notices WHERE notice_id = $1")
            .bind(notice.id.0)
            .execute(&mut transaction)
            .await?;
        let left: i64 = query("SELECT COUNT(*) FROM quiet_posts WHERE channel_id = $1")
            .bind(channel)
            .scalar(&mut transaction)
            .await?;
        if left > 0 && was_there > 0 {
            // Another notice: the nonce of this one is spent. Whether its hour has come is judged when it is carried out.
            ask(&mut transaction, notice.channel, now, now).await?;
        } else {
            query("DELETE FROM posts WHERE space_id = $1 AND channel_id = $2")
                .bind(DIGEST)
                .bind(channel)
                .execute(&mut transaction)
                .await?;
        }
        transaction.commit().await
    }
}

/// Keeps that a message was posted in quiet hours, and asks for the digest that tells of it once they are `over`.
pub(super) async fn keep(
    transaction: &mut Transaction,
    notice: &Claimed,
    message: MessageId,
    over: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let channel = signed(notice.channel.get());
    query(
        "INSERT INTO quiet_posts (channel_id, message_id, guild_id, posted_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
    )
    .bind(channel)
    .bind(signed(message.get()))
    .bind(signed(notice.guild.get()))
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    query(
        "INSERT INTO posts (space_id, channel_id, slot, guild_id, follows, keywords_only, silent, made_at) \
         VALUES ($1, $2, $3, $4, '[]', 0, 1, $5) ON CONFLICT DO NOTHING",
    )
    .bind(DIGEST)
    .bind(channel)
    .bind(Slot::Live.code())
    .bind(signed(notice.guild.get()))
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    ask(transaction, notice.channel, over, now).await
}

/// Asks for a channel's digest, if it isn't asked for.
async fn ask(
    transaction: &mut Transaction,
    channel: ChannelId,
    due: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(DIGEST)
    .bind(signed(channel.get()))
    .bind(Slot::Live.code())
    .bind(Work::Digest.code())
    .bind(Priority::Edit.code())
    .bind(millis(now))
    .bind(millis(due))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// Has the digests of a server judged again: its quiet hours may be others now.
pub(super) async fn judge_again(transaction: &mut Transaction, guild: GuildId) -> Result<(), StoreError> {
    query(
        "UPDATE notices SET due_at = made_at WHERE work = $1 AND tried_at IS NULL AND channel_id IN \
         (SELECT channel_id FROM quiet_posts WHERE guild_id = $2)",
    )
    .bind(Work::Digest.code())
    .bind(signed(guild.get()))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}
