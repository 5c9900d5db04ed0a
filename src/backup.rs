//! `spacebell backup`: a copy of the database, also while the bot runs.

use std::path::Path;
use std::process::ExitCode;

use crate::config::DatabaseUrl;
use crate::store::{self, StoreError};

/// Copies the database into `file`, and says so. Exit codes: 0 it is there, 1 it isn't.
#[expect(clippy::print_stdout, reason = "this command's purpose is to print")]
pub async fn run(database: &DatabaseUrl, file: &Path) -> ExitCode {
    let shown = file.display();
    match store::back_up(database.as_str(), file).await {
        Ok(true) => {
            println!(
                "Saved as {shown}. To restore it, stop the bot and put this file in the database's place."
            );
            return ExitCode::SUCCESS;
        }
        Ok(false) => println!(
            "Not saved: PostgreSQL has a program for that, which works while the bot runs. With DATABASE_URL set in \
             this shell:\n  pg_dump --format=custom --file='{shown}' \"$DATABASE_URL\""
        ),
        Err(StoreError::BackupFile(error)) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            println!("Not saved: {shown} is there already, and nothing is overwritten. Choose another name.");
        }
        Err(StoreError::BackupFile(error)) => {
            println!("Not saved: {shown} can't be written: {error}. Choose another place.");
        }
        Err(error) => println!("Not saved: {error}. Check DATABASE_URL, and that there is room for {shown}."),
    }
    ExitCode::FAILURE
}
