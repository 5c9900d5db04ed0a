//! Reminders: whom to tell of which Space when, and the messages that did, until they are emptied.
//!
//! How they move with their Spaces and with who is erased is [`reminders_moved`](super::reminders_moved)'s.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::spaces::known_from_json;
use super::sql::{Row, query};
use super::{Store, StoreError, channel, millis, parsed, signed, snowflake};
use crate::clock::from_millis;
use crate::domain::ids::{ChannelId, DiscordUserId, MessageId, SpaceId};
use crate::domain::known::Phase;
use crate::domain::reminder::{OPEN_AT_MOST, Plan, plan};

/// A reminder that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReminder {
    /// Of what.
    pub space: SpaceId,
    /// Whom.
    pub user: DiscordUserId,
    /// The channel of direct messages with them.
    pub channel: ChannelId,
    /// Their language, as Discord writes it.
    pub locale: String,
    /// How long before the start, in minutes.
    pub before: u16,
}

/// What became of the wish for a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remembered {
    /// It is kept.
    Made(Plan),
    /// It takes the place of an earlier one for the same Space.
    Changed(Plan),
    /// That person has [`OPEN_AT_MOST`] others open.
    Full,
    /// The Space isn't to come: it is in this phase.
    NotToCome(Phase),
    /// No such Space is kept.
    Unknown,
}

/// A reminder for which something is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Its number.
    pub id: i64,
    /// Of what.
    pub space: SpaceId,
    /// Where it goes.
    pub channel: ChannelId,
    /// In which language.
    pub locale: String,
    /// The message, once it is there.
    pub message: Option<MessageId>,
    /// Since when it is due.
    pub due_at: Timestamp,
    /// When a message was first tried to be sent, if it may be there.
    pub tried_at: Option<Timestamp>,
    /// How often that was in vain.
    pub attempts: u32,
    /// Which of its changes this is.
    pub version: i64,
    /// Whether it is to show nothing of the Space any more.
    pub erased: bool,
}

const COLUMNS: &str = "reminder_id, space_id, channel_id, locale, message_id, due_at, tried_at, attempts, \
     version, erased";

impl Store {
    /// Keeps a reminder, or changes the one that waits for the same Space.
    pub async fn remind(&self, new: &NewReminder, now: Timestamp) -> Result<Remembered, StoreError> {
        let mut transaction = self.write().await?;
        let known: Option<String> = query("SELECT known FROM spaces WHERE space_id = $1")
            .bind(new.space.as_str())
            .scalar_optional(&mut transaction)
            .await?;
        let Some(known) = known.map(|json| known_from_json(&json)).transpose()? else {
            return Ok(Remembered::Unknown);
        };
        if known.phase != Phase::Scheduled {
            return Ok(Remembered::NotToCome(known.phase));
        }
        let others: i64 = query(
            "SELECT COUNT(*) FROM reminders WHERE user_id = $1 AND space_id <> $2 AND message_id IS NULL \
             AND erased = 0",
        )
        .bind(signed(new.user.get()))
        .bind(new.space.as_str())
        .scalar(&mut transaction)
        .await?;
        if usize::try_from(others).is_ok_and(|others| others >= OPEN_AT_MOST) {
            return Ok(Remembered::Full);
        }
        let plan = plan(known.space.scheduled_start, new.before, now);
        let version: i64 = query(
            "INSERT INTO reminders (space_id, user_id, channel_id, locale, before_minutes, start_at, due_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (user_id, space_id) WHERE message_id IS NULL AND erased = 0 DO UPDATE SET \
             channel_id = excluded.channel_id, locale = excluded.locale, \
             before_minutes = excluded.before_minutes, start_at = excluded.start_at, \
             due_at = CASE WHEN reminders.tried_at IS NULL THEN excluded.due_at ELSE reminders.due_at END, \
             version = reminders.version + 1 RETURNING version",
        )
        .bind(new.space.as_str())
        .bind(signed(new.user.get()))
        .bind(signed(new.channel.get()))
        .bind(new.locale.as_str())
        .bind(i64::from(new.before))
        .bind(known.space.scheduled_start.map(millis))
        .bind(plan.at.map(millis))
        .scalar(&mut transaction)
        .await?;
        transaction.commit().await?;
        Ok(if version == 1 { Remembered::Made(plan) } else { Remembered::Changed(plan) })
    }

    /// Takes somebody's reminder of a Space back; whether there was one that hadn't gone out.
    pub async fn forget_reminder(&self, space: SpaceId, user: DiscordUserId) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let gone = query(
            "DELETE FROM reminders WHERE space_id = $1 AND user_id = $2 AND message_id IS NULL \
             AND tried_at IS NULL",
        )
        .bind(space.as_str())
        .bind(signed(user.get()))
        .execute(&mut transaction)
        .await?;
        query("UPDATE reminders SET again = 0 WHERE space_id = $1 AND user_id = $2")
            .bind(space.as_str())
            .bind(signed(user.get()))
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(gone > 0)
    }

    /// The channel of direct messages that an open reminder of this person goes to.
    pub async fn reminded_in(&self, user: DiscordUserId) -> Result<Option<ChannelId>, StoreError> {
        let id: Option<i64> =
            query("SELECT channel_id FROM reminders WHERE user_id = $1 ORDER BY reminder_id DESC LIMIT 1")
                .bind(signed(user.get()))
                .scalar_optional(&self.reader)
                .await?;
        id.map(channel).transpose()
    }

    /// The Spaces that somebody waits for.
    pub async fn awaited(&self) -> Result<Vec<SpaceId>, StoreError> {
        let ids: Vec<String> =
            query("SELECT DISTINCT space_id FROM reminders WHERE message_id IS NULL AND erased = 0")
                .scalars(&self.reader)
                .await?;
        ids.iter().map(|id| parsed(id)).collect()
    }

    /// Reminders for which something is due, at most `most`: what is to be sent first, then the longest due.
    pub async fn due_reminders(&self, most: u32, now: Timestamp) -> Result<Vec<Reminder>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM reminders WHERE due_at <= $1 \
             ORDER BY CASE WHEN message_id IS NULL THEN 0 ELSE 1 END, due_at, reminder_id LIMIT $2"
        );
        let rows =
            query(AssertSqlSafe(sql)).bind(millis(now)).bind(i64::from(most)).fetch_all(&self.reader).await?;
        rows.iter().map(reminder).collect()
    }

    /// When the next reminder falls due, if one does.
    pub async fn next_reminder(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> =
            query("SELECT MIN(due_at) FROM reminders WHERE due_at IS NOT NULL").scalar(&self.reader).await?;
        Ok(next.map(from_millis))
    }

    /// The messages that reminders of a Space have in a channel.
    pub async fn reminder_messages(
        &self,
        space: SpaceId,
        channel: ChannelId,
    ) -> Result<Vec<MessageId>, StoreError> {
        let ids: Vec<i64> = query(
            "SELECT message_id FROM reminders WHERE space_id = $1 AND channel_id = $2 AND message_id IS NOT NULL",
        )
        .bind(space.as_str())
        .bind(signed(channel.get()))
        .scalars(&self.reader)
        .await?;
        ids.into_iter().map(|id| snowflake(id).map(MessageId::new)).collect()
    }

    /// Whether posts about something live wait to be sent: they go first.
    pub async fn live_posts_wait(&self, now: Timestamp) -> Result<bool, StoreError> {
        let one: Option<i64> =
            query("SELECT notice_id FROM notices WHERE priority = 0 AND due_at <= $1 LIMIT 1")
                .bind(millis(now))
                .scalar_optional(&self.reader)
                .await?;
        Ok(one.is_some())
    }

    /// Records that a reminder is about to be sent. `false` if it was taken back or changed meanwhile: then it isn't to be.
    pub async fn begin_reminder(&self, reminder: &Reminder, now: Timestamp) -> Result<bool, StoreError> {
        let begun = query(
            "UPDATE reminders SET tried_at = COALESCE(tried_at, $3) \
             WHERE reminder_id = $1 AND version = $2 AND message_id IS NULL",
        )
        .bind(reminder.id)
        .bind(reminder.version)
        .bind(millis(now))
        .execute(&self.writer)
        .await?;
        Ok(begun > 0)
    }

    /// A reminder's message is there and shows what was true for this version; it is to be seen to at `next`, and at once
    /// if something changed meanwhile.
    pub async fn settle_reminder(
        &self,
        reminder: &Reminder,
        message: MessageId,
        next: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(
            "UPDATE reminders SET message_id = $3, attempts = 0, \
             due_at = CASE WHEN version = $2 THEN $4 ELSE $5 END WHERE reminder_id = $1",
        )
        .bind(reminder.id)
        .bind(reminder.version)
        .bind(signed(message.get()))
        .bind(next.map(millis))
        .bind(millis(now))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// A reminder is tried again at `at`, or sooner where it was changed meanwhile, or later where nothing was sent and its
    /// Space was moved. `counts` says whether this was a try in vain; `unsent` that nothing was sent.
    pub async fn put_off_reminder(
        &self,
        reminder: &Reminder,
        at: Timestamp,
        counts: bool,
        unsent: bool,
    ) -> Result<(), StoreError> {
        query(
            "UPDATE reminders SET attempts = attempts + $3, \
             due_at = CASE WHEN version <> $5 AND due_at < $2 THEN due_at \
             WHEN $4 = 1 AND message_id IS NULL AND start_at - before_minutes * 60000 > $2 \
             THEN start_at - before_minutes * 60000 ELSE $2 END, \
             tried_at = CASE WHEN $4 = 1 THEN NULL ELSE tried_at END WHERE reminder_id = $1",
        )
        .bind(reminder.id)
        .bind(millis(at))
        .bind(i64::from(counts))
        .bind(i64::from(unsent))
        .bind(reminder.version)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Nothing is to be done for a reminder any more.
    pub async fn drop_reminder(&self, id: i64) -> Result<(), StoreError> {
        query("DELETE FROM reminders WHERE reminder_id = $1").bind(id).execute(&self.writer).await?;
        Ok(())
    }
}

fn reminder(row: &Row) -> Result<Reminder, StoreError> {
    let space: String = row.try_get("space_id")?;
    let message: Option<i64> = row.try_get("message_id")?;
    let tried_at: Option<i64> = row.try_get("tried_at")?;
    let attempts: i64 = row.try_get("attempts")?;
    let erased: i64 = row.try_get("erased")?;
    Ok(Reminder {
        id: row.try_get("reminder_id")?,
        space: parsed(&space)?,
        channel: channel(row.try_get("channel_id")?)?,
        locale: row.try_get("locale")?,
        message: message.map(snowflake).transpose()?.map(MessageId::new),
        due_at: from_millis(row.try_get("due_at")?),
        tried_at: tried_at.map(from_millis),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        version: row.try_get("version")?,
        erased: erased != 0,
    })
}
