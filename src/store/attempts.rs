//! Links that are being made.
//!
//! What is sealed here is sealed by whoever hands it over. A token of what comes to nothing is moved to `revocations` in the
//! same transaction.

use jiff::Timestamp;

use super::database::Transaction;
use super::links::{flag, time};
use super::revocations::{MOVED, Revocation, add_revocation};
use super::sql::{Row, Value, query};
use super::{Store, StoreError, millis, signed, snowflake};
use crate::domain::ids::DiscordUserId;

/// A link that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Who makes it.
    pub user: DiscordUserId,
    /// The digest of its state.
    pub state: String,
    /// How far it got.
    pub stage: Stage,
    /// What is known so far, sealed.
    pub sealed: String,
    /// Whether samples of the account's Spaces may be kept.
    pub keeps_insights: bool,
    /// Codes that were typed and wrong.
    pub guesses: u32,
    /// When it is over.
    pub ends_at: Timestamp,
    /// The token to be revoked if it comes to nothing, once there is one.
    pub revocation: Option<Revocation>,
}

/// How far the making of a link got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// X wasn't heard of yet.
    Begun,
    /// X sent the browser back.
    Returned,
    /// The code waits to be typed.
    AwaitsCode,
}

impl Stage {
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Begun => 0,
            Self::Returned => 1,
            Self::AwaitsCode => 2,
        }
    }
}

impl Store {
    /// Begins to make a link. The person's earlier attempt comes to nothing.
    pub async fn begin_attempt(&self, attempt: &Attempt, now: Timestamp) -> Result<(), StoreError> {
        let user = signed(attempt.user.get());
        let mut transaction = self.write().await?;
        drop_attempts(&mut transaction, "discord_user_id = $1", user, now).await?;
        query(
            "INSERT INTO link_attempts (discord_user_id, state, stage, sealed, keeps_insights, guesses, ends_at) \
             VALUES ($1, $2, $3, $4, $5, 0, $6)",
        )
        .bind(user)
        .bind(&attempt.state)
        .bind(attempt.stage.code())
        .bind(&attempt.sealed)
        .bind(i64::from(attempt.keeps_insights))
        .bind(millis(attempt.ends_at))
        .execute(&mut transaction)
        .await?;
        transaction.commit().await
    }

    /// The attempt whose state has this digest.
    pub async fn attempt(&self, state: &str) -> Result<Option<Attempt>, StoreError> {
        let row =
            query("SELECT * FROM link_attempts WHERE state = $1").bind(state).fetch_optional(&self.reader);
        row.await?.as_ref().map(attempt).transpose()
    }

    /// A person's attempt.
    pub async fn attempt_by(&self, user: DiscordUserId) -> Result<Option<Attempt>, StoreError> {
        let row = query("SELECT * FROM link_attempts WHERE discord_user_id = $1")
            .bind(signed(user.get()))
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(attempt).transpose()
    }

    /// Keeps whether samples may be kept, while X wasn't heard of; whether that was still so.
    pub async fn choose_insights(&self, state: &str, keeps: bool) -> Result<bool, StoreError> {
        let changed = query("UPDATE link_attempts SET keeps_insights = $2 WHERE state = $1 AND stage = $3")
            .bind(state)
            .bind(i64::from(keeps))
            .bind(Stage::Begun.code())
            .execute(&self.writer)
            .await?;
        Ok(changed > 0)
    }

    /// Takes an attempt as X sends a browser back with its state; whether nobody took it before, and it isn't over.
    pub async fn take_attempt(&self, state: &str, now: Timestamp) -> Result<bool, StoreError> {
        let taken =
            query("UPDATE link_attempts SET stage = $2 WHERE state = $1 AND stage = $3 AND ends_at > $4")
                .bind(state)
                .bind(Stage::Returned.code())
                .bind(Stage::Begun.code())
                .bind(millis(now))
                .execute(&self.writer)
                .await?;
        Ok(taken > 0)
    }

    /// Has a taken attempt wait for its code until `ends_at`. If it is gone meanwhile, its token is to be revoked: that is
    /// kept instead, and the answer is false.
    pub async fn await_code(
        &self,
        state: &str,
        sealed: &str,
        revocation: &Revocation,
        ends_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let waits = query(
            "UPDATE link_attempts SET stage = $2, sealed = $3, handle = $4, revocation = $5, ends_at = $6 \
             WHERE state = $1 AND stage = $7",
        )
        .bind(state)
        .bind(Stage::AwaitsCode.code())
        .bind(sealed)
        .bind(&revocation.handle)
        .bind(&revocation.sealed)
        .bind(millis(ends_at))
        .bind(Stage::Returned.code())
        .execute(&mut transaction)
        .await?;
        if waits == 0 {
            add_revocation(&mut transaction, revocation, now).await?;
        }
        transaction.commit().await?;
        Ok(waits > 0)
    }

    /// Counts a guess at a person's code, and answers the attempt with it; `None` where no code is awaited from them or
    /// `most` were guessed before.
    pub async fn guess(
        &self,
        user: DiscordUserId,
        most: u32,
        now: Timestamp,
    ) -> Result<Option<Attempt>, StoreError> {
        let mut transaction = self.write().await?;
        let counted = query(
            "UPDATE link_attempts SET guesses = guesses + 1 WHERE discord_user_id = $1 AND stage = $2 \
             AND ends_at > $3 AND guesses < $4",
        )
        .bind(signed(user.get()))
        .bind(Stage::AwaitsCode.code())
        .bind(millis(now))
        .bind(i64::from(most))
        .execute(&mut transaction)
        .await?;
        let row = query("SELECT * FROM link_attempts WHERE discord_user_id = $1")
            .bind(signed(user.get()))
            .fetch_optional(&mut transaction)
            .await?;
        transaction.commit().await?;
        row.as_ref().filter(|_| counted > 0).map(attempt).transpose()
    }

    /// Lets an attempt come to nothing.
    pub async fn drop_attempt(&self, state: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        drop_attempts(&mut transaction, "state = $1", state, now).await?;
        transaction.commit().await
    }

    /// Lets the attempts that are over come to nothing.
    pub async fn drop_old_attempts(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        drop_attempts(&mut transaction, "ends_at <= $1", millis(now), now).await?;
        transaction.commit().await
    }
}

/// Lets attempts come to nothing.
pub(super) async fn drop_attempts(
    transaction: &mut Transaction,
    those: &str,
    value: impl Into<Value> + Clone,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql =
        format!("{MOVED} link_attempts WHERE {those} AND handle IS NOT NULL ON CONFLICT (handle) DO NOTHING");
    query(sqlx::AssertSqlSafe(sql)).bind(value.clone()).bind(millis(now)).execute(&mut *transaction).await?;
    let sql = format!("DELETE FROM link_attempts WHERE {those}");
    query(sqlx::AssertSqlSafe(sql)).bind(value).execute(&mut *transaction).await?;
    Ok(())
}

fn attempt(row: &Row) -> Result<Attempt, StoreError> {
    let (handle, sealed): (Option<String>, Option<String>) =
        (row.try_get("handle")?, row.try_get("revocation")?);
    Ok(Attempt {
        user: DiscordUserId::new(snowflake(row.try_get("discord_user_id")?)?),
        state: row.try_get("state")?,
        stage: match row.try_get::<i64>("stage")? {
            0 => Stage::Begun,
            1 => Stage::Returned,
            _ => Stage::AwaitsCode,
        },
        sealed: row.try_get("sealed")?,
        keeps_insights: flag(row, "keeps_insights")?,
        guesses: u32::try_from(row.try_get::<i64>("guesses")?).unwrap_or(u32::MAX),
        ends_at: time(row.try_get("ends_at")?),
        revocation: handle.zip(sealed).map(|(handle, sealed)| Revocation { handle, sealed }),
    })
}
