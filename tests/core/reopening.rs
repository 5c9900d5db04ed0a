//! A host who drops and reopens: the same message goes on, whatever was under way, and nobody is rung twice.

use jiff::SignedDuration;
use proptest::prelude::*;
use spacebell::domain::ids::MessageId;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::{Decision, Hush, Slot, Work};
use spacebell::domain::reopening::{MERGE_WINDOW, dropped};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::store::{Claimed, Post, Subject, UNKNOWN_REVISION};
use spacebell::watcher::lifecycle::{Observation, Sight};

use crate::support::{
    Failure, On, at, by, gone, host, id, keyword, known, live, scheduled, secs, seen, space,
    tests_on_each_database, titled, user,
};
use crate::watcher::{World, watcher};

tests_on_each_database! {
    a_host_who_reopens_goes_on_in_the_same_message_and_rings_nobody,
    a_channel_that_has_no_post_of_the_dropped_space_gets_one_of_the_new_one,
    a_message_whose_erasure_was_asked_for_is_not_gone_on_in,
    a_space_dropped_longer_ago_or_that_was_scheduled_rings_on_its_own,
    what_x_tells_of_a_host_who_was_live_just_before_is_judged_by_its_lookup,
    what_wasn_t_sent_yet_is_sent_once_as_the_new_space,
    a_send_under_way_ends_in_the_new_space_s_message_and_is_brought_up_to_date,
    a_send_of_unknown_fate_is_looked_for_as_either_space,
    an_edit_of_the_dropped_space_that_waits_in_memory_is_not_carried_out,
    what_becomes_of_the_dropped_space_touches_nothing_of_the_new_one_s,
    a_dropped_space_that_is_found_again_gets_no_second_post,
    a_message_that_somebody_removed_stays_removed_when_its_host_reopens,
    a_channel_whose_send_was_given_up_as_uncertain_hears_of_the_new_space,
    a_hand_over_that_can_t_be_kept_is_made_by_the_next_look,
    an_announcement_leads_on_to_the_new_space_with_the_live_message,
    a_chain_of_drops_stays_one_message_over_restarts,
    a_keyword_s_post_goes_on_though_the_channel_had_its_six,
    an_answer_that_shows_both_forgets_nothing_of_who_goes_on_in_whose_messages,
}

fn post_of(posts: &[Post], slot: Slot) -> &Post {
    posts.iter().find(|post| post.slot == slot).expect("a post")
}

impl World {
    async fn posts(&self, text: &str) -> Vec<Post> {
        self.db.store.posts(id(text)).await.expect("posts")
    }

    async fn live_post(&self, text: &str) -> Post {
        post_of(&self.posts(text).await, Slot::Live).clone()
    }

    /// The hour passes on, for the watcher too.
    fn pass(&self, seconds: i64) {
        self.clock.advance(secs(seconds));
    }
}

#[test]
fn who_is_back_soon_goes_on_and_what_is_in_doubt_rings() {
    let begun = |since| {
        let mut begun = known("1y", Phase::Live);
        begun.live_since = Some(at(since));
        begun
    };
    let ended =
        |until| Known { last_up_at: Some(at(until)), over_at: Some(at(3_600)), ..known("1x", Phase::Ended) };
    let still_live = |seen_at| Known { seen_at: at(seen_at), ..known("1x", Phase::Live) };
    let of = |creator, known: Known| Known { space: by(creator, known.space.clone()), ..known };
    let away = |begun: &Known, other: &Known| dropped(begun, [other]).map(|dropped| dropped.away);
    let minutes = |minutes| Some(SignedDuration::from_mins(minutes));
    for (what, begun, other, expected) in [
        ("ended five minutes before", begun(900), ended(600), minutes(5)),
        ("ended long before", begun(9_000), ended(600), minutes(140)),
        ("ended after, by a clock that is ahead", begun(900), ended(905), minutes(0)),
        ("believed live, just seen", begun(900), still_live(890), Some(secs(10))),
        ("believed live, not seen for long", begun(9_000), still_live(600), minutes(140)),
        (
            "not known when it was last live: by its end",
            begun(3_660),
            Known { last_up_at: None, ..ended(0) },
            minutes(1),
        ),
        ("cancelled, so it never ran", begun(900), known("1x", Phase::Cancelled), None),
        ("scheduled", begun(900), known("1x", Phase::Scheduled), None),
        ("another host's", begun(900), of(2, ended(600)), None),
        ("the same one", begun(900), Known { space: live("1y"), ..ended(600) }, None),
        (
            "one that another went on in",
            begun(900),
            Known { continued_by: Some(id("1z")), ..ended(600) },
            None,
        ),
        ("one that began later", begun(900), Known { live_since: Some(at(901)), ..ended(950) }, None),
        ("one that nobody saw begin", begun(900), Known { live_since: None, ..ended(600) }, None),
    ] {
        assert_eq!(away(&begun, &other), expected, "{what}");
    }
    let planned = Known { space: scheduled("1y", 900), ..begun(900) };
    assert_eq!(away(&planned, &ended(600)), None, "people wait for what was scheduled");
    let nobodys = Known { space: Space { creator: None, ..live("1y") }, ..begun(900) };
    assert_eq!(away(&nobodys, &ended(600)), None);
    let earlier = Known { space: live("1w"), ..ended(300) };
    let later = ended(600);
    assert_eq!(dropped(&begun(900), [&earlier, &later]).map(|dropped| dropped.known), Some(&later));
}

async fn a_host_who_reopens_goes_on_in_the_same_message_and_rings_nobody(on: On) {
    for how in [seen(space("1x", SpaceState::Ended), 300), gone("1x", 300), seen(live("1x"), 300)] {
        let world = World::on(on).await;
        let follow = world.follow(10, host(1)).await;
        world.sees([seen(live("1x"), 0)]).await;
        world.deliver(0).await;
        let message = world.live_post("1x").await.message;
        world.pass(300);
        world.sees([how]).await;
        world.deliver(300).await;
        world.pass(300);
        world.sees([seen(titled("Back again", live("1y")), 600)]).await;
        assert_eq!(world.deliver(600).await, [(10, Slot::Live, Work::Edit)]);
        let post = world.live_post("1y").await;
        assert_eq!((post.message, post.formerly), (message, vec![id("1x")]));
        assert!(world.posts("1x").await.is_empty());
        assert_eq!(world.decided("1y").await, [(follow.id.0, Decision::Continued)]);
        assert_eq!(world.watcher.known(id("1x")).and_then(|known| known.continued_by), Some(id("1y")));
    }
}

async fn a_channel_that_has_no_post_of_the_dropped_space_gets_one_of_the_new_one(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.follow(20, keyword("news")).await;
    world.sees([seen(live("1x"), 0)]).await;
    world.deliver(0).await;
    world.sees([seen(titled("The news", live("1y")), 60)]).await;
    let mut sent = world.deliver(60).await;
    sent.sort_by_key(|(channel, ..)| *channel);
    assert_eq!(sent, [(10, Slot::Live, Work::Edit), (20, Slot::Live, Work::Post)]);
}

async fn a_message_whose_erasure_was_asked_for_is_not_gone_on_in(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    world.deliver(0).await;
    world.db.sql("UPDATE posts SET erased = 1").await;
    world.pass(60);
    world.sees([seen(live("1y"), 60)]).await;
    assert!(world.posts("1x").await.iter().all(|post| post.erased && post.message.is_some()));
    let sent = world.deliver(60).await;
    assert!(sent.contains(&(10, Slot::Live, Work::Post)), "the new one has a message of its own: {sent:?}");
}

async fn a_space_dropped_longer_ago_or_that_was_scheduled_rings_on_its_own(on: On) {
    let after = MERGE_WINDOW.as_secs() + 1;
    let begun = Space { started_at: Some(at(after)), ..live("1y") };
    let planned = Space { scheduled_start: Some(at(60)), ..live("1y") };
    for (how, then) in [(begun, after), (planned, 60)] {
        let world = World::on(on).await;
        world.follow(10, host(1)).await;
        world.sees([seen(live("1x"), 0)]).await;
        world.deliver(0).await;
        world.pass(then);
        world.sees([gone("1x", then), seen(how, then)]).await;
        let mut sent = world.deliver(then).await;
        sent.sort_by_key(|(.., work)| *work);
        assert_eq!(sent, [(10, Slot::Live, Work::Post), (10, Slot::Live, Work::Edit)]);
        assert_eq!(world.posts("1x").await.len(), 1);
    }
}

async fn what_x_tells_of_a_host_who_was_live_just_before_is_judged_by_its_lookup(on: On) {
    let started = |text, seconds| {
        let sight = Sight::Started { id: id(text), host: user(1) };
        Observation { sight, asked_at: at(seconds) }
    };
    let planned = Space { scheduled_start: Some(at(60)), ..live("1y") };
    for (found, rings) in [(planned, true), (live("1y"), false)] {
        let world = World::on(on).await;
        world.follow(10, host(1)).await;
        world.sees([started("1x", 0)]).await;
        assert_eq!(
            world.deliver(0).await,
            [(10, Slot::Live, Work::Post)],
            "nobody was live: it rings at once"
        );
        world.sees([seen(titled("The first", live("1x")), 30)]).await;
        world.deliver(30).await;
        world.pass(60);
        world.sees([started("1y", 60)]).await;
        assert!(world.deliver(60).await.is_empty(), "nobody knows whether people wait for it");
        world.sees([seen(found, 61)]).await;
        let sent = world.deliver(61).await;
        let work = if rings { Work::Post } else { Work::Edit };
        assert_eq!(sent, [(10, Slot::Live, work)]);
        assert_eq!(world.posts("1y").await.len(), 1);
        assert_eq!(world.posts("1x").await.len(), usize::from(rings));
    }
}

async fn what_wasn_t_sent_yet_is_sent_once_as_the_new_space(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    world.pass(60);
    world.sees([gone("1x", 60), seen(live("1y"), 60)]).await;
    let notice = world.db.claim_one(60).await;
    assert_eq!((notice.space, notice.work), (id("1y"), Work::Post));
    assert_eq!(notice.fell_due_at, at(60), "it is as late as the new one");
    assert!(notice.formerly.is_empty(), "nothing shows the old one");
    world.db.posted(&notice, 501, 60).await;
    assert!(world.deliver(61).await.is_empty());
    assert_eq!(world.decided("1y").await, [(1, Decision::Posted)]);
}

/// A live post whose send has begun, its host having reopened meanwhile.
async fn under_way(on: On) -> (World, Claimed) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    let notice = world.db.claim_one(0).await;
    assert!(world.db.store.begin_try(&notice, 1, at(0)).await.expect("begun"));
    world.sees([seen(live("1y"), 60)]).await;
    (world, notice)
}

async fn a_send_under_way_ends_in_the_new_space_s_message_and_is_brought_up_to_date(on: On) {
    let (world, notice) = under_way(on).await;
    world
        .db
        .store
        .settle_posted(&notice, MessageId::new(501), 1, Hush::default(), at(61))
        .await
        .expect("settled");
    let post = world.live_post("1y").await;
    assert_eq!((post.message, post.formerly), (Some(MessageId::new(501)), vec![id("1x")]));
    assert_eq!(world.deliver(61).await, [(10, Slot::Live, Work::Edit)]);
    assert_eq!(world.decided("1y").await, [(1, Decision::Posted)]);

    // What was found to be over wasn't: another goes on in it.
    let (world, notice) = under_way(on).await;
    world.db.store.settle_dropped(&notice, Decision::OverBefore, at(61)).await.expect("settled");
    assert_eq!(world.deliver(61).await, [(10, Slot::Live, Work::Post)]);

    let (world, notice) = under_way(on).await;
    world.db.store.settle_removed(&notice, at(61)).await.expect("settled");
    assert!(world.deliver(61).await.is_empty());
    assert_eq!(world.decided("1y").await, [(1, Decision::Posted)]);
}

async fn a_send_of_unknown_fate_is_looked_for_as_either_space(on: On) {
    let (world, _) = under_way(on).await;
    world.db.store.clear_leases().await.expect("a restart");
    let notice = world.db.claim_one(61).await;
    assert_eq!((notice.space, notice.formerly.clone()), (id("1y"), vec![id("1x")]));
    assert_eq!((notice.tried_at, notice.tried_revision), (Some(at(0)), Some(UNKNOWN_REVISION)));
}

async fn an_edit_of_the_dropped_space_that_waits_in_memory_is_not_carried_out(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    // Claimed, and not begun.
    let post = world.db.claim_one(0).await;
    world.db.posted(&post, 501, 0).await;
    world.sees([seen(titled("Renamed", live("1x")), 10)]).await;
    let edit = world.db.claim_one(10).await;
    let subject = world.db.store.subject(&edit).await.expect("a read");
    assert!(matches!(subject, Subject::Known(..)), "{subject:?}");
    world.sees([seen(live("1y"), 20)]).await;
    assert_eq!(world.db.store.subject(&edit).await.expect("a read"), Subject::Other);
    world.db.store.settle_moved(&edit, at(20)).await.expect("settled");
    assert_eq!(world.deliver(20).await, [(10, Slot::Live, Work::Edit)]);

    // The same of a post.
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    let post = world.db.claim_one(0).await;
    world.sees([seen(live("1y"), 20)]).await;
    assert!(!world.db.store.begin_try(&post, 1, at(20)).await.expect("an answer"));
    world.db.store.settle_moved(&post, at(20)).await.expect("settled");
    assert_eq!(world.db.claim_one(20).await.space, id("1y"));
}

async fn what_becomes_of_the_dropped_space_touches_nothing_of_the_new_one_s(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    world.deliver(0).await;
    world.sees([seen(live("1y"), 60)]).await;
    world.deliver(60).await;
    let post = world.live_post("1y").await;
    world.sees([gone("1x", 70), seen(space("1x", SpaceState::Ended), 80)]).await;
    assert!(world.deliver(80).await.is_empty());
    let day = at(200_000);
    assert_eq!(world.db.store.erase_old(day, at(0), "2026-01-01").await.expect("erased"), [id("1x")]);
    assert_eq!(world.live_post("1y").await, post);
    assert!(world.deliver(200_000).await.is_empty());
}

async fn a_dropped_space_that_is_found_again_gets_no_second_post(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    world.deliver(0).await;
    world.sees([gone("1x", 60), seen(live("1y"), 60)]).await;
    world.deliver(60).await;
    world.sees([seen(live("1x"), 70), seen(titled("Flapping", live("1x")), 80)]).await;
    assert!(world.deliver(80).await.is_empty());
    let restarted = watcher(&world.db.store, &world.follows, &world.accounts, &world.clock).await;
    restarted.observe(vec![gone("1x", 90), seen(live("1x"), 100)]).await.expect("judged");
    assert!(world.deliver(100).await.is_empty());
}

async fn a_message_that_somebody_removed_stays_removed_when_its_host_reopens(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    world.deliver(0).await;
    world.sees([seen(titled("Renamed", live("1x")), 10)]).await;
    let edit = world.db.claim_one(10).await;
    world.db.store.settle_removed(&edit, at(10)).await.expect("settled");
    for (text, then) in [("1y", 60), ("1z", 120)] {
        world.sees([seen(live(text), then)]).await;
        assert!(world.deliver(then).await.is_empty());
        assert_eq!(world.live_post(text).await.message, None);
    }
}

async fn a_channel_whose_send_was_given_up_as_uncertain_hears_of_the_new_space(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    let post = world.db.claim_one(0).await;
    world.db.store.settle_dropped(&post, Decision::Uncertain, at(0)).await.expect("settled");
    world.sees([seen(live("1y"), 60)]).await;
    assert_eq!(world.deliver(60).await, [(10, Slot::Live, Work::Post)]);
}

async fn a_hand_over_that_can_t_be_kept_is_made_by_the_next_look(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    world.deliver(0).await;
    let before = world.posts("1x").await;
    world.db.fail("INSERT", "decisions", Failure::Odd).await;
    assert!(world.watcher.observe(vec![seen(live("1y"), 60)]).await.is_err());
    assert_eq!(world.posts("1x").await, before);
    assert_eq!(world.watcher.known(id("1x")).expect("known").continued_by, None);
    assert_eq!(world.db.store.space(id("1y")).await.expect("a read"), None);
    world.db.mend("INSERT", "decisions").await;
    world.sees([seen(live("1y"), 70)]).await;
    assert_eq!(world.deliver(70).await, [(10, Slot::Live, Work::Edit)]);
}

async fn an_announcement_leads_on_to_the_new_space_with_the_live_message(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(scheduled("1x", 60), 0)]).await;
    world.deliver(0).await;
    world.sees([seen(live("1x"), 60)]).await;
    world.deliver(60).await;
    let before: Vec<_> = world.posts("1x").await.iter().map(|post| (post.slot, post.message)).collect();
    world.sees([gone("1x", 120), seen(live("1y"), 120)]).await;
    let mut sent = world.deliver(120).await;
    sent.sort_by_key(|(_, slot, _)| *slot);
    assert_eq!(sent, [(10, Slot::Scheduled, Work::Edit), (10, Slot::Live, Work::Edit)]);
    let after: Vec<_> = world.posts("1y").await.iter().map(|post| (post.slot, post.message)).collect();
    assert_eq!(before, after);
}

async fn a_chain_of_drops_stays_one_message_over_restarts(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1a"), 0)]).await;
    world.deliver(0).await;
    let message = world.live_post("1a").await.message;
    let texts = ["1b", "1c", "1d"];
    for (text, then) in texts.into_iter().zip([60, 120, 180]) {
        let restarted = watcher(&world.db.store, &world.follows, &world.accounts, &world.clock).await;
        restarted.observe(vec![seen(live(text), then)]).await.expect("judged");
        assert_eq!(world.deliver(then).await, [(10, Slot::Live, Work::Edit)]);
    }
    let post = world.live_post("1d").await;
    assert_eq!((post.message, post.formerly), (message, vec![id("1a"), id("1b"), id("1c")]));
    assert_eq!(world.db.count("SELECT COUNT(*) FROM posts").await, 1);
}

async fn a_keyword_s_post_goes_on_though_the_channel_had_its_six(on: On) {
    let world = World::on(on).await;
    world.follow(10, keyword("title")).await;
    for nth in 1..=6 {
        world.sees([seen(by(nth, live(&format!("1x{nth}"))), 0)]).await;
    }
    assert_eq!(world.deliver(0).await.len(), 6);
    world.sees([seen(by(6, live("1y")), 60), seen(by(7, live("1z")), 60)]).await;
    let sent = world.deliver(60).await;
    assert!(sent.iter().all(|(.., work)| *work == Work::Edit), "{sent:?}");
    assert_eq!(world.live_post("1y").await.more, 1, "and counts what came on top");
    // One that was dropped too long ago is as any other.
    let begun = Space { started_at: Some(at(700)), ..by(5, live("1w")) };
    world.sees([gone("1x5", 60), seen(begun, 700)]).await;
    assert!(world.posts("1w").await.is_empty());
}

async fn an_answer_that_shows_both_forgets_nothing_of_who_goes_on_in_whose_messages(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1x"), 0)]).await;
    // What is unchanged is written down once a minute.
    world.sees([seen(live("1x"), 120), seen(live("1y"), 120)]).await;
    let restarted = watcher(&world.db.store, &world.follows, &world.accounts, &world.clock).await;
    assert_eq!(restarted.known(id("1x")), world.watcher.known(id("1x")));
    assert_eq!(restarted.known(id("1x")).and_then(|known| known.continued_by), Some(id("1y")));
}

/// What may happen between two Spaces of one host.
#[derive(Debug, Clone)]
enum Act {
    /// X says that it ended.
    End,
    /// X doesn't find it.
    Lose,
    /// It is found once more, whether it is there or not.
    Find,
    Rename,
    Deliver,
    Restart,
    /// The host is back after this many seconds.
    Reopen(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => Just(Act::End),
        1 => Just(Act::Lose),
        1 => Just(Act::Find),
        1 => Just(Act::Rename),
        3 => Just(Act::Deliver),
        1 => Just(Act::Restart),
        4 => (0..500_i64).prop_map(Act::Reopen),
    ]
}

/// Carries a run out, and answers how often each of two channels was rung, and what they show at the end.
async fn run(acts: Vec<Act>) -> (Vec<u64>, Vec<(u64, String, bool)>, String) {
    let mut world = World::on(On::Sqlite).await;
    world.follow(10, host(1)).await;
    world.follow(20, host(1)).await;
    let (mut now, mut nth) = (0, 0);
    let mut text = "1n0".to_owned();
    let mut rung = Vec::new();
    world.sees([seen(live(&text), now)]).await;
    for act in acts.into_iter().chain([Act::Deliver]) {
        now += 1;
        world.pass(1);
        match act {
            Act::End => world.sees([seen(space(&text, SpaceState::Ended), now)]).await,
            Act::Lose => world.sees([gone(&text, now)]).await,
            Act::Find => world.sees([seen(live(&text), now)]).await,
            Act::Rename => world.sees([seen(titled(&format!("At {now}"), live(&text)), now)]).await,
            Act::Restart => {
                world.watcher = watcher(&world.db.store, &world.follows, &world.accounts, &world.clock).await;
            }
            Act::Deliver => {
                let sent = world.deliver(now).await;
                rung.extend(sent.iter().filter(|(.., work)| *work == Work::Post).map(|(at, ..)| *at));
            }
            Act::Reopen(after) => {
                now += after;
                world.pass(after);
                nth += 1;
                text = format!("1n{nth}");
                world.sees([seen(live(&text), now)]).await;
            }
        }
    }
    let mut shown = Vec::new();
    for known in world.watcher.all_known() {
        for post in world.posts(&known.space.id.to_string()).await {
            shown.push((post.channel.get(), post.space.to_string(), post.message.is_some()));
        }
    }
    assert_eq!(world.notices_but_emptying().await, 0);
    (rung, shown, text)
}

impl World {
    async fn notices_but_emptying(&self) -> i64 {
        self.db.count("SELECT COUNT(*) FROM notices WHERE work <> 2").await
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn over_any_drops_and_reopens_each_channel_is_rung_once_and_shows_the_last_space(
        acts in prop::collection::vec(act(), 0..14),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (mut rung, mut shown, last) = runtime.block_on(run(acts));
        rung.sort_unstable();
        shown.sort_unstable();
        prop_assert_eq!(rung, [10, 20]);
        prop_assert_eq!(shown, [(10, last.clone(), true), (20, last, true)]);
    }
}
