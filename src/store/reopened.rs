//! Handing one Space's messages over to the one that its host went on in.
//!
//! Part of the transaction that keeps the new Space, so that a message belongs to one of them at any moment. What was to
//! be posted of the old Space is to be posted of the new one; of a message that may be there and isn't recorded the
//! post remembers which Spaces it may show.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::StoreError;
use super::database::Transaction;
use super::posts::ids_to_json;
use super::spaces::encode;
use super::sql::{Row, inserts, places, query};
use super::{channel, millis, signed};
use crate::domain::ids::{ChannelId, SpaceId};
use crate::domain::known::Known;
use crate::domain::notice::{Decision, Draft, Priority, Slot, Work};

/// Channels in one statement.
const CHANNELS_AT_ONCE: usize = 100;
/// Marks that nobody knows which revision a message shows; no Space has it.
pub const UNKNOWN_REVISION: i64 = -1;

/// The Space whose messages another one goes on in, and where.
#[derive(Debug, Clone, Copy)]
pub struct Reopened<'a> {
    /// What is known of the Space that was dropped, the one that continues it named.
    pub from: &'a Known,
    /// The channels where its messages go on. Those that have none of it get posts of their own.
    pub channels: &'a HashSet<ChannelId>,
}

/// A post on its way from one Space to the other.
struct Moving {
    row: Row,
    channel: i64,
    slot: i64,
    message: Option<i64>,
    follows: String,
    keywords_only: i64,
    formerly: Vec<SpaceId>,
}

/// Hands over what there is in those channels. Answers those whose message is there, or was and is removed: there is
/// nothing to be posted.
pub(super) async fn take_over(
    transaction: &mut Transaction,
    to: SpaceId,
    drafts: &[Draft],
    reopened: &Reopened<'_>,
    now: Timestamp,
) -> Result<HashSet<ChannelId>, StoreError> {
    let from = reopened.from.space.id;
    query("UPDATE spaces SET known = $2 WHERE space_id = $1")
        .bind(from.as_str())
        .bind(encode(reopened.from)?)
        .execute(&mut *transaction)
        .await?;
    let unsent = unsent(transaction, from).await?;
    let told = told(transaction, from).await?;
    let rows = query("SELECT * FROM posts WHERE space_id = $1 ORDER BY channel_id, slot")
        .bind(from.as_str())
        .fetch_all(&mut *transaction)
        .await?;
    let mut drafted: HashMap<i64, &Draft> = HashMap::new();
    for draft in drafts.iter().filter(|draft| reopened.channels.contains(&draft.channel)) {
        drafted.insert(signed(draft.channel.get()), draft);
    }
    // What was erased goes on in nothing, and is emptied as what it is.
    for row in &rows {
        if row.try_get::<i64>("erased")? != 0 {
            drafted.remove(&row.try_get("channel_id")?);
        }
    }
    let mut moving = Vec::new();
    for row in rows {
        let at: i64 = row.try_get("channel_id")?;
        if let Some(draft) = drafted.get(&at) {
            moving.push(moved(row, from, draft, &unsent)?);
        }
    }
    let stands = |post: &Moving| {
        let there = post.message.is_some() || told.contains(&post.channel);
        post.slot == Slot::Live.code() && (there || unsent.contains_key(&post.channel))
    };
    let going: HashSet<i64> = moving.iter().filter(|post| stands(post)).map(|post| post.channel).collect();
    moving.retain(|post| going.contains(&post.channel));
    insert_moved(transaction, to, &moving).await?;
    let mut channels: Vec<i64> = going.iter().copied().collect();
    channels.sort_unstable();
    for some in channels.chunks(CHANNELS_AT_ONCE) {
        move_notices(transaction, from, to, some, now).await?;
    }
    ask_for_edits(transaction, to, now).await?;
    channels.into_iter().filter(|at| !unsent.contains_key(at)).map(channel).collect()
}

/// The channels that the Space's live post is still to be sent to, and whether a try has begun.
async fn unsent(transaction: &mut Transaction, space: SpaceId) -> Result<HashMap<i64, bool>, StoreError> {
    let rows =
        query("SELECT channel_id, tried_at FROM notices WHERE space_id = $1 AND slot = $2 AND work = $3")
            .bind(space.as_str())
            .bind(Slot::Live.code())
            .bind(Work::Post.code())
            .fetch_all(transaction)
            .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("channel_id")?, row.try_get::<Option<i64>>("tried_at")?.is_some())))
        .collect()
}

/// The channels where the Space's live post is known to have been made, though somebody may have removed it since.
async fn told(transaction: &mut Transaction, space: SpaceId) -> Result<HashSet<i64>, StoreError> {
    let channels: Vec<i64> = query(
        "SELECT DISTINCT channel_id FROM decisions WHERE space_id = $1 AND slot = $2 AND code IN ($3, $4, $5)",
    )
    .bind(space.as_str())
    .bind(Slot::Live.code())
    .bind(Decision::Posted.name())
    .bind(Decision::PostedLate.name())
    .bind(Decision::Continued.name())
    .scalars(transaction)
    .await?;
    Ok(channels.into_iter().collect())
}

fn moved(row: Row, from: SpaceId, draft: &Draft, unsent: &HashMap<i64, bool>) -> Result<Moving, StoreError> {
    let (channel, slot): (i64, i64) = (row.try_get("channel_id")?, row.try_get("slot")?);
    let is_live = slot == Slot::Live.code();
    let formerly: String = row.try_get("formerly")?;
    let mut formerly = super::posts::spaces_from_json(&formerly)?;
    // What was never tried shows nothing of the Space that it was meant for.
    if unsent.get(&channel) != Some(&false) {
        formerly.push(from);
    }
    Ok(Moving {
        channel,
        slot,
        message: row.try_get("message_id")?,
        follows: if is_live { ids_to_json(&draft.follows) } else { row.try_get("follows")? },
        keywords_only: if is_live { i64::from(draft.keywords_only) } else { row.try_get("keywords_only")? },
        formerly,
        row,
    })
}

async fn insert_moved(
    transaction: &mut Transaction,
    to: SpaceId,
    moving: &[Moving],
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for post in moving {
        let kept = [
            post.row.try_get::<i64>("guild_id")?,
            post.row.try_get("silent")?,
            post.row.try_get("awaited")?,
            post.row.try_get("more")?,
            post.row.try_get("made_at")?,
        ];
        let formerly = serde_json::to_string(&post.formerly)
            .map_err(|error| StoreError::Unexpected(error.to_string()))?;
        rows.push((post, kept, formerly));
    }
    let inserts = inserts(
        "INSERT INTO posts (space_id, channel_id, slot, follows, keywords_only, message_id, guild_id, silent, \
         awaited, more, made_at, formerly)",
        &rows,
        |query, (post, kept, formerly)| {
            query
                .bind(to.as_str())
                .bind(post.channel)
                .bind(post.slot)
                .bind(&post.follows)
                .bind(post.keywords_only)
                .bind(post.message)
                .bind_all(*kept)
                .bind(formerly)
        },
        "",
    );
    for insert in inserts {
        insert.execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Posts that wait, and those of unknown fate, are the other Space's from now on; all else that was to be done for the
/// old one is done with.
async fn move_notices(
    transaction: &mut Transaction,
    from: SpaceId,
    to: SpaceId,
    channels: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    let within = |first| places(first, channels.len());
    let sql = format!("DELETE FROM posts WHERE space_id = $1 AND channel_id IN ({})", within(2));
    query(AssertSqlSafe(sql))
        .bind(from.as_str())
        .bind_all(channels.iter().copied())
        .execute(&mut *transaction)
        .await?;
    let sql =
        format!("DELETE FROM notices WHERE space_id = $1 AND work <> $2 AND channel_id IN ({})", within(3));
    query(AssertSqlSafe(sql))
        .bind(from.as_str())
        .bind(Work::Post.code())
        .bind_all(channels.iter().copied())
        .execute(&mut *transaction)
        .await?;
    // What was never tried falls due anew, with the Space that it tells of.
    let sql = format!(
        "UPDATE notices SET space_id = $2, version = version + 1, \
         made_at = CASE WHEN tried_at IS NULL THEN $3 ELSE made_at END, \
         tried_revision = CASE WHEN tried_at IS NULL THEN NULL ELSE $4 END \
         WHERE space_id = $1 AND channel_id IN ({})",
        within(5)
    );
    query(AssertSqlSafe(sql))
        .bind(from.as_str())
        .bind(to.as_str())
        .bind(millis(now))
        .bind(UNKNOWN_REVISION)
        .bind_all(channels.iter().copied())
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

/// The Space is new, so the messages that it has are those that it took over.
async fn ask_for_edits(transaction: &mut Transaction, to: SpaceId, now: Timestamp) -> Result<(), StoreError> {
    query(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
         SELECT space_id, channel_id, slot, $2, $3, $4, $4 FROM posts \
         WHERE space_id = $1 AND message_id IS NOT NULL ON CONFLICT DO NOTHING",
    )
    .bind(to.as_str())
    .bind(Work::Edit.code())
    .bind(Priority::Edit.code())
    .bind(millis(now))
    .execute(transaction)
    .await?;
    Ok(())
}
