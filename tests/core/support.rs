//! What the tests share: moments, Spaces, follows, and a store in a database of its own.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spacebell::config::Caps;
use spacebell::domain::filter::Filter;
use spacebell::domain::follow::{Follow, Target, When};
use spacebell::domain::ids::{
    ChannelId, DiscordUserId, FollowId, GuildId, MessageId, NoticeId, RoleId, SpaceId, UserId,
};
use spacebell::domain::keyword::Phrase;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::{Draft, Hush, Priority, Slot, Work};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::store::{AddFollow, Change, Claimed, Edits, NewFollow, Store};
use spacebell::watcher::lifecycle::{Observation, Sight};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use crate::postgres;

pub const CAPS: Caps =
    Caps { follows_per_guild: 250, keywords_per_guild: 20, follows_per_channel: 25, queries_per_person: 5 };

/// The moment `seconds` after the tests' beginning.
pub fn at(seconds: i64) -> Timestamp {
    "2026-08-01T12:00:00Z".parse::<Timestamp>().expect("a moment") + secs(seconds)
}

pub fn secs(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

pub fn id(text: &str) -> SpaceId {
    text.parse().expect("a Space's id")
}

pub fn user(number: u64) -> UserId {
    number.to_string().parse().expect("an account's id")
}

pub fn guild(number: u64) -> GuildId {
    GuildId::new(number)
}

pub fn channel(number: u64) -> ChannelId {
    ChannelId::new(number)
}

pub fn host(number: u64) -> Target {
    Target::Host { user: user(number), username: format!("host{number}").parse().expect("a username") }
}

pub fn keyword(typed: &str) -> Target {
    Target::Keyword(typed.to_owned())
}

/// A Space of account 1, titled.
pub fn space(text: &str, state: SpaceState) -> Space {
    let mut space = Space::bare(id(text), state);
    space.creator = Some(user(1));
    space.title = Some("A title".to_owned());
    space
}

pub fn live(text: &str) -> Space {
    space(text, SpaceState::Live)
}

pub fn scheduled(text: &str, start: i64) -> Space {
    Space { scheduled_start: Some(at(start)), ..space(text, SpaceState::Scheduled) }
}

pub fn titled(title: &str, space: Space) -> Space {
    Space { title: Some(title.to_owned()), ..space }
}

pub fn by(creator: u64, space: Space) -> Space {
    Space { creator: Some(user(creator)), ..space }
}

pub fn seen(space: Space, asked_at: i64) -> Observation {
    Observation { sight: Sight::Present(Box::new(space)), asked_at: at(asked_at) }
}

pub fn gone(text: &str, asked_at: i64) -> Observation {
    Observation { sight: Sight::Gone(id(text)), asked_at: at(asked_at) }
}

/// What is known of a Space in a phase, as if it had got there in the ordinary way.
pub fn known(text: &str, phase: Phase) -> Known {
    let state = match phase {
        Phase::Scheduled | Phase::NoShow => SpaceState::Scheduled,
        Phase::Live => SpaceState::Live,
        Phase::Ended => SpaceState::Ended,
        Phase::Cancelled => SpaceState::Canceled,
    };
    let mut known = Known::first_seen(space(text, state), phase, at(0));
    let ran = matches!(phase, Phase::Live | Phase::Ended);
    known.rang = ran || phase.is_over();
    known.live_since = ran.then(|| at(0));
    known.over_at = phase.is_over().then(|| at(0));
    known.over_for_good = phase.is_over();
    known
}

pub fn follow(number: i64, in_channel: u64, target: Target) -> Follow {
    Follow {
        id: FollowId(number),
        guild: guild(1),
        channel: channel(in_channel),
        target,
        when: When::All,
        filter: Filter::default(),
        role: None,
        made_by: Some(DiscordUserId::new(1)),
        made_at: at(0),
        paused: None,
    }
}

pub fn new_follow(in_channel: u64, target: Target) -> NewFollow {
    let folded = match &target {
        Target::Host { .. } => String::new(),
        Target::Keyword(typed) => Phrase::parse(typed).expect("a keyword").folded().to_owned(),
    };
    NewFollow {
        guild: guild(1),
        channel: channel(in_channel),
        target,
        folded,
        when: When::All,
        filter: Filter::default(),
        role: Some(RoleId::new(7)),
        made_by: DiscordUserId::new(1),
        made_at: at(0),
    }
}

pub fn draft(text: &str, in_channel: u64, slot: Slot) -> Draft {
    Draft {
        space: id(text),
        guild: guild(1),
        channel: channel(in_channel),
        slot,
        follows: vec![FollowId(1)],
        keywords_only: false,
        silent: false,
        awaited: false,
    }
}

/// A claimed notice that was never tried.
pub fn claimed(number: i64, text: &str, in_channel: u64, work: Work, slot: Slot) -> Claimed {
    Claimed {
        id: NoticeId(number),
        space: id(text),
        guild: guild(1),
        channel: channel(in_channel),
        slot,
        work,
        priority: Priority::of(work, slot),
        version: 1,
        attempts: 0,
        fell_due_at: at(0),
        tried_at: None,
        tried_revision: None,
        message: (work != Work::Post).then(|| MessageId::new(1)),
        follows: vec![FollowId(1)],
        keywords_only: false,
        silent: false,
        awaited: false,
        more: 0,
        formerly: Vec::new(),
    }
}

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Makes each of these functions a test on each database.
macro_rules! tests_on_each_database {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::On::Sqlite).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if $crate::postgres::is_there() {
                    super::$name($crate::support::On::Postgres).await;
                }
            })*
        }
    };
}
pub(crate) use tests_on_each_database;

/// A store in a database that goes with it.
pub struct Db {
    pub store: Store,
    place: Place,
}

/// A database that goes with its test.
pub struct Place {
    pub url: String,
    home: Home,
}

enum Home {
    File(tempfile::TempDir),
    Server { _database: postgres::Database },
}

/// How a change is made to fail.
#[derive(Debug, Clone, Copy)]
pub enum Failure {
    /// For no reason that the store knows.
    Odd,
    /// As on a disk that is full.
    DiskFull,
}

impl Deref for Db {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

impl Place {
    /// An empty database.
    pub async fn on(on: On) -> Self {
        match on {
            On::Sqlite => {
                let dir = tempfile::tempdir().expect("a directory");
                let url = format!("sqlite://{}", dir.path().join("bell.db").display());
                Self { url, home: Home::File(dir) }
            }
            On::Postgres => {
                let database = postgres::Database::make().await;
                Self { url: database.url.clone(), home: Home::Server { _database: database } }
            }
        }
    }

    /// The folder of a database that is a file.
    pub fn folder(&self) -> Option<&Path> {
        match &self.home {
            Home::File(dir) => Some(dir.path()),
            Home::Server { .. } => None,
        }
    }

    /// Does something to the database that the store itself never would.
    pub async fn sql(&self, sql: &'static str) {
        self.execute(sql.to_owned()).await;
    }

    /// Has each INSERT, UPDATE or DELETE (`what`) in a table fail, until [`Db::mend`].
    pub async fn fail(&self, what: &str, table: &str, failure: Failure) {
        let sql = match &self.home {
            Home::File(_) => {
                let raise = match failure {
                    Failure::Odd => "ABORT",
                    // SQLite rolls the transaction back by itself then.
                    Failure::DiskFull => "ROLLBACK",
                };
                format!(
                    "CREATE TRIGGER broken_{table}_{what} BEFORE {what} ON {table} BEGIN SELECT RAISE({raise}, 'broken'); END"
                )
            }
            Home::Server { .. } => {
                let code = match failure {
                    Failure::Odd => "P0001",
                    Failure::DiskFull => "53100",
                };
                format!(
                    "CREATE FUNCTION broken_{table}_{what}() RETURNS trigger LANGUAGE plpgsql AS \
                     $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = '{code}'; END $$; \
                     CREATE TRIGGER broken_{table}_{what} BEFORE {what} ON {table} EXECUTE FUNCTION broken_{table}_{what}()"
                )
            }
        };
        self.execute(sql).await;
    }

    /// Has that fail no more.
    pub async fn mend(&self, what: &str, table: &str) {
        let sql = match &self.home {
            Home::File(_) => format!("DROP TRIGGER broken_{table}_{what}"),
            Home::Server { .. } => format!("DROP FUNCTION broken_{table}_{what} CASCADE"),
        };
        self.execute(sql).await;
    }

    async fn execute(&self, sql: String) {
        let sql = AssertSqlSafe(sql);
        match &self.home {
            Home::File(_) => drop(self.sqlite().await.execute(sql).await.expect("what a test does")),
            Home::Server { .. } => drop(self.postgres().await.execute(sql).await.expect("what a test does")),
        }
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        match &self.home {
            Home::File(_) => {
                let count = sqlx::query_scalar(sql);
                count.fetch_one(&mut self.sqlite().await).await.expect(sql)
            }
            Home::Server { .. } => {
                let count = sqlx::query_scalar(sql);
                count.fetch_one(&mut self.postgres().await).await.expect(sql)
            }
        }
    }

    /// Every row of every table, each as one text; without those in which the migrations' own times stand, which hold
    /// any digits.
    pub async fn dump(&self) -> String {
        let mut rows: Vec<String> = Vec::new();
        match &self.home {
            Home::File(_) => {
                let mut connection = self.sqlite().await;
                let tables =
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '_sqlx_migrations'";
                let tables: Vec<String> =
                    sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("tables");
                for table in tables {
                    let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                    let columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(columns))
                        .fetch_all(&mut connection)
                        .await
                        .expect("columns");
                    let columns: Vec<String> =
                        columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
                    let sql =
                        format!("SELECT '{table}: ' || {} FROM \"{table}\"", columns.join(" || ' ' || "));
                    let some = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await;
                    rows.extend::<Vec<String>>(some.expect("rows"));
                }
            }
            Home::Server { .. } => {
                let mut connection = self.postgres().await;
                let tables = "SELECT tablename::text FROM pg_tables \
                              WHERE schemaname = current_schema() AND tablename <> '_sqlx_migrations'";
                let tables: Vec<String> =
                    sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("tables");
                for table in tables {
                    let sql = format!("SELECT '{table}: ' || t::text FROM \"{table}\" t");
                    let some = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await;
                    rows.extend::<Vec<String>>(some.expect("rows"));
                }
            }
        }
        rows.join("\n")
    }

    async fn sqlite(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url).await.expect("a connection")
    }

    async fn postgres(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.expect("a connection")
    }
}

impl Db {
    /// A store in a file.
    pub async fn new() -> Self {
        Self::on(On::Sqlite).await
    }

    pub async fn on(on: On) -> Self {
        let place = Place::on(on).await;
        let store = Store::open(&place.url).await.expect("a store");
        Self { store, place }
    }

    pub async fn commit(&self, known: &Known, drafts: &[Draft], edits: Edits, now: i64) {
        let change = Change {
            known,
            people: &[],
            drafts,
            overflowing: &[],
            decided: &[],
            reopened: None,
            edits,
            now: at(now),
        };
        self.store.commit(&change).await.expect("a commit");
    }

    /// Commits a live Space with a live post in each of `channels`.
    pub async fn go_live(&self, text: &str, channels: impl IntoIterator<Item = u64>, now: i64) -> Known {
        let known = known(text, Phase::Live);
        let drafts: Vec<Draft> = channels.into_iter().map(|number| draft(text, number, Slot::Live)).collect();
        self.commit(&known, &drafts, Edits::None, now).await;
        known
    }

    /// Claims all that it can for ten minutes.
    pub async fn claim(&self, now: i64) -> Vec<Claimed> {
        self.store.claim(100, at(now), at(now + 600)).await.expect("a claim")
    }

    /// Claims the one notice that there is to claim.
    pub async fn claim_one(&self, now: i64) -> Claimed {
        let [notice]: [Claimed; 1] = self.claim(now).await.try_into().expect("one notice");
        notice
    }

    /// Posts what is claimed for `notice`, as message `message`, showing the Space's present revision.
    pub async fn posted(&self, notice: &Claimed, message: u64, now: i64) {
        let (_, revision) = self.store.space(notice.space).await.expect("a read").expect("the Space");
        let done =
            self.store.settle_posted(notice, MessageId::new(message), revision, Hush::default(), at(now));
        done.await.expect("settled");
    }

    pub async fn follow(&self, in_channel: u64, target: Target) -> Follow {
        match self.store.add_follow(&new_follow(in_channel, target)).await.expect("a follow") {
            AddFollow::Added(follow) => follow,
            AddFollow::Exists(_) => panic!("the follow was there already"),
        }
    }
}

/// The channels of notices, in their order.
pub fn channels(notices: &[Claimed]) -> Vec<u64> {
    notices.iter().map(|notice| notice.channel.get()).collect()
}

/// After this long what was waited for won't come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `holds` does. What it waits for comes from other tasks, which run meanwhile.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let patience = tokio::time::timeout(PATIENCE, async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    });
    assert!(patience.await.is_ok(), "never happened: {what}");
}

pub fn arcs(follows: impl IntoIterator<Item = Follow>) -> Vec<Arc<Follow>> {
    follows.into_iter().map(Arc::new).collect()
}
