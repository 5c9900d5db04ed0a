//! What X billed, and the accounts on X that are known, as rows.
//!
//! Single resources are kept while X may still count them for their day; what outlives them are sums by day, cause,
//! kind and server, which hold no content of X.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::database::Transaction;
use super::sql::{inserts, last_of_each, query};
use super::{Store, StoreError, millis, parsed, signed};
use crate::clock::from_millis;
use crate::domain::ids::UserId;
use crate::domain::notice::Slot;
use crate::domain::space::XUser;

/// One resource that X billed on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledRow {
    /// The UTC day, `2026-08-01`.
    pub day: String,
    /// What kind of resource.
    pub kind: String,
    /// Its id on X.
    pub resource_id: String,
    /// What it was asked for.
    pub cause: String,
    /// The server whose command asked, if one did.
    pub guild_id: Option<u64>,
    /// Its price, in millionths of a dollar.
    pub micro_dollars: i64,
    /// The keyword, folded, whose search found it, if one did.
    pub keyword: Option<String>,
    /// Which servers pay for it, and how much, where several do. Not kept with the row, but in the day's sums.
    pub shares: Vec<(u64, i64)>,
}

/// What one day, cause, kind and server came to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySum {
    /// The UTC day, `2026-08-01`.
    pub day: String,
    /// What it was asked for.
    pub cause: String,
    /// What kind of resource.
    pub kind: String,
    /// Whose command, or whose keyword's part; `None` where no server's.
    pub guild_id: Option<u64>,
    /// In millionths of a dollar.
    pub micro_dollars: i64,
}

/// What a month and its last day have come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComeTo {
    /// What the month (UTC) has cost so far, as far as it is kept, in millionths of a dollar.
    pub month_micro_dollars: i64,
    /// Spaces that were announced as live on the day (UTC), each once.
    pub announced_today: u64,
}

/// An account on X, and when X told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The account.
    pub user: XUser,
    /// When X told it.
    pub fetched_at: Timestamp,
}

impl Store {
    /// Keeps what was billed, and adds it to its day's sums. A resource that stands for its day already stays as it is,
    /// and counts no second time.
    pub async fn add_billed(&self, rows: &[BilledRow]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let mut new: HashSet<(String, String, String)> = HashSet::new();
        let added = inserts(
            "INSERT INTO billed (day, kind, resource_id, cause, guild_id, micro_dollars, keyword)",
            rows,
            |query, billed| {
                query
                    .bind(&billed.day)
                    .bind(&billed.kind)
                    .bind(&billed.resource_id)
                    .bind(&billed.cause)
                    .bind(billed.guild_id.map(signed))
                    .bind(billed.micro_dollars)
                    .bind(billed.keyword.clone())
            },
            "ON CONFLICT (day, kind, resource_id) DO NOTHING RETURNING day, kind, resource_id",
        );
        for insert in added {
            for row in insert.fetch_all(&mut transaction).await? {
                new.insert((row.try_get("day")?, row.try_get("kind")?, row.try_get("resource_id")?));
            }
        }
        // Of two rows about the same the first one was taken.
        let mut counted = rows
            .iter()
            .filter(|row| new.remove(&(row.day.clone(), row.kind.clone(), row.resource_id.clone())));
        add_sums(&mut transaction, &summed(&mut counted)).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The sums of the days from `first` to `last`, both included, in order.
    pub async fn day_sums(&self, first: &str, last: &str) -> Result<Vec<DaySum>, StoreError> {
        let rows = query(
            "SELECT day, cause, kind, guild_id, micro_dollars FROM ledger_days WHERE day >= $1 AND day <= $2 \
             ORDER BY day, cause, kind, guild_id",
        )
        .bind(first)
        .bind(last)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let guild: i64 = row.try_get("guild_id")?;
                Ok(DaySum {
                    day: row.try_get("day")?,
                    cause: row.try_get("cause")?,
                    kind: row.try_get("kind")?,
                    guild_id: Some(guild.cast_unsigned()).filter(|guild| *guild != 0),
                    micro_dollars: row.try_get("micro_dollars")?,
                })
            })
            .collect()
    }

    /// What the days from `first` to `last` came to, both included, in millionths of a dollar.
    pub async fn billed_between(&self, first: &str, last: &str) -> Result<i64, StoreError> {
        let sum = query(
            "SELECT CAST(COALESCE(SUM(micro_dollars), 0) AS BIGINT) FROM ledger_days WHERE day >= $1 AND day <= $2",
        );
        let sums: Vec<i64> = sum.bind(first).bind(last).scalars(&self.reader).await?;
        Ok(sums.into_iter().sum())
    }

    /// What the month and the day in UTC that `now` is in have come to.
    pub async fn come_to(&self, now: Timestamp) -> Result<ComeTo, StoreError> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let midnight = today.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |began| began.timestamp());
        let month = self.billed_between(&today.first_of_month().to_string(), &today.to_string()).await?;
        Ok(ComeTo { month_micro_dollars: month, announced_today: self.announced_since(midnight).await? })
    }

    /// Erases the sums of days before `day`.
    pub async fn erase_day_sums(&self, day: &str) -> Result<(), StoreError> {
        query("DELETE FROM ledger_days WHERE day < $1").bind(day).execute(&self.writer).await?;
        Ok(())
    }

    /// How many Spaces were announced as live since `since`: those with a message in some channel.
    pub async fn announced_since(&self, since: Timestamp) -> Result<u64, StoreError> {
        let count = query(
            "SELECT COUNT(DISTINCT space_id) FROM posts WHERE slot = $1 AND message_id IS NOT NULL AND made_at >= $2",
        );
        let counts: Vec<i64> =
            count.bind(Slot::Live.code()).bind(millis(since)).scalars(&self.reader).await?;
        Ok(counts.into_iter().sum::<i64>().unsigned_abs())
    }

    /// What was billed on `day`.
    pub async fn billed_on(&self, day: &str) -> Result<Vec<BilledRow>, StoreError> {
        let rows = query(
            "SELECT day, kind, resource_id, cause, guild_id, micro_dollars, keyword FROM billed WHERE day = $1 \
             ORDER BY kind, resource_id",
        )
        .bind(day)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let guild: Option<i64> = row.try_get("guild_id")?;
                Ok(BilledRow {
                    day: row.try_get("day")?,
                    kind: row.try_get("kind")?,
                    resource_id: row.try_get("resource_id")?,
                    cause: row.try_get("cause")?,
                    guild_id: guild.map(i64::cast_unsigned),
                    micro_dollars: row.try_get("micro_dollars")?,
                    keyword: row.try_get("keyword")?,
                    shares: Vec::new(),
                })
            })
            .collect()
    }

    /// Keeps accounts as X told them, newest word last. What was told before what is kept changes nothing.
    pub async fn save_users(&self, users: &[UserRow]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert_users(&mut transaction, users).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets an account that X no longer knows.
    pub async fn forget_user(&self, user: UserId) -> Result<(), StoreError> {
        query("DELETE FROM x_users WHERE user_id = $1").bind(user.to_string()).execute(&self.writer).await?;
        Ok(())
    }

    /// All accounts that are kept.
    pub async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        let rows = query("SELECT user_id, username, name, picture_url, fetched_at FROM x_users")
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(|row| {
                let id: String = row.try_get("user_id")?;
                let username: String = row.try_get("username")?;
                Ok(UserRow {
                    user: XUser {
                        id: parsed(&id)?,
                        username: parsed(&username)?,
                        name: row.try_get("name")?,
                        picture_url: row.try_get("picture_url")?,
                    },
                    fetched_at: from_millis(row.try_get("fetched_at")?),
                })
            })
            .collect()
    }
}

/// What rows add to their days' sums, each sum once: no row may be met twice by one `ON CONFLICT DO UPDATE`.
fn summed<'a>(rows: &mut impl Iterator<Item = &'a BilledRow>) -> Vec<DaySum> {
    let mut sums: BTreeMap<(&str, &str, &str, u64), i64> = BTreeMap::new();
    for row in rows {
        let whole = [(row.guild_id.unwrap_or(0), row.micro_dollars)];
        let parts = if row.shares.is_empty() { &whole[..] } else { &row.shares[..] };
        for (guild, part) in parts {
            let sum = sums.entry((&row.day, &row.cause, &row.kind, *guild)).or_default();
            *sum = sum.saturating_add(*part);
        }
    }
    sums.into_iter()
        .map(|((day, cause, kind, guild), micro_dollars)| DaySum {
            day: day.to_owned(),
            cause: cause.to_owned(),
            kind: kind.to_owned(),
            guild_id: Some(guild).filter(|guild| *guild != 0),
            micro_dollars,
        })
        .collect()
}

async fn add_sums(transaction: &mut Transaction, sums: &[DaySum]) -> Result<(), StoreError> {
    let added = inserts(
        "INSERT INTO ledger_days (day, cause, kind, guild_id, micro_dollars)",
        sums,
        |query, sum| {
            query
                .bind(&sum.day)
                .bind(&sum.cause)
                .bind(&sum.kind)
                .bind(signed(sum.guild_id.unwrap_or(0)))
                .bind(sum.micro_dollars)
        },
        "ON CONFLICT (day, cause, kind, guild_id) DO UPDATE SET \
         micro_dollars = ledger_days.micro_dollars + excluded.micro_dollars",
    );
    for insert in added {
        insert.execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Makes what a server spent nobody's: the sums stay whole. Keywords that nobody follows any more go from the bill.
pub(super) async fn erase_guild(transaction: &mut Transaction, guild: i64) -> Result<(), StoreError> {
    query(
        "INSERT INTO ledger_days (day, cause, kind, guild_id, micro_dollars) \
         SELECT day, cause, kind, 0, micro_dollars FROM ledger_days WHERE guild_id = $1 \
         ON CONFLICT (day, cause, kind, guild_id) DO UPDATE SET \
         micro_dollars = ledger_days.micro_dollars + excluded.micro_dollars",
    )
    .bind(guild)
    .execute(&mut *transaction)
    .await?;
    query("DELETE FROM ledger_days WHERE guild_id = $1").bind(guild).execute(&mut *transaction).await?;
    query("UPDATE billed SET guild_id = NULL WHERE guild_id = $1")
        .bind(guild)
        .execute(&mut *transaction)
        .await?;
    query(
        "UPDATE billed SET keyword = NULL WHERE keyword IS NOT NULL AND keyword NOT IN \
         (SELECT target FROM follows WHERE kind = 'keyword')",
    )
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

pub(super) async fn insert_users(transaction: &mut Transaction, users: &[UserRow]) -> Result<(), StoreError> {
    let users = last_of_each(users, |known| known.user.id);
    let inserts = inserts(
        "INSERT INTO x_users (user_id, username, name, picture_url, fetched_at)",
        &users,
        |query, known| {
            query
                .bind(known.user.id.to_string())
                .bind(known.user.username.to_string())
                .bind(&known.user.name)
                .bind(known.user.picture_url.clone())
                .bind(millis(known.fetched_at))
        },
        "ON CONFLICT (user_id) DO UPDATE SET username = excluded.username, name = excluded.name, \
         picture_url = excluded.picture_url, fetched_at = excluded.fetched_at \
         WHERE excluded.fetched_at > x_users.fetched_at",
    );
    for insert in inserts {
        insert.execute(&mut *transaction).await?;
    }
    Ok(())
}
