//! Scheduled events of servers: which there are, and what was told of each.

use jiff::Timestamp;

use super::database::Transaction;
use super::sql::{Row, query};
use super::{Store, StoreError, guild, millis, parsed, signed};
use crate::clock::from_millis;
use crate::domain::ids::{GuildId, SpaceId};
use crate::domain::scheduled_event::{Standing, Status, Telling};

impl Store {
    /// All events, by server and Space.
    pub async fn scheduled_events(&self) -> Result<Vec<Standing>, StoreError> {
        let rows = query(
            "SELECT guild_id, space_id, event_id, status, shown, end_at, due_at, attempts, tried_at, left_alone, \
             erased FROM scheduled_events ORDER BY guild_id, space_id",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(standing).collect()
    }

    /// A server is to have an event of this Space.
    pub async fn add_scheduled_event(
        &self,
        guild: GuildId,
        space: SpaceId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(
            "INSERT INTO scheduled_events (guild_id, space_id, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(signed(guild.get()))
        .bind(space.as_str())
        .bind(millis(now))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Records that an event is about to be made.
    pub async fn begin_scheduled_event(&self, of: &Standing, now: Timestamp) -> Result<bool, StoreError> {
        let begun = query(
            "UPDATE scheduled_events SET tried_at = $3 \
             WHERE guild_id = $1 AND space_id = $2 AND erased = 0 AND event_id IS NULL",
        )
        .bind(signed(of.guild.get()))
        .bind(of.space.as_str())
        .bind(millis(now))
        .execute(&self.writer)
        .await?;
        Ok(begun > 0)
    }

    /// An event is there, and shows this; `None` where it was only found.
    pub async fn settle_scheduled_event(
        &self,
        of: &Standing,
        event: u64,
        told: Option<&Telling>,
    ) -> Result<(), StoreError> {
        query(
            "UPDATE scheduled_events SET event_id = $3, tried_at = NULL, attempts = 0, \
             status = COALESCE($4, status), end_at = COALESCE($5, end_at), shown = COALESCE($6, shown) \
             WHERE guild_id = $1 AND space_id = $2",
        )
        .bind(signed(of.guild.get()))
        .bind(of.space.as_str())
        .bind(signed(event))
        .bind(told.and_then(|told| told.status).map(Status::code))
        .bind(told.and_then(|told| told.end).map(millis))
        .bind(told.map(|told| told.shown.clone()))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Nothing is asked about an event before `at`. `counts` says whether this was a try in vain, `unmade` that Discord
    /// surely has none.
    pub async fn put_off_scheduled_event(
        &self,
        of: &Standing,
        at: Timestamp,
        counts: bool,
        unmade: bool,
    ) -> Result<(), StoreError> {
        query(
            "UPDATE scheduled_events SET due_at = $3, attempts = attempts + $4, \
             tried_at = CASE WHEN $5 = 1 THEN NULL ELSE tried_at END WHERE guild_id = $1 AND space_id = $2",
        )
        .bind(signed(of.guild.get()))
        .bind(of.space.as_str())
        .bind(millis(at))
        .bind(i64::from(counts))
        .bind(i64::from(unmade))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Somebody took an event away or closed it: it is left alone.
    pub async fn leave_scheduled_event(&self, of: &Standing) -> Result<(), StoreError> {
        query("UPDATE scheduled_events SET left_alone = 1 WHERE guild_id = $1 AND space_id = $2")
            .bind(signed(of.guild.get()))
            .bind(of.space.as_str())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// There is no such event any more, nor is there to be one.
    pub async fn forget_scheduled_event(&self, of: &Standing) -> Result<(), StoreError> {
        query("DELETE FROM scheduled_events WHERE guild_id = $1 AND space_id = $2")
            .bind(signed(of.guild.get()))
            .bind(of.space.as_str())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Has a server's events be taken away; how many. What surely isn't there goes at once.
pub(super) async fn erase_guild(
    transaction: &mut Transaction,
    guild: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    query("DELETE FROM scheduled_events WHERE guild_id = $1 AND event_id IS NULL AND tried_at IS NULL")
        .bind(guild)
        .execute(&mut *transaction)
        .await?;
    query("UPDATE scheduled_events SET erased = 1, attempts = 0, due_at = $2 WHERE guild_id = $1")
        .bind(guild)
        .bind(millis(now))
        .execute(transaction)
        .await
}

/// Has the events of an account's Space be taken away, and makes none of it again.
pub(super) async fn erase_space(
    transaction: &mut Transaction,
    space: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("DELETE FROM scheduled_events WHERE space_id = $1 AND event_id IS NULL AND tried_at IS NULL")
        .bind(space)
        .execute(&mut *transaction)
        .await?;
    query("UPDATE scheduled_events SET erased = 1, attempts = 0, due_at = $2 WHERE space_id = $1")
        .bind(space)
        .bind(millis(now))
        .execute(transaction)
        .await?;
    Ok(())
}

fn standing(row: &Row) -> Result<Standing, StoreError> {
    let space: String = row.try_get("space_id")?;
    let event: Option<i64> = row.try_get("event_id")?;
    let end: Option<i64> = row.try_get("end_at")?;
    let attempts: i64 = row.try_get("attempts")?;
    let tried_at: Option<i64> = row.try_get("tried_at")?;
    let left_alone: i64 = row.try_get("left_alone")?;
    let erased: i64 = row.try_get("erased")?;
    Ok(Standing {
        guild: guild(row.try_get("guild_id")?)?,
        space: parsed(&space)?,
        event: event.map(i64::cast_unsigned),
        status: Status::from_code(row.try_get("status")?),
        shown: row.try_get("shown")?,
        end: end.map(from_millis),
        due_at: from_millis(row.try_get("due_at")?),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        maybe_made: tried_at.is_some(),
        left_alone: left_alone != 0,
        erased: erased != 0,
    })
}
