//! What X billed, and the accounts on X that are known, as rows.

use jiff::Timestamp;

use super::database::Transaction;
use super::sql::{inserts, last_of_each, query};
use super::{Store, StoreError, millis, parsed, signed};
use crate::clock::from_millis;
use crate::domain::ids::UserId;
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
    /// Keeps what was billed. A resource that stands for its day already stays as it is.
    pub async fn add_billed(&self, rows: &[BilledRow]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let inserts = inserts(
            "INSERT INTO billed (day, kind, resource_id, cause, guild_id, micro_dollars)",
            rows,
            |query, billed| {
                query
                    .bind(&billed.day)
                    .bind(&billed.kind)
                    .bind(&billed.resource_id)
                    .bind(&billed.cause)
                    .bind(billed.guild_id.map(signed))
                    .bind(billed.micro_dollars)
            },
            "ON CONFLICT (day, kind, resource_id) DO NOTHING",
        );
        for insert in inserts {
            insert.execute(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What was billed on `day`.
    pub async fn billed_on(&self, day: &str) -> Result<Vec<BilledRow>, StoreError> {
        let rows = query(
            "SELECT day, kind, resource_id, cause, guild_id, micro_dollars FROM billed WHERE day = $1 \
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
