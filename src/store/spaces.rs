//! Spaces, what was decided about them, and the transaction that keeps a change together with what it causes.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::database::Transaction;
use super::expiry::empty_posts;
use super::ledger::{UserRow, insert_users};
use super::posts::{count_one_more, insert_drafts, slot};
use super::reminders_moved::follow_space;
use super::reopened::{Reopened, take_over};
use super::sql::{inserts, last_of_each, places, query};
use super::{Store, StoreError, channel, millis, parsed, signed};
use crate::clock::from_millis;
use crate::domain::ids::{ChannelId, FollowId, SpaceId};
use crate::domain::known::Known;
use crate::domain::notice::{Decided, Decision, Draft, Priority, Slot, Work};

/// Which posts of a Space that are there already have to be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edits {
    /// None.
    #[default]
    None,
    /// Each.
    All,
    /// The scheduled ones in channels that get no live post, which would turn them into a pointer to itself.
    ScheduledAlone,
}

/// A change of one Space, whole.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What is known of it now.
    pub known: &'a Known,
    /// The accounts that its posts name, as far as X has shown them.
    pub people: &'a [UserRow],
    /// Posts to make.
    pub drafts: &'a [Draft],
    /// Channels whose last keyword post counts one more Space that wasn't posted.
    pub overflowing: &'a [ChannelId],
    /// What was decided for each follow.
    pub decided: &'a [Decided],
    /// The Space whose messages it goes on in, if its host dropped one.
    pub reopened: Option<Reopened<'a>>,
    /// Which posts have to be edited.
    pub edits: Edits,
    /// The time of the change.
    pub now: Timestamp,
}

impl Store {
    /// Keeps a change and everything that it causes, in one transaction.
    pub async fn commit(&self, change: &Change<'_>) -> Result<(), StoreError> {
        let known = encode(change.known)?;
        let visible = change.edits != Edits::None || !change.drafts.is_empty();
        let mut transaction = self.write().await?;
        query(
            "INSERT INTO spaces (space_id, creator_id, phase, revision, known, over_at) \
             VALUES ($1, $2, $3, 1, $4, $5) \
             ON CONFLICT (space_id) DO UPDATE SET creator_id = $2, phase = $3, known = $4, over_at = $5, \
             revision = spaces.revision + $6",
        )
        .bind(change.known.space.id.as_str())
        .bind(change.known.space.creator.map(String::from))
        .bind(change.known.phase.name())
        .bind(known)
        .bind(change.known.gone_since().map(millis))
        .bind(i64::from(visible))
        .execute(&mut transaction)
        .await?;
        insert_users(&mut transaction, change.people).await?;
        let mut decided = change.decided.to_vec();
        if let Some(reopened) = &change.reopened {
            let id = change.known.space.id;
            let told = take_over(&mut transaction, id, change.drafts, reopened, change.now).await?;
            for one in decided.iter_mut().filter(|one| one.decision == Decision::Planned) {
                if told.contains(&one.channel) {
                    one.decision = Decision::Continued;
                }
            }
        }
        // What was taken over is there by now, and gets no second post.
        insert_drafts(&mut transaction, change.drafts, change.now).await?;
        edit_posts(&mut transaction, change).await?;
        empty_posts(&mut transaction, change.known, change.now).await?;
        follow_space(&mut transaction, change.known, change.edits != Edits::None, change.now).await?;
        for channel in change.overflowing {
            count_one_more(&mut transaction, *channel, change.now).await?;
        }
        insert_decisions(&mut transaction, &decided, change.now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps what is known of Spaces that were seen and didn't change for anybody.
    pub async fn touch(&self, spaces: &[Known]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for known in spaces {
            query(
                "INSERT INTO spaces (space_id, creator_id, phase, revision, known, over_at) \
                 VALUES ($1, $2, $3, 1, $4, $5) \
                 ON CONFLICT (space_id) DO UPDATE SET known = $4",
            )
            .bind(known.space.id.as_str())
            .bind(known.space.creator.map(String::from))
            .bind(known.phase.name())
            .bind(encode(known)?)
            .bind(known.gone_since().map(millis))
            .execute(&mut transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What is known of each Space that isn't erased yet.
    pub async fn spaces(&self) -> Result<Vec<Known>, StoreError> {
        let rows: Vec<String> = query("SELECT known FROM spaces").scalars(&self.reader).await?;
        rows.iter().map(|json| known_from_json(json)).collect()
    }

    /// What is known of a Space, and its revision.
    pub async fn space(&self, id: SpaceId) -> Result<Option<(Known, i64)>, StoreError> {
        let row = query("SELECT known, revision FROM spaces WHERE space_id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| {
            let known: String = row.try_get("known")?;
            Ok((known_from_json(&known)?, row.try_get("revision")?))
        })
        .transpose()
    }

    /// The follows that a filter refused a Space, with the slot in question, of Spaces that aren't over.
    pub async fn waiting(&self) -> Result<Vec<(SpaceId, FollowId, Slot)>, StoreError> {
        let codes = Decision::OF_FILTERS.map(Decision::name);
        let codes_at = places(1, codes.len());
        // A follow that was moved may have been refused in one channel, and posted in another.
        let sql = format!(
            "SELECT space_id, follow_id, slot FROM decisions WHERE code IN ({codes_at}) AND space_id IN \
             (SELECT space_id FROM spaces WHERE over_at IS NULL) AND NOT EXISTS (SELECT 1 FROM decisions other \
             WHERE other.space_id = decisions.space_id AND other.follow_id = decisions.follow_id \
             AND other.slot = decisions.slot AND other.code NOT IN ({codes_at}))"
        );
        let rows = query(AssertSqlSafe(sql)).bind_all(codes).fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| {
                let space: String = row.try_get("space_id")?;
                Ok((parsed(&space)?, FollowId(row.try_get("follow_id")?), slot(row.try_get("slot")?)?))
            })
            .collect()
    }

    /// Keeps what was decided about Spaces that lead to nothing else.
    pub async fn decide(&self, decided: &[Decided], now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert_decisions(&mut transaction, decided, now).await?;
        transaction.commit().await
    }

    /// The decisions about a Space, by channel, follow and slot.
    pub async fn decisions(&self, id: SpaceId) -> Result<Vec<Decided>, StoreError> {
        let rows = query(
            "SELECT channel_id, follow_id, slot, code FROM decisions WHERE space_id = $1 \
             ORDER BY channel_id, follow_id, slot",
        )
        .bind(id.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let code: String = row.try_get("code")?;
                Ok(Decided {
                    space: id,
                    channel: channel(row.try_get("channel_id")?)?,
                    follow: FollowId(row.try_get("follow_id")?),
                    slot: slot(row.try_get("slot")?)?,
                    decision: Decision::from_name(&code).ok_or(StoreError::Unexpected(code))?,
                })
            })
            .collect()
    }
}

pub(super) async fn insert_decisions(
    transaction: &mut Transaction,
    decided: &[Decided],
    now: Timestamp,
) -> Result<(), StoreError> {
    let decided = last_of_each(decided, |one| (one.space, one.channel, one.follow, one.slot.code()));
    let inserts = inserts(
        "INSERT INTO decisions (space_id, channel_id, follow_id, slot, code, decided_at)",
        &decided,
        |query, decided| {
            query
                .bind(decided.space.to_string())
                .bind(signed(decided.channel.get()))
                .bind(decided.follow.0)
                .bind(decided.slot.code())
                .bind(decided.decision.name())
                .bind(millis(now))
        },
        "ON CONFLICT (space_id, channel_id, follow_id, slot) DO UPDATE SET code = excluded.code, \
         decided_at = excluded.decided_at",
    );
    for insert in inserts {
        insert.execute(&mut *transaction).await?;
    }
    Ok(())
}

async fn edit_posts(transaction: &mut Transaction, change: &Change<'_>) -> Result<(), StoreError> {
    let which = match change.edits {
        Edits::None => return Ok(()),
        Edits::All => "",
        Edits::ScheduledAlone => {
            " AND slot = 0 AND NOT EXISTS (SELECT 1 FROM posts other WHERE other.space_id = posts.space_id \
             AND other.channel_id = posts.channel_id AND other.slot = 1)"
        }
    };
    let sql = format!(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
         SELECT space_id, channel_id, slot, $2, $3, $4, $4 FROM posts \
         WHERE space_id = $1 AND message_id IS NOT NULL AND erased = 0{which} \
         ON CONFLICT (space_id, channel_id, slot, work) DO UPDATE SET version = notices.version + 1, \
         due_at = excluded.due_at, attempts = 0"
    );
    query(AssertSqlSafe(sql))
        .bind(change.known.space.id.as_str())
        .bind(Work::Edit.code())
        .bind(Priority::Edit.code())
        .bind(millis(change.now))
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

pub(super) fn encode(known: &Known) -> Result<String, StoreError> {
    serde_json::to_string(known).map_err(|error| StoreError::Unexpected(error.to_string()))
}

pub(super) fn known_from_json(json: &str) -> Result<Known, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Unexpected(error.to_string()))
}

/// The moment that a column of milliseconds holds.
pub(super) fn moment(milliseconds: i64) -> Timestamp {
    from_millis(milliseconds)
}
