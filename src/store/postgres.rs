//! PostgreSQL: its connections, and the lock that the one which writes holds.
//!
//! One connection writes. Where the process must be alone, that very connection holds an advisory lock, so that nobody
//! writes who doesn't hold it: with the connection the lock goes, and the next connection writes nothing before it has
//! the lock again and has seen that no other process had it meanwhile.
//!
//! No wait has no end: a statement, a connection and a turn at writing each have a bound, after which the connection
//! is given up.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, Executor as _, PgConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::error::is_broken;
use super::{READERS, StoreError, WAIT_MAX, lock};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The longest that one statement may take; the server's own bound is a little shorter.
const STATEMENT_MAX: Duration = Duration::from_secs(35);
/// After this long without use a connection is tried before it is used.
const FRESH_FOR: Duration = Duration::from_secs(1);
/// How long a connection is tried.
const PING_MAX: Duration = Duration::from_secs(5);
/// The session's settings: bounds for everything, a server that soon notices a client which is gone, and commits that
/// are on disk, unless the operator has them on other machines too.
const SETTINGS: &str = "SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; \
    SET tcp_keepalives_count = 3; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";
/// A change of the schema takes as long as it takes.
const UNBOUND: &str = "SET statement_timeout = 0; SET lock_timeout = 0";

/// Whether the address is one of PostgreSQL.
pub(super) fn is_meant(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("postgres") || scheme.eq_ignore_ascii_case("postgresql")
}

/// The version of the schema that this program makes.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Connections that read.
pub(super) async fn reader(url: &str) -> Result<PgPool, StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(WAIT_MAX)
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(async move { Ok(known.idle_for < FRESH_FOR || answers(connection).await) })
        })
        .after_connect(|connection, _| Box::pin(async move { connection.execute(SETTINGS).await.map(drop) }))
        // A connection that was given up in the middle mustn't hold its place.
        .after_release(|connection, _| Box::pin(async move { Ok(answers(connection).await) }))
        .connect_with(options(url)?)
        .await?;
    Ok(pool)
}

/// A connection of one's own, to look at the database.
pub(super) async fn connect(url: &str) -> Result<PgConnection, StoreError> {
    let connection = tokio::time::timeout(WAIT_MAX, PgConnection::connect_with(&options(url)?)).await;
    let mut connection = connection.map_err(|_| timed_out("a connection"))??;
    connection.execute(SETTINGS).await?;
    Ok(connection)
}

/// Waits for a statement, but not for ever.
pub(super) async fn within<T>(
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(STATEMENT_MAX, statement).await.unwrap_or_else(|_| Err(timed_out("a statement")))
}

async fn answers(connection: &mut PgConnection) -> bool {
    matches!(tokio::time::timeout(PING_MAX, connection.ping()).await, Ok(Ok(())))
}

fn timed_out(what: &str) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, format!("{what} took too long")))
}

fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    // The error may hold the address, and with it a password.
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Address("this isn't an address of PostgreSQL".to_owned()))?;
    Ok(options.application_name("spacebell"))
}

/// The connection that writes, one user at a time.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    options: Arc<PgConnectOptions>,
    place: Arc<Mutex<Option<Live>>>,
    lock: Option<Arc<lock::Advisory>>,
}

#[derive(Debug)]
struct Live {
    connection: PgConnection,
    used_at: Instant,
}

impl Writer {
    /// A writer that will connect; with a lock, it writes only while it holds that.
    pub(super) fn new(url: &str, lock: Option<Arc<lock::Advisory>>) -> Result<Self, StoreError> {
        Ok(Self { options: Arc::new(options(url)?), place: Arc::default(), lock })
    }

    /// Brings the schema up to date.
    pub(super) async fn migrate(&self) -> Result<(), StoreError> {
        let mut session = self.session().await?;
        // Whatever happens to it on the way, this connection isn't used again before it is whole.
        let connection = session.begin()?;
        connection.execute(UNBOUND).await?;
        MIGRATIONS.run(&mut *connection).await?;
        let settings = connection.execute(SETTINGS).await.map(drop);
        session.end(settings)
    }

    /// The connection, once it is free and holds the lock.
    pub(super) async fn session(&self) -> Result<Session, StoreError> {
        let waiting = Arc::clone(&self.place).lock_owned();
        let mut place =
            tokio::time::timeout(WAIT_MAX, waiting).await.map_err(|_| timed_out("a turn at writing"))?;
        if let Some(live) = place.as_mut()
            && live.used_at.elapsed() >= FRESH_FOR
            && !answers(&mut live.connection).await
        {
            *place = None;
        }
        if place.is_none() {
            let connection = tokio::time::timeout(WAIT_MAX, self.connect()).await;
            let connection = connection.map_err(|_| timed_out("a connection"))??;
            *place = Some(Live { connection, used_at: Instant::now() });
        }
        Ok(Session { place: Some(place), in_flight: false, in_transaction: false })
    }

    /// A session in a transaction.
    pub(super) async fn transaction(&self) -> Result<Session, StoreError> {
        let mut session = self.session().await?;
        session.run("BEGIN").await?;
        session.in_transaction = true;
        Ok(session)
    }

    async fn connect(&self) -> Result<PgConnection, StoreError> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        connection.execute(SETTINGS).await?;
        if let Some(lock) = &self.lock {
            lock.take(&mut connection).await?;
        }
        Ok(connection)
    }

    /// Closes the connection, once nobody uses it.
    pub(super) async fn close(&self) {
        if let Some(live) = self.place.lock().await.take() {
            // The server notices its end either way.
            let _ = tokio::time::timeout(PING_MAX, live.connection.close()).await;
        }
    }
}

/// The connection that writes, in use. One that was given up in the middle of a statement is closed, and a transaction
/// that wasn't committed rolled back.
#[derive(Debug)]
pub(super) struct Session {
    place: Option<OwnedMutexGuard<Option<Live>>>,
    in_flight: bool,
    in_transaction: bool,
}

impl Session {
    /// The connection for one statement, whose end [`Session::end`] is to be told.
    pub(super) fn begin(&mut self) -> Result<&mut PgConnection, StoreError> {
        if self.in_flight {
            return Err(gone().into());
        }
        let live = self.place.as_mut().and_then(|place| place.as_mut()).ok_or_else(gone)?;
        self.in_flight = true;
        Ok(&mut live.connection)
    }

    /// A statement ended like this.
    pub(super) fn end<T>(&mut self, done: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        let broken = done.as_ref().err().is_some_and(is_broken);
        if !broken {
            self.in_flight = false;
            if let Some(live) = self.place.as_mut().and_then(|place| place.as_mut()) {
                live.used_at = Instant::now();
            }
        }
        Ok(done?)
    }

    /// Makes the transaction hold.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        self.run("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let done = within(self.begin()?.execute(sql)).await;
        self.end(done).map(drop)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut place) = self.place.take() else { return };
        if self.in_flight {
            *place = None;
        } else if self.in_transaction {
            let mut rest = Self { place: Some(place), in_flight: false, in_transaction: false };
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => {
                    // If it can't be done, the connection is given up, which rolls back too.
                    runtime.spawn(async move { rest.run("ROLLBACK").await });
                }
                // The end of the program: the server rolls back what isn't committed.
                Err(_) => rest.in_flight = true,
            }
        }
    }
}

fn gone() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::BrokenPipe, "the connection is gone"))
}
