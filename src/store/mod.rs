//! The store: all that must outlive the process, behind one type.
//!
//! Owns the database file, its schema and its SQL, which is written so that PostgreSQL reads it too. It decides
//! nothing: callers hand it what they decided, and it keeps that whole or not at all. No transaction waits for
//! anything but the database.
//!
//! SQLite has one writer at a time, so there is one connection that writes and a few that read.

mod blocks;
mod follows;
mod guilds;
mod ledger;
mod lists;
mod metas;
mod outbox;
mod removed;
mod spaces;
mod targets;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Sqlite, Transaction};
use thiserror::Error;

pub use blocks::Block;
pub use follows::{AddFollow, NewFollow};
pub use ledger::{BilledRow, UserRow};
pub use lists::LISTS_KEPT;
pub use outbox::{Claimed, QueueDepth};
pub use removed::UNDO_FOR;
pub use spaces::{Change, Edits, Post};
pub use targets::Look;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a statement waits for the database before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections that read beside the one that writes.
const READERS: u32 = 3;
/// Rows in one INSERT. One a statement is five times slower.
const ROWS_PER_INSERT: usize = 100;

/// Why the store didn't do what it was asked. Nothing of it was done.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Somebody else holds the database, or it is short of connections: try again.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// There is no room to write: somebody has to make some.
    #[error("the database can't be written (disk full or read-only)")]
    Unwritable(#[source] sqlx::Error),
    /// A newer program wrote this database.
    #[error("the database was made by a newer version of Spacebell: start that version, or restore a backup")]
    Newer,
    /// The address of the database can't be used.
    #[error("DATABASE_URL: {0}")]
    Address(String),
    /// A row doesn't say what this program writes.
    #[error("the database holds something unexpected: {0}")]
    Unexpected(String),
    /// Anything else.
    #[error("the database failed")]
    Failed(#[source] sqlx::Error),
    /// The schema couldn't be brought up to date.
    #[error("the database's schema couldn't be brought up to date")]
    Migration(#[source] MigrateError),
    /// The lock file beside the database couldn't be made.
    #[error("the lock file beside the database couldn't be used")]
    Lock(#[source] std::io::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLite's primary result codes; extended ones keep them in the lowest byte.
        const BUSY: u32 = 5;
        const LOCKED: u32 = 6;
        const READ_ONLY: u32 = 8;
        const FULL: u32 = 13;
        let code = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .and_then(|code| code.parse::<u32>().ok())
            .map(|code| code & 0xff);
        match (code, &error) {
            (Some(BUSY | LOCKED), _) | (_, sqlx::Error::PoolTimedOut) => Self::Busy(error),
            (Some(READ_ONLY | FULL), _) => Self::Unwritable(error),
            _ => Self::Failed(error),
        }
    }
}

/// The database, open, its schema up to date, and locked against other processes.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
}

/// The lock that keeps a second process from the same database. It dies with the process.
#[derive(Debug)]
pub struct ProcessLock(Option<File>);

impl ProcessLock {
    /// Shows that the process is alive, by the lock file's time of change.
    pub fn beat(&self, now: Timestamp) -> std::io::Result<()> {
        self.0.as_ref().map_or(Ok(()), |file| file.set_modified(now.into()))
    }
}

/// Who holds a database's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// No process.
    Nobody,
    /// A process.
    Process {
        /// When it last showed that it is alive.
        beat_at: Timestamp,
    },
}

impl Store {
    /// Opens the database at `url` (`sqlite://path` or `sqlite::memory:`), makes it if it isn't there, and
    /// brings its schema up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| StoreError::Address(error.to_string()))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            // A disk that is full rolls a transaction back by itself, behind the driver's back: such a connection
            // would refuse every transaction from then on.
            .after_release(|connection, _| {
                let clean = !connection.is_in_transaction();
                Box::pin(async move { Ok(clean) })
            })
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await.map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => StoreError::Newer,
            MigrateError::Execute(error) => StoreError::from(error),
            error => StoreError::Migration(error),
        })?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_with(options)
            .await?;
        Ok(Self { writer, reader })
    }

    /// Takes the lock beside the database at `url`, or answers `None` while another process holds it.
    pub fn try_lock(url: &str) -> Result<Option<ProcessLock>, StoreError> {
        let Some(path) = lock_path(url)? else { return Ok(Some(ProcessLock(None))) };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(StoreError::Lock)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(ProcessLock(Some(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(StoreError::Lock(error)),
        }
    }

    /// Looks who holds the database at `url`, and when that process last beat. Takes nothing and makes no file.
    pub fn holder(url: &str) -> Result<Holder, StoreError> {
        let in_memory = || StoreError::Address("a database in memory is nobody else's to see".to_owned());
        let path = lock_path(url)?.ok_or_else(in_memory)?;
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Holder::Nobody),
            Err(error) => return Err(StoreError::Lock(error)),
        };
        match file.try_lock_shared() {
            // It is given back with the file.
            Ok(()) => Ok(Holder::Nobody),
            Err(TryLockError::WouldBlock) => {
                let beat_at = file.metadata().and_then(|known| known.modified()).map_err(StoreError::Lock)?;
                let beat_at = Timestamp::try_from(beat_at).unwrap_or(Timestamp::MIN);
                Ok(Holder::Process { beat_at })
            }
            Err(TryLockError::Error(error)) => Err(StoreError::Lock(error)),
        }
    }

    /// Closes the database, once what is under way is done.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// The value kept under `name`.
    pub async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        let value = sqlx::query_scalar("SELECT value FROM meta WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.reader)
            .await?;
        Ok(value)
    }

    /// Keeps `value` under `name`.
    pub async fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
        )
        .bind(name)
        .bind(value)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// This store's salt for nonces: `fresh` if there is none yet, and the same one ever after.
    pub async fn nonce_salt(&self, fresh: u32) -> Result<u32, StoreError> {
        sqlx::query("INSERT INTO meta (name, value) VALUES ('nonce_salt', $1) ON CONFLICT (name) DO NOTHING")
            .bind(fresh.to_string())
            .execute(&self.writer)
            .await?;
        let salt: String = sqlx::query_scalar("SELECT value FROM meta WHERE name = 'nonce_salt'")
            .fetch_one(&self.writer)
            .await?;
        salt.parse().map_err(|_| StoreError::Unexpected(format!("nonce_salt {salt}")))
    }

    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// The lock file's path; `None` where the database is in memory, which nobody can share.
fn lock_path(url: &str) -> Result<Option<PathBuf>, StoreError> {
    let options =
        SqliteConnectOptions::from_str(url).map_err(|error| StoreError::Address(error.to_string()))?;
    let path: &Path = options.get_filename();
    // sqlx names such a database as if it were a file.
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    if in_memory || path.as_os_str().is_empty() {
        return Ok(None);
    }
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    Ok(Some(PathBuf::from(lock)))
}

fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// A snowflake as a signed number. Discord's ids use 63 bits, so the sign is never touched.
fn signed(id: u64) -> i64 {
    id.cast_signed()
}

fn guild(id: i64) -> Result<crate::domain::ids::GuildId, StoreError> {
    snowflake(id).map(crate::domain::ids::GuildId::new)
}

fn channel(id: i64) -> Result<crate::domain::ids::ChannelId, StoreError> {
    snowflake(id).map(crate::domain::ids::ChannelId::new)
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
