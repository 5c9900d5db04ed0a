//! Imports: what a person wants to import until that is confirmed, and many follows kept at once.

use jiff::Timestamp;

use super::follows::{FOLLOW, NewFollow, encode, follow};
use super::sql::{inserts, query};
use super::{Store, StoreError, millis, signed, snowflake};
use crate::domain::follow::{Follow, PauseReason, Target};
use crate::domain::ids::{DiscordUserId, GuildId};

/// A follow that has no id yet, and whether it rests from the first moment on.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The follow.
    pub new: NewFollow,
    /// Whether a person paused it where it comes from.
    pub paused: bool,
}

impl Store {
    /// Keeps what somebody wants to import, and answers the number that confirms it.
    pub async fn keep_import(
        &self,
        guild: GuildId,
        by: DiscordUserId,
        plan: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        query("INSERT INTO imports (guild_id, asked_by, asked_at, plan) VALUES ($1, $2, $3, $4) RETURNING import_id")
            .bind(signed(guild.get()))
            .bind(signed(by.get()))
            .bind(millis(now))
            .bind(plan)
            .scalar(&self.writer)
            .await
    }

    /// Who asked for the import with this number in this server, and what it holds, if that was after `since`.
    pub async fn import(
        &self,
        guild: GuildId,
        number: i64,
        since: Timestamp,
    ) -> Result<Option<(DiscordUserId, String)>, StoreError> {
        let row = query(
            "SELECT asked_by, plan FROM imports WHERE import_id = $1 AND guild_id = $2 AND asked_at > $3",
        )
        .bind(number)
        .bind(signed(guild.get()))
        .bind(millis(since))
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| {
            let by = DiscordUserId::new(snowflake(row.try_get("asked_by")?)?);
            Ok((by, row.try_get("plan")?))
        })
        .transpose()
    }

    /// Forgets what somebody wanted to import.
    pub async fn forget_import(&self, guild: GuildId, number: i64) -> Result<(), StoreError> {
        query("DELETE FROM imports WHERE import_id = $1 AND guild_id = $2")
            .bind(number)
            .bind(signed(guild.get()))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Keeps many follows, in few statements, and forgets the import that they are of; all of them or none. Those whose
    /// channel has one with the same target are left out. Answers what is kept, in the order of the ids; `None` where the
    /// import was made or dropped meanwhile.
    pub async fn add_follows(
        &self,
        imported: &[Imported],
        import: Option<(GuildId, i64)>,
    ) -> Result<Option<Vec<Follow>>, StoreError> {
        let mut rows = Vec::new();
        for Imported { new, paused } in imported {
            rows.push((new, encode(&new.filter)?, paused.then(|| PauseReason::Person.name().to_owned())));
        }
        let tail = format!("ON CONFLICT (channel_id, kind, target) DO NOTHING RETURNING {FOLLOW}");
        let inserts = inserts(
            "INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, role_id, made_by, made_at, \
             filter, paused, paused_at)",
            &rows,
            |query, (new, filter, paused)| {
                let (kind, target, shown) = match &new.target {
                    Target::Host { user, username } => ("host", user.to_string(), username.to_string()),
                    Target::Keyword(typed) => ("keyword", new.folded.clone(), typed.clone()),
                };
                query
                    .bind(signed(new.guild.get()))
                    .bind(signed(new.channel.get()))
                    .bind(kind)
                    .bind(target)
                    .bind(shown)
                    .bind(new.when.name())
                    .bind(new.role.map(|role| signed(role.get())))
                    .bind(signed(new.made_by.get()))
                    .bind(millis(new.made_at))
                    .bind(filter)
                    .bind(paused.clone())
                    .bind(paused.as_ref().map(|_| millis(new.made_at)))
            },
            &tail,
        );
        let mut transaction = self.write().await?;
        if let Some((guild, number)) = import {
            let taken = query("DELETE FROM imports WHERE import_id = $1 AND guild_id = $2")
                .bind(number)
                .bind(signed(guild.get()))
                .execute(&mut transaction)
                .await?;
            if taken == 0 {
                return Ok(None);
            }
        }
        let mut kept = Vec::new();
        for insert in inserts {
            for row in insert.fetch_all(&mut transaction).await? {
                kept.push(follow(&row)?);
            }
        }
        transaction.commit().await?;
        // What RETURNING gives has no order.
        kept.sort_by_key(|follow| follow.id);
        Ok(Some(kept))
    }
}
