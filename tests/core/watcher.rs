//! The watcher with real stores: what is seen becomes known and noticed in one, and only once.

use std::sync::Arc;

use spacebell::clock::{Clock as _, ManualClock};
use spacebell::delays::{Delays, Leg, Summary};
use spacebell::domain::follow::Follow;
use spacebell::domain::known::Phase;
use spacebell::domain::notice::{Decision, Slot, Work};
use spacebell::domain::space::{Space, SpaceState, XUser};
use spacebell::follows::Follows;
use spacebell::outbox::deliverer::Bell;
use spacebell::store::{AddFollow, NewFollow, Store, UserRow};
use spacebell::watcher::Watcher;
use spacebell::watcher::lifecycle::Observation;
use spacebell::x::{CachedUser, UserCache};

use crate::support::{
    CAPS, Db, Failure, On, at, by, channel, channels, gone, host, id, keyword, live, new_follow, scheduled,
    secs, seen, space, tests_on_each_database, titled, user,
};

tests_on_each_database! {
    a_start_makes_one_notice_a_channel_together_with_what_is_known,
    the_same_sight_twice_or_after_a_restart_adds_nothing,
    a_change_that_cant_be_kept_is_found_again_by_the_next_look,
    what_concerns_nobody_isnt_kept,
    a_rename_edits_the_posts_and_posts_for_keywords_that_it_newly_matches,
    a_follow_made_after_the_space_was_known_isnt_rung_for_what_it_missed,
    a_live_post_is_new_and_the_scheduled_one_beside_it_is_edited,
    a_channel_gets_six_keyword_posts_an_hour_and_the_rest_is_counted_on_the_last,
    a_post_asked_for_by_hand_is_silent_and_made_once,
    a_space_that_only_shows_a_new_count_makes_no_notice,
    a_space_that_was_over_when_first_seen_is_kept_and_rings_nobody,
    what_is_erased_is_forgotten_in_memory_too,
    accounts_are_kept_together_with_the_change_that_names_them,
    an_account_that_becomes_known_late_is_told_even_after_a_restart,
    an_account_that_is_kept_nowhere_is_a_stranger_after_a_restart,
    a_post_given_up_because_its_space_seemed_over_comes_when_the_space_is_found_again,
}

pub struct World {
    pub db: Db,
    pub follows: Arc<Follows>,
    pub watcher: Watcher,
    pub accounts: UserCache,
    pub clock: Arc<ManualClock>,
}

impl World {
    pub async fn on(on: On) -> Self {
        let db = Db::on(on).await;
        let clock = Arc::new(ManualClock::new(at(0)));
        let follows = Arc::new(Follows::load(db.store.clone(), CAPS).await.expect("an index"));
        let accounts = UserCache::default();
        let watcher = watcher(&db.store, &follows, &accounts, &clock).await;
        Self { db, follows, watcher, accounts, clock }
    }

    /// Stops without a last word, and starts with what the store has.
    pub async fn restart(&mut self) {
        let kept = self.db.store.users().await.expect("accounts");
        self.accounts = UserCache::default();
        self.accounts
            .restore(kept.into_iter().map(|row| CachedUser { user: row.user, fetched_at: row.fetched_at }));
        self.watcher = watcher(&self.db.store, &self.follows, &self.accounts, &self.clock).await;
    }

    pub async fn follow(&self, in_channel: u64, target: spacebell::domain::follow::Target) -> Follow {
        match self.follows.add(&new_follow(in_channel, target)).await.expect("added") {
            AddFollow::Added(follow) => follow,
            AddFollow::Exists(_) => panic!("it was there already"),
        }
    }

    pub async fn sees(&self, observations: impl IntoIterator<Item = Observation>) {
        self.watcher.observe(observations.into_iter().collect()).await.expect("judged");
    }

    /// Lets it be `then`.
    pub fn until(&self, then: jiff::Timestamp) {
        self.clock.advance(then.duration_since(self.clock.now()));
    }

    pub async fn notices(&self) -> i64 {
        self.db.count("SELECT COUNT(*) FROM notices").await
    }

    /// Sends all that is due, and answers where and what it was.
    pub async fn deliver(&self, now: i64) -> Vec<(u64, Slot, Work)> {
        let mut sent = Vec::new();
        loop {
            let claimed = self.db.claim(now).await;
            if claimed.is_empty() {
                return sent;
            }
            for notice in &claimed {
                sent.push((notice.channel.get(), notice.slot, notice.work));
                if notice.work == Work::Post {
                    self.db.posted(notice, 500 + notice.id.0.unsigned_abs(), now).await;
                } else {
                    self.db.store.settle_edited(notice, at(now)).await.expect("settled");
                }
            }
        }
    }

    pub async fn decided(&self, text: &str) -> Vec<(i64, Decision)> {
        let decided = self.db.store.decisions(id(text)).await.expect("decisions");
        decided.into_iter().map(|one| (one.follow.0, one.decision)).collect()
    }
}

pub async fn watcher(
    store: &Store,
    follows: &Arc<Follows>,
    accounts: &UserCache,
    clock: &Arc<ManualClock>,
) -> Watcher {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let watcher = Watcher::load(store.clone(), Arc::clone(follows), accounts, Bell::default(), clock).await;
    watcher.expect("a watcher")
}

fn account(number: u64) -> XUser {
    XUser {
        id: user(number),
        username: format!("host{number}").parse().expect("a username"),
        name: format!("Host {number}"),
        picture_url: None,
    }
}

fn with_cohost(number: u64, space: Space) -> Space {
    Space { hosts: vec![user(1), user(number)], ..space }
}

async fn a_start_makes_one_notice_a_channel_together_with_what_is_known(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.follow(10, keyword("title")).await;
    world.follow(20, host(1)).await;
    world.follow(30, host(2)).await;
    world.sees([seen(live("1a"), 0)]).await;
    let (known, _) = world.db.store.space(id("1a")).await.expect("a read").expect("it is kept");
    assert_eq!(Some(known), world.watcher.known(id("1a")));
    let claimed = world.db.claim(0).await;
    assert_eq!(channels(&claimed), [10, 20]);
    assert_eq!(claimed[0].follows.len(), 2);
    assert_eq!(
        world.decided("1a").await,
        [(1, Decision::Planned), (2, Decision::Planned), (3, Decision::Planned)]
    );
}

async fn the_same_sight_twice_or_after_a_restart_adds_nothing(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    for observation in
        [seen(scheduled("1a", 900), 0), seen(live("1a"), 10), gone("1a", 20), seen(live("1a"), 30)]
    {
        world.sees([observation.clone()]).await;
        let after_one = world.db.count("SELECT COUNT(*) + CAST(SUM(version) AS BIGINT) FROM notices").await;
        world.sees([observation.clone(), observation.clone()]).await;
        let restarted = watcher(&world.db.store, &world.follows, &world.accounts, &world.clock).await;
        restarted.observe(vec![observation.clone()]).await.expect("judged");
        let after_many = world.db.count("SELECT COUNT(*) + CAST(SUM(version) AS BIGINT) FROM notices").await;
        assert_eq!(after_one, after_many, "{observation:?}");
    }
}

async fn a_change_that_cant_be_kept_is_found_again_by_the_next_look(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.db.fail("INSERT", "notices", Failure::Odd).await;
    assert!(world.watcher.observe(vec![seen(live("1a"), 0)]).await.is_err());
    assert_eq!(world.watcher.known(id("1a")), None, "memory knows nothing that the store doesn't");
    world.db.mend("INSERT", "notices").await;
    world.sees([seen(live("1a"), 5)]).await;
    assert_eq!(world.deliver(5).await, [(10, Slot::Live, Work::Post)]);
}

async fn what_concerns_nobody_isnt_kept(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(by(2, live("1b")), 0), gone("1c", 0)]).await;
    assert!(world.watcher.all_known().is_empty());
    assert_eq!(world.db.count("SELECT COUNT(*) FROM spaces").await, 0);
}

async fn a_rename_edits_the_posts_and_posts_for_keywords_that_it_newly_matches(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.follow(20, keyword("title")).await;
    let news = world.follow(30, keyword("news")).await;
    // Its host's channel has the post already.
    world.follow(10, keyword("news")).await;
    world.sees([seen(live("1a"), 0)]).await;
    assert_eq!(world.deliver(0).await.len(), 2);
    world.sees([seen(titled("Big news", live("1a")), 10)]).await;
    let mut sent = world.deliver(10).await;
    sent.sort_by_key(|(channel, ..)| *channel);
    let expected = [(10, Slot::Live, Work::Edit), (20, Slot::Live, Work::Edit), (30, Slot::Live, Work::Post)];
    assert_eq!(sent, expected);
    assert!(world.decided("1a").await.contains(&(news.id.0, Decision::Posted)));
}

async fn a_follow_made_after_the_space_was_known_isnt_rung_for_what_it_missed(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1a"), 0)]).await;
    assert_eq!(world.deliver(0).await.len(), 1);
    world.follow(20, host(1)).await;
    world.follow(20, keyword("title")).await;
    world.sees([seen(titled("A new title", live("1a")), 10)]).await;
    assert_eq!(world.deliver(10).await, [(10, Slot::Live, Work::Edit)]);
    // The end is news for who has a post alone.
    world.sees([seen(space("1a", SpaceState::Ended), 20)]).await;
    assert_eq!(world.deliver(20).await, [(10, Slot::Live, Work::Edit)]);
}

async fn a_live_post_is_new_and_the_scheduled_one_beside_it_is_edited(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(scheduled("1a", 900), 0)]).await;
    assert_eq!(world.deliver(0).await, [(10, Slot::Scheduled, Work::Post)]);
    world.sees([seen(scheduled("1a", 1_800), 10)]).await;
    assert_eq!(world.deliver(10).await, [(10, Slot::Scheduled, Work::Edit)]);
    world.sees([seen(live("1a"), 20)]).await;
    assert_eq!(world.deliver(20).await, [(10, Slot::Live, Work::Post), (10, Slot::Scheduled, Work::Edit)]);
    world.sees([gone("1a", 30)]).await;
    let mut sent = world.deliver(30).await;
    sent.sort_by_key(|(_, slot, _)| *slot);
    assert_eq!(sent, [(10, Slot::Scheduled, Work::Edit), (10, Slot::Live, Work::Edit)]);
    world.sees([seen(live("1a"), 40)]).await;
    assert_eq!(world.deliver(40).await.len(), 2, "both are corrected, none is posted");
    assert_eq!(world.notices().await, 0, "and nothing waits to be emptied");
}

async fn a_channel_gets_six_keyword_posts_an_hour_and_the_rest_is_counted_on_the_last(on: On) {
    let world = World::on(on).await;
    world.follow(10, keyword("title")).await;
    for nth in 0..8_u8 {
        // Another host each.
        let space = by(100 + u64::from(nth), live(&format!("1x{nth}")));
        world.sees([seen(space, i64::from(nth))]).await;
        world.clock.advance(secs(1));
    }
    let sent = world.deliver(8).await;
    assert_eq!(sent.iter().filter(|(.., work)| *work == Work::Post).count(), 6);
    let posts = world.db.store.posts_in(id("1x5"), channel(10)).await.expect("posts");
    assert_eq!(posts[0].more, 2);
    assert_eq!(world.decided("1x6").await, [(1, Decision::KeywordCap)]);
    // All six are there by now: the next one asks for an edit of the last.
    world.sees([seen(by(108, live("1x8")), 9)]).await;
    let edit = world.db.claim_one(9).await;
    assert_eq!((edit.space, edit.work, edit.more), (id("1x5"), Work::Edit, 3));
    world.db.store.settle_edited(&edit, at(9)).await.expect("settled");
    // The cap is the hour's, and a host that is followed has none.
    world.follow(10, host(2)).await;
    world.sees([seen(by(2, live("1h")), 10)]).await;
    world.clock.advance(secs(3_600));
    world.sees([seen(by(109, live("1y")), 3_608)]).await;
    assert_eq!(world.deliver(3_608).await, [(10, Slot::Live, Work::Post), (10, Slot::Live, Work::Post)]);
}

async fn a_post_asked_for_by_hand_is_silent_and_made_once(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(2)).await;
    world.sees([seen(by(2, live("1a")), 0)]).await;
    world.deliver(0).await;
    let late = world.follow(20, host(2)).await;
    assert!(world.watcher.post_now(&late, id("1a")).await.expect("queued"));
    assert!(!world.watcher.post_now(&late, id("1a")).await.expect("an answer"), "it waits already");
    let post = world.db.claim_one(0).await;
    assert_eq!((post.channel.get(), post.slot, post.work, post.silent), (20, Slot::Live, Work::Post, true));
    world.db.posted(&post, 600, 0).await;
    assert!(!world.watcher.post_now(&late, id("1a")).await.expect("an answer"), "it is there");
    assert_eq!(world.notices().await, 0, "and isn't sent a second time");
    world.sees([seen(by(2, space("1a", SpaceState::Ended)), 10)]).await;
    world.deliver(10).await;
    assert!(!world.watcher.post_now(&late, id("1a")).await.expect("an answer"), "it is over");
    assert!(!world.watcher.post_now(&late, id("1unknown")).await.expect("an answer"));
}

async fn a_space_that_only_shows_a_new_count_makes_no_notice(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    let people = |count| Space { participant_count: Some(count), ..live("1a") };
    world.sees([seen(people(10), 0)]).await;
    world.deliver(0).await;
    world.clock.advance(secs(120));
    world.sees([seen(people(100), 120)]).await;
    assert_eq!(world.notices().await, 0);
    let restarted = watcher(&world.db.store, &world.follows, &world.accounts, &world.clock).await;
    let known = restarted.known(id("1a")).expect("it is kept");
    assert_eq!((known.counted, known.seen_at), (Some((100, at(120))), at(120)));
}

async fn a_space_that_was_over_when_first_seen_is_kept_and_rings_nobody(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(space("1a", SpaceState::Ended), 0), seen(live("1a"), 10)]).await;
    assert_eq!(world.watcher.known(id("1a")).map(|known| known.phase), Some(Phase::Ended));
    assert_eq!(world.notices().await, 0);
    assert!(world.watcher.of_host(crate::support::user(1)).is_empty());
}

async fn what_is_erased_is_forgotten_in_memory_too(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1a"), 0), seen(space("1a", SpaceState::Ended), 10), seen(live("1b"), 10)]).await;
    let erased = world.watcher.erase_old(at(11), at(0), "2026-07-01").await.expect("erased");
    let left: Vec<_> = world.watcher.all_known().into_iter().map(|known| known.space.id).collect();
    assert_eq!((erased, left), (1, vec![id("1b")]));
}

async fn a_post_given_up_because_its_space_seemed_over_comes_when_the_space_is_found_again(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1a"), 5)]).await;
    world.sees([gone("1a", 10)]).await;
    let claimed = world.db.claim(10).await;
    world.db.store.settle_dropped(&claimed[0], Decision::OverBefore, at(10)).await.expect("dropped");
    world.sees([seen(live("1a"), 15)]).await;
    assert_eq!(world.deliver(15).await, [(10, Slot::Live, Work::Post)]);
    // What was posted stays posted: found again once more, it is edited.
    world.sees([gone("1a", 20)]).await;
    world.sees([seen(live("1a"), 25)]).await;
    assert_eq!(world.deliver(25).await, [(10, Slot::Live, Work::Edit)]);
}

#[tokio::test]
async fn a_start_is_timed_when_it_is_seen_unless_nobody_followed_it_then() {
    let World { follows, watcher, clock, db: _db, .. } = World::on(On::Sqlite).await;
    let delays = Delays::new(at(0));
    let watcher = watcher.with_delays(delays.clone());
    let add = async |target, made_at: i64| {
        let follow = NewFollow { made_at: at(made_at), ..new_follow(10, target) };
        follows.add(&follow).await.expect("added");
    };
    add(host(1), 0).await;
    add(host(2), 60).await;
    clock.advance(secs(100));
    let began = |text: &str, creator: u64, started_at: i64| {
        let space = Space { started_at: Some(at(started_at)), ..by(creator, live(text)) };
        seen(space, 100)
    };
    let summary = || delays.summary(Leg::StartToSight, at(100));
    // Followed after it began; followed by nobody; without a start; looked up for somebody who is about to follow.
    let mut bare = live("1d");
    bare.started_at = None;
    watcher.observe(vec![began("1b", 2, 30), began("1c", 3, 90), seen(bare, 100)]).await.expect("judged");
    watcher.learn(vec![began("1e", 1, 90)]).await.expect("judged");
    assert_eq!(summary(), None);
    let news = vec![began("1a", 1, 96)];
    watcher.observe(news.clone()).await.expect("judged");
    let four_seconds = Summary { count: 1, median: secs(4), p95: secs(4), last: secs(4) };
    assert_eq!(summary(), Some(four_seconds));
    watcher.observe(news).await.expect("judged");
    assert_eq!(summary(), Some(four_seconds), "it begins once");
}

async fn accounts_are_kept_together_with_the_change_that_names_them(on: On) {
    let mut world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.sees([seen(live("1a"), 0)]).await;
    assert_eq!(world.deliver(0).await.len(), 1);
    world.accounts.remember(&[account(1), account(2)], at(9));
    world.db.fail("INSERT", "notices", Failure::Odd).await;
    let cohost = seen(with_cohost(2, live("1a")), 10);
    assert!(world.watcher.observe(vec![cohost.clone()]).await.is_err());
    assert!(world.db.store.users().await.expect("accounts").is_empty(), "nothing of it is kept");
    world.db.mend("INSERT", "notices").await;
    world.sees([cohost]).await;
    // Nobody else has written them down.
    world.restart().await;
    assert_eq!(world.accounts.get(user(2)).expect("it is kept").user, account(2));
    assert!(world.watcher.known(id("1a")).expect("known").strangers.is_empty());
}

async fn an_account_that_becomes_known_late_is_told_even_after_a_restart(on: On) {
    let mut world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.accounts.remember(&[account(1)], at(0));
    let cohost = |second| seen(with_cohost(2, live("1a")), second);
    world.sees([cohost(0)]).await;
    assert_eq!(world.deliver(0).await, [(10, Slot::Live, Work::Post)]);
    assert_eq!(world.watcher.known(id("1a")).expect("known").strangers, [user(2)]);
    world.sees([cohost(5)]).await;
    assert!(world.deliver(5).await.is_empty(), "who isn't known yet changes nothing");
    // Written down by itself, as by who asked for something else, and then the end of the process.
    world.db.store.save_users(&[UserRow { user: account(2), fetched_at: at(6) }]).await.expect("kept");
    world.restart().await;
    world.sees([cohost(10)]).await;
    assert_eq!(world.deliver(10).await, [(10, Slot::Live, Work::Edit)]);
    world.sees([cohost(15)]).await;
    assert!(world.deliver(15).await.is_empty(), "and that once");
}

async fn an_account_that_is_kept_nowhere_is_a_stranger_after_a_restart(on: On) {
    let mut world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.accounts.remember(&[account(1), account(2)], at(0));
    world.sees([seen(with_cohost(2, live("1a")), 0)]).await;
    assert_eq!(world.deliver(0).await.len(), 1);
    world.db.store.forget_user(user(2)).await.expect("lost");
    world.restart().await;
    assert_eq!(world.watcher.known(id("1a")).expect("known").strangers, [user(2)]);
    world.accounts.remember(&[account(2)], at(10));
    world.sees([seen(with_cohost(2, live("1a")), 10)]).await;
    assert_eq!(world.deliver(10).await, [(10, Slot::Live, Work::Edit)]);
}
