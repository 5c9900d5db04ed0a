//! How many notices the store commits in a second, beside a bare loop that writes the same rows.
//!
//! A fan-out is one transaction: what is known of the Space, a post and a notice for each channel. The bare loop has one
//! transaction for as many rows too, and in it nothing but the same multi-row INSERTs, a hundred rows each, with their
//! text made beforehand. Both take turns on the same database, so that they share what else the machine does.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use spacebell::domain::ids::{ChannelId, FollowId, GuildId, SpaceId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::{Draft, Slot};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::store::{Change, Edits, Store};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

use crate::{Target, figure, postgres};

/// Channels that follow one host, as many as a fan-out can be large and common.
const CHANNELS: usize = 1_000;
const ROUNDS: usize = 12;
/// The first ones warm up what is prepared and cached.
const WARM_UP: usize = 2;
const BATCH: usize = 100;

pub async fn measure() {
    let dir = TempDir::new().expect("a folder");
    let url = format!("sqlite://{}", dir.path().join("outbox.db").display());
    on(&url, "sqlite", &Target::AtLeast(5_000.0)).await;
    if postgres::is_there() {
        let database = postgres::Database::make().await;
        on(&database.url, "postgres", &Target::AtLeast(0.0)).await;
    }
}

async fn on(url: &str, store_name: &str, least: &Target) {
    let store = Store::open(url).await.expect("a store");
    let mut bare = Bare::connect(url).await;
    // Posts and notices by the store; by the bare loop; and notices alone by the bare loop.
    let mut took = [Duration::ZERO; 3];
    for round in 0..ROUNDS {
        let [by_store, by_loop, alone] = ["s", "b", "n"].map(|who| space(&format!("{who}{round}")));
        let each = [
            commit(&store, by_store).await,
            bare.insert(by_loop, true).await,
            bare.insert(alone, false).await,
        ];
        if round >= WARM_UP {
            took = std::array::from_fn(|n| took[n] + each[n]);
        }
    }
    store.close().await;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rates = took.map(|took| (CHANNELS * (ROUNDS - WARM_UP)) as f64 / took.as_secs_f64());
    figure(
        &format!("outbox_{store_name}"),
        rates[0],
        "notices/s",
        least,
        &json!({
            "channels_of_a_space": CHANNELS,
            "bare_loop": rates[1].round(),
            "bare_loop_without_posts": rates[2].round(),
        }),
    );
    figure(
        &format!("outbox_{store_name}_ratio"),
        rates[0] / rates[1],
        "of the bare loop",
        &Target::AtLeast(0.5),
        &json!({ "meaning": "the same INSERTs of a hundred rows each, and nothing else", "rows": 2 * CHANNELS }),
    );
}

fn space(id: &str) -> SpaceId {
    id.parse().expect("an id")
}

const FIRST_CHANNEL: u64 = 910_000_000_000_000_000;
const GUILD: u64 = 900_000_000_000_000_000;

async fn commit(store: &Store, id: SpaceId) -> Duration {
    let now = Timestamp::now();
    let known = Known::first_seen(Space::bare(id, SpaceState::Live), Phase::Live, now);
    let drafts: Vec<Draft> = (0..CHANNELS as u64)
        .map(|n| Draft {
            space: id,
            guild: GuildId::new(GUILD),
            channel: ChannelId::new(FIRST_CHANNEL + n),
            slot: Slot::Live,
            follows: vec![FollowId(1)],
            keywords_only: false,
            silent: false,
            awaited: false,
        })
        .collect();
    let change = Change {
        known: &known,
        people: &[],
        drafts: &drafts,
        overflowing: &[],
        decided: &[],
        reopened: None,
        edits: Edits::None,
        now,
    };
    let began = Instant::now();
    store.commit(&change).await.expect("committed");
    began.elapsed()
}

/// A connection with nothing around it.
enum Bare {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Bare {
    async fn connect(url: &str) -> Self {
        if url.starts_with("postgres") {
            return Self::Postgres(PgConnection::connect(url).await.expect("a connection"));
        }
        let mut connection = SqliteConnection::connect(url).await.expect("a connection");
        // As the store has it.
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut connection).await.expect("set");
        Self::Sqlite(connection)
    }

    async fn insert(&mut self, id: SpaceId, with_posts: bool) -> Duration {
        let posts = statement(
            "INSERT INTO posts (space_id, channel_id, slot, guild_id, follows, keywords_only, silent, made_at)",
            8,
        );
        let notices =
            statement("INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at)", 7);
        let now = Timestamp::now().as_millisecond();
        let batches: Vec<u64> = (0..CHANNELS as u64).step_by(BATCH).map(|n| FIRST_CHANNEL + n).collect();
        macro_rules! run {
            ($connection:expr) => {{
                let mut transaction = $connection.begin().await.expect("begun");
                if with_posts {
                    for first in &batches {
                        let mut insert = sqlx::query(AssertSqlSafe(posts.clone()));
                        for channel in *first..*first + BATCH as u64 {
                            insert = insert
                                .bind(id.to_string())
                                .bind(channel.cast_signed())
                                .bind(1_i64)
                                .bind(GUILD.cast_signed())
                                .bind("[1]")
                                .bind(0_i64)
                                .bind(0_i64)
                                .bind(now);
                        }
                        insert.execute(&mut *transaction).await.expect("inserted");
                    }
                }
                for first in &batches {
                    let mut insert = sqlx::query(AssertSqlSafe(notices.clone()));
                    for channel in *first..*first + BATCH as u64 {
                        insert = insert
                            .bind(id.to_string())
                            .bind(channel.cast_signed())
                            .bind(1_i64)
                            .bind(0_i64)
                            .bind(0_i64)
                            .bind(now)
                            .bind(now);
                    }
                    insert.execute(&mut *transaction).await.expect("inserted");
                }
                transaction.commit().await.expect("committed");
            }};
        }
        let began = Instant::now();
        match self {
            Self::Sqlite(connection) => run!(connection),
            Self::Postgres(connection) => run!(connection),
        }
        began.elapsed()
    }
}

/// An INSERT of a hundred rows.
fn statement(head: &str, columns: usize) -> String {
    let mut sql = format!("{head} VALUES ");
    for row in 0..BATCH {
        let places: Vec<String> = (1..=columns).map(|n| format!("${}", row * columns + n)).collect();
        let separator = if row == 0 { "" } else { ", " };
        write!(sql, "{separator}({})", places.join(", ")).expect("a String takes all");
    }
    sql
}
