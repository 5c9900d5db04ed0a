//! Posts: which message tells of which Space in which channel.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::database::Transaction;
use super::sql::{On, Row, inserts, query};
use super::{Store, StoreError, channel, guild, millis, signed, snowflake};
use crate::domain::ids::{ChannelId, FollowId, GuildId, MessageId, SpaceId};
use crate::domain::notice::{Draft, Priority, Slot, Work};

/// A post as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The Space.
    pub space: SpaceId,
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// Which of the two.
    pub slot: Slot,
    /// The follows that asked for it.
    pub follows: Vec<FollowId>,
    /// The message, if it is there.
    pub message: Option<MessageId>,
    /// Whether only keywords asked for it.
    pub keywords_only: bool,
    /// Whether it pings nobody.
    pub silent: bool,
    /// Spaces that the channel's hourly cap left out, told with this post.
    pub more: u32,
    /// Whether its erasure was asked for: its message is to be emptied, whatever becomes of the Space.
    pub erased: bool,
    /// The Spaces of the same host that it told of before, the first one first.
    pub formerly: Vec<SpaceId>,
}

const POST_COLUMNS: &str = "space_id, guild_id, channel_id, slot, follows, message_id, keywords_only, silent, more, erased, \
     formerly";

impl Store {
    /// Makes one post of a Space that is known already, as a person asked for.
    pub async fn add_draft(&self, draft: &Draft, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let inserted = insert_drafts(&mut transaction, std::slice::from_ref(draft), now).await?;
        transaction.commit().await?;
        Ok(inserted > 0)
    }

    /// The posts of a Space, by channel and slot.
    pub async fn posts(&self, id: SpaceId) -> Result<Vec<Post>, StoreError> {
        let sql = format!("SELECT {POST_COLUMNS} FROM posts WHERE space_id = $1 ORDER BY channel_id, slot");
        let rows = query(AssertSqlSafe(sql)).bind(id.as_str()).fetch_all(&self.reader).await?;
        rows.iter().map(post).collect()
    }

    /// The posts of a Space in one channel, by slot.
    pub async fn posts_in(&self, id: SpaceId, channel: ChannelId) -> Result<Vec<Post>, StoreError> {
        let sql =
            format!("SELECT {POST_COLUMNS} FROM posts WHERE space_id = $1 AND channel_id = $2 ORDER BY slot");
        let rows = query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .bind(signed(channel.get()))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(post).collect()
    }

    /// Forgets the message of a post, which somebody removed: nothing more is done to it.
    pub async fn forget_message(&self, post: &Post) -> Result<(), StoreError> {
        clear_message(&self.writer, post.space, post.channel, post.slot).await
    }

    /// How many posts each channel had for keywords alone since `since`; channels with none are missing.
    pub async fn keyword_posts_since(&self, since: Timestamp) -> Result<Vec<(ChannelId, usize)>, StoreError> {
        let rows = query(
            "SELECT channel_id, COUNT(*) AS posts FROM posts WHERE keywords_only = 1 AND made_at > $1 \
             GROUP BY channel_id",
        )
        .bind(millis(since))
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let posts: i64 = row.try_get("posts")?;
                Ok((channel(row.try_get("channel_id")?)?, usize::try_from(posts).unwrap_or(usize::MAX)))
            })
            .collect()
    }
}

pub(super) async fn insert_drafts(
    transaction: &mut Transaction,
    drafts: &[Draft],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let posts = inserts(
        "INSERT INTO posts (space_id, channel_id, slot, guild_id, follows, keywords_only, silent, awaited, \
         made_at)",
        drafts,
        |query, draft| {
            query
                .bind(draft.space.to_string())
                .bind(signed(draft.channel.get()))
                .bind(draft.slot.code())
                .bind(signed(draft.guild.get()))
                .bind(ids_to_json(&draft.follows))
                .bind(i64::from(draft.keywords_only))
                .bind(i64::from(draft.silent))
                .bind(i64::from(draft.awaited))
                .bind(millis(now))
        },
        "ON CONFLICT DO NOTHING RETURNING space_id, channel_id, slot",
    );
    let mut new = HashSet::new();
    for insert in posts {
        for row in insert.fetch_all(&mut *transaction).await? {
            let space: String = row.try_get("space_id")?;
            new.insert((space, row.try_get::<i64>("channel_id")?, row.try_get::<i64>("slot")?));
        }
    }
    // A post that was there already had its notice, and mustn't be sent a second time.
    let is_new = |draft: &&Draft| {
        new.contains(&(draft.space.to_string(), signed(draft.channel.get()), draft.slot.code()))
    };
    let drafts: Vec<&Draft> = drafts.iter().filter(is_new).collect();
    let notices = inserts(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at)",
        &drafts,
        |query, draft| {
            query
                .bind(draft.space.to_string())
                .bind(signed(draft.channel.get()))
                .bind(draft.slot.code())
                .bind(Work::Post.code())
                .bind(Priority::of(Work::Post, draft.slot).code())
                .bind(millis(now))
                .bind(millis(now))
        },
        "ON CONFLICT DO NOTHING",
    );
    for insert in notices {
        insert.execute(&mut *transaction).await?;
    }
    Ok(drafts.len())
}

pub(super) async fn count_one_more(
    transaction: &mut Transaction,
    channel: ChannelId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let last = query(
        "UPDATE posts SET more = more + 1 WHERE channel_id = $1 AND (space_id, slot) = \
         (SELECT space_id, slot FROM posts WHERE channel_id = $1 AND keywords_only = 1 \
         ORDER BY made_at DESC, space_id DESC, slot DESC LIMIT 1) RETURNING space_id, slot, message_id",
    )
    .bind(signed(channel.get()))
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(last) = last else { return Ok(()) };
    let message: Option<i64> = last.try_get("message_id")?;
    if message.is_none() {
        return Ok(());
    }
    let space: String = last.try_get("space_id")?;
    let slot: i64 = last.try_get("slot")?;
    add_edit(transaction, &space, signed(channel.get()), slot, millis(now)).await
}

/// Records that the message of a post isn't there any more.
pub(super) async fn clear_message(
    on: impl Into<On<'_>>,
    space: SpaceId,
    channel: ChannelId,
    slot: Slot,
) -> Result<(), StoreError> {
    query("UPDATE posts SET message_id = NULL WHERE space_id = $1 AND channel_id = $2 AND slot = $3")
        .bind(space.as_str())
        .bind(signed(channel.get()))
        .bind(slot.code())
        .execute(on)
        .await?;
    Ok(())
}

/// Asks for an edit of one post.
pub(super) async fn add_edit(
    transaction: &mut Transaction,
    space: &str,
    channel: i64,
    slot: i64,
    now: i64,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) \
         ON CONFLICT (space_id, channel_id, slot, work) DO UPDATE SET version = notices.version + 1, \
         due_at = excluded.due_at, attempts = 0",
    )
    .bind(space)
    .bind(channel)
    .bind(slot)
    .bind(Work::Edit.code())
    .bind(Priority::Edit.code())
    .bind(now)
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

fn post(row: &Row) -> Result<Post, StoreError> {
    let space: String = row.try_get("space_id")?;
    let follows: String = row.try_get("follows")?;
    let message: Option<i64> = row.try_get("message_id")?;
    let keywords_only: i64 = row.try_get("keywords_only")?;
    let silent: i64 = row.try_get("silent")?;
    let more: i64 = row.try_get("more")?;
    let erased: i64 = row.try_get("erased")?;
    let formerly: String = row.try_get("formerly")?;
    Ok(Post {
        space: super::parsed(&space)?,
        guild: guild(row.try_get("guild_id")?)?,
        channel: channel(row.try_get("channel_id")?)?,
        slot: slot(row.try_get("slot")?)?,
        follows: ids_from_json(&follows)?,
        message: message.map(snowflake).transpose()?.map(MessageId::new),
        keywords_only: keywords_only != 0,
        silent: silent != 0,
        more: u32::try_from(more).unwrap_or(u32::MAX),
        erased: erased != 0,
        formerly: spaces_from_json(&formerly)?,
    })
}

pub(super) fn slot(code: i64) -> Result<Slot, StoreError> {
    Slot::from_code(code).ok_or_else(|| StoreError::Unexpected(format!("slot {code}")))
}

pub(super) fn ids_to_json(ids: &[FollowId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("[{}]", ids.join(","))
}

pub(super) fn ids_from_json(json: &str) -> Result<Vec<FollowId>, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Unexpected(error.to_string()))
}

pub(super) fn spaces_from_json(json: &str) -> Result<Vec<SpaceId>, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Unexpected(error.to_string()))
}
