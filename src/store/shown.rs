//! Answers that a person let others see: which messages those are, and when they have to hold nothing of X any more.
//!
//! An answer is kept before it is shown. It is due once one of its Spaces is over for long; where nothing is known of one,
//! its time begins as it is shown, since it wasn't over then. So nothing has to be watched for an answer's sake.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::database::Transaction;
use super::sql::{Value, inserts, query};
use super::{Store, StoreError, channel, millis, signed, snowflake};
use crate::domain::ids::{ChannelId, DiscordUserId, GuildId, MessageId, SpaceId};

/// Where an answer was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a server.
    Server(GuildId),
    /// In this person's direct messages.
    Person(DiscordUserId),
}

/// An answer that is about to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShown<'a> {
    /// Its message.
    pub message: MessageId,
    /// The channel.
    pub channel: ChannelId,
    /// The server, or the person.
    pub place: Place,
    /// The code of its language.
    pub locale: &'a str,
    /// The Spaces that it shows, as far as that can be told.
    pub spaces: &'a [SpaceId],
}

/// An answer that is to be emptied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its message.
    pub message: MessageId,
    /// The channel.
    pub channel: ChannelId,
    /// The code of its language.
    pub locale: String,
    /// Whether somebody asked for it.
    pub on_request: bool,
    /// How often it was tried in vain.
    pub attempts: u32,
}

impl Place {
    fn number(self) -> i64 {
        match self {
            Self::Server(id) => signed(id.get()),
            Self::Person(id) => signed(id.get()),
        }
    }
}

impl Store {
    /// Keeps an answer that is about to be shown, or what another page of it shows besides.
    pub async fn add_shown(&self, new: &NewShown<'_>, now: Timestamp) -> Result<(), StoreError> {
        let message = signed(new.message.get());
        let mut transaction = self.write().await?;
        query(
            "INSERT INTO shown_answers (message_id, channel_id, place, locale, shown_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(message)
        .bind(signed(new.channel.get()))
        .bind(new.place.number())
        .bind(new.locale)
        .bind(millis(now))
        .execute(&mut transaction)
        .await?;
        let spaces = inserts(
            "INSERT INTO shown_spaces (message_id, space_id)",
            new.spaces,
            |query, space| query.bind(message).bind(space.as_str()),
            "ON CONFLICT DO NOTHING",
        );
        for insert in spaces {
            insert.execute(&mut transaction).await?;
        }
        transaction.commit().await
    }

    /// Up to `most` answers that are to be emptied now: those with a Space that is over since `over_before`, or shown before
    /// then with one of which nothing is known.
    pub async fn due_shown(
        &self,
        most: u32,
        over_before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Shown>, StoreError> {
        let rows = query(
            "SELECT message_id, channel_id, place, locale, attempts FROM shown_answers a \
             WHERE due_at <= $1 OR (due_at IS NULL AND (EXISTS (SELECT 1 FROM shown_spaces s \
               JOIN spaces k ON k.space_id = s.space_id WHERE s.message_id = a.message_id AND k.over_at <= $2) \
             OR (shown_at <= $2 AND (NOT EXISTS (SELECT 1 FROM shown_spaces s WHERE s.message_id = a.message_id) \
               OR EXISTS (SELECT 1 FROM shown_spaces s WHERE s.message_id = a.message_id AND NOT EXISTS \
                 (SELECT 1 FROM spaces k WHERE k.space_id = s.space_id)))))) \
             ORDER BY shown_at, message_id LIMIT $3",
        )
        .bind(millis(now))
        .bind(millis(over_before))
        .bind(i64::from(most))
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let attempts: i64 = row.try_get("attempts")?;
                Ok(Shown {
                    message: MessageId::new(snowflake(row.try_get("message_id")?)?),
                    channel: channel(row.try_get("channel_id")?)?,
                    locale: row.try_get("locale")?,
                    on_request: row.try_get::<i64>("place")? == 0,
                    attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                })
            })
            .collect()
    }

    /// An answer couldn't be emptied: it is tried again then.
    pub async fn put_off_shown(&self, message: MessageId, due: Timestamp) -> Result<(), StoreError> {
        query("UPDATE shown_answers SET due_at = $2, attempts = attempts + 1 WHERE message_id = $1")
            .bind(signed(message.get()))
            .bind(millis(due))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets an answer that shows nothing any more.
    pub async fn forget_shown(&self, message: MessageId) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for table in ["shown_spaces", "shown_answers"] {
            query(AssertSqlSafe(format!("DELETE FROM {table} WHERE message_id = $1")))
                .bind(signed(message.get()))
                .execute(&mut transaction)
                .await?;
        }
        transaction.commit().await
    }
}

/// Has the answers that were shown in a place emptied now; how many.
pub(super) async fn empty_in(
    transaction: &mut Transaction,
    place: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    empty(transaction, "place = $1", place, now).await
}

/// Has the answers emptied now that show Spaces of this account, or Spaces whose account nobody knows; how many.
pub(super) async fn empty_of(
    transaction: &mut Transaction,
    account: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let may_be_theirs = "NOT EXISTS (SELECT 1 FROM shown_spaces s WHERE s.message_id = shown_answers.message_id) \
        OR EXISTS (SELECT 1 FROM shown_spaces s LEFT JOIN spaces k ON k.space_id = s.space_id \
          WHERE s.message_id = shown_answers.message_id AND (k.creator_id IS NULL OR k.creator_id = $1))";
    empty(transaction, may_be_theirs, account, now).await
}

async fn empty(
    transaction: &mut Transaction,
    which: &str,
    is: impl Into<Value>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let now = millis(now);
    let sql = format!("UPDATE shown_answers SET place = 0, due_at = {now} WHERE place <> 0 AND ({which})");
    let emptied = query(AssertSqlSafe(sql)).bind(is).execute(&mut *transaction).await?;
    query(
        "DELETE FROM shown_spaces WHERE message_id IN (SELECT message_id FROM shown_answers WHERE place = 0)",
    )
    .execute(&mut *transaction)
    .await?;
    Ok(emptied)
}
