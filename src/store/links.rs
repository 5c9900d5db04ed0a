//! Linked accounts, and whom people follow on X.
//!
//! What is sealed here is sealed by whoever hands it over; the store can't read it. A token goes nowhere but to
//! `revocations`: whatever ends a link or an attempt moves it there in the same transaction, so that X is told of each.

use jiff::Timestamp;

use super::attempts::{Stage, drop_attempts};
use super::database::Transaction;
use super::revocations::{MOVED, Revocation, add_revocation};
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

/// Why a link ended without its person's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// X refuses the tokens.
    Refusal,
    /// The program stopped between the renewal of the tokens and its writing down.
    Loss,
}

impl EndedBy {
    const fn word(self) -> &'static str {
        match self {
            Self::Refusal => "refused",
            Self::Loss => "lost",
        }
    }
}

impl Store {
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

pub(super) fn time(millis: i64) -> Timestamp {
    crate::clock::from_millis(millis)
}

pub(super) fn flag(row: &Row, name: &str) -> Result<bool, StoreError> {
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
