//! A PostgreSQL database for each test that wants one: made for it, and dropped with it.
//!
//! The server is the one at TEST_POSTGRES_URL, whose user may make databases. Without it these tests say that they were
//! skipped, unless CI is set: then that is a failure.

use std::io::Write as _;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// A database of one's own.
pub struct Database {
    pub url: String,
    name: String,
    server: String,
}

impl Database {
    /// Makes a database that nobody else has, where [`is_there`] is true.
    pub async fn make() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = server().expect("a server to make it on");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("spacebell_test_{}_{number}", std::process::id());
        // A test that was killed may have left one behind.
        run(&server, &[drop_database(&name), format!("CREATE DATABASE {name} TEMPLATE template0")]).await;
        let (address, query) = server.split_once('?').unwrap_or((&server, ""));
        let (scheme, rest) = address.split_once("://").expect("an address");
        let host = rest.split('/').next().unwrap_or_default();
        let url = format!("{scheme}://{host}/{name}?{query}");
        Self { url: url.trim_end_matches('?').to_owned(), name, server }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), drop_database(&self.name));
        // Not on the test's own runtime, which can't be waited for here.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(run(&server, &[sql]));
        });
        let dropped = dropping.join();
        assert!(dropped.is_ok() || std::thread::panicking(), "{} can't be dropped", self.name);
    }
}

/// Whether there is a server to test on. That there is none is told once.
pub fn is_there() -> bool {
    static TOLD: Once = Once::new();
    if server().is_some() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "TEST_POSTGRES_URL isn't set");
    // Past the test harness, which shows nobody what a test that holds has printed.
    TOLD.call_once(|| {
        let _ = writeln!(
            std::io::stderr(),
            "PostgreSQL: SKIPPED, nothing was tested on PostgreSQL. To enable, set TEST_POSTGRES_URL to the address \
             of a server, such as postgres://user:password@127.0.0.1:5432/postgres"
        );
    });
    false
}

fn server() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

async fn run(server: &str, statements: &[String]) {
    let mut connection = PgConnection::connect(server).await.expect("TEST_POSTGRES_URL's server answers");
    for sql in statements {
        connection.execute(AssertSqlSafe(sql.clone())).await.expect(sql);
    }
    connection.close().await.expect("a farewell");
}
