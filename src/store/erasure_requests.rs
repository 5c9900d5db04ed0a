//! Erasures to come: what people have to confirm, and what a running program is asked to carry out.

use jiff::Timestamp;

use super::sql::query;
use super::{Store, StoreError, millis, signed};
use crate::domain::erasure::{Erased, Whose};
use crate::domain::ids::{DiscordUserId, GuildId};

impl Store {
    /// Keeps that somebody asked for the erasure of a server's data, and answers the number that confirms it.
    pub async fn ask_to_confirm(
        &self,
        guild: GuildId,
        by: DiscordUserId,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        query(
            "INSERT INTO confirmations (guild_id, asked_by, asked_at) VALUES ($1, $2, $3) \
             RETURNING confirmation_id",
        )
        .bind(signed(guild.get()))
        .bind(signed(by.get()))
        .bind(millis(now))
        .scalar(&self.writer)
        .await
    }

    /// Who asked for what this number confirms in this server, if that was after `since`.
    pub async fn to_confirm(
        &self,
        guild: GuildId,
        number: i64,
        since: Timestamp,
    ) -> Result<Option<DiscordUserId>, StoreError> {
        let by: Option<i64> = query(
            "SELECT asked_by FROM confirmations WHERE confirmation_id = $1 AND guild_id = $2 AND asked_at > $3",
        )
        .bind(number)
        .bind(signed(guild.get()))
        .bind(millis(since))
        .scalar_optional(&self.reader)
        .await?;
        by.map(|by| super::snowflake(by).map(DiscordUserId::new)).transpose()
    }

    /// Takes back what this number would have confirmed.
    pub async fn forget_to_confirm(&self, guild: GuildId, number: i64) -> Result<(), StoreError> {
        query("DELETE FROM confirmations WHERE confirmation_id = $1 AND guild_id = $2")
            .bind(number)
            .bind(signed(guild.get()))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Asks the program that works on this database for an erasure, and answers the request's number.
    pub async fn request_erasure(&self, whose: &Whose, now: Timestamp) -> Result<i64, StoreError> {
        let (kind, target) = whose.to_parts();
        query("INSERT INTO erasures (kind, target, asked_at) VALUES ($1, $2, $3) RETURNING erasure_id")
            .bind(kind)
            .bind(target)
            .bind(millis(now))
            .scalar(&self.writer)
            .await
    }

    /// The erasures that wait to be carried out, the oldest first.
    pub async fn requested_erasures(&self) -> Result<Vec<(i64, Whose)>, StoreError> {
        let rows =
            query("SELECT erasure_id, kind, target FROM erasures WHERE done_at IS NULL ORDER BY erasure_id")
                .fetch_all(&self.reader)
                .await?;
        rows.iter()
            .map(|row| {
                let (kind, target): (String, String) = (row.try_get("kind")?, row.try_get("target")?);
                let whose = Whose::from_parts(&kind, &target).ok_or(StoreError::Unexpected(kind))?;
                Ok((row.try_get("erasure_id")?, whose))
            })
            .collect()
    }

    /// An erasure is carried out. Whose it was isn't kept.
    pub async fn finish_erasure(
        &self,
        number: i64,
        erased: &Erased,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let done =
            serde_json::to_string(erased).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        query("UPDATE erasures SET target = '', done_at = $2, done = $3 WHERE erasure_id = $1")
            .bind(number)
            .bind(millis(now))
            .bind(done)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// What a requested erasure came to, once it is carried out.
    pub async fn finished_erasure(&self, number: i64) -> Result<Option<Erased>, StoreError> {
        let done: Option<Option<String>> = query("SELECT done FROM erasures WHERE erasure_id = $1")
            .bind(number)
            .scalar_optional(&self.reader)
            .await?;
        done.flatten()
            .map(|done| {
                serde_json::from_str(&done).map_err(|error| StoreError::Unexpected(error.to_string()))
            })
            .transpose()
    }

    /// Forgets a request.
    pub async fn forget_erasure(&self, number: i64) -> Result<(), StoreError> {
        query("DELETE FROM erasures WHERE erasure_id = $1").bind(number).execute(&self.writer).await?;
        Ok(())
    }
}
