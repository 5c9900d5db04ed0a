//! The store: all that must outlive the process, behind one type.
//!
//! Owns the database, its schema and its SQL, whose text SQLite and PostgreSQL both read. It decides nothing: callers
//! hand it what they decided, and it keeps that whole or not at all. No transaction waits for anything but the
//! database.
//!
//! Each database has one connection that writes and a few that read.

mod attempts;
mod backup;
mod blocks;
mod database;
mod erasure_requests;
mod erasures;
mod error;
mod expiry;
mod follows;
mod guilds;
mod imports;
mod ledger;
mod links;
mod lists;
mod lock;
mod metas;
mod outbox;
mod postgres;
mod posts;
mod quiet;
mod rates;
mod reasons;
mod reminders;
mod reminders_moved;
mod removed;
mod reopened;
mod revocations;
mod samples;
mod scheduled_events;
mod settling;
mod shown;
mod spaces;
mod sql;
mod sqlite;
mod targets;

use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use database::{Reader, Transaction, Writer};
use sql::query;

use crate::domain::ids::{ChannelId, GuildId, NoticeId};

pub use attempts::{Attempt, Stage};
pub use backup::back_up;
pub use blocks::Block;
pub use erasures::Erasure;
pub use error::StoreError;
pub use follows::{AddFollow, NewFollow};
pub use imports::Imported;
pub use ledger::{BilledRow, ComeTo, DaySum, UserRow};
pub use links::{EndedBy, Link};
pub use lists::LISTS_KEPT;
pub use lock::{Holder, ProcessLock, holder};
pub use outbox::{Claimed, QueueDepth, Subject};
pub use posts::Post;
pub use quiet::QuietPost;
pub use rates::HostRate;
pub use reasons::Reason;
pub use reminders::{NewReminder, Remembered, Reminder};
pub use removed::UNDO_FOR;
pub use reopened::{Reopened, UNKNOWN_REVISION};
pub use revocations::Revocation;
pub use samples::PastSpace;
pub use shown::{NewShown, Place, Shown};
pub use spaces::{Change, Edits};
pub use targets::Look;

/// How long a statement waits for a connection or for the database before it gives up.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Connections that read beside the one that writes.
const READERS: u32 = 3;

/// The database, open, its schema up to date.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Writer,
    reader: Reader,
    /// What a claim took whose end nobody knows; see [`Store::claim`].
    unsure: Arc<Mutex<Vec<NoticeId>>>,
}

impl Store {
    /// Opens the database at `url` (`sqlite://path`, `sqlite::memory:` or `postgres://…`) and brings its schema up to
    /// date; a SQLite file is made if it isn't there. Whoever must be alone takes a [`ProcessLock`] and opens that.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if postgres::is_meant(url) {
            let writer = postgres::Writer::new(url, None)?;
            writer.migrate().await?;
            let reader = Reader::Postgres(postgres::reader(url).await?);
            return Ok(Self::over(Writer::Postgres(writer), reader));
        }
        let (writer, reader) = sqlite::open(url).await?;
        Ok(Self::over(Writer::Sqlite(writer), Reader::Sqlite(reader)))
    }

    /// Opens the database beside the process that works on it, to leave it a word. The schema must be that of this
    /// version, and nothing of it is changed.
    pub async fn beside(url: &str) -> Result<Self, StoreError> {
        if postgres::is_meant(url) {
            let writer = postgres::Writer::new(url, None)?;
            let reader = postgres::reader(url).await?;
            let store = Self::over(Writer::Postgres(writer), Reader::Postgres(reader));
            return store.of_version(postgres::newest()).await;
        }
        let (writer, reader) = sqlite::join(url).await?;
        Self::over(Writer::Sqlite(writer), Reader::Sqlite(reader)).of_version(sqlite::newest()).await
    }

    async fn of_version(self, newest: i64) -> Result<Self, StoreError> {
        let version: Option<i64> =
            query("SELECT MAX(version) FROM _sqlx_migrations").scalar(&self.reader).await?;
        match version {
            Some(version) if version == newest => Ok(self),
            Some(version) if version > newest => Err(StoreError::Newer),
            _ => Err(StoreError::Older),
        }
    }

    fn over(writer: Writer, reader: Reader) -> Self {
        Self { writer, reader, unsure: Arc::default() }
    }

    /// Closes the database, once what is under way is done.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// The value kept under `name`.
    pub async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        query("SELECT value FROM meta WHERE name = $1").bind(name).scalar_optional(&self.reader).await
    }

    /// Keeps `value` under `name`.
    pub async fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        set_meta(&self.writer, name, value).await
    }

    /// This store's salt for nonces: `fresh` if there is none yet, and the same one ever after.
    pub async fn nonce_salt(&self, fresh: u32) -> Result<u32, StoreError> {
        query("INSERT INTO meta (name, value) VALUES ('nonce_salt', $1) ON CONFLICT (name) DO NOTHING")
            .bind(fresh.to_string())
            .execute(&self.writer)
            .await?;
        let salt: String =
            query("SELECT value FROM meta WHERE name = 'nonce_salt'").scalar(&self.writer).await?;
        salt.parse().map_err(|_| StoreError::Unexpected(format!("nonce_salt {salt}")))
    }

    async fn write(&self) -> Result<Transaction, StoreError> {
        self.writer.begin().await
    }
}

async fn set_meta(writer: &Writer, name: &str, value: &str) -> Result<(), StoreError> {
    query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2")
        .bind(name)
        .bind(value)
        .execute(writer)
        .await?;
    Ok(())
}

fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// A snowflake as a signed number. Discord's ids use 63 bits, so the sign is never touched.
fn signed(id: u64) -> i64 {
    id.cast_signed()
}

fn guild(id: i64) -> Result<GuildId, StoreError> {
    snowflake(id).map(GuildId::new)
}

fn channel(id: i64) -> Result<ChannelId, StoreError> {
    snowflake(id).map(ChannelId::new)
}

fn snowflake(id: i64) -> Result<u64, StoreError> {
    match id.cast_unsigned() {
        0 => Err(StoreError::Unexpected("an id of 0".to_owned())),
        id => Ok(id),
    }
}

fn parsed<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Unexpected(text.chars().take(40).collect()))
}
