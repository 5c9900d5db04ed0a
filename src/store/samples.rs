//! How full rooms were, a row a minute; and the Spaces whose counts outlive them, since their host agreed to it.
//!
//! The counts of a Space go with the Space (see `expiry`), unless it is a past Space by then: that is a row which holds
//! when it ran and nothing of what it was about.

use jiff::Timestamp;

use super::database::Transaction;
use super::spaces::{known_from_json, moment};
use super::sql::{Row, inserts, query};
use super::{Store, StoreError, millis, parsed};
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::insights::Sample;

/// A Space that is erased and whose counts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastSpace {
    /// Which.
    pub id: SpaceId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was over.
    pub over_at: Timestamp,
}

impl Store {
    /// Keeps what was counted; of a Space and minute the first count stays. A hundred counts are one statement.
    pub async fn keep_samples(&self, counts: &[(SpaceId, Sample)]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let inserts = inserts(
            "INSERT INTO samples (space_id, taken_at, people, speakers, cohosts)",
            counts,
            |query, (id, sample)| {
                query
                    .bind(id.as_str())
                    .bind(millis(sample.taken_at))
                    .bind(i64::from(sample.people))
                    .bind(sample.speakers.map(i64::from))
                    .bind(sample.cohosts.map(i64::from))
            },
            "ON CONFLICT (space_id, taken_at) DO NOTHING",
        );
        for insert in inserts {
            insert.execute(&mut transaction).await?;
        }
        transaction.commit().await
    }

    /// What was counted in a Space, in order.
    pub async fn samples(&self, id: SpaceId) -> Result<Vec<Sample>, StoreError> {
        let rows = query(
            "SELECT taken_at, people, speakers, cohosts FROM samples WHERE space_id = $1 ORDER BY taken_at",
        )
        .bind(id.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(sample).collect()
    }

    /// The accounts whose Spaces' counts may be kept for longer, since they are linked and their owner agreed to it.
    pub async fn hosts_who_agreed(&self) -> Result<Vec<UserId>, StoreError> {
        let hosts: Vec<String> =
            query("SELECT DISTINCT x_user_id FROM links WHERE keeps_insights = 1 ORDER BY x_user_id")
                .scalars(&self.reader)
                .await?;
        hosts.iter().map(|host| parsed(host)).collect()
    }

    /// A past Space.
    pub async fn past_space(&self, id: SpaceId) -> Result<Option<PastSpace>, StoreError> {
        let row = query("SELECT space_id, began_at, over_at FROM past_spaces WHERE space_id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(past).transpose()
    }

    /// The last `most` past Spaces of a host, the latest first.
    pub async fn past_spaces(&self, host: UserId, most: u32) -> Result<Vec<PastSpace>, StoreError> {
        let rows = query(
            "SELECT space_id, began_at, over_at FROM past_spaces WHERE host_id = $1 \
             ORDER BY began_at DESC, space_id LIMIT $2",
        )
        .bind(host.to_string())
        .bind(i64::from(most))
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(past).collect()
    }

    /// Makes past Spaces of those that are gone since before `over_before` and whose host is among `agreed`; forgets
    /// past Spaces of everybody else, and those that were over before `past_before`.
    pub async fn keep_past(
        &self,
        agreed: &[UserId],
        over_before: Timestamp,
        past_before: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for host in agreed {
            let over: Vec<String> =
                query("SELECT known FROM spaces WHERE creator_id = $1 AND over_at < $2 ORDER BY space_id")
                    .bind(host.to_string())
                    .bind(millis(over_before))
                    .scalars(&mut transaction)
                    .await?;
            for json in over {
                let known = known_from_json(&json)?;
                if let (Some(began_at), Some(over_at)) = (known.live_since, known.over_at) {
                    let past = PastSpace { id: known.space.id, began_at, over_at };
                    insert_past(&mut transaction, *host, past).await?;
                }
            }
        }
        let hosts: Vec<String> =
            query("SELECT DISTINCT host_id FROM past_spaces").scalars(&mut transaction).await?;
        for host in hosts {
            if !agreed.iter().any(|one| one.to_string() == host) {
                erase_past(&mut transaction, &host).await?;
            }
        }
        query("DELETE FROM samples WHERE space_id IN (SELECT space_id FROM past_spaces WHERE over_at < $1)")
            .bind(millis(past_before))
            .execute(&mut transaction)
            .await?;
        query("DELETE FROM past_spaces WHERE over_at < $1")
            .bind(millis(past_before))
            .execute(&mut transaction)
            .await?;
        transaction.commit().await
    }
}

/// Erases a host's past Spaces with what was counted in them; how many Spaces.
pub(super) async fn erase_past(transaction: &mut Transaction, host: &str) -> Result<u64, StoreError> {
    query("DELETE FROM samples WHERE space_id IN (SELECT space_id FROM past_spaces WHERE host_id = $1)")
        .bind(host)
        .execute(&mut *transaction)
        .await?;
    query("DELETE FROM past_spaces WHERE host_id = $1").bind(host).execute(&mut *transaction).await
}

/// Erases what was counted in a Space, unless it is a past one by now.
pub(super) async fn erase_samples(transaction: &mut Transaction, space: &str) -> Result<(), StoreError> {
    query(
        "DELETE FROM samples WHERE space_id = $1 AND NOT EXISTS \
         (SELECT 1 FROM past_spaces WHERE past_spaces.space_id = samples.space_id)",
    )
    .bind(space)
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

async fn insert_past(transaction: &mut Transaction, host: UserId, past: PastSpace) -> Result<(), StoreError> {
    query(
        "INSERT INTO past_spaces (space_id, host_id, began_at, over_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (space_id) DO NOTHING",
    )
    .bind(past.id.as_str())
    .bind(host.to_string())
    .bind(millis(past.began_at))
    .bind(millis(past.over_at))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

fn sample(row: &Row) -> Result<Sample, StoreError> {
    let number = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let (speakers, cohosts): (Option<i64>, Option<i64>) = (row.try_get("speakers")?, row.try_get("cohosts")?);
    Ok(Sample {
        taken_at: moment(row.try_get("taken_at")?),
        people: number(row.try_get("people")?),
        speakers: speakers.map(number),
        cohosts: cohosts.map(number),
    })
}

fn past(row: &Row) -> Result<PastSpace, StoreError> {
    let id: String = row.try_get("space_id")?;
    Ok(PastSpace {
        id: parsed(&id)?,
        began_at: moment(row.try_get("began_at")?),
        over_at: moment(row.try_get("over_at")?),
    })
}
