//! Follows by the thousand, written straight into the program's database, since by commands they would take hours.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use crate::support::World;

const HEAD: &str = "INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, made_by, made_at)";

/// A follow of this host from each of these channels, which come with their servers.
pub async fn follow_from(world: &World, channels: &[(u64, u64)], host: &str, username: &str) {
    // Makes the schema, too.
    world.seed_follows(&[], &[(host.to_owned(), username)]).await;
    let rows: Vec<String> = channels
        .iter()
        .map(|(guild, channel)| format!("({guild}, {channel}, 'host', '{host}', '{username}', 'all', 1, 0)"))
        .collect();
    let inserts = rows.chunks(500).map(|rows| format!("{HEAD} VALUES {}", rows.join(", "))).collect();
    run(&world.database_url(), inserts).await;
}

/// That many follows of hosts who never do anything, five channels a host. The ids are like Discord's and X's, and
/// nobody else's.
pub async fn follow_silent_hosts(world: &World, count: usize) {
    let insert = format!(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) \
         {HEAD} \
         SELECT 900000000000000000 + i / 250, 910000000000000000 + i, 'host', CAST(90000000 + i / 5 AS TEXT), \
           'h' || CAST(i / 5 AS TEXT), 'all', 1, 0 FROM n"
    );
    run(&world.database_url(), vec![insert]).await;
}

/// Runs statements one after the other on one connection.
pub async fn run(url: &str, statements: Vec<String>) {
    if url.starts_with("postgres") {
        let mut database = PgConnection::connect(url).await.expect("the database");
        for sql in statements {
            database.execute(AssertSqlSafe(sql)).await.expect("rows");
        }
        database.close().await.expect("closed");
    } else {
        let mut database = SqliteConnection::connect(url).await.expect("the database");
        for sql in statements {
            database.execute(AssertSqlSafe(sql)).await.expect("rows");
        }
        database.close().await.expect("closed");
    }
}
