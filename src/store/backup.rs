//! Copies of a SQLite database, whole and consistent while somebody writes to it.

use std::fs::{File, OpenOptions};
use std::path::Path;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Error};

use super::{StoreError, postgres, sqlite};

/// Copies the SQLite database at `url` into `file`, which must not be there yet and only its owner can read. `false` if
/// the database is another kind, which has means of its own.
pub async fn back_up(url: &str, file: &Path) -> Result<bool, StoreError> {
    if postgres::is_meant(url) {
        return Ok(false);
    }
    let mut database = SqliteConnection::connect_with(&sqlite::options(url)?).await?;
    copy(&mut database, file).await?;
    // It was only read.
    let _ = database.close().await;
    Ok(true)
}

/// Copies an open database into `file`, which must not be there yet. What couldn't be copied whole is removed.
pub(super) async fn copy(database: &mut SqliteConnection, file: &Path) -> Result<(), StoreError> {
    let copy = create(file).map_err(StoreError::BackupFile)?;
    let copied = vacuum_into(database, file).await;
    let copied = copied.and_then(|()| copy.sync_all().map_err(StoreError::BackupFile));
    if copied.is_err() {
        // Half a copy is none; the first error tells more than one of this.
        let _ = std::fs::remove_file(file);
    }
    copied
}

/// An empty file, which SQLite takes as one that isn't there.
fn create(file: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

async fn vacuum_into(database: &mut SqliteConnection, file: &Path) -> Result<(), StoreError> {
    let Some(file) = file.to_str() else {
        return Err(Error::Configuration("a path that isn't text".into()).into());
    };
    sqlx::query("VACUUM INTO $1").bind(file.to_owned()).execute(database).await?;
    Ok(())
}
