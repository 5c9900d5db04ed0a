//! A database that an earlier version left: brought up to date with all that it holds.

use std::path::{Path, PathBuf};

use spacebell::domain::erasure::{Account, Whose};
use spacebell::domain::follow::PauseReason;
use spacebell::domain::ids::{DiscordUserId, FollowId, MessageId};
use spacebell::domain::known::Phase;
use spacebell::domain::notice::{Decision, Work};
use spacebell::store::{Block, EndedBy, Store, StoreError};
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::support::{On, Place, at, channel, guild, host, id, keyword, known, tests_on_each_database, user};

tests_on_each_database! {
    a_database_of_each_earlier_version_is_brought_up_to_date_with_all_it_holds,
    a_database_of_a_newer_version_is_refused_and_left_as_it_is,
}

/// What each version of the schema brought, as it was written then.
const SAMPLES: [(i64, &str); 17] = [
    (1, r#"
    INSERT INTO meta (name, value) VALUES ('nonce_salt', '4242');
    INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, role_id, made_by, made_at)
        VALUES (1, 10, 'host', '1', 'host1', 'all', 7, 1, 1785585600000);
    INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, made_by, made_at, paused, paused_at)
        VALUES (1, 20, 'keyword', 'rust', 'Rust', 'live', 1, 1785585600000, 'forbidden', 1785585600000);
    INSERT INTO blocks (guild_id, kind, target, shown) VALUES (1, 'word', 'spam', 'Spam');
    INSERT INTO x_users (user_id, username, name, fetched_at) VALUES ('1', 'host1', 'Host', 1785585600000);
    INSERT INTO spaces (space_id, creator_id, phase, revision, known) VALUES ('1a', '1', 'live', 3,
        '{"space":{"id":"1a","state":"live","title":"A title","lang":null,"creator":"1","hosts":[],
        "speaker_count":null,"topics":[],"participant_count":null,"subscriber_count":null,"is_ticketed":null,
        "created_at":null,"updated_at":null,"scheduled_start":null,"started_at":null,"ended_at":null},
        "phase":"live","seen_at":"2026-08-01T12:00:00Z","rang":true,"peak":null,
        "live_since":"2026-08-01T12:00:00Z","over_at":null,"over_for_good":false,"renamed_from":null,
        "moved_from":null,"counted":null}');
    INSERT INTO posts (space_id, channel_id, slot, guild_id, follows, keywords_only, silent, more, made_at, message_id)
        VALUES ('1a', 10, 1, 1, '[1]', 0, 0, 2, 1785585600000, 501);
    INSERT INTO notices (space_id, channel_id, slot, work, priority, made_at, due_at, version, tried_at)
        VALUES ('1a', 10, 1, 1, 2, 1785585600000, 1785585600000, 5, 1785585600000);
    INSERT INTO decisions (space_id, channel_id, follow_id, slot, code, decided_at)
        VALUES ('1a', 10, 1, 1, 'posted', 1785585600000);
    INSERT INTO billed (day, kind, resource_id, cause, guild_id, micro_dollars)
        VALUES ('2026-08-01', 'space', '1a', 'hosts', 1, 5000);
    "#),
    (2, "
    INSERT INTO removed_follows
        (follow_id, guild_id, channel_id, kind, target, shown, wants, made_by, made_at, removed_at)
        VALUES (3, 1, 30, 'host', '2', 'host2', 'all', 1, 1785585600000, 1785585600000);
    "),
    (3, "
    INSERT INTO guilds (guild_id, locale) VALUES (1, 'ja');
    INSERT INTO lists (place, question, asked_at) VALUES (1, 'what', 1785585600000);
    "),
    (4, "
    INSERT INTO channel_looks (channel_id, guild_id, look_at, looks, told_at) VALUES (20, 1, 1785585600000, 2, NULL);
    "),
    (5, "
    UPDATE posts SET formerly = '[\"1z\"]' WHERE space_id = '1a';
    "),
    (6, "
    INSERT INTO left_guilds (guild_id, left_at) VALUES (9, 1785585600000);
    INSERT INTO confirmations (guild_id, asked_by, asked_at) VALUES (1, 1, 1785585600000);
    INSERT INTO erasures (kind, target, asked_at) VALUES ('account', '@nasa', 1785585600000);
    "),
    (7, "
    UPDATE channel_looks SET relapses = 3 WHERE channel_id = 20;
    "),
    (8, r#"
    INSERT INTO guild_settings (guild_id, settings) VALUES (1, '{"language":"ja","events":true,"merge_minutes":5}');
    "#),
    (9, r#"
    UPDATE follows SET filter = '{"min_listeners":50,"title_has":["Rust"]}' WHERE follow_id = 2;
    UPDATE posts SET awaited = 1 WHERE space_id = '1a';
    UPDATE decisions SET message_id = 501 WHERE space_id = '1a';
    INSERT INTO imports (guild_id, asked_by, asked_at, plan) VALUES (1, 1, 1785585600000, '[]');
    "#),
    (10, "
    INSERT INTO quiet_posts (channel_id, message_id, guild_id, posted_at) VALUES (10, 501, 1, 1785585600000);
    INSERT INTO shown_answers (message_id, channel_id, place, locale, shown_at) VALUES (600, 10, 1, 'ja', 1785585600000);
    INSERT INTO shown_spaces (message_id, space_id) VALUES (600, '1unknown');
    "),
    (11, "
    INSERT INTO reminders (space_id, user_id, channel_id, locale, before_minutes, start_at, due_at)
        VALUES ('1a', 5, 50, 'ja', 15, 1785585600000, 1785585600000);
    "),
    (13, "
    INSERT INTO links (discord_user_id, x_user_id, sealed, handle, revocation, keeps_insights, linked_at)
        VALUES (30, '7', 'sealed', 'handle', 'token', 1, 1785585600000);
    INSERT INTO link_attempts (discord_user_id, state, stage, sealed, keeps_insights, guesses, ends_at)
        VALUES (31, 'state', 0, 'draft', 0, 0, 1785585600000);
    INSERT INTO revocations (handle, sealed, made_at, due_at) VALUES ('other', 'token', 1785585600000, 1785585600000);
    INSERT INTO ended_links (discord_user_id, why, ended_at) VALUES (32, 'lost', 1785585600000);
    "),
    (14, "
    INSERT INTO followings (discord_user_id, sealed, read_at) VALUES (30, 'list', 1785585600000);
    "),
    (12, "
    INSERT INTO scheduled_events (guild_id, space_id, event_id, status, shown, due_at)
        VALUES (1, '1a', 77, 2, 'digest', 1785585600000);
    "),
    (15, "
    INSERT INTO samples (space_id, taken_at, people, speakers, cohosts) VALUES ('1a', 1785585600000, 240, 3, NULL);
    INSERT INTO past_spaces (space_id, host_id, began_at, over_at) VALUES ('1y', '1', 1785585600000, 1785589200000);
    "),
    (16, "
    INSERT INTO host_rates (user_id, starts, updated_at, watched_since) VALUES ('1', 2500000, 1785585600000, 1785499200000);
    "),
    (18, "
    INSERT INTO ledger_days (day, cause, kind, guild_id, micro_dollars)
        VALUES ('2026-08-02', 'keywords', 'space', 1, 5000);
    "),
];

async fn a_database_of_each_earlier_version_is_brought_up_to_date_with_all_it_holds(on: On) {
    let newest = migrations(on).await.iter().count();
    assert_eq!(newest, SAMPLES.len(), "each version of the schema has its sample");
    for (version, _) in SAMPLES {
        let db = at_version(on, version).await;
        for (_, sample) in SAMPLES.into_iter().filter(|(brought_by, _)| *brought_by <= version) {
            db.sql(sample).await;
        }
        let store = Store::open(&db.url).await.expect("brought up to date");
        holds_its_samples(&store, version).await;
    }
}

async fn migrations(on: On) -> Migrator {
    let kind = match on {
        On::Sqlite => "sqlite",
        On::Postgres => "postgres",
    };
    Migrator::new(migrations_of(kind)).await.expect("migrations")
}

fn migrations_of(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind)
}

/// A database as this version of the schema made it.
async fn at_version(on: On, version: i64) -> Place {
    let place = Place::on(on).await;
    let migrations = migrations(on).await;
    match on {
        On::Sqlite => {
            let url = format!("{}?mode=rwc", place.url);
            let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
            migrations.run_to(version, &mut connection).await.expect("a schema");
            connection.close().await.expect("closed");
        }
        On::Postgres => {
            let mut connection = PgConnection::connect(&place.url).await.expect("a connection");
            migrations.run_to(version, &mut connection).await.expect("a schema");
            connection.close().await.expect("closed");
        }
    }
    place
}

async fn holds_its_samples(store: &Store, version: i64) {
    assert_eq!(store.nonce_salt(1).await.expect("a salt"), 4242);
    let follows = store.follows().await.expect("follows");
    let [first, second] = follows.as_slice() else { panic!("two follows: {follows:?}") };
    assert_eq!((first.id, first.channel, &first.target), (FollowId(1), channel(10), &host(1)));
    assert_eq!((second.paused, &second.target), (Some(PauseReason::Forbidden), &keyword("Rust")));
    let least = second.filter.min_listeners;
    assert_eq!((least, first.filter.is_empty()), ((version >= 9).then_some(50), true));
    let word = Block::Word { folded: "spam".to_owned(), typed: "Spam".to_owned() };
    assert_eq!(store.blocks().await.expect("blocks"), [(guild(1), word)]);
    assert_eq!(store.users().await.expect("users")[0].user.id, user(1));
    assert_eq!(store.space(id("1a")).await.expect("a read"), Some((known("1a", Phase::Live), 3)));
    assert_eq!(store.decisions(id("1a")).await.expect("decisions")[0].decision, Decision::Posted);
    assert_eq!(store.billed_on("2026-08-01").await.expect("rows")[0].micro_dollars, 5_000);
    let claimed = store.claim(9, at(0), at(60)).await.expect("a claim");
    let [edit] = claimed.as_slice() else { panic!("one notice: {claimed:?}") };
    assert_eq!((edit.work, edit.version, edit.more), (Work::Edit, 5, 2));
    assert_eq!(edit.awaited, version >= 9);
    assert_eq!(edit.formerly, if version >= 5 { vec![id("1z")] } else { Vec::new() });
    assert_eq!((edit.message, edit.tried_at), (Some(MessageId::new(501)), Some(at(0))));
    let removed = store.removed_follow(guild(1), FollowId(3)).await.expect("an answer");
    assert_eq!(removed.map(|follow| follow.target), (version >= 2).then(|| host(2)));
    let locales = store.guild_locales().await.expect("languages");
    assert_eq!(locales.len(), usize::from(version >= 3));
    let settings = store.guild_settings().await.expect("settings");
    let merge_minutes = settings.first().and_then(|(_, settings)| settings.merge_minutes);
    assert_eq!(merge_minutes, (version >= 8).then_some(5));
    assert_eq!(store.list(1, 1).await.expect("an answer").is_some(), version >= 3);
    let looks = store.due_looks(9, at(0)).await.expect("looks");
    assert_eq!(looks.len(), usize::from(version >= 4));
    assert!(looks.iter().all(|look| look.relapses == if version >= 7 { 3 } else { 0 }), "{looks:?}");
    let reminders = store.due_reminders(9, at(0)).await.expect("reminders");
    assert_eq!(reminders.len(), usize::from(version >= 11));
    let events = store.scheduled_events().await.expect("events");
    assert_eq!(
        events.iter().map(|one| one.event).collect::<Vec<_>>(),
        vec![Some(77); usize::from(version >= 12)]
    );
    let left = if version >= 6 { vec![guild(9)] } else { vec![] };
    assert_eq!(store.left_guilds().await.expect("servers"), left);
    let asked = store.to_confirm(guild(1), 1, at(-1)).await.expect("an answer");
    assert_eq!(asked.is_some(), version >= 6);
    let requested = store.requested_erasures().await.expect("requests");
    let named = Whose::Account(Account::Named("nasa".parse().expect("a name")));
    assert_eq!(requested, if version >= 6 { vec![(1, named)] } else { vec![] });
    let counted = store.samples(id("1a")).await.expect("counts");
    assert_eq!(counted.iter().map(|one| one.people).sum::<u32>(), if version >= 15 { 240 } else { 0 });
    let past = store.past_spaces(user(1), 9).await.expect("past Spaces");
    assert_eq!(past.len(), usize::from(version >= 15));
    let rates = store.host_rates().await.expect("rates");
    let starts: Vec<f64> = rates.iter().map(|rate| rate.starts).collect();
    assert_eq!(starts, if version >= 16 { vec![2.5] } else { Vec::new() });
    // What was billed before there were sums is in them.
    let sum = store.billed_between("2026-08-01", "2026-08-31").await.expect("a sum");
    assert_eq!(sum, 5_000);
    let quiet = store.quiet_posts(channel(10), at(0)).await.expect("posts");
    assert_eq!(quiet.len(), usize::from(version >= 10));
    let shown = store.due_shown(9, at(0), at(0)).await.expect("answers");
    assert_eq!(shown.len(), usize::from(version >= 10));
    let mona = DiscordUserId::new(30);
    assert_eq!(store.link_of(mona).await.expect("an answer").is_some(), version >= 13);
    let agreed = store.hosts_who_agreed().await.expect("an answer");
    assert_eq!(agreed.contains(&user(7)), version >= 13);
    assert_eq!(store.attempt("state").await.expect("an answer").is_some(), version >= 13);
    assert_eq!(store.due_revocations(9, at(0)).await.expect("an answer").len(), usize::from(version >= 13));
    let ended = store.tell_ended(DiscordUserId::new(32)).await.expect("an answer");
    assert_eq!(ended, (version >= 13).then_some(EndedBy::Loss));
    assert_eq!(store.following(mona).await.expect("an answer").is_some(), version >= 14);
    // What came with a later version can be written now.
    store.set_guild_locale(guild(2), "ja").await.expect("kept");
    store.erase_lists(at(-1)).await.expect("erased");
    assert!(store.remove_follow(FollowId(1), at(0)).await.expect("removed"));
}

async fn a_database_of_a_newer_version_is_refused_and_left_as_it_is(on: On) {
    let db = at_version(on, 1).await;
    db.sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'later', TRUE, '00', 0)",
    )
    .await;
    assert!(matches!(Store::open(&db.url).await, Err(StoreError::Newer)));
    assert_eq!(db.count("SELECT COUNT(*) FROM _sqlx_migrations").await, 2, "nothing was changed");
}

#[tokio::test]
async fn a_file_is_copied_beside_itself_before_its_schema_changes_and_only_then() {
    let db = at_version(On::Sqlite, 1).await;
    db.sql(SAMPLES[0].1).await;
    let folder = db.folder().expect("a folder");
    let copies = || {
        let files = std::fs::read_dir(folder).expect("files").map(|file| file.expect("a file").file_name());
        let names = files.map(|name| name.into_string().expect("text"));
        names.filter(|name| name.contains("schema")).collect::<Vec<_>>()
    };
    // An earlier start broke off in the midst of its copy.
    std::fs::write(folder.join("bell.db.schema-1.unfinished"), "half").expect("written");
    Store::open(&db.url).await.expect("brought up to date").close().await;
    assert_eq!(copies(), ["bell.db.schema-1.backup"]);

    let copy = format!("sqlite://{}", folder.join("bell.db.schema-1.backup").display());
    let mut connection = SqliteConnection::connect(&copy).await.expect("a copy");
    for (sql, expected) in
        [("SELECT MAX(version) FROM _sqlx_migrations", 1), ("SELECT COUNT(*) FROM follows", 2)]
    {
        let found: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect(sql);
        assert_eq!(found, expected, "{sql}");
    }
    connection.close().await.expect("closed");

    std::fs::remove_file(folder.join("bell.db.schema-1.backup")).expect("removed");
    Store::open(&db.url).await.expect("opened").close().await;
    assert!(copies().is_empty(), "it was up to date");
}

/// What changes one kind of database changes the other.
#[test]
fn both_databases_have_the_same_versions() {
    let names = |kind: &str| {
        let files = std::fs::read_dir(migrations_of(kind)).expect("a folder");
        let mut names: Vec<_> = files.map(|file| file.expect("a file").file_name()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
