//! Linked accounts: links, those being made, tokens that are to be revoked, and whom people follow on X.
//!
//! What is sealed here is sealed by whoever hands it over; the store can't read it. A token goes nowhere but to
//! `revocations`: whatever ends a link or an attempt moves it there in the same transaction, so that X is told of each.

use jiff::Timestamp;

use super::database::Transaction;
use super::sql::{Row, Value, query};
use super::{Store, StoreError, millis, parsed, signed, snowflake};
use crate::domain::ids::{DiscordUserId, UserId};

/// An account on X that is linked to a person on Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The person.
    pub user: DiscordUserId,
    /// The account.
    pub account: UserId,
    /// Its name and its tokens, sealed.
    pub sealed: String,
    /// The token to be revoked at the end.
    pub revocation: Revocation,
    /// Whether samples of its Spaces may be kept for insights.
    pub keeps_insights: bool,
    /// Since when.
    pub linked_at: Timestamp,
    /// When a renewal of the tokens began whose end isn't known.
    pub renewal_begun_at: Option<Timestamp>,
}

/// A token that X is to be told to revoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// What it is sealed for.
    pub handle: String,
    /// The token, sealed.
    pub sealed: String,
}

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

/// Why a link ended without its person's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// X refuses the tokens.
    Refusal,
    /// The program stopped between the renewal of the tokens and its writing down.
    Loss,
}

impl Stage {
    const fn code(self) -> i64 {
        match self {
            Self::Begun => 0,
            Self::Returned => 1,
            Self::AwaitsCode => 2,
        }
    }
}

impl EndedBy {
    const fn word(self) -> &'static str {
        match self {
            Self::Refusal => "refused",
            Self::Loss => "lost",
        }
    }
}

/// Moves the token of a row that is about to go.
const MOVED: &str =
    "INSERT INTO revocations (handle, sealed, made_at, due_at) SELECT handle, revocation, $2, $2 FROM";

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

    /// Makes the link that the attempt with this state was for, in place of the person's earlier one; whether the
    /// attempt was still there.
    pub async fn link(&self, link: &Link, state: &str, now: Timestamp) -> Result<bool, StoreError> {
        let user = signed(link.user.get());
        let mut transaction = self.write().await?;
        let taken =
            query("DELETE FROM link_attempts WHERE discord_user_id = $1 AND state = $2 AND stage = $3")
                .bind(user)
                .bind(state)
                .bind(Stage::AwaitsCode.code())
                .execute(&mut transaction)
                .await?;
        if taken == 0 {
            return Ok(false);
        }
        // Of the same account's: X may take the end of its older token for the end of all that the person granted.
        let older: Option<String> =
            query("SELECT handle FROM links WHERE discord_user_id = $1 AND x_user_id = $2")
                .bind(user)
                .bind(link.account.to_string())
                .scalar_optional(&mut transaction)
                .await?;
        drop_links(&mut transaction, "discord_user_id = $1", user, now).await?;
        if let Some(older) = older {
            query("DELETE FROM revocations WHERE handle = $1").bind(older).execute(&mut transaction).await?;
        }
        query(
            "INSERT INTO links (discord_user_id, x_user_id, sealed, handle, revocation, keeps_insights, linked_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(user)
        .bind(link.account.to_string())
        .bind(&link.sealed)
        .bind(&link.revocation.handle)
        .bind(&link.revocation.sealed)
        .bind(i64::from(link.keeps_insights))
        .bind(millis(link.linked_at))
        .execute(&mut transaction)
        .await?;
        query("DELETE FROM ended_links WHERE discord_user_id = $1")
            .bind(user)
            .execute(&mut transaction)
            .await?;
        erase_disagreed(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// A person's link.
    pub async fn link_of(&self, user: DiscordUserId) -> Result<Option<Link>, StoreError> {
        let row = query("SELECT * FROM links WHERE discord_user_id = $1")
            .bind(signed(user.get()))
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(link).transpose()
    }

    /// All links.
    pub async fn links(&self) -> Result<Vec<Link>, StoreError> {
        let rows = query("SELECT * FROM links ORDER BY discord_user_id").fetch_all(&self.reader).await?;
        rows.iter().map(link).collect()
    }

    /// A renewal of a link's tokens begins.
    pub async fn begin_renewal(&self, link: &Link, now: Timestamp) -> Result<(), StoreError> {
        query("UPDATE links SET renewal_begun_at = $3 WHERE discord_user_id = $1 AND handle = $2")
            .bind(signed(link.user.get()))
            .bind(&link.revocation.handle)
            .bind(millis(now))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Keeps a link's tokens that were renewed or sealed anew, if it is the same link still. If it isn't, the new token is
    /// to be revoked: that is kept instead, and the answer is false.
    pub async fn renew_link(&self, link: &Link, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let renewed = query(
            "UPDATE links SET sealed = $3, revocation = $4, renewal_begun_at = NULL \
             WHERE discord_user_id = $1 AND handle = $2",
        )
        .bind(signed(link.user.get()))
        .bind(&link.revocation.handle)
        .bind(&link.sealed)
        .bind(&link.revocation.sealed)
        .execute(&mut transaction)
        .await?;
        if renewed == 0 {
            add_revocation(&mut transaction, &link.revocation, now).await?;
        }
        transaction.commit().await?;
        Ok(renewed > 0)
    }

    /// Keeps a link that was sealed anew, if it is still as it was.
    pub async fn reseal_link(&self, was: &Link, anew: &Link) -> Result<(), StoreError> {
        query(
            "UPDATE links SET sealed = $3, revocation = $4 WHERE discord_user_id = $1 AND sealed = $2 AND handle = $5",
        )
        .bind(signed(was.user.get()))
        .bind(&was.sealed)
        .bind(&anew.sealed)
        .bind(&anew.revocation.sealed)
        .bind(&was.revocation.handle)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Keeps whether samples of the Spaces of a person's account may be kept; whether there is a link. What was kept
    /// before goes with the consent.
    pub async fn set_keeps_insights(&self, user: DiscordUserId, keeps: bool) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let changed = query("UPDATE links SET keeps_insights = $2 WHERE discord_user_id = $1")
            .bind(signed(user.get()))
            .bind(i64::from(keeps))
            .execute(&mut transaction)
            .await?;
        erase_disagreed(&mut transaction).await?;
        transaction.commit().await?;
        Ok(changed > 0)
    }

    /// Ends a person's link, at their word; whether there was one.
    pub async fn unlink(&self, user: DiscordUserId, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let (links, _) = forget_person(&mut transaction, user, now).await?;
        transaction.commit().await?;
        Ok(links > 0)
    }

    /// Ends a link without its person's doing, of which they are told at their next use.
    pub async fn end_link(&self, link: &Link, by: EndedBy, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let handle = link.revocation.handle.as_str();
        let ended = drop_links(&mut transaction, "handle = $1", handle, now).await?;
        if ended > 0 {
            query(
                "INSERT INTO ended_links (discord_user_id, why, ended_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (discord_user_id) DO UPDATE SET why = $2, ended_at = $3",
            )
            .bind(signed(link.user.get()))
            .bind(by.word())
            .bind(millis(now))
            .execute(&mut transaction)
            .await?;
            erase_disagreed(&mut transaction).await?;
        }
        transaction.commit().await
    }

    /// Ends all links with an account on X whose owner took their consent back there.
    pub async fn end_links_with(&self, account: UserId, now: Timestamp) -> Result<usize, StoreError> {
        let links = self.links().await?;
        let with: Vec<&Link> = links.iter().filter(|link| link.account == account).collect();
        for link in &with {
            self.end_link(link, EndedBy::Refusal, now).await?;
        }
        Ok(with.len())
    }

    /// Why a person's link ended without their doing, once.
    pub async fn tell_ended(&self, user: DiscordUserId) -> Result<Option<EndedBy>, StoreError> {
        let why: Option<String> = query("DELETE FROM ended_links WHERE discord_user_id = $1 RETURNING why")
            .bind(signed(user.get()))
            .scalar_optional(&self.writer)
            .await?;
        Ok(why.map(|why| if why == EndedBy::Loss.word() { EndedBy::Loss } else { EndedBy::Refusal }))
    }

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

    /// Keeps whom a person follows on X, sealed, if they have a link with the account that was asked about.
    pub async fn keep_following(
        &self,
        user: DiscordUserId,
        account: UserId,
        sealed: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(
            "INSERT INTO followings (discord_user_id, sealed, read_at) \
             SELECT discord_user_id, $2, $3 FROM links WHERE discord_user_id = $1 AND x_user_id = $4 \
             ON CONFLICT (discord_user_id) DO UPDATE SET sealed = excluded.sealed, read_at = excluded.read_at",
        )
        .bind(signed(user.get()))
        .bind(sealed)
        .bind(millis(now))
        .bind(account.to_string())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Whom a person follows on X, sealed, and when that was read.
    pub async fn following(&self, user: DiscordUserId) -> Result<Option<(String, Timestamp)>, StoreError> {
        let row = query("SELECT sealed, read_at FROM followings WHERE discord_user_id = $1")
            .bind(signed(user.get()))
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| Ok((row.try_get("sealed")?, time(row.try_get("read_at")?)))).transpose()
    }

    /// Erases what was read of whom people follow before `read_before`, and that links ended before `ended_before`.
    pub async fn erase_old_links(
        &self,
        read_before: Timestamp,
        ended_before: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        query("DELETE FROM followings WHERE read_at < $1")
            .bind(millis(read_before))
            .execute(&mut transaction)
            .await?;
        query("DELETE FROM ended_links WHERE ended_at < $1")
            .bind(millis(ended_before))
            .execute(&mut transaction)
            .await?;
        transaction.commit().await
    }
}

/// Erases a person's link and all that hangs on it; how many links and past Spaces that were.
pub(super) async fn forget_person(
    transaction: &mut Transaction,
    user: DiscordUserId,
    now: Timestamp,
) -> Result<(u64, u64), StoreError> {
    let user = signed(user.get());
    drop_attempts(transaction, "discord_user_id = $1", user, now).await?;
    query("DELETE FROM ended_links WHERE discord_user_id = $1").bind(user).execute(&mut *transaction).await?;
    let links = drop_links(transaction, "discord_user_id = $1", user, now).await?;
    Ok((links, erase_disagreed(transaction).await?))
}

/// Erases all links with an account on X, and what was read of whom anybody follows: it may be among those, sealed.
pub(super) async fn forget_account(
    transaction: &mut Transaction,
    account: UserId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    query("DELETE FROM followings").execute(&mut *transaction).await?;
    drop_links(transaction, "x_user_id = $1", account.to_string(), now).await
}

/// Erases past Spaces of those who don't agree any more that these are kept; how many.
async fn erase_disagreed(transaction: &mut Transaction) -> Result<u64, StoreError> {
    const DISAGREED: &str = "host_id NOT IN (SELECT x_user_id FROM links WHERE keeps_insights = 1)";
    let sql =
        format!("DELETE FROM samples WHERE space_id IN (SELECT space_id FROM past_spaces WHERE {DISAGREED})");
    query(sqlx::AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    let sql = format!("DELETE FROM past_spaces WHERE {DISAGREED}");
    query(sqlx::AssertSqlSafe(sql)).execute(&mut *transaction).await
}

async fn drop_attempts(
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

async fn drop_links(
    transaction: &mut Transaction,
    those: &str,
    value: impl Into<Value> + Clone,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let sql = format!("{MOVED} links WHERE {those} ON CONFLICT (handle) DO NOTHING");
    query(sqlx::AssertSqlSafe(sql)).bind(value.clone()).bind(millis(now)).execute(&mut *transaction).await?;
    let sql = format!(
        "DELETE FROM followings WHERE discord_user_id IN (SELECT discord_user_id FROM links WHERE {those})"
    );
    query(sqlx::AssertSqlSafe(sql)).bind(value.clone()).execute(&mut *transaction).await?;
    let sql = format!("DELETE FROM links WHERE {those}");
    query(sqlx::AssertSqlSafe(sql)).bind(value).execute(&mut *transaction).await
}

async fn add_revocation(
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

fn time(millis: i64) -> Timestamp {
    crate::clock::from_millis(millis)
}

fn flag(row: &Row, name: &str) -> Result<bool, StoreError> {
    row.try_get::<i64>(name).map(|flag| flag != 0)
}

fn link(row: &Row) -> Result<Link, StoreError> {
    Ok(Link {
        user: DiscordUserId::new(snowflake(row.try_get("discord_user_id")?)?),
        account: parsed(&row.try_get::<String>("x_user_id")?)?,
        sealed: row.try_get("sealed")?,
        revocation: Revocation { handle: row.try_get("handle")?, sealed: row.try_get("revocation")? },
        keeps_insights: flag(row, "keeps_insights")?,
        linked_at: time(row.try_get("linked_at")?),
        renewal_begun_at: row.try_get::<Option<i64>>("renewal_begun_at")?.map(time),
    })
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
