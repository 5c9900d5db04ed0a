//! Why the store didn't do what it was asked, as a decision: try again, make room, or ask somebody.

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;
use thiserror::Error;

/// Why the store didn't do what it was asked. Nothing of it was done, unless the connection broke off at the very
/// end: then nobody knows, and doing it again must be safe.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Somebody else holds the database, it can't be reached, or it is short of connections: try again.
    #[error("the database is busy or can't be reached")]
    Busy(#[source] sqlx::Error),
    /// There is no room to write, or none is allowed: somebody has to make some.
    #[error("the database can't be written: its disk is full, or it is read-only")]
    Unwritable(#[source] sqlx::Error),
    /// The disk refuses what it should do: somebody has to look at it.
    #[error("the database's disk is failing, or full")]
    Failing(#[source] sqlx::Error),
    /// Another process has taken the database over: this one must end.
    #[error("another process has taken over the database")]
    TakenOver,
    /// A newer program wrote this database.
    #[error("the database was made by a newer version of Spacebell: start that version, or restore a backup")]
    Newer,
    /// An older program works on this database.
    #[error("the bot that runs is an older version of Spacebell: start this version first")]
    Older,
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
    /// The file for a backup couldn't be made.
    #[error("the file for the backup couldn't be made")]
    BackupFile(#[source] std::io::Error),
}

/// What an error of a database asks for.
enum Kind {
    Busy,
    Unwritable,
    Failing,
    Other,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::Database(told) => kind(told.as_ref()),
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Kind::Busy,
            _ => Kind::Other,
        };
        match kind {
            Kind::Busy => Self::Busy(error),
            Kind::Unwritable => Self::Unwritable(error),
            Kind::Failing => Self::Failing(error),
            Kind::Other => Self::Failed(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => Self::Newer,
            MigrateError::Execute(error) => Self::from(error),
            error => Self::Migration(error),
        }
    }
}

fn kind(error: &dyn DatabaseError) -> Kind {
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(error) => postgres(error.code()),
        None => sqlite(error.code().and_then(|code| code.parse().ok()).unwrap_or(0)),
    }
}

/// By SQLite's primary result codes, which extended ones keep in their lowest byte.
fn sqlite(code: u32) -> Kind {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const READ_ONLY: u32 = 8;
    const INPUT_OUTPUT: u32 = 10;
    const FULL: u32 = 13;
    match code & 0xff {
        BUSY | LOCKED => Kind::Busy,
        READ_ONLY | FULL => Kind::Unwritable,
        // A full disk too, where it is only noticed when what was written is brought there.
        INPUT_OUTPUT => Kind::Failing,
        _ => Kind::Other,
    }
}

/// By SQLSTATE. Source: PostgreSQL's manual, appendix A.
fn postgres(code: &str) -> Kind {
    match code {
        // disk_full, read_only_sql_transaction
        "53100" | "25006" => Kind::Unwritable,
        // io_error
        "58030" => Kind::Failing,
        // serialization_failure, deadlock_detected, lock_not_available, query_canceled (by a timeout)
        "40001" | "40P01" | "55P03" | "57014" => Kind::Busy,
        // Connections, resources, and a server that stops, starts or recovers.
        code if code.starts_with("08") || code.starts_with("53") || breaks_off(code) => Kind::Busy,
        _ => Kind::Other,
    }
}

/// Whether the server ends the connection with this SQLSTATE: admin_shutdown, crash_shutdown, cannot_connect_now,
/// database_dropped, idle_session_timeout, idle_in_transaction_session_timeout.
fn breaks_off(code: &str) -> bool {
    matches!(code, "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03")
}

/// Whether a connection to PostgreSQL can't be used any more after this error.
pub(super) fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(told) => told
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|told| breaks_off(told.code()) || told.code().starts_with("08")),
        sqlx::Error::RowNotFound | sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) => false,
        _ => true,
    }
}
