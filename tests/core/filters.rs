//! Filters of follows: what each refuses, and that what waits is posted once, when it first passes.

use proptest::prelude::*;
use spacebell::domain::filter::{BadTerms, Filter, Language, Terms, Tickets};
use spacebell::domain::follow::Follow;
use spacebell::domain::keyword::BadPhrase;
use spacebell::domain::notice::{Decision, Slot, Work};
use spacebell::domain::space::Space;
use spacebell::store::{AddFollow, NewFollow};

use crate::support::{
    On, at, by, host, id, keyword, live, new_follow, scheduled, seen, tests_on_each_database, titled, user,
};
use crate::watcher::World;

tests_on_each_database! {
    a_space_is_posted_when_enough_people_are_first_in_the_room_and_never_again,
    what_waits_goes_on_waiting_after_a_restart_even_if_the_room_was_fuller_before_the_follow,
    a_follow_made_while_the_room_was_full_enough_isnt_rung,
    a_rename_a_language_or_tickets_that_make_a_filter_pass_post_as_well,
    what_only_push_has_told_of_waits_for_the_look,
    another_follow_s_post_in_the_channel_is_enough,
    a_space_that_goes_on_in_the_message_of_the_one_before_needs_no_full_room_again,
    a_paused_follow_s_filter_that_passes_posts_nothing,
    a_follow_that_moved_while_it_waited_posts_where_it_is_and_once,
    a_follow_whose_filter_is_taken_away_while_it_waits_posts_at_the_next_look_and_once,
}

fn least(people: u32) -> Filter {
    Filter { min_listeners: Some(people), ..Filter::default() }
}

fn terms(text: &str) -> Terms {
    Terms::parse(text).expect("terms")
}

fn room(people: u32, space: Space) -> Space {
    Space { participant_count: Some(people), ..space }
}

async fn add(world: &World, in_channel: u64, filter: Filter, made_at: i64) -> Follow {
    let new = NewFollow { filter, made_at: at(made_at), ..new_follow(in_channel, host(1)) };
    let AddFollow::Added(follow) = world.follows.add(&new).await.expect("added") else {
        panic!("it was there already");
    };
    world.watcher.settle_in(&[follow.id]).await.expect("settled in");
    follow
}

/// Looks with that many people in the room, and answers the channels that get a live post of it.
async fn look(world: &World, people: u32, asked_at: i64) -> Vec<u64> {
    world.until(at(asked_at));
    world.sees([seen(room(people, live("1a")), asked_at)]).await;
    posted(world, asked_at).await
}

async fn posted(world: &World, now: i64) -> Vec<u64> {
    let sent = world.deliver(now).await;
    sent.into_iter()
        .filter(|(_, slot, work)| (*slot, *work) == (Slot::Live, Work::Post))
        .map(|it| it.0)
        .collect()
}

#[test]
fn each_filter_refuses_with_a_code_of_its_own_and_lets_pass_what_it_asks_for() {
    let base =
        Space { lang: Some("en".to_owned()), is_ticketed: Some(false), ..titled("Rust & Bells", live("1a")) };
    let japanese = Filter { language: Language::parse("ja"), ..Filter::default() };
    let english = Filter { language: Language::parse("EN"), ..Filter::default() };
    let ticketed = Filter { tickets: Tickets::Ticketed, ..Filter::default() };
    let free = Filter { tickets: Tickets::Free, ..Filter::default() };
    let has = |text: &str| Filter { title_has: terms(text), ..Filter::default() };
    let lacks = |text: &str| Filter { title_lacks: terms(text), ..Filter::default() };
    let untold = Space { lang: None, is_ticketed: None, ..base.clone() };
    let untitled = Space { title: None, ..base.clone() };
    let held = room(50, base.clone());
    for (filter, space, refused) in [
        (Filter::default(), &base, None),
        (japanese.clone(), &base, Some(Decision::OtherLanguage)),
        (japanese, &untold, None),
        (english, &base, None),
        (ticketed.clone(), &base, Some(Decision::OtherTickets)),
        (ticketed, &untold, Some(Decision::OtherTickets)),
        (free.clone(), &base, None),
        (free.clone(), &untold, None),
        (free, &Space { is_ticketed: Some(true), ..base.clone() }, Some(Decision::OtherTickets)),
        (has("go, RUST"), &base, None),
        (has("trust"), &base, Some(Decision::TitleLacks)),
        (has("bell"), &base, Some(Decision::TitleLacks)),
        (has("rust"), &untitled, Some(Decision::TitleLacks)),
        (has("ｒｕｓｔ、ベル"), &base, None),
        (lacks("go, bells"), &base, Some(Decision::TitleHas)),
        (lacks("go"), &base, None),
        (lacks("rust"), &untitled, None),
        (least(51), &held, Some(Decision::TooFewListeners)),
        (least(50), &held, None),
        (least(1), &base, Some(Decision::TooFewListeners)),
    ] {
        assert_eq!(filter.refusal(space, Slot::Live), refused, "{filter:?} {space:?}");
    }
    assert_eq!(
        least(1).refusal(&held, Slot::Scheduled),
        Some(Decision::TooFewListeners),
        "nobody is there before"
    );
    let sketch = Space { creator: Some(user(1)), ..Space::bare(id("1a"), live("1a").state) };
    assert_eq!(has("rust").refusal(&sketch, Slot::Live), Some(Decision::NotLookedUp));
    assert_eq!(Filter::default().refusal(&sketch, Slot::Live), None, "it rings at once");
}

#[test]
fn terms_that_cant_be_looked_for_are_refused_by_what_is_wrong_with_them() {
    let long = "a".repeat(101);
    for (text, bad) in [
        ("", BadTerms::Empty),
        (" , ,、", BadTerms::Empty),
        (long.as_str(), BadTerms::TooLong),
        ("rust, a", BadTerms::Term(BadPhrase::TooShort)),
        ("rust, !!!", BadTerms::Term(BadPhrase::NoLetters)),
        ("@everyone", BadTerms::Term(BadPhrase::NotWords)),
        ("one two three four five six", BadTerms::Term(BadPhrase::TooManyWords)),
    ] {
        assert_eq!(Terms::parse(text), Err(bad), "{text:?}");
    }
    assert_eq!(terms(" rust ,,ベル、go  lang").as_typed(), "rust, ベル, go lang");
}

async fn a_space_is_posted_when_enough_people_are_first_in_the_room_and_never_again(on: On) {
    let world = World::on(on).await;
    let follow = add(&world, 10, least(100), 0).await;
    add(&world, 20, least(200), 0).await;
    assert!(look(&world, 40, 10).await.is_empty());
    let codes = world.decided("1a").await;
    assert!(
        codes.iter().all(|(_, code)| *code == Decision::TooFewListeners) && codes.len() == 2,
        "{codes:?}"
    );
    assert!(look(&world, 99, 20).await.is_empty());
    // Two hours after it began: it rings, since it is now that it has come.
    let claimed = {
        world.until(at(7_200));
        world.sees([seen(room(100, live("1a")), 7_200)]).await;
        world.db.claim(7_200).await
    };
    let [notice] = claimed.as_slice() else { panic!("one post: {claimed:?}") };
    assert_eq!((notice.channel.get(), notice.awaited, notice.silent), (10, true, false));
    assert_eq!((notice.follows.as_slice(), notice.fell_due_at), ([follow.id].as_slice(), at(7_200)));
    world.db.posted(notice, 600, 7_200).await;
    for (people, asked_at) in [(30, 7_300), (150, 7_400), (90, 7_500), (101, 7_600)] {
        assert!(look(&world, people, asked_at).await.is_empty(), "{people}");
    }
    assert_eq!(look(&world, 200, 7_700).await, [20]);
}

async fn what_waits_goes_on_waiting_after_a_restart_even_if_the_room_was_fuller_before_the_follow(on: On) {
    let mut world = World::on(on).await;
    add(&world, 20, Filter::default(), 0).await;
    assert_eq!(look(&world, 300, 10).await, [20]);
    look(&world, 50, 12).await;
    // The room is emptier by now than what was last written down.
    add(&world, 10, least(100), 14).await;
    assert!(world.decided("1a").await.contains(&(2, Decision::TooFewListeners)));
    world.restart().await;
    assert_eq!(look(&world, 120, 20).await, [10]);
    world.restart().await;
    assert!(look(&world, 50, 30).await.is_empty());
    assert!(look(&world, 500, 40).await.is_empty());
}

async fn a_follow_made_while_the_room_was_full_enough_isnt_rung(on: On) {
    let mut world = World::on(on).await;
    add(&world, 20, Filter::default(), 0).await;
    look(&world, 300, 10).await;
    add(&world, 10, least(100), 100).await;
    for (people, asked_at) in [(310, 110), (20, 120), (400, 130)] {
        assert!(look(&world, people, asked_at).await.is_empty(), "whoever made it saw that");
        world.restart().await;
    }
    assert!(world.decided("1a").await.contains(&(2, Decision::LiveBefore)));
}

async fn a_rename_a_language_or_tickets_that_make_a_filter_pass_post_as_well(on: On) {
    let world = World::on(on).await;
    let base = || titled("Nothing", live("1a"));
    let add = async |in_channel, filter| add(&world, in_channel, filter, 0).await;
    add(10, Filter { title_has: terms("bells"), ..Filter::default() }).await;
    add(20, Filter { title_lacks: terms("nothing"), ..Filter::default() }).await;
    add(30, Filter { language: Language::parse("ja"), ..Filter::default() }).await;
    add(40, Filter { tickets: Tickets::Ticketed, ..Filter::default() }).await;
    let english = Space { lang: Some("en".to_owned()), ..base() };
    world.sees([seen(english.clone(), 10)]).await;
    assert!(posted(&world, 10).await.is_empty());
    world.sees([seen(Space { is_ticketed: Some(true), ..english.clone() }, 20)]).await;
    assert_eq!(posted(&world, 20).await, [40]);
    world.sees([seen(Space { lang: Some("ja".to_owned()), ..base() }, 30)]).await;
    assert_eq!(posted(&world, 30).await, [30]);
    world.sees([seen(titled("Bells", live("1a")), 40)]).await;
    let mut both = posted(&world, 40).await;
    both.sort_unstable();
    assert_eq!(both, [10, 20]);
}

async fn what_only_push_has_told_of_waits_for_the_look(on: On) {
    let world = World::on(on).await;
    add(&world, 10, Filter { title_lacks: terms("spam"), ..Filter::default() }, 0).await;
    add(&world, 20, Filter::default(), 0).await;
    world.sees([started(10)]).await;
    assert_eq!(posted(&world, 10).await, [20], "without a filter it rings at once");
    world.sees([seen(titled("Bells", live("1a")), 12)]).await;
    assert_eq!(posted(&world, 12).await, [10]);
}

fn started(asked_at: i64) -> spacebell::watcher::lifecycle::Observation {
    use spacebell::watcher::lifecycle::{Observation, Sight};
    Observation { sight: Sight::Started { id: id("1a"), host: user(1) }, asked_at: at(asked_at) }
}

async fn another_follow_s_post_in_the_channel_is_enough(on: On) {
    let world = World::on(on).await;
    add(&world, 10, Filter::default(), 0).await;
    let waits = NewFollow { filter: least(100), ..new_follow(10, keyword("title")) };
    world.follows.add(&waits).await.expect("added");
    assert_eq!(look(&world, 5, 10).await, [10]);
    assert!(look(&world, 100, 20).await.is_empty());
    assert_eq!(world.decided("1a").await, [(1, Decision::Posted), (2, Decision::ToldAlready)]);
}

async fn a_space_that_goes_on_in_the_message_of_the_one_before_needs_no_full_room_again(on: On) {
    let world = World::on(on).await;
    add(&world, 10, least(100), 0).await;
    assert_eq!(look(&world, 100, 10).await, [10]);
    world.until(at(100));
    world.sees([crate::support::gone("1a", 100)]).await;
    world.deliver(100).await;
    world.until(at(130));
    let next = Space { started_at: Some(at(120)), ..room(3, live("1b")) };
    world.sees([seen(next, 130)]).await;
    assert!(posted(&world, 130).await.is_empty());
    assert_eq!(world.decided("1b").await, [(1, Decision::Continued)]);
}

async fn a_paused_follow_s_filter_that_passes_posts_nothing(on: On) {
    let world = World::on(on).await;
    let follow = add(&world, 10, least(100), 0).await;
    look(&world, 5, 10).await;
    let paused = [world.follows.get(follow.id).expect("a follow")];
    world.follows.pause_for_person(&paused, at(15)).await.expect("paused");
    assert!(look(&world, 100, 20).await.is_empty());
    assert_eq!(world.decided("1a").await, [(1, Decision::Paused)]);
}

async fn a_follow_that_moved_while_it_waited_posts_where_it_is_and_once(on: On) {
    let mut world = World::on(on).await;
    let follow = add(&world, 10, least(100), 0).await;
    assert!(look(&world, 5, 10).await.is_empty());
    let moved = Follow { channel: crate::support::channel(20), ..follow };
    let moved = world.follows.edit(&moved).await.expect("edited");
    world.watcher.settle_in(&[moved.id]).await.expect("settled in");
    world.restart().await;
    assert_eq!(look(&world, 100, 20).await, [20]);
    for asked_at in [30, 40] {
        world.restart().await;
        assert!(look(&world, 200, asked_at).await.is_empty());
    }
    let there = world.decided("1a").await;
    assert!(
        there.contains(&(1, Decision::Posted)) && !there.contains(&(1, Decision::ToldAlready)),
        "{there:?}"
    );
}

async fn a_follow_whose_filter_is_taken_away_while_it_waits_posts_at_the_next_look_and_once(on: On) {
    let mut world = World::on(on).await;
    let follow = add(&world, 10, least(100), 0).await;
    assert!(look(&world, 5, 10).await.is_empty());
    let edited = world.follows.edit(&Follow { filter: Filter::default(), ..follow }).await.expect("edited");
    world.watcher.settle_in(&[edited.id]).await.expect("settled in");
    world.restart().await;
    assert_eq!(look(&world, 5, 20).await, [10]);
    world.restart().await;
    assert!(look(&world, 200, 30).await.is_empty());
}

#[tokio::test]
async fn a_scheduled_space_waits_for_its_room_and_is_posted_once_it_is_live_and_full_enough() {
    let world = World::on(On::Sqlite).await;
    add(&world, 10, least(2), 0).await;
    world.sees([seen(room(9, scheduled("1a", 600)), 10)]).await;
    assert!(world.deliver(10).await.is_empty(), "nobody is in the room");
    assert!(look(&world, 1, 600).await.is_empty());
    assert_eq!(look(&world, 2, 610).await, [10]);
    let other = by(2, live("1b"));
    world.sees([seen(other, 620)]).await;
    assert!(world.deliver(620).await.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the order, repetition and restarts: one post a channel, at the first count that is enough.
    #[test]
    fn one_post_comes_at_the_first_count_that_is_enough(
        counts in proptest::collection::vec((0_u32..12, any::<bool>()), 1..12),
        bounds in proptest::collection::vec(1_u32..12, 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut world = World::on(On::Sqlite).await;
            for (channel, bound) in (1..).zip(&bounds) {
                add(&world, channel, least(*bound), 0).await;
            }
            let mut expected: Vec<u64> = Vec::new();
            for (step, (people, restarts)) in (1..).zip(&counts) {
                let new: Vec<u64> = (1..)
                    .zip(&bounds)
                    .filter(|(channel, bound)| people >= bound && !expected.contains(channel))
                    .map(|(channel, _)| channel)
                    .collect();
                let mut posts = look(&world, *people, step * 10).await;
                posts.sort_unstable();
                assert_eq!(posts, new, "{counts:?} {bounds:?} at {step}");
                expected.extend(new);
                if *restarts {
                    world.restart().await;
                }
            }
        });
    }
}
