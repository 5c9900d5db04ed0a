//! What holds however much there is: memory by counting what is allocated, time by ratios within one run.

#![expect(clippy::disallowed_methods, reason = "what is compared happened in real time")]

use std::time::{Duration, Instant};
use tokio::sync::Mutex;

use peak_alloc::PeakAlloc;
use spacebell::config::Caps;
use spacebell::domain::ids::{FollowId, UserId};
use spacebell::domain::keyword::KeywordSet;
use spacebell::follows::Follows;
use spacebell::store::Store;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What is counted is the whole process', so one test at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

const FOLLOWS: usize = 50_000;
const CAPS: Caps =
    Caps { follows_per_guild: 250, keywords_per_guild: 20, follows_per_channel: 25, queries_per_person: 5 };

/// Ten follows a server in three channels; of ten one is of a keyword, one has filters.
async fn store_with_follows(folder: &tempfile::TempDir) -> Store {
    store_with(folder, FOLLOWS).await
}

async fn store_with(folder: &tempfile::TempDir, follows: usize) -> Store {
    let url = format!("sqlite://{}", folder.path().join("bell.db").display());
    let store = Store::open(&url).await.expect("a store");
    let mut database = SqliteConnection::connect(&url).await.expect("the database");
    let insert = format!(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {follows}) \
         INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, role_id, made_by, made_at, filter) \
         SELECT 900000000000000000 + i / 10, 910000000000000000 + i / 10 * 3 + i % 3, \
           CASE i % 10 WHEN 0 THEN 'keyword' ELSE 'host' END, \
           CASE i % 10 WHEN 0 THEN 'word' || (i / 20) ELSE CAST(90000000 + i * 7 % 1501 AS TEXT) END, \
           CASE i % 10 WHEN 0 THEN 'word' || (i / 20) ELSE 'h' || (i * 7 % 1501) END, \
           'all', 7, 1, 0, \
           CASE i % 10 WHEN 1 THEN '{{\"min_listeners\":10,\"title_has\":[\"rust\",\"go lang\"]}}' ELSE '{{}}' END \
         FROM n"
    );
    database.execute(AssertSqlSafe(insert)).await.expect("rows");
    database.close().await.expect("closed");
    store
}

#[tokio::test]
async fn a_follow_takes_at_most_400_bytes_and_no_more_while_all_are_loaded() {
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = store_with_follows(&folder).await;
    // What reading takes once, whatever there is to read.
    store.follows_between(FollowId(1), FollowId(1)).await.expect("a follow");
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let follows = Follows::load(store.clone(), CAPS).await.expect("an index");
    let (took, peak) = (ALLOCATOR.current_usage() - before, ALLOCATOR.peak_usage() - before);
    assert_eq!(follows.len(), FOLLOWS);
    assert!(took <= FOLLOWS * 400, "{} bytes a follow", took / FOLLOWS);
    assert!(peak <= FOLLOWS * 400 * 2, "{} bytes a follow amid loading", peak / FOLLOWS);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_load_five_times_the_follows_takes_about_five_times_as_long() {
    let _alone = ALONE.lock().await;
    let mut took = Vec::new();
    for follows in [FOLLOWS / 5, FOLLOWS] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store_with(&folder, follows).await;
        let begun = Instant::now();
        let loaded = Follows::load(store.clone(), CAPS).await.expect("an index");
        took.push(begun.elapsed().as_secs_f64());
        assert_eq!(loaded.len(), follows);
        store.close().await;
    }
    // Whatever grows faster than the follows takes 25 times as long.
    assert!(took[1] < took[0] * 12.0, "{took:?}");
}

#[tokio::test]
async fn what_is_listed_of_follows_is_made_anew_only_when_it_has_changed() {
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = store_with_follows(&folder).await;
    let follows = Follows::load(store.clone(), CAPS).await.expect("an index");
    let (hosts, keywords) = (follows.hosts(), follows.keywords());
    assert_eq!((hosts.len(), keywords.len()), (1_501, 2_500));
    let host: UserId = "90000007".parse().expect("an id");
    follows.rename_host(host, "another".parse().expect("a name")).await.expect("renamed");
    let before = ALLOCATOR.current_usage();
    assert_eq!((follows.hosts(), follows.keywords()), (hosts, keywords));
    assert_eq!(ALLOCATOR.current_usage(), before, "these are the same lists");
    store.close().await;
}

fn keywords(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|nth| match nth % 3 {
        0 => format!("word{nth}"),
        1 => format!("word{} and{nth}", nth / 7),
        _ => nth
            .to_string()
            .chars()
            .filter_map(|digit| "あいうえおかきくけこ".chars().nth(digit as usize - 48))
            .collect(),
    })
}

/// The shortest of several times that it took to look through some titles.
fn took(set: &KeywordSet) -> Duration {
    let titles: Vec<String> = (0..200)
        .map(|nth| {
            format!("Tonight: WORD{} and{nth}, {}あいうえおかきくけこ#{nth}", nth / 7, "trust in words ")
        })
        .collect();
    let rounds = (0..7).map(|_| {
        let begun = Instant::now();
        let found: usize = titles.iter().map(|title| set.matches(title).len()).sum();
        assert!(found > 0, "some are found");
        begun.elapsed()
    });
    rounds.min().expect("rounds")
}

#[test]
fn a_hundred_times_the_keywords_dont_take_a_title_ten_times_as_long() {
    let _alone = ALONE.blocking_lock();
    let few = KeywordSet::new(keywords(1_000));
    let before = ALLOCATOR.current_usage();
    let many = KeywordSet::new(keywords(100_000));
    let bytes = (ALLOCATOR.current_usage() - before) / many.len();
    assert!(bytes <= 200, "{bytes} bytes a keyword");
    let (few, many) = (took(&few), took(&many));
    assert!(many < 10 * few, "{few:?} among a thousand, {many:?} among a hundred thousand");
}

#[test]
fn a_keyword_that_comes_or_goes_has_nothing_built_anew() {
    let _alone = ALONE.blocking_lock();
    let mut set = KeywordSet::new(keywords(100_000));
    // A table that is full may grow by this.
    set.insert("the first");
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    assert!(set.insert("one more keyword") && set.remove("one more keyword"));
    let peak = ALLOCATOR.peak_usage() - before;
    assert!(peak < 4_096, "{peak} bytes for one keyword among a hundred thousand");
}
