//! Where the program keeps what it knows, in one world: a file, or a PostgreSQL database made for it alone.
//!
//! Owns what depends on which it is: its address, when it is being written, and the cutting of its connections.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use rand::RngExt;
use rand::rngs::StdRng;
use spacebell::store::Store;
use sqlx::{Connection as _, PgConnection};

use crate::arguments::Kind;
use crate::postgres::Database;
use crate::world::PATIENCE;

/// How often it is looked whether the database is written.
const LOOK: Duration = Duration::from_millis(1);
/// The pause after the database couldn't be looked at.
const PAUSE: Duration = Duration::from_millis(200);
/// Whether a transaction of somebody else has written and hasn't ended. It shows before it is committed, so that a kill
/// may come in between.
const WRITES: &str = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
    AND backend_xid IS NOT NULL AND pid <> pg_backend_pid())";
/// Ends the program's connections, as a server does that stops or is taken over by its stand-by.
const CUT: &str = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
    WHERE datname = current_database() AND application_name = 'spacebell'";

pub enum Place {
    Sqlite(PathBuf),
    Postgres(Database),
}

impl Place {
    /// A new one, in `folder` where it is a file.
    pub async fn make(kind: Kind, folder: &Path) -> Self {
        match kind {
            Kind::Sqlite => Self::Sqlite(folder.join("spacebell.db")),
            Kind::Postgres => Self::Postgres(Database::make().await),
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(database) => database.url.clone(),
        }
    }

    /// What the program stored, seen from outside. While the program lives this is one more reader.
    pub async fn store(&self) -> Result<Store> {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            match Store::open(&self.url()).await {
                // A server that is busy with many worlds.
                Err(_) if tokio::time::Instant::now() < until => tokio::time::sleep(PAUSE).await,
                opened => return opened.context("the database can't be looked at"),
            }
        }
    }

    /// When the program last showed that it lives, by its own clock.
    pub async fn beat_at(&self) -> Result<Timestamp> {
        match self {
            Self::Sqlite(path) => {
                let shown = std::fs::metadata(path.with_extension("db.lock"))?;
                Ok(Timestamp::try_from(shown.modified()?)?)
            }
            Self::Postgres(_) => {
                let store = self.store().await?;
                let beat = store.meta("beat_at").await?.context("it never beat")?;
                store.close().await;
                Ok(Timestamp::from_millisecond(beat.parse()?)?)
            }
        }
    }

    /// Waits until the database is written: where that can be seen, for either side of the commit.
    pub async fn written(&self, longest: Duration, random: &mut StdRng) -> Result<()> {
        let waits = async {
            match self {
                Self::Sqlite(path) => {
                    file_written(&path.with_extension("db-wal")).await;
                    Ok(())
                }
                Self::Postgres(database) => row_written(&database.url, random.random_bool(0.5)).await,
            }
        };
        tokio::time::timeout(longest, waits).await.unwrap_or(Ok(()))
    }

    /// Whoever can cut the program's connections, where there are any.
    pub async fn knife(&self) -> Result<Option<Knife>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(database) => Ok(Some(Knife(PgConnection::connect(&database.url).await?))),
        }
    }

    /// Leaves the database to whoever looks for what went wrong; answers its name, where it isn't in the folder.
    pub fn keep(self) -> Option<String> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => {
                let name = database.url.split(['/', '?']).rfind(|part| part.starts_with("spacebell_test"));
                let name = name.map(str::to_owned);
                std::mem::forget(database);
                name
            }
        }
    }
}

/// A connection of the harness that ends those of the program.
pub struct Knife(PgConnection);

impl Knife {
    /// Ends them all. Answers how many there were.
    pub async fn cut(mut self) -> Result<i64> {
        let cut = sqlx::query_scalar(CUT).fetch_one(&mut self.0).await?;
        self.0.close().await?;
        Ok(cut)
    }
}

async fn file_written(log: &Path) {
    let state = || std::fs::metadata(log).ok().map(|known| (known.len(), known.modified().ok()));
    let before = state();
    while state() == before {
        tokio::time::sleep(LOOK).await;
    }
}

async fn row_written(url: &str, after: bool) -> Result<()> {
    let mut eye = PgConnection::connect(url).await?;
    let mut wanted = vec![true];
    if after {
        wanted.push(false);
    }
    for wanted in wanted {
        while wanted != sqlx::query_scalar::<_, bool>(WRITES).fetch_one(&mut eye).await? {
            tokio::time::sleep(LOOK).await;
        }
    }
    Ok(())
}
