//! The deliverer with a real store and a courier that the tests hold: what is sent, in which order, and what
//! each end of an errand leaves behind.
//!
//! The clock is moved by hand; what the deliverer does in its own tasks is awaited, never slept for.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use spacebell::clock::{Clock, ManualClock};
use spacebell::delays::{Delays, Leg, Summary};
use spacebell::domain::follow::{Follow, PauseReason, When};
use spacebell::domain::ids::{ChannelId, MessageId, NoticeId, SpaceId, UserId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::{Decision, Draft, Slot, Work, nonce};
use spacebell::follows::Follows;
use spacebell::guilds::Guilds;
use spacebell::outbox::courier::{Courier, Found, Outcome, Route, Sought};
use spacebell::outbox::deliverer::{Bell, Deliverer, Tools};
use spacebell::outbox::digest::Digest;
use spacebell::outbox::telling::{Form, Telling};
use spacebell::store::{Edits, NewFollow};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{CAPS, Db, at, channel, draft, eventually, host, id, known, new_follow, secs, user};

const SALT: u32 = 0xABCD;

/// A message or an edit that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    space: SpaceId,
    channel: u64,
    form: Form,
    roles: usize,
    /// The nonce of a post, `None` for an edit.
    nonce: Option<String>,
}

#[derive(Default)]
struct State {
    sent: Vec<Sent>,
    /// What the next errands come to; `Sent` when there is nothing left here.
    outcomes: VecDeque<Outcome>,
    found: VecDeque<Found>,
    looked: Vec<(ChannelId, Timestamp, Vec<MessageId>)>,
    /// Whom each request named as the Space's host.
    hosts: Vec<Option<UserId>>,
    /// How much time each post was given.
    within: Vec<Duration>,
    closed: Vec<u64>,
    under_way: Vec<u64>,
    /// A channel had two requests at once.
    crowded: bool,
    next_message: u64,
}

/// A courier that sends nowhere. Each request takes a slot for good, so a test says how many there may be.
struct Fake {
    state: Mutex<State>,
    slots: Arc<Semaphore>,
    /// Requests end when there is a permit here.
    answers: Semaphore,
}

impl Fake {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().expect("no test panicked with it"))
    }

    fn sent(&self) -> Vec<Sent> {
        self.with(|state| state.sent.clone())
    }

    async fn send(&self, telling: &Telling, nonce: Option<&str>, message: Option<MessageId>) -> Outcome {
        let number = telling.channel.get();
        self.with(|state| {
            state.crowded |= state.under_way.contains(&number);
            state.under_way.push(number);
            state.hosts.push(telling.host.as_ref().map(|host| host.id));
            state.sent.push(Sent {
                space: telling.known.space.id,
                channel: number,
                form: telling.form,
                roles: telling.roles.len(),
                nonce: nonce.map(str::to_owned),
            });
        });
        self.answers.acquire().await.expect("it is never closed").forget();
        self.with(|state| {
            state.under_way.retain(|other| *other != number);
            state.next_message += 1;
            let fresh = MessageId::new(1_000 + state.next_message);
            state.outcomes.pop_front().unwrap_or(Outcome::Sent(message.unwrap_or(fresh)))
        })
    }
}

impl Courier for Fake {
    type Permit = ();
    type Slot = OwnedSemaphorePermit;

    async fn slot(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.slots).acquire_owned().await.expect("it is never closed")
    }

    async fn route(&self, channel: ChannelId, _: Work) -> Route<()> {
        if self.with(|state| state.closed.contains(&channel.get())) {
            Route::ClosedFor(Duration::from_secs(5))
        } else {
            Route::Open(())
        }
    }

    async fn post(
        &self,
        slot: OwnedSemaphorePermit,
        (): (),
        telling: &Telling,
        nonce: &str,
        within: Duration,
    ) -> Outcome {
        slot.forget();
        self.with(|state| state.within.push(within));
        self.send(telling, Some(nonce), None).await
    }

    async fn edit(
        &self,
        slot: OwnedSemaphorePermit,
        (): (),
        telling: &Telling,
        message: MessageId,
    ) -> Outcome {
        slot.forget();
        self.send(telling, None, Some(message)).await
    }

    async fn digest(
        &self,
        _: OwnedSemaphorePermit,
        (): (),
        digest: &Digest,
        _: &str,
        _: Duration,
    ) -> Outcome {
        panic!("nothing here is quiet: {digest:?}")
    }

    async fn delete(&self, _: OwnedSemaphorePermit, (): (), telling: &Telling, _: MessageId) -> Outcome {
        panic!("nothing here is deleted: {telling:?}")
    }

    async fn find(
        &self,
        channel: ChannelId,
        _: Sought<'_>,
        sent: RangeInclusive<Timestamp>,
        known: &[MessageId],
    ) -> Found {
        self.with(|state| {
            state.looked.push((channel, *sent.start(), known.to_vec()));
            state.found.pop_front().unwrap_or(Found::Nothing)
        })
    }
}

/// A deliverer at work.
struct World {
    db: Db,
    clock: Arc<ManualClock>,
    courier: Arc<Fake>,
    bell: Bell,
    stop: CancellationToken,
    running: JoinHandle<()>,
    delays: Delays,
}

impl World {
    /// One that may send as much as it likes.
    async fn new() -> Self {
        let world = Self::start(Db::new().await, 0).await;
        world.courier.slots.add_permits(10_000);
        world
    }

    /// One that sends nothing before it is allowed to.
    async fn held() -> Self {
        Self::start(Db::new().await, 0).await
    }

    async fn start(db: Db, now: i64) -> Self {
        if db.store.follows().await.expect("follows").is_empty() {
            db.follow(1, host(1)).await;
        }
        db.store.clear_leases().await.expect("cleared");
        let courier = Arc::new(Fake {
            state: Mutex::default(),
            slots: Arc::new(Semaphore::new(0)),
            answers: Semaphore::new(1_000_000),
        });
        let clock = Arc::new(ManualClock::new(at(now)));
        let bell = Bell::default();
        let stop = CancellationToken::new();
        let follows = Follows::load(db.store.clone(), CAPS).await.expect("an index");
        let delays = Delays::new(at(0));
        let tools = Tools {
            store: db.store.clone(),
            follows: Arc::new(follows),
            guilds: Arc::new(Guilds::load(db.store.clone()).await.expect("settings")),
            courier: Arc::clone(&courier),
            clock: Arc::<ManualClock>::clone(&clock),
            names: Arc::new(|_| None),
            nonce_salt: SALT,
            chance: || 0.5,
            per_second: 50,
            delays: delays.clone(),
            complaint: spacebell::complaint::Complaint::default(),
        };
        let running = tokio::spawn(Deliverer::new(tools, bell.clone()).run(stop.clone()));
        Self { db, clock, courier, bell, stop, running, delays }
    }

    /// Stops it in order, and answers what is left.
    async fn stop(self) -> Db {
        self.stop.cancel();
        self.running.await.expect("it stopped in order");
        self.db
    }

    /// Ends it as a crash would, in the midst of whatever it does.
    async fn crash(self) -> Db {
        self.running.abort();
        let _ = self.running.await;
        // Tasks of the deliverer end with it; a claim that was under way is still written.
        self.db
    }

    fn later(&self, seconds: i64) {
        self.clock.advance(secs(seconds));
        self.bell.ring();
    }

    /// Lets `count` more requests be sent, one after the other, and waits until they are answered.
    async fn let_through(&self, count: usize) {
        for _ in 0..count {
            let before = self.courier.sent().len();
            self.courier.slots.add_permits(1);
            eventually("a request", async || {
                self.courier.sent().len() > before && self.courier.with(|state| state.under_way.is_empty())
            })
            .await;
        }
    }

    async fn sent(&self, count: usize) -> Vec<Sent> {
        eventually("requests", async || self.courier.sent().len() >= count).await;
        self.courier.sent()
    }

    /// Waits until the outbox holds nothing, and answers all that was sent.
    async fn all_sent(&self) -> Vec<Sent> {
        eventually("an empty outbox", async || self.due().await == 0).await;
        let sent = self.courier.sent();
        assert!(!self.courier.with(|state| state.crowded), "a channel had two requests at once");
        sent
    }

    async fn due(&self) -> i64 {
        self.db.count("SELECT COUNT(*) FROM notices").await
    }

    /// Waits until the one notice that there is was put back after `tries` requests.
    async fn put_back(&self, tries: usize) {
        self.sent(tries).await;
        eventually("a notice put back", async || {
            self.db.count("SELECT COUNT(*) FROM notices WHERE leased_until IS NULL").await == 1
        })
        .await;
    }

    async fn code(&self, text: &str) -> Decision {
        self.db.store.decisions(id(text)).await.expect("decisions")[0].decision
    }
}

fn forms(sent: &[Sent]) -> Vec<(&str, u64, Form)> {
    sent.iter().map(|one| (one.space.as_str(), one.channel, one.form)).collect()
}

async fn go_live(store: &Db, text: &str, channels: impl IntoIterator<Item = u64>) -> Known {
    store.go_live(text, channels, 0).await
}

#[tokio::test]
async fn a_live_space_is_posted_once_with_its_ping_and_its_nonce() {
    let world = World::new().await;
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    let sent = world.all_sent().await;
    let expected = Sent {
        space: id("1a"),
        channel: 10,
        form: Form::Live,
        roles: 1,
        nonce: Some(nonce(SALT, NoticeId(1))),
    };
    assert_eq!(sent, [expected]);
    assert_eq!(world.code("1a").await, Decision::Posted);
    let db = world.stop().await;
    assert_eq!(db.store.posts(id("1a")).await.expect("posts")[0].message, Some(MessageId::new(1_001)));
}

#[tokio::test]
async fn a_host_whom_nobody_knows_by_name_is_named_as_followed_and_a_followed_cohost_isn_t_taken_for_the_host()
 {
    for (followed, named) in [(1, Some(user(1))), (2, None)] {
        let db = Db::new().await;
        db.follow(1, host(followed)).await;
        let world = World::start(db, 0).await;
        world.courier.slots.add_permits(10);
        go_live(&world.db, "1a", [10]).await;
        world.bell.ring();
        world.all_sent().await;
        assert_eq!(world.courier.with(|state| state.hosts.clone()), [named], "host {followed} is followed");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_post_is_timed_from_what_it_tells_and_an_edit_isn_t() {
    let world = World::held().await;
    let known = go_live(&world.db, "1a", [10]).await;
    world.clock.advance(secs(3));
    world.bell.ring();
    world.let_through(1).await;
    eventually("a post", async || world.due().await == 0).await;
    world.db.commit(&known, &[], Edits::All, 3).await;
    world.later(60);
    world.courier.slots.add_permits(10);
    world.all_sent().await;
    let summary = Summary { count: 1, median: secs(3), p95: secs(3), last: secs(3) };
    assert_eq!(world.delays.summary(Leg::SightToPost, at(63)), Some(summary));
    world.stop().await;
}

#[tokio::test]
async fn a_live_post_overtakes_a_backlog_of_edits_even_in_a_channel_that_waits_for_one() {
    let world = World::held().await;
    let known = go_live(&world.db, "1big", 100..200).await;
    world.bell.ring();
    world.let_through(100).await;
    eventually("posts", async || world.due().await == 0).await;
    world.db.commit(&known, &[], Edits::All, 1).await;
    world.clock.advance(secs(1));
    world.bell.ring();
    world.let_through(10).await;
    go_live(&world.db, "1new", [150, 500]).await;
    world.bell.ring();
    // The edit that had its slot already may still go first.
    world.let_through(3).await;
    let next = world.courier.sent().split_off(110);
    let posts = next.iter().filter(|sent| sent.nonce.is_some()).count();
    assert_eq!(posts, 2, "{:?}", forms(&next));
    world.courier.slots.add_permits(1_000);
    assert_eq!(world.all_sent().await.len(), 202);
    world.stop().await;
}

#[tokio::test]
async fn a_second_host_s_live_post_overtakes_the_first_host_s_thousands() {
    let world = World::held().await;
    go_live(&world.db, "1big", 1_000..3_500).await;
    world.bell.ring();
    world.let_through(5).await;
    go_live(&world.db, "1small", [10]).await;
    world.bell.ring();
    world.let_through(4).await;
    let next = world.courier.sent().split_off(5);
    assert!(next.iter().any(|sent| sent.space == id("1small")), "{:?}", forms(&next));
    world.stop().await;
}

#[tokio::test]
async fn a_channel_has_one_request_under_way_and_what_is_newer_comes_after() {
    let world = World::new().await;
    let answers = 1_000_000;
    world.courier.answers.forget_permits(answers);
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.sent(1).await;
    // It ends while its post is under way, and another Space begins.
    world.db.commit(&known("1a", Phase::Ended), &[], Edits::All, 1).await;
    go_live(&world.db, "1b", [10, 20]).await;
    world.bell.ring();
    let sent = world.sent(2).await;
    assert_eq!(forms(&sent)[1], ("1b", 20, Form::Live), "the other channel doesn't wait");
    world.courier.answers.add_permits(answers);
    eventually("all but the emptying", async || {
        world.db.count("SELECT COUNT(*) FROM notices WHERE work <> 2").await == 0
    })
    .await;
    assert!(!world.courier.with(|state| state.crowded));
    let sent = world.courier.sent();
    assert_eq!(sent.len(), 4);
    assert!(forms(&sent).contains(&("1a", 10, Form::Ended)), "the message tells the truth at last");
    world.stop().await;
}

#[tokio::test]
async fn neither_a_live_post_nor_a_count_is_sent_beside_an_edit_under_way() {
    let world = World::new().await;
    let known = go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.all_sent().await;
    let answers = world.courier.answers.available_permits();
    world.courier.answers.forget_permits(answers);
    world.db.commit(&known, &[], Edits::All, 0).await;
    world.bell.ring();
    world.sent(2).await;
    world.bell.counted(id("1a"));
    go_live(&world.db, "1b", [10, 20]).await;
    world.bell.ring();
    let sent = world.sent(3).await;
    assert_eq!(forms(&sent)[2], ("1b", 20, Form::Live), "the other channel doesn't wait");
    world.courier.answers.add_permits(answers);
    let sent = world.all_sent().await;
    assert!(forms(&sent).contains(&("1b", 10, Form::Live)));
    world.stop().await;
}

#[tokio::test]
async fn an_uncertain_end_is_tried_again_under_the_same_nonce() {
    let world = World::new().await;
    world.courier.with(|state| state.outcomes = [Outcome::Uncertain, Outcome::Uncertain].into());
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    for tries in 1..=2 {
        world.put_back(tries).await;
        world.later(2);
    }
    let sent = world.all_sent().await;
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|one| one.nonce == Some(nonce(SALT, NoticeId(1)))));
    assert!(world.courier.with(|state| state.looked.is_empty()));
    world.stop().await;
}

#[tokio::test]
async fn a_retry_has_no_longer_than_its_nonce_lives() {
    let world = World::new().await;
    world.courier.with(|state| state.outcomes.push_back(Outcome::Uncertain));
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.put_back(1).await;
    world.later(100);
    assert_eq!(world.all_sent().await.len(), 2);
    assert_eq!(world.courier.with(|state| state.within.clone()), [110, 10].map(Duration::from_secs));
    world.stop().await;
}

/// A post whose first try ended nobody knows how, and whose nonce is forgotten by now.
async fn forgotten(found: Found) -> World {
    let world = World::new().await;
    world.courier.with(|state| {
        state.outcomes.push_back(Outcome::Uncertain);
        state.found.push_back(found);
    });
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.put_back(1).await;
    world.later(111);
    world
}

#[tokio::test]
async fn once_the_nonce_is_forgotten_a_message_that_is_found_is_taken_for_ours_and_made_true() {
    let world = forgotten(Found::Message(MessageId::new(77))).await;
    let sent = world.all_sent().await;
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].nonce, None, "an edit, since nobody knows what it shows");
    assert_eq!(world.courier.with(|state| state.looked.clone()), [(channel(10), at(0), vec![])]);
    let db = world.stop().await;
    assert_eq!(db.store.posts(id("1a")).await.expect("posts")[0].message, Some(MessageId::new(77)));
}

#[tokio::test]
async fn once_the_nonce_is_forgotten_a_message_that_isnt_there_is_sent() {
    let world = forgotten(Found::Nothing).await;
    let sent = world.all_sent().await;
    assert_eq!(sent.iter().filter(|one| one.nonce.is_some()).count(), 2);
    assert_eq!(world.code("1a").await, Decision::Posted);
    world.stop().await;
}

#[tokio::test]
async fn once_the_nonce_is_forgotten_an_unreadable_channel_gets_no_second_message() {
    let world = forgotten(Found::Unreadable).await;
    assert_eq!(world.all_sent().await.len(), 1);
    assert_eq!(world.code("1a").await, Decision::Uncertain);
    world.stop().await;
}

#[tokio::test]
async fn a_try_in_the_future_is_looked_for_as_one_of_which_nobody_knows_when_it_was() {
    let world = World::new().await;
    world.later(3_600);
    world.courier.with(|state| {
        state.outcomes.push_back(Outcome::Uncertain);
        state.found.push_back(Found::Message(MessageId::new(77)));
    });
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.put_back(1).await;
    // The clock is put back, to when the nonce has been forgotten for long.
    world.db.sql("UPDATE notices SET due_at = 0").await;
    world.later(-3_000);
    let sent = world.all_sent().await;
    assert_eq!(sent.iter().filter(|one| one.nonce.is_some()).count(), 1);
    let looked = world.courier.with(|state| state.looked.clone());
    assert_eq!(looked, [(channel(10), at(600 - 86_400), vec![])]);
    world.stop().await;
}

#[tokio::test]
async fn a_history_that_nobody_shows_now_is_asked_for_later() {
    let world = forgotten(Found::Later(Duration::from_mins(1))).await;
    eventually("a look", async || world.courier.with(|state| state.looked.len()) == 1).await;
    world.put_back(1).await;
    assert_eq!(world.courier.sent().len(), 1);
    world.later(60);
    assert_eq!(world.all_sent().await.len(), 2);
    world.stop().await;
}

#[tokio::test]
async fn a_message_that_was_removed_is_never_posted_again() {
    let world = World::new().await;
    let known = go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.all_sent().await;
    world.courier.with(|state| state.outcomes.push_back(Outcome::MessageGone));
    for second in 1..4 {
        world.db.commit(&known, &[draft("1a", 10, Slot::Live)], Edits::All, 0).await;
        world.bell.ring();
        assert_eq!(world.all_sent().await.len(), 2, "after {second}");
    }
    world.stop().await;
}

#[tokio::test]
async fn what_discord_puts_off_is_tried_when_it_said_and_not_before() {
    let world = World::new().await;
    world.courier.with(|state| state.outcomes.push_back(Outcome::Later(Duration::from_secs(30))));
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.put_back(1).await;
    world.later(29);
    // Something else goes through meanwhile, so the deliverer did look.
    world.db.go_live("1b", [20], 29).await;
    world.bell.ring();
    let sent = world.sent(2).await;
    assert_eq!(forms(&sent), [("1a", 10, Form::Live), ("1b", 20, Form::Live)]);
    world.later(1);
    let sent = world.all_sent().await;
    assert_eq!(forms(&sent)[2..], [("1a", 10, Form::Live)]);
    world.stop().await;
}

#[tokio::test]
async fn a_closed_route_holds_up_nobody_else() {
    let world = World::new().await;
    world.courier.with(|state| state.closed.push(10));
    go_live(&world.db, "1a", [10]).await;
    go_live(&world.db, "1b", [20, 30]).await;
    world.bell.ring();
    world.sent(2).await;
    eventually("two settled", async || world.due().await == 1).await;
    world.courier.with(|state| state.closed.clear());
    world.bell.ring();
    let sent = world.all_sent().await;
    assert_eq!(forms(&sent)[2], ("1a", 10, Form::Live));
    world.stop().await;
}

#[tokio::test]
async fn a_post_that_couldnt_be_recorded_isnt_lost_and_isnt_sent_twice() {
    let world = World::new().await;
    world.db.sql("CREATE TRIGGER b BEFORE DELETE ON notices BEGIN SELECT RAISE(ABORT, 'broken'); END").await;
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.sent(1).await;
    let db = world.crash().await;
    db.sql("DROP TRIGGER b").await;
    let world = World::start(db, 200).await;
    world.courier.slots.add_permits(10);
    world.courier.with(|state| state.found.push_back(Found::Message(MessageId::new(1_001))));
    world.bell.ring();
    let sent = world.all_sent().await;
    assert!(sent.iter().all(|one| one.nonce.is_none()), "{sent:?}");
    let posts = world.db.store.posts(id("1a")).await.expect("posts");
    assert_eq!(posts[0].message, Some(MessageId::new(1_001)));
    world.stop().await;
}

#[tokio::test]
async fn what_was_claimed_and_not_sent_is_sent_once_after_a_restart() {
    let world = World::held().await;
    go_live(&world.db, "1a", 10..20).await;
    world.bell.ring();
    eventually("a claim", async || {
        world.db.count("SELECT COUNT(*) FROM notices WHERE leased_until IS NOT NULL").await == 10
    })
    .await;
    let db = world.crash().await;
    let world = World::start(db, 5).await;
    world.courier.slots.add_permits(100);
    let sent = world.all_sent().await;
    let mut channels: Vec<u64> =
        sent.iter().filter(|one| one.nonce.is_some()).map(|one| one.channel).collect();
    channels.sort_unstable();
    assert_eq!(channels, (10..20).collect::<Vec<_>>());
    world.stop().await;
}

#[tokio::test]
async fn an_orderly_stop_puts_back_what_it_didnt_send_as_if_it_had_never_been_claimed() {
    let world = World::held().await;
    go_live(&world.db, "1a", 10..20).await;
    world.bell.ring();
    world.let_through(3).await;
    let db = world.stop().await;
    let left =
        "SELECT COUNT(*) FROM notices WHERE leased_until IS NULL AND tried_at IS NULL AND attempts = 0";
    assert_eq!(db.count(left).await, 7);
    assert_eq!(db.count("SELECT COUNT(*) FROM notices").await, 7);
}

#[tokio::test]
async fn a_stop_in_the_midst_of_a_claim_puts_that_back_too() {
    for yields in 0..40 {
        let world = World::held().await;
        go_live(&world.db, "1a", 10..20).await;
        world.bell.ring();
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
        let db = world.stop().await;
        assert_eq!(db.count("SELECT COUNT(*) FROM notices WHERE tried_at IS NOT NULL").await, 0);
    }
}

#[tokio::test]
async fn a_late_post_and_one_asked_for_by_hand_ping_nobody() {
    let world = World::new().await;
    world.clock.advance(secs(3_601));
    go_live(&world.db, "1late", [10]).await;
    let silent = Draft { silent: true, ..draft("1hand", 20, Slot::Live) };
    let begun = Known { live_since: Some(at(3_600)), ..known("1hand", Phase::Live) };
    world.db.commit(&begun, &[silent], Edits::None, 3_601).await;
    world.bell.ring();
    let mut sent = world.all_sent().await;
    sent.sort_by_key(|one| one.channel);
    assert_eq!(forms(&sent), [("1late", 10, Form::LiveSince), ("1hand", 20, Form::Live)]);
    assert!(sent.iter().all(|one| one.roles == 0));
    assert_eq!(world.code("1late").await, Decision::PostedLate);
    world.stop().await;
}

#[tokio::test]
async fn what_is_over_before_its_post_is_dropped_with_its_code() {
    let world = World::held().await;
    go_live(&world.db, "1a", [10]).await;
    world.db.commit(&known("1a", Phase::Cancelled), &[], Edits::All, 1).await;
    world.bell.ring();
    world.courier.slots.add_permits(10);
    eventually("a drop", async || world.db.count("SELECT COUNT(*) FROM notices WHERE work = 0").await == 0)
        .await;
    assert!(world.courier.sent().is_empty());
    assert_eq!(world.code("1a").await, Decision::OverBefore);
    world.stop().await;
}

#[tokio::test]
async fn a_refusal_is_believed_after_it_was_repeated() {
    let world = World::new().await;
    world.courier.with(|state| state.outcomes = std::iter::repeat_n(Outcome::Forbidden, 4).collect());
    go_live(&world.db, "1a", [1]).await;
    world.bell.ring();
    for (tries, pause) in [(1, 5), (2, 60), (3, 600)] {
        world.put_back(tries).await;
        world.later(pause);
    }
    assert_eq!(world.all_sent().await.len(), 4);
    assert_eq!(world.code("1a").await, Decision::Forbidden);
    // The channel's follows rest, and it is to be looked at; nothing more is sent there.
    let paused = world.db.store.follows().await.expect("follows")[0].paused;
    assert_eq!(paused, Some(PauseReason::Forbidden));
    let now = world.clock.now();
    assert_eq!(world.db.store.due_looks(9, now).await.expect("looks").len(), 1);
    go_live(&world.db, "1b", [1]).await;
    world.bell.ring();
    assert_eq!(world.all_sent().await.len(), 4);
    assert_eq!(world.code("1b").await, Decision::Paused);
    // Both may be posted when the channel takes posts again.
    assert_eq!(world.db.count("SELECT COUNT(*) FROM posts").await, 0);
    world.stop().await;
}

#[tokio::test]
async fn a_count_is_refreshed_when_nothing_else_waits() {
    let world = World::new().await;
    go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    world.all_sent().await;
    world.bell.counted(id("1a"));
    let sent = world.sent(2).await;
    assert_eq!((sent[1].channel, sent[1].nonce.clone(), sent[1].form), (10, None, Form::Live));
    assert_eq!(world.due().await, 0);
    world.stop().await;
}

#[tokio::test]
async fn a_message_whose_edits_discord_limits_gets_no_count_for_an_hour_and_its_end_when_discord_says() {
    let world = World::new().await;
    let live = go_live(&world.db, "1a", [10]).await;
    go_live(&world.db, "1b", [20]).await;
    world.bell.ring();
    world.all_sent().await;
    let limit = Outcome::OldMessage(Duration::from_mins(40));
    // A count meets the limit; nothing is kept of it.
    world.courier.with(|state| state.outcomes.push_back(limit.clone()));
    world.bell.counted(id("1a"));
    world.sent(3).await;
    assert_eq!(world.due().await, 0);
    world.later(3_599);
    world.bell.counted(id("1a"));
    world.bell.counted(id("1b"));
    assert_eq!(forms(&world.sent(4).await)[3..], [("1b", 20, Form::Live)]);
    world.later(1);
    world.bell.counted(id("1a"));
    assert_eq!(forms(&world.sent(5).await)[4..], [("1a", 10, Form::Live)]);

    // The end meets it, and is kept.
    world.courier.with(|state| state.outcomes.push_back(limit));
    let ended = Known { phase: Phase::Ended, over_at: Some(at(3_600)), ..live };
    world.db.commit(&ended, &[], Edits::All, 3_600).await;
    world.bell.ring();
    world.sent(6).await;
    eventually("it is put off", async || {
        let waiting = "SELECT COUNT(*) FROM notices WHERE work = 1 AND leased_until IS NULL";
        world.db.count(waiting).await == 1
    })
    .await;
    world.later(2_400);
    let sent = world.sent(7).await;
    assert_eq!(forms(&sent)[5..], [("1a", 10, Form::Ended), ("1a", 10, Form::Ended)]);
    world.stop().await;
}

#[tokio::test]
async fn an_unfollowed_space_isnt_posted() {
    let world = World::new().await;
    let stranger =
        Draft { follows: vec![spacebell::domain::ids::FollowId(99)], ..draft("1a", 10, Slot::Live) };
    world.db.commit(&known("1a", Phase::Live), &[stranger], Edits::None, 0).await;
    world.bell.ring();
    assert!(world.all_sent().await.is_empty());
    let follows: Vec<Follow> = world.db.store.follows().await.expect("follows");
    assert!(follows.iter().all(|follow| follow.id.0 != 99));
    let db = world.stop().await;
    let decided = db.store.decisions(id("1a")).await.expect("decisions");
    assert_eq!(decided[0].decision, Decision::Unfollowed);
}

#[tokio::test]
async fn an_announcement_that_is_an_hour_late_pings_nobody() {
    for (late_by, roles) in [(0, 1), (3_601, 0)] {
        let world = World::start(
            {
                let db = Db::new().await;
                let wants = NewFollow { when: When::Scheduled, ..new_follow(10, host(1)) };
                db.store.add_follow(&wants).await.expect("added");
                db
            },
            late_by,
        )
        .await;
        world.courier.slots.add_permits(10);
        world
            .db
            .commit(&known("1a", Phase::Scheduled), &[draft("1a", 10, Slot::Scheduled)], Edits::None, 0)
            .await;
        world.bell.ring();
        let sent = world.all_sent().await;
        assert_eq!((sent[0].form, sent[0].roles), (Form::Scheduled, roles), "{late_by} s late");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_store_that_fails_before_a_send_leaves_the_notice_untried() {
    let world = World::held().await;
    go_live(&world.db, "1a", [10]).await;
    world.db.sql("UPDATE spaces SET known = 'broken'").await;
    world.bell.ring();
    world.courier.slots.add_permits(1);
    eventually("it is put back", async || {
        world.db.count("SELECT COUNT(*) FROM notices WHERE leased_until IS NULL AND tried_at IS NULL").await
            == 1
    })
    .await;
    assert!(world.courier.sent().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn the_announcement_stops_pointing_to_a_live_message_that_was_removed() {
    let world = World::new().await;
    world
        .db
        .commit(&known("1a", Phase::Scheduled), &[draft("1a", 10, Slot::Scheduled)], Edits::None, 0)
        .await;
    world.bell.ring();
    world.all_sent().await;
    let known = go_live(&world.db, "1a", [10]).await;
    world.bell.ring();
    let sent = world.all_sent().await;
    assert!(matches!(sent.last().map(|one| one.form), Some(Form::Pointer(_))), "{sent:?}");
    // The announcement is edited first, since it was made first.
    world.courier.with(|state| state.outcomes.push_back(Outcome::Sent(MessageId::new(1_001))));
    world.courier.with(|state| state.outcomes.push_back(Outcome::MessageGone));
    world.db.commit(&known, &[], Edits::All, 0).await;
    world.bell.ring();
    let sent = world.all_sent().await;
    assert_eq!(sent.last().map(|one| one.form), Some(Form::Live), "{sent:?}");
    world.stop().await;
}
