//! How often hosts start Spaces, a row a host: what is learned outlives the process and the Spaces, and holds nothing of
//! them.

use jiff::Timestamp;

use super::sql::{inserts, last_of_each, query};
use super::{Store, StoreError, millis, parsed};
use crate::clock::from_millis;
use crate::domain::ids::UserId;

/// What one start weighs in a row.
const START: f64 = 1_000_000.0;
/// More starts than anybody has: what the row says is held to it.
const STARTS_MAX: f64 = 1_000_000.0;

/// What is learned of one host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostRate {
    /// The host.
    pub host: UserId,
    /// Starts seen, older ones weighing less, as they weighed at `updated_at`; kept to a millionth.
    pub starts: f64,
    /// When that was.
    pub updated_at: Timestamp,
    /// Since when the host is watched.
    pub watched_since: Timestamp,
}

impl Store {
    /// Keeps what is learned of hosts. A hundred are one statement.
    pub async fn save_rates(&self, rates: &[HostRate]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let rates = last_of_each(rates, |rate| rate.host);
        let inserts = inserts(
            "INSERT INTO host_rates (user_id, starts, updated_at, watched_since)",
            &rates,
            |query, rate| {
                query
                    .bind(rate.host.to_string())
                    .bind(in_millionths(rate.starts))
                    .bind(millis(rate.updated_at))
                    .bind(millis(rate.watched_since))
            },
            "ON CONFLICT (user_id) DO UPDATE SET starts = excluded.starts, updated_at = excluded.updated_at, \
             watched_since = excluded.watched_since, left_at = NULL",
        );
        for insert in inserts {
            insert.execute(&mut transaction).await?;
        }
        transaction.commit().await
    }

    /// What is learned of all hosts.
    pub async fn host_rates(&self) -> Result<Vec<HostRate>, StoreError> {
        let rows =
            query("SELECT user_id, starts, updated_at, watched_since FROM host_rates ORDER BY user_id")
                .fetch_all(&self.reader)
                .await?;
        rows.iter()
            .map(|row| {
                let id: String = row.try_get("user_id")?;
                Ok(HostRate {
                    host: parsed(&id)?,
                    starts: from_millionths(row.try_get("starts")?),
                    updated_at: from_millis(row.try_get("updated_at")?),
                    watched_since: from_millis(row.try_get("watched_since")?),
                })
            })
            .collect()
    }

    /// Forgets what was learned of hosts that nobody follows since before `before`, as far as that was noticed by then;
    /// notices at `now` who isn't followed any more. Answers whom it forgot.
    pub async fn forget_left_hosts(
        &self,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut transaction = self.write().await?;
        query(
            "UPDATE host_rates SET left_at = NULL WHERE left_at IS NOT NULL AND user_id IN \
             (SELECT target FROM follows WHERE kind = 'host')",
        )
        .execute(&mut transaction)
        .await?;
        query(
            "UPDATE host_rates SET left_at = $1 WHERE left_at IS NULL AND user_id NOT IN \
             (SELECT target FROM follows WHERE kind = 'host')",
        )
        .bind(millis(now))
        .execute(&mut transaction)
        .await?;
        let mut gone: Vec<String> = query("DELETE FROM host_rates WHERE left_at < $1 RETURNING user_id")
            .bind(millis(before))
            .scalars(&mut transaction)
            .await?;
        // What RETURNING gives has no order.
        gone.sort_unstable();
        transaction.commit().await?;
        gone.iter().map(|id| parsed(id)).collect()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "held to what fits")]
fn in_millionths(starts: f64) -> i64 {
    (starts.clamp(0.0, STARTS_MAX) * START).round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "small enough by far")]
fn from_millionths(starts: i64) -> f64 {
    starts as f64 / START
}
