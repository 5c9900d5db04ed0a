//! SQLite: one connection that writes and a few that read, on one file.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::Connection as _;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::{READERS, StoreError, WAIT_MAX, backup};

/// Rows of an answer that are read ahead of whoever asked.
const ROWS_AHEAD: usize = 2_000;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Opens the database, brings its schema up to date, and answers who writes and who reads.
pub(super) async fn open(url: &str) -> Result<(SqlitePool, SqlitePool), StoreError> {
    let options = settled(url)?.create_if_missing(true);
    let writer = writer(&options).await?;
    keep_old(url, &writer).await?;
    MIGRATIONS.run(&writer).await?;
    Ok((writer, reader(options).await?))
}

/// Opens a database that is there as it is.
pub(super) async fn join(url: &str) -> Result<(SqlitePool, SqlitePool), StoreError> {
    let options = settled(url)?;
    Ok((writer(&options).await?, reader(options).await?))
}

/// The version of the schema that this program makes.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

fn settled(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    Ok(options(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // What is deleted is overwritten, as far as that costs no writing of its own.
        .pragma("secure_delete", "fast")
        .foreign_keys(true)
        .busy_timeout(WAIT_MAX))
}

async fn reader(options: SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    let reader = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(WAIT_MAX)
        // Beyond that, who reads waits for who asked at each row.
        .connect_with(options.row_buffer_size(ROWS_AHEAD))
        .await?;
    Ok(reader)
}

async fn writer(options: &SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WAIT_MAX)
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
    Ok(writer)
}

/// Copies a database that is about to be changed by a newer version, beside it: `spacebell.db.schema-3.backup`.
async fn keep_old(url: &str, writer: &SqlitePool) -> Result<(), StoreError> {
    let Some(file) = file(url)? else { return Ok(()) };
    let mut connection = writer.acquire().await?;
    let tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_one(&mut *connection)
    .await?;
    if tables == 0 {
        return Ok(());
    }
    let version: Option<i64> =
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut *connection).await?;
    let Some(version) = version.filter(|version| *version < newest()) else { return Ok(()) };
    let beside = |ending: &str| {
        let mut name = file.clone().into_os_string();
        name.push(format!(".schema-{version}.{ending}"));
        PathBuf::from(name)
    };
    let (unfinished, done) = (beside("unfinished"), beside("backup"));
    // Of an earlier start that broke off.
    let _ = std::fs::remove_file(&unfinished);
    backup::copy(&mut connection, &unfinished).await?;
    std::fs::rename(unfinished, done).map_err(StoreError::BackupFile)
}

/// The database's file; `None` where it is in memory, which nobody can share.
pub(super) fn file(url: &str) -> Result<Option<PathBuf>, StoreError> {
    let options = options(url)?;
    let path: &Path = options.get_filename();
    // sqlx names such a database as if it were a file.
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    Ok((!in_memory && !path.as_os_str().is_empty()).then(|| path.to_owned()))
}

pub(super) fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    SqliteConnectOptions::from_str(url).map_err(|error| StoreError::Address(error.to_string()))
}
