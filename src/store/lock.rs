//! One process a database: the lock that it holds, and its heartbeat.
//!
//! SQLite: a lock on a file beside the database, whose time of change is the heartbeat. PostgreSQL: an advisory lock of
//! the connection that writes; the heartbeat is a row. Both locks die with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::database::{self, Reader};
use super::postgres::{self, Writer};
use super::{Store, StoreError, millis, sqlite};
use crate::clock::from_millis;

/// The first of the two numbers of the advisory lock; the second stands for the schema.
const LOCK_CLASS: i32 = 0x5bac_e8e1;
/// Under this name stands which process holds the database, and under the other when its heart beat last.
const HOLDER: &str = "holder";
const BEAT: &str = "beat_at";

/// The lock that keeps a second process from the same database. It dies with the process.
#[derive(Debug)]
pub struct ProcessLock {
    url: String,
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// A database in memory is nobody else's.
    Nothing,
    File(File),
    Advisory(Writer, Arc<Advisory>),
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

impl ProcessLock {
    /// Takes the lock of the database at `url`, or answers `None` while another process holds it.
    pub async fn try_take(url: &str) -> Result<Option<Self>, StoreError> {
        let held = if postgres::is_meant(url) {
            let advisory = Arc::new(Advisory::default());
            let writer = Writer::new(url, Some(Arc::clone(&advisory)))?;
            match writer.session().await {
                Ok(session) => drop(session),
                Err(StoreError::TakenOver) => return Ok(None),
                Err(error) => return Err(error),
            }
            Held::Advisory(writer, advisory)
        } else {
            match lock_path(url)? {
                None => Held::Nothing,
                Some(path) => match try_lock(path)? {
                    None => return Ok(None),
                    Some(file) => Held::File(file),
                },
            }
        };
        Ok(Some(Self { url: url.to_owned(), held }))
    }

    /// Opens the database. From now on it is this process's, which `process` names among all that ever were, and its
    /// heart beats.
    pub async fn open(&self, process: u128, now: Timestamp) -> Result<Store, StoreError> {
        let Held::Advisory(writer, advisory) = &self.held else {
            self.beat(now).await?;
            return Store::open(&self.url).await;
        };
        writer.migrate().await?;
        self.beat(now).await?;
        let writer = database::Writer::Postgres(writer.clone());
        let process = format!("{process:032x}");
        super::set_meta(&writer, HOLDER, &process).await?;
        // It is opened once.
        let _ = advisory.process.set(process);
        Ok(Store::over(writer, Reader::Postgres(postgres::reader(&self.url).await?)))
    }

    /// Shows that the process is alive.
    pub async fn beat(&self, now: Timestamp) -> Result<(), StoreError> {
        match &self.held {
            Held::Nothing => Ok(()),
            Held::File(file) => file.set_modified(now.into()).map_err(StoreError::Lock),
            Held::Advisory(writer, _) => {
                let writer = database::Writer::Postgres(writer.clone());
                super::set_meta(&writer, BEAT, &millis(now).to_string()).await
            }
        }
    }

    /// Ends once another process has taken the database over, which it can only where a connection holds the lock.
    pub async fn lost(&self) {
        match &self.held {
            Held::Nothing | Held::File(_) => std::future::pending().await,
            Held::Advisory(_, advisory) => advisory.lost.cancelled().await,
        }
    }
}

/// Looks who holds the database at `url`, and when that process last beat. Takes nothing and makes nothing.
pub async fn holder(url: &str) -> Result<Holder, StoreError> {
    if postgres::is_meant(url) {
        return advisory_holder(url).await;
    }
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

fn try_lock(path: PathBuf) -> Result<Option<File>, StoreError> {
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(StoreError::Lock)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(StoreError::Lock(error)),
    }
}

/// The lock file's path; `None` where the database is in memory.
fn lock_path(url: &str) -> Result<Option<PathBuf>, StoreError> {
    Ok(sqlite::file(url)?.map(|file| {
        let mut lock = file.into_os_string();
        lock.push(".lock");
        PathBuf::from(lock)
    }))
}

/// What a connection must hold before it writes.
#[derive(Debug, Default)]
pub(super) struct Advisory {
    /// What the database names as its holder while this process is that.
    process: OnceLock<String>,
    /// Another process has become the holder since.
    lost: CancellationToken,
}

impl Advisory {
    /// Has this connection hold the lock; [`StoreError::TakenOver`] where that isn't this process's any more, or not
    /// yet. An earlier connection of this process that the server still believes in is waited for, by trying again.
    pub(super) async fn take(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        let sql = "SELECT pg_try_advisory_lock($1, hashtext(COALESCE(current_schema(), '')))";
        let taken: bool = sqlx::query_scalar(sql).bind(LOCK_CLASS).fetch_one(&mut *connection).await?;
        let Some(process) = self.process.get() else {
            return if taken { Ok(()) } else { Err(StoreError::TakenOver) };
        };
        let holder: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE name = $1")
            .bind(HOLDER)
            .fetch_optional(&mut *connection)
            .await?;
        if holder.as_ref() != Some(process) {
            self.lost.cancel();
            return Err(StoreError::TakenOver);
        }
        if taken {
            return Ok(());
        }
        let waits =
            std::io::Error::new(std::io::ErrorKind::WouldBlock, "an earlier connection holds the lock");
        Err(sqlx::Error::Io(waits).into())
    }
}

async fn advisory_holder(url: &str) -> Result<Holder, StoreError> {
    const HELD: &str = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND granted \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND objsubid = 2 \
        AND classid = $1::oid AND objid = hashtext(COALESCE(current_schema(), ''))::oid";
    let mut connection = postgres::connect(url).await?;
    let held: i64 = sqlx::query_scalar(HELD).bind(LOCK_CLASS).fetch_one(&mut connection).await?;
    if held == 0 {
        return Ok(Holder::Nobody);
    }
    let has_schema: bool =
        sqlx::query_scalar("SELECT to_regclass('meta') IS NOT NULL").fetch_one(&mut connection).await?;
    let beat: Option<String> = if has_schema {
        let sql = "SELECT value FROM meta WHERE name = $1";
        sqlx::query_scalar(sql).bind(BEAT).fetch_optional(&mut connection).await?
    } else {
        None
    };
    // A process that has only just begun hasn't beaten yet.
    let beat_at = beat.and_then(|beat| beat.parse().ok()).map_or(Timestamp::MIN, from_millis);
    Ok(Holder::Process { beat_at })
}
