//! Spaces, their posts, and the transaction that keeps a change together with what it causes.

use std::collections::HashSet;

use jiff::Timestamp;

use sqlx::AssertSqlSafe;

use super::database::Transaction;
use super::expiry::empty_posts;
use super::ledger::{UserRow, insert_users};
use super::reopened::{Reopened, take_over};
use super::sql::{On, Row, inserts, last_of_each, query};
use super::{Store, StoreError, channel, guild, millis, signed, snowflake};
use crate::clock::from_millis;
use crate::domain::ids::{ChannelId, FollowId, GuildId, MessageId, SpaceId};
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

    /// Makes one post of a Space that is known already, as a person asked for.
    pub async fn add_draft(&self, draft: &Draft, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let inserted = insert_drafts(&mut transaction, std::slice::from_ref(draft), now).await?;
        transaction.commit().await?;
        Ok(inserted > 0)
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

pub(super) async fn insert_drafts(
    transaction: &mut Transaction,
    drafts: &[Draft],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let posts = inserts(
        "INSERT INTO posts (space_id, channel_id, slot, guild_id, follows, keywords_only, silent, made_at)",
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

async fn count_one_more(
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

pub(super) fn encode(known: &Known) -> Result<String, StoreError> {
    serde_json::to_string(known).map_err(|error| StoreError::Unexpected(error.to_string()))
}

pub(super) fn known_from_json(json: &str) -> Result<Known, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Unexpected(error.to_string()))
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

/// The moment that a column of milliseconds holds.
pub(super) fn moment(milliseconds: i64) -> Timestamp {
    from_millis(milliseconds)
}
