//! Follows in the store.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::sql::{Row, query};
use super::{Store, StoreError, channel, guild, millis, parsed, signed, snowflake};
use crate::clock::from_millis;
use crate::domain::filter::Filter;
use crate::domain::follow::{Follow, PauseReason, Target, When};
use crate::domain::ids::{ChannelId, DiscordUserId, FollowId, GuildId, RoleId, UserId, Username};

/// A follow that has no id yet.
#[derive(Debug, Clone)]
pub struct NewFollow {
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// What it looks for.
    pub target: Target,
    /// A keyword's folded form, which is what makes it unique; unused for hosts.
    pub folded: String,
    /// Which posts it wants.
    pub when: When,
    /// Which Spaces it wants, of those that it finds.
    pub filter: Filter,
    /// Whom it pings.
    pub role: Option<RoleId>,
    /// Who makes it.
    pub made_by: DiscordUserId,
    /// When.
    pub made_at: Timestamp,
}

/// What became of a follow that was to be added.
#[derive(Debug, Clone)]
pub enum AddFollow {
    /// It is kept.
    Added(Follow),
    /// The channel has one with this target already.
    Exists(Follow),
}

/// The columns of a follow.
pub(super) const COLUMNS: &str = "follow_id, guild_id, channel_id, kind, target, shown, wants, role_id, made_by, made_at, paused, \
     filter";

/// What stands between the parts of [`FOLLOW`]; none but the last can hold it.
const SEPARATOR: char = '\u{1f}';

/// A follow in one text, for [`follow`] to read. A million are read at the start, and what a driver does for each value takes
/// longer than to read it.
pub(super) const FOLLOW: &str = "follow_id || '\u{1f}' || guild_id || '\u{1f}' || channel_id || '\u{1f}' || kind || '\u{1f}' \
     || target || '\u{1f}' || wants || '\u{1f}' || COALESCE(role_id, 0) || '\u{1f}' || made_by || '\u{1f}' || made_at || \
     '\u{1f}' || COALESCE(paused, '') || '\u{1f}' || filter || '\u{1f}' || shown AS follow";

impl Store {
    /// Keeps a follow, unless its channel has one with the same target.
    pub async fn add_follow(&self, new: &NewFollow) -> Result<AddFollow, StoreError> {
        let (kind, target, shown) = match &new.target {
            Target::Host { user, username } => ("host", user.to_string(), username.to_string()),
            Target::Keyword(typed) => ("keyword", new.folded.clone(), typed.clone()),
        };
        let mut transaction = self.write().await?;
        let inserted: Option<i64> = query(
            "INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, role_id, made_by, made_at, \
             filter) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (channel_id, kind, target) DO NOTHING RETURNING follow_id",
        )
        .bind(signed(new.guild.get()))
        .bind(signed(new.channel.get()))
        .bind(kind)
        .bind(&target)
        .bind(shown)
        .bind(new.when.name())
        .bind(new.role.map(|role| signed(role.get())))
        .bind(signed(new.made_by.get()))
        .bind(millis(new.made_at))
        .bind(encode(&new.filter)?)
        .scalar_optional(&mut transaction)
        .await?;
        let row = query(AssertSqlSafe(format!(
            "SELECT {FOLLOW} FROM follows WHERE channel_id = $1 AND kind = $2 AND target = $3"
        )))
        .bind(signed(new.channel.get()))
        .bind(kind)
        .bind(&target)
        .fetch_one(&mut transaction)
        .await?;
        transaction.commit().await?;
        let follow = follow(&row)?;
        Ok(if inserted.is_some() { AddFollow::Added(follow) } else { AddFollow::Exists(follow) })
    }

    /// Brings back a follow that was removed, as it was, under its old id; whether it is there now.
    ///
    /// It isn't where its channel has one with the same target by now.
    pub async fn restore_follow(&self, follow: &Follow, folded: &str) -> Result<bool, StoreError> {
        let (kind, target, shown) = match &follow.target {
            Target::Host { user, username } => ("host", user.to_string(), username.to_string()),
            Target::Keyword(typed) => ("keyword", folded.to_owned(), typed.clone()),
        };
        let done = query(
            "INSERT INTO follows (follow_id, guild_id, channel_id, kind, target, shown, wants, role_id, made_by, \
             made_at, paused, filter) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        )
        .bind(follow.id.0)
        .bind(signed(follow.guild.get()))
        .bind(signed(follow.channel.get()))
        .bind(kind)
        .bind(target)
        .bind(shown)
        .bind(follow.when.name())
        .bind(follow.role.map(|role| signed(role.get())))
        .bind(follow.made_by.map_or(0, |person| signed(person.get())))
        .bind(millis(follow.made_at))
        .bind(follow.pause_kept().map(|reason| reason.name().to_owned()))
        .bind(encode(&follow.filter)?)
        .execute(&self.writer)
        .await?;
        Ok(done > 0)
    }

    /// Keeps what a follow has become; whether it is there.
    pub async fn edit_follow(&self, follow: &Follow) -> Result<bool, StoreError> {
        let done = query(
            "UPDATE follows SET channel_id = $1, wants = $2, role_id = $3, filter = $4, paused = $5, \
             paused_at = CASE WHEN $5 IS NULL THEN NULL ELSE paused_at END WHERE follow_id = $6 AND guild_id = $7",
        )
        .bind(signed(follow.channel.get()))
        .bind(follow.when.name())
        .bind(follow.role.map(|role| signed(role.get())))
        .bind(encode(&follow.filter)?)
        .bind(follow.paused.map(|reason| reason.name().to_owned()))
        .bind(follow.id.0)
        .bind(signed(follow.guild.get()))
        .execute(&self.writer)
        .await?;
        Ok(done > 0)
    }

    /// All follows, in the order of their ids.
    pub async fn follows(&self) -> Result<Vec<Follow>, StoreError> {
        let sql = format!("SELECT {FOLLOW} FROM follows ORDER BY follow_id");
        let rows = query(AssertSqlSafe(sql)).fetch_all(&self.reader).await?;
        rows.iter().map(follow).collect()
    }

    /// Follows with ids from `first` to `last`, both included, in the order of their ids.
    pub async fn follows_between(&self, first: FollowId, last: FollowId) -> Result<Vec<Follow>, StoreError> {
        let sql = format!(
            "SELECT {FOLLOW} FROM follows WHERE follow_id >= $1 AND follow_id <= $2 ORDER BY follow_id"
        );
        let rows = query(AssertSqlSafe(sql)).bind(first.0).bind(last.0);
        rows.fetch_all(&self.reader).await?.iter().map(follow).collect()
    }

    /// The highest id of a follow; that of none where there is none.
    pub async fn last_follow(&self) -> Result<FollowId, StoreError> {
        let last = query("SELECT CAST(COALESCE(MAX(follow_id), 0) AS BIGINT) FROM follows");
        Ok(FollowId(last.scalar(&self.reader).await?))
    }

    /// Keeps a host's new username in all follows of that host.
    pub async fn rename_host(&self, user: UserId, username: Username) -> Result<(), StoreError> {
        query("UPDATE follows SET shown = $1 WHERE kind = 'host' AND target = $2")
            .bind(username.as_str())
            .bind(user.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

pub(super) fn encode(filter: &Filter) -> Result<String, StoreError> {
    serde_json::to_string(filter).map_err(|error| StoreError::Unexpected(error.to_string()))
}

/// The follow that [`FOLLOW`] is the text of.
pub(super) fn follow(row: &Row) -> Result<Follow, StoreError> {
    let mut parts = row.text("follow")?.splitn(12, SEPARATOR);
    let mut next = || parts.next().ok_or_else(|| StoreError::Unexpected("a follow that is cut".to_owned()));
    let (id, in_guild, in_channel) = (parsed(next()?)?, parsed(next()?)?, parsed(next()?)?);
    let (kind, target, wants) = (next()?, next()?, next()?);
    let (role, made_by, made_at): (i64, i64, i64) = (parsed(next()?)?, parsed(next()?)?, parsed(next()?)?);
    let (paused, filter, shown) = (next()?, next()?, next()?);
    let unexpected = |text: &str| StoreError::Unexpected(text.to_owned());
    // Neither is an id of Discord's: no role, and a person who had themselves erased and is nobody.
    let id_of = |id: i64| (id != 0).then(|| snowflake(id)).transpose();
    Ok(Follow {
        id: FollowId(id),
        guild: guild(in_guild)?,
        channel: channel(in_channel)?,
        target: match kind {
            "host" => Target::Host { user: parsed(target)?, username: parsed(shown)? },
            "keyword" => Target::Keyword(shown.to_owned()),
            other => return Err(StoreError::Unexpected(format!("a follow of kind {other}"))),
        },
        when: When::from_name(wants).ok_or_else(|| unexpected(wants))?,
        filter: serde_json::from_str(filter).map_err(|error| StoreError::Unexpected(error.to_string()))?,
        role: id_of(role)?.map(RoleId::new),
        made_by: id_of(made_by)?.map(DiscordUserId::new),
        made_at: from_millis(made_at),
        paused: (!paused.is_empty())
            .then(|| PauseReason::from_name(paused).ok_or_else(|| unexpected(paused)))
            .transpose()?,
    })
}
