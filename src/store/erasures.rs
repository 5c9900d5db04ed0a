//! Erasure on request: all that is kept of a server, a person or an account on X goes in one transaction.
//!
//! Messages that show content of X are what is left: which they are stays, marked, until each is emptied.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::database::Transaction;
use super::reminders_moved as reminders;
use super::samples::{erase_past, erase_samples};
use super::scheduled_events;
use super::shown::{empty_in, empty_of};
use super::sql::{Value, query};
use super::{Store, StoreError, guild, ledger, links, millis, parsed, signed};
use crate::domain::erasure::{Account, Erased, Whose};
use crate::domain::ids::{DiscordUserId, GuildId, SpaceId, UserId};
use crate::domain::known::Known;
use crate::domain::notice::{Priority, Work};

/// What an erasure came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// How much was erased.
    pub erased: Erased,
    /// The accounts on X that it was about.
    pub accounts: Vec<UserId>,
    /// The names that they were kept under, in lower case.
    pub names: Vec<String>,
    /// What stands for each of its Spaces now.
    pub spaces: Vec<Known>,
}

impl Store {
    /// Erases all that is kept of somebody, in one transaction, and has the messages about it emptied.
    pub async fn erase(&self, whose: &Whose, now: Timestamp) -> Result<Erasure, StoreError> {
        let mut transaction = self.write().await?;
        let erasure = match whose {
            Whose::Server(id) => erase_guild(&mut transaction, *id, now).await?,
            Whose::Person(id) => erase_person(&mut transaction, *id, now).await?,
            Whose::Account(account) => erase_account(&mut transaction, account, now).await?,
        };
        transaction.commit().await?;
        Ok(erasure)
    }

    /// Erases what is kept for servers that were left before `before`. Answers the servers.
    pub async fn erase_left_guilds(
        &self,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<GuildId>, StoreError> {
        let mut transaction = self.write().await?;
        let ids: Vec<i64> = query("SELECT guild_id FROM left_guilds WHERE left_at < $1")
            .bind(millis(before))
            .scalars(&mut transaction)
            .await?;
        let guilds: Vec<GuildId> = ids.into_iter().map(guild).collect::<Result<_, _>>()?;
        for id in &guilds {
            erase_guild(&mut transaction, *id, now).await?;
        }
        transaction.commit().await?;
        Ok(guilds)
    }

    /// How much would be erased for a server.
    pub async fn kept_for_guild(&self, id: GuildId) -> Result<Erased, StoreError> {
        let row = query(
            "SELECT (SELECT COUNT(*) FROM follows WHERE guild_id = $1) AS follows, \
             (SELECT COUNT(*) FROM blocks WHERE guild_id = $1) AS blocks, \
             (SELECT COUNT(*) FROM posts WHERE guild_id = $1 AND message_id IS NOT NULL) + \
             (SELECT COUNT(*) FROM shown_answers WHERE place = $1) AS posts",
        )
        .bind(signed(id.get()))
        .fetch_one(&self.reader)
        .await?;
        let count = |name| row.try_get::<i64>(name).map(i64::unsigned_abs);
        Ok(Erased {
            follows: count("follows")?,
            blocks: count("blocks")?,
            posts: count("posts")?,
            ..Erased::default()
        })
    }
}

async fn erase_guild(
    transaction: &mut Transaction,
    id: GuildId,
    now: Timestamp,
) -> Result<Erasure, StoreError> {
    let number = signed(id.get());
    let decisions = run(
        transaction,
        "DELETE FROM decisions WHERE follow_id IN (SELECT follow_id FROM follows WHERE guild_id = $1) \
         OR follow_id IN (SELECT follow_id FROM removed_follows WHERE guild_id = $1) \
         OR channel_id IN (SELECT channel_id FROM posts WHERE guild_id = $1)",
        number,
    )
    .await?;
    // What was counted in Spaces that no other server was told of.
    run(
        transaction,
        "DELETE FROM samples WHERE space_id IN (SELECT space_id FROM posts WHERE guild_id = $1) \
         AND space_id NOT IN (SELECT space_id FROM posts WHERE guild_id <> $1)",
        number,
    )
    .await?;
    let posts =
        empty(transaction, "guild_id", number, now).await? + empty_in(transaction, number, now).await?;
    scheduled_events::erase_guild(transaction, number, now).await?;
    let mut gone = async |table: &str, column: &str| {
        run(transaction, format!("DELETE FROM {table} WHERE {column} = $1"), number).await
    };
    let erased = Erased {
        follows: gone("follows", "guild_id").await? + gone("removed_follows", "guild_id").await?,
        blocks: gone("blocks", "guild_id").await?,
        questions: gone("lists", "place").await?,
        posts,
        decisions,
        ..Erased::default()
    };
    for table in [
        "channel_looks",
        "guilds",
        "guild_settings",
        "left_guilds",
        "confirmations",
        "imports",
        "quiet_posts",
    ] {
        gone(table, "guild_id").await?;
    }
    ledger::erase_guild(transaction, number).await?;
    Ok(Erasure { erased, ..Erasure::default() })
}

async fn erase_person(
    transaction: &mut Transaction,
    id: DiscordUserId,
    now: Timestamp,
) -> Result<Erasure, StoreError> {
    let person = signed(id.get());
    let mut erased = Erased { posts: empty_in(transaction, person, now).await?, ..Erased::default() };
    // The follows are their servers'; who made them isn't.
    for table in ["follows", "removed_follows"] {
        let sql = format!("UPDATE {table} SET made_by = 0 WHERE made_by = $1");
        erased.authors += run(transaction, sql, person).await?;
    }
    erased.questions = run(transaction, "DELETE FROM lists WHERE place = $1", person).await?;
    for table in ["confirmations", "imports"] {
        let sql = format!("DELETE FROM {table} WHERE asked_by = $1");
        erased.questions += run(transaction, sql, person).await?;
    }
    (erased.links, erased.spaces) = links::forget_person(transaction, id, now).await?;
    erased.reminders = reminders::erase_person(transaction, person, now).await?;
    Ok(Erasure { erased, ..Erasure::default() })
}

async fn erase_account(
    transaction: &mut Transaction,
    account: &Account,
    now: Timestamp,
) -> Result<Erasure, StoreError> {
    let (ids, names) = who(transaction, account).await?;
    let mut erased = Erased::default();
    for name in &names {
        // A question is JSON, and a name in it has quotation marks around it.
        let asked = format!("%\"{name}\"%");
        erased.questions +=
            run(transaction, "DELETE FROM lists WHERE LOWER(question) LIKE $1", asked).await?;
        let planned = format!("%\"@{name}\"%");
        erased.questions +=
            run(transaction, "DELETE FROM imports WHERE LOWER(plan) LIKE $1", planned).await?;
    }
    let mut spaces = Vec::new();
    for id in &ids {
        let account = &id.to_string();
        erased.decisions += run(
            transaction,
            "DELETE FROM decisions WHERE space_id IN (SELECT space_id FROM spaces WHERE creator_id = $1) \
             OR follow_id IN (SELECT follow_id FROM follows WHERE kind = 'host' AND target = $1) \
             OR follow_id IN (SELECT follow_id FROM removed_follows WHERE kind = 'host' AND target = $1)",
            account,
        )
        .await?;
        erased.posts += empty_of(transaction, account, now).await?;
        let mut own: Vec<String> = query("SELECT space_id FROM spaces WHERE creator_id = $1")
            .bind(id.to_string())
            .scalars(&mut *transaction)
            .await?;
        own.sort_unstable();
        for space in own {
            erased.posts += empty(transaction, "space_id", &space, now).await?;
            erase_samples(transaction, &space).await?;
            reminders::erase_space(transaction, &space, now).await?;
            scheduled_events::erase_space(transaction, &space, now).await?;
            spaces.push(strip(transaction, parsed(&space)?, now).await?);
        }
        erased.spaces += erase_past(transaction, account).await?;
        let mut gone = async |table: &str| {
            let sql = format!("DELETE FROM {table} WHERE kind = 'host' AND target = $1");
            run(transaction, sql, account).await
        };
        erased.follows += gone("follows").await? + gone("removed_follows").await?;
        erased.blocks += gone("blocks").await?;
        erased.links += links::forget_account(transaction, *id, now).await?;
        run(transaction, "DELETE FROM host_rates WHERE user_id = $1", account.clone()).await?;
        erased.accounts += run(transaction, "DELETE FROM x_users WHERE user_id = $1", account).await?;
    }
    erased.spaces += u64::try_from(spaces.len()).unwrap_or(u64::MAX);
    Ok(Erasure { erased, accounts: ids, names, spaces })
}

/// The ids of an account that is known by its id or by a name, and all names that it is kept under.
async fn who(
    transaction: &mut Transaction,
    account: &Account,
) -> Result<(Vec<UserId>, Vec<String>), StoreError> {
    const SHOWN: &str = "SELECT user_id AS id, username AS name FROM x_users \
        UNION SELECT target, shown FROM follows WHERE kind = 'host' \
        UNION SELECT target, shown FROM removed_follows WHERE kind = 'host' \
        UNION SELECT target, shown FROM blocks WHERE kind = 'host'";
    let mut ids: Vec<String> = match account {
        Account::Id(id) => vec![id.to_string()],
        Account::Named(name) => {
            query(AssertSqlSafe(format!("SELECT DISTINCT id FROM ({SHOWN}) shown WHERE LOWER(name) = $1")))
                .bind(name.folded())
                .scalars(&mut *transaction)
                .await?
        }
    };
    ids.sort_unstable();
    let mut names: Vec<String> = match account {
        Account::Id(_) => Vec::new(),
        Account::Named(name) => vec![name.folded()],
    };
    for id in &ids {
        let of_id: Vec<String> =
            query(AssertSqlSafe(format!("SELECT DISTINCT LOWER(name) FROM ({SHOWN}) shown WHERE id = $1")))
                .bind(id)
                .scalars(&mut *transaction)
                .await?;
        names.extend(of_id);
    }
    names.sort_unstable();
    names.dedup();
    Ok((ids.iter().map(|id| parsed(id)).collect::<Result<_, _>>()?, names))
}

/// Puts a Space's place in the stead of the Space, so that X showing it again rings nobody.
async fn strip(transaction: &mut Transaction, id: SpaceId, now: Timestamp) -> Result<Known, StoreError> {
    let bare = Known::bare(id, now);
    let known = serde_json::to_string(&bare).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    query(
        "UPDATE spaces SET creator_id = NULL, phase = $2, known = $3, over_at = $4, revision = revision + 1 \
         WHERE space_id = $1",
    )
    .bind(id.as_str())
    .bind(bare.phase.name())
    .bind(known)
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    Ok(bare)
}

/// Marks posts as erased, those whose `column` is this, and has their messages emptied now; how many messages. What was
/// surely never sent goes at once; what may have been sent is looked for first.
async fn empty(
    transaction: &mut Transaction,
    column: &str,
    is: impl Into<Value> + Clone,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let of_post =
        "space_id = posts.space_id AND notices.channel_id = posts.channel_id AND notices.slot = posts.slot";
    let (post, empty) = (Work::Post.code(), Work::Empty.code());
    let priority = Priority::Empty.code();
    let now = millis(now);
    let sql = format!(
        "DELETE FROM notices WHERE (work <> {post} OR tried_at IS NULL) AND EXISTS \
         (SELECT 1 FROM posts WHERE notices.{of_post} AND posts.{column} = $1)"
    );
    run(transaction, sql, is.clone()).await?;
    let sql = format!(
        "DELETE FROM posts WHERE {column} = $1 AND message_id IS NULL AND NOT EXISTS \
         (SELECT 1 FROM notices WHERE notices.{of_post})"
    );
    run(transaction, sql, is.clone()).await?;
    let sql = format!("UPDATE posts SET erased = 1, follows = '[]', more = 0 WHERE {column} = $1");
    run(transaction, sql, is.clone()).await?;
    let sql = format!(
        "INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at) \
         SELECT space_id, channel_id, slot, {empty}, {priority}, {now}, {now} FROM posts \
         WHERE {column} = $1 AND message_id IS NOT NULL"
    );
    run(transaction, sql, is).await
}

/// Runs a statement whose places all hold this value.
async fn run(
    transaction: &mut Transaction,
    sql: impl Into<String>,
    value: impl Into<Value>,
) -> Result<u64, StoreError> {
    query(AssertSqlSafe(sql.into())).bind(value).execute(transaction).await
}
