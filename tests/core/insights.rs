//! How full rooms were: counted once a minute from what is seen anyway, kept no longer than the Space, and made into
//! figures that hold nothing made up.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use spacebell::clock::Clock as _;
use spacebell::domain::erasure::{Account, Whose};
use spacebell::domain::ids::{GuildId, SpaceId, UserId};
use spacebell::domain::insights::{Counted, GAP_AFTER, Habit, Sample, habit};
use spacebell::domain::known::Phase;
use spacebell::domain::notice::Slot;
use spacebell::domain::space::{Space, SpaceState};
use spacebell::store::{Edits, PastSpace};
use spacebell::watcher::lifecycle::Observation;

use crate::support::{
    Db, Failure, On, at, by, draft, host, id, known, live, seen, space, tests_on_each_database, user,
};
use crate::watcher::World;

tests_on_each_database! {
    a_live_room_is_counted_once_a_minute_and_a_minute_without_a_count_stays_empty,
    a_space_that_nobody_follows_or_that_isnt_live_isnt_counted,
    counts_that_the_store_refuses_are_a_gap_and_stop_nothing,
    counts_go_with_their_space_unless_its_host_agreed_to_keep_them,
    a_host_who_takes_it_back_is_forgotten_and_everybody_is_in_the_end,
    an_account_s_erasure_takes_its_counts_along_and_a_server_s_those_of_it_alone,
    a_thousand_live_rooms_are_counted_in_a_minute,
    counts_are_kept_for_those_alone_who_agreed_on_their_linked_account,
}

fn room(people: u32, of: Space) -> Space {
    Space { participant_count: Some(people), ..of }
}

/// Lets something be seen at a moment.
async fn see<const N: usize>(world: &World, seen: [Observation; N], second: i64) {
    world.clock.advance(at(second).duration_since(world.clock.now()));
    world.sees(seen).await;
}

/// The counts of a Space as minute and people.
async fn counts(db: &Db, text: &str) -> Vec<(i64, u32)> {
    let samples = db.store.samples(id(text)).await.expect("a read");
    let minute = |sample: &Sample| sample.taken_at.duration_since(at(0)).as_secs() / 60;
    samples.iter().map(|sample| (minute(sample), sample.people)).collect()
}

async fn a_live_room_is_counted_once_a_minute_and_a_minute_without_a_count_stays_empty(on: On) {
    let mut world = World::on(on).await;
    world.follow(10, host(1)).await;
    let hosts = vec![user(1), user(2), user(3)];
    let full = Space { hosts, speaker_count: Some(4), ..room(100, live("1a")) };
    // A start, two answers of one minute, one without a count, one that is a restart later in the same minute.
    let answers = [(0, full), (20, room(120, live("1a"))), (70, live("1a")), (130, room(90, live("1a")))];
    for (second, space) in answers {
        see(&world, [seen(space, second)], second).await;
    }
    world.restart().await;
    see(&world, [seen(room(95, live("1a")), 150)], 150).await;
    see(&world, [seen(room(80, live("1a")), 200)], 200).await;
    assert_eq!(counts(&world.db, "1a").await, [(0, 100), (2, 90), (3, 80)]);
    let samples = world.db.store.samples(id("1a")).await.expect("a read");
    assert_eq!((samples[0].speakers, samples[0].cohosts), (Some(4), Some(2)));
    assert_eq!((samples[1].speakers, samples[1].cohosts), (None, None), "X didn't say");
    // An answer that was overtaken counts nothing.
    see(&world, [seen(room(1, live("1a")), 61)], 210).await;
    assert_eq!(counts(&world.db, "1a").await.len(), 3);
}

async fn a_space_that_nobody_follows_or_that_isnt_live_isnt_counted(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    let ended = room(7, space("1c", SpaceState::Ended));
    let scheduled = room(5, crate::support::scheduled("1b", 600));
    world.watcher.learn(vec![seen(by(2, room(9, live("1d"))), 0)]).await.expect("learned");
    see(&world, [seen(scheduled, 0), seen(ended, 0)], 0).await;
    assert_eq!(world.db.count("SELECT COUNT(*) FROM samples").await, 0);
}

async fn counts_that_the_store_refuses_are_a_gap_and_stop_nothing(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.db.fail("INSERT", "samples", Failure::Odd).await;
    see(&world, [seen(room(100, live("1a")), 0)], 0).await;
    assert_eq!(world.watcher.known(id("1a")).expect("known").phase, Phase::Live);
    world.db.mend("INSERT", "samples").await;
    see(&world, [seen(room(90, live("1a")), 30)], 30).await;
    assert_eq!(counts(&world.db, "1a").await, [(0, 90)], "the minute's next count is as good");
}

fn sample(minute: i64, people: u32) -> Sample {
    Sample { taken_at: at(60 * minute), people, speakers: None, cohosts: None }
}

/// A Space of `creator` that ran for an hour, with two counts.
async fn ran(db: &Db, text: &str, creator: u64, began: i64) {
    let mut over = known(text, Phase::Ended);
    over.space.creator = Some(user(creator));
    over.live_since = Some(at(began));
    over.over_at = Some(at(began + 3_600));
    db.commit(&over, &[], Edits::None, began).await;
    let minute = began / 60;
    let counts = [(id(text), sample(minute, 10)), (id(text), sample(minute + 1, 20))];
    db.store.keep_samples(&counts).await.expect("kept");
}

async fn expire(db: &Db, agreed: &[UserId], now: i64) {
    const HOUR: i64 = 3_600;
    db.store.keep_past(agreed, at(now - 23 * HOUR), at(now - 90 * 24 * HOUR)).await.expect("kept");
    db.store.erase_old(at(now - 23 * HOUR), at(now), "2026-01-01").await.expect("erased");
}

async fn counts_go_with_their_space_unless_its_host_agreed_to_keep_them(on: On) {
    let db = Db::on(on).await;
    ran(&db, "1a", 1, 0).await;
    ran(&db, "1b", 2, 0).await;
    expire(&db, &[user(2)], 23 * 3_600).await;
    assert_eq!((counts(&db, "1a").await.len(), counts(&db, "1b").await.len()), (2, 2), "not yet");
    expire(&db, &[user(2)], 25 * 3_600).await;
    assert_eq!(counts(&db, "1a").await, []);
    assert_eq!(counts(&db, "1b").await, [(0, 10), (1, 20)]);
    let past = PastSpace { id: id("1b"), began_at: at(0), over_at: at(3_600) };
    assert_eq!(db.store.past_spaces(user(2), 5).await.expect("a read"), [past]);
    assert_eq!(db.store.past_space(id("1b")).await.expect("a read"), Some(past));
    let dump = db.dump().await;
    assert!(!dump.contains("A title"), "nothing of what it was about: {dump}");
}

async fn a_host_who_takes_it_back_is_forgotten_and_everybody_is_in_the_end(on: On) {
    let db = Db::on(on).await;
    let day = 24 * 3_600;
    for (text, creator) in [("1a", 1), ("1b", 2)] {
        ran(&db, text, creator, 0).await;
    }
    expire(&db, &[user(1), user(2)], 2 * day).await;
    assert_eq!(db.count("SELECT COUNT(*) FROM past_spaces").await, 2);
    expire(&db, &[user(2)], 2 * day + 600).await;
    assert_eq!((counts(&db, "1a").await.len(), counts(&db, "1b").await.len()), (0, 2));
    expire(&db, &[user(2)], 91 * day).await;
    assert_eq!(db.count("SELECT COUNT(*) FROM past_spaces").await, 0);
    assert_eq!(db.count("SELECT COUNT(*) FROM samples").await, 0);
}

async fn an_account_s_erasure_takes_its_counts_along_and_a_server_s_those_of_it_alone(on: On) {
    let db = Db::on(on).await;
    for (text, creator) in [("1a", 1), ("1b", 2)] {
        ran(&db, text, creator, 0).await;
    }
    expire(&db, &[user(1)], 48 * 3_600).await;
    ran(&db, "1c", 1, 48 * 3_600).await;
    ran(&db, "1d", 3, 48 * 3_600).await;
    ran(&db, "1e", 3, 48 * 3_600).await;
    let erased = db.store.erase(&Whose::Account(Account::Id(user(1))), at(0)).await.expect("erased").erased;
    assert_eq!(erased.spaces, 2, "a past one and one that is kept");
    for text in ["1a", "1c"] {
        assert_eq!(counts(&db, text).await, [], "{text}");
    }
    // Server 1 alone was told of 1d, and another one of 1e too.
    let other =
        |text| spacebell::domain::notice::Draft { guild: GuildId::new(2), ..draft(text, 20, Slot::Live) };
    db.commit(&known("1d", Phase::Live), &[draft("1d", 10, Slot::Live)], Edits::None, 0).await;
    db.commit(&known("1e", Phase::Live), &[draft("1e", 10, Slot::Live), other("1e")], Edits::None, 0).await;
    db.store.erase(&Whose::Server(GuildId::new(1)), at(0)).await.expect("erased");
    assert_eq!((counts(&db, "1d").await.len(), counts(&db, "1e").await.len()), (0, 2));
}

async fn a_thousand_live_rooms_are_counted_in_a_minute(on: On) {
    let db = Db::on(on).await;
    let rooms: Vec<(SpaceId, Sample)> =
        (0..1_000).map(|number| (id(&format!("1a{number}")), sample(0, number))).collect();
    // Ten lookups of a hundred, and the same once more by another route.
    for answer in rooms.chunks(100).chain(rooms.chunks(250)) {
        db.store.keep_samples(answer).await.expect("kept");
    }
    assert_eq!(db.count("SELECT COUNT(*) FROM samples").await, 1_000);
}

async fn counts_are_kept_for_those_alone_who_agreed_on_their_linked_account(on: On) {
    let db = Db::on(on).await;
    assert_eq!(db.store.hosts_who_agreed().await.expect("a read"), []);
    db.sql(
        "INSERT INTO links (discord_user_id, x_user_id, sealed, handle, revocation, keeps_insights, linked_at) \
         VALUES (5, '1', '', '', '', 1, 0), (6, '1', '', '', '', 1, 0), (7, '2', '', '', '', 0, 0)",
    )
    .await;
    assert_eq!(db.store.hosts_who_agreed().await.expect("a read"), [user(1)]);
    db.sql("UPDATE links SET keeps_insights = 0").await;
    assert_eq!(db.store.hosts_who_agreed().await.expect("a read"), []);
}

fn counted(samples: Vec<Sample>, minutes: i64) -> Counted {
    Counted { id: id("1a"), title: None, began_at: at(0), over_at: Some(at(60 * minutes)), samples }
}

#[test]
fn figures_are_of_what_was_counted_alone() {
    let samples = [(0, 10), (1, 40), (2, 40), (9, 30)].map(|(minute, people)| sample(minute, people));
    let figures = counted(samples.to_vec(), 72).figures(at(0)).expect("figures");
    assert_eq!((figures.peak.people, figures.peak.taken_at), (40, at(60)), "the first of the fullest");
    assert_eq!((figures.mean, figures.counted), (30, 4), "minutes without a count count for nothing");
    assert_eq!(figures.duration, SignedDuration::from_mins(72));
    let few = counted(samples[..2].to_vec(), 72);
    assert_eq!(few.figures(at(0)), None);
    let is_live = Counted { over_at: None, ..counted(samples.to_vec(), 0) };
    assert_eq!(is_live.figures(at(600)).expect("figures").duration, SignedDuration::from_mins(10));
}

#[test]
fn a_habit_takes_three_spaces_and_the_server_s_clock() {
    let begun = |days: &[i64]| -> Vec<Timestamp> { days.iter().map(|day| at(day * 24 * 3_600)).collect() };
    let tokyo = TimeZone::get("Asia/Tokyo").expect("a zone");
    assert_eq!(habit(&begun(&[0, 7]), &TimeZone::UTC), None);
    // 2026-08-01 is a Saturday; noon in UTC is nine in the evening in Tokyo.
    let saturday = jiff::civil::Weekday::Saturday;
    let noon = Some(Habit { weekday: saturday, hour: 12 });
    assert_eq!(habit(&begun(&[0, 7, 9]), &TimeZone::UTC), noon);
    assert_eq!(habit(&begun(&[0, 7, 9]), &tokyo), Some(Habit { weekday: saturday, hour: 21 }));
    // Of equals the latest.
    assert_eq!(habit(&begun(&[2, 0, 1]), &TimeZone::UTC).map(|habit| habit.weekday), Some(saturday + 2));
}

proptest! {
    #[test]
    fn runs_hold_every_count_once_and_break_at_gaps_alone(
        steps in prop::collection::vec((1..6_i64, 0..5_000_u32), 0..60)
    ) {
        let mut minute = 0;
        let samples: Vec<Sample> = steps
            .iter()
            .map(|(step, people)| {
                minute += step;
                sample(minute, *people)
            })
            .collect();
        let whole = counted(samples.clone(), minute);
        let runs: Vec<&[Sample]> = whole.runs().collect();
        prop_assert_eq!(runs.concat(), samples);
        for run in &runs {
            let pairs = run.windows(2);
            prop_assert!(pairs.into_iter().all(|two| two[1].taken_at.duration_since(two[0].taken_at) <= GAP_AFTER));
        }
        for two in runs.windows(2) {
            let (end, next) = (two[0].last().expect("a count"), two[1].first().expect("a count"));
            prop_assert!(next.taken_at.duration_since(end.taken_at) > GAP_AFTER);
        }
        if let Some(figures) = whole.figures(at(0)) {
            let people = || whole.samples.iter().map(|sample| sample.people);
            prop_assert_eq!(Some(figures.peak.people), people().max());
            prop_assert!(people().min() <= Some(figures.mean) && Some(figures.mean) <= people().max());
        }
    }
}
