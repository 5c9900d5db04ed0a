//! Erasure, with the library's clock moved on: what leaves the store and when, and what the messages say afterwards.
//!
//! Every row of every table is looked at; the messages are what the deliverer has rendered.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;
use spacebell::clock::{Clock as _, ManualClock, SharedClock};
use spacebell::complaint::Complaint;
use spacebell::delays::Delays;
use spacebell::discord::render;
use spacebell::domain::erasure::{Account, Erased, Whose};
use spacebell::domain::follow::{PauseReason, Target};
use spacebell::domain::ids::{ChannelId, DiscordUserId, MessageId};
use spacebell::domain::notice::{Decision, Work};
use spacebell::domain::settings::GuildSettings;
use spacebell::domain::space::{Space, SpaceState, XUser};
use spacebell::follows::Follows;
use spacebell::guilds::Guilds;
use spacebell::health::Health;
use spacebell::keeper::Keeper;
use spacebell::outbox::courier::{Courier, Found, Outcome, Route, Sought};
use spacebell::outbox::deliverer::{Bell, Deliverer, Tools};
use spacebell::outbox::digest::Digest;
use spacebell::outbox::telling::Telling;
use spacebell::store::{Block, NewFollow};
use spacebell::texts::{Locale, Texts};
use spacebell::watcher::Watcher;
use spacebell::watcher::lifecycle::Observation;
use spacebell::x::{self, Client};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::links::{link, linked};
use crate::support::{
    CAPS, Db, On, at, by, channel, eventually, gone, guild, host, id, keyword, live, new_follow, scheduled,
    secs, seen, tests_on_each_database, titled, user,
};

tests_on_each_database! {
    a_day_after_the_end_nothing_of_x_is_kept_and_the_messages_say_nothing_of_it,
    while_discord_is_down_the_edit_is_kept_and_the_content_isnt,
    a_bot_that_was_down_for_days_erases_at_its_start_and_empties_the_messages_then,
    a_channel_that_forbids_it_is_tried_for_a_week_and_no_longer,
    a_channel_that_takes_nothing_is_tried_once_and_emptied_when_it_takes_posts_again,
    a_message_or_channel_that_is_gone_needs_no_emptying,
    an_account_that_nothing_is_about_is_forgotten_in_a_day_and_one_that_a_space_needs_isnt,
    a_server_s_erasure_leaves_nothing_of_it_and_empties_its_messages_though_the_space_goes_on,
    a_post_under_way_when_its_server_is_erased_is_emptied_once_it_is_there,
    a_post_that_wasn_t_begun_when_its_server_was_erased_is_never_sent,
    a_server_that_removed_the_bot_is_asked_nothing_until_it_takes_it_back,
    an_account_s_erasure_leaves_nothing_of_it_and_its_space_rings_nobody_again,
    a_person_s_erasure_leaves_the_follows_that_they_made,
    an_erasure_ends_the_link_of_a_person_or_an_account_and_leaves_a_token_that_is_nobody_s,
    a_server_that_was_left_is_erased_after_thirty_days_though_it_had_blocks_alone,
    what_an_operator_asks_of_the_running_program_is_kept_until_it_is_answered,
}

const HOUR: i64 = 3_600;
/// What X shows of the Space and its host, none of it in any other row.
const OF_X: [&str; 5] = ["Symposium", "ornitho", "Ludwig", "pbs.example", "Aviculture"];

/// A Discord that keeps the last body of each message, and does what it is told.
#[derive(Debug)]
pub struct Fake {
    pub state: Mutex<State>,
    pub texts: Texts,
    /// Requests end when there is a permit here.
    answers: Semaphore,
}

#[derive(Debug, Default)]
pub struct State {
    pub messages: Vec<(ChannelId, MessageId, Value)>,
    /// What each request comes to, if not to what was asked.
    pub refuses: Option<Outcome>,
    pub requests: usize,
    pub pings: usize,
    pub nonces: Vec<(String, MessageId)>,
    /// Whether answers get lost on their way back.
    pub loses: bool,
}

impl Fake {
    pub fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().expect("no test panicked with it"))
    }

    async fn put(&self, telling: &Telling, message: Option<MessageId>, nonce: &str) -> Outcome {
        let body = render::message(telling, &self.texts, Locale::ENGLISH);
        self.send(telling.channel, body, message, nonce).await
    }

    /// Keeps a message; nothing is made twice under one nonce.
    async fn send(
        &self,
        channel: ChannelId,
        body: Value,
        message: Option<MessageId>,
        nonce: &str,
    ) -> Outcome {
        self.with(|state| state.requests += 1);
        self.answers.acquire().await.expect("it is never closed").forget();
        self.with(|state| {
            if let Some(outcome) = state.refuses.clone() {
                return outcome;
            }
            let made = state.nonces.iter().find(|(known, _)| known == nonce).map(|(_, id)| *id);
            if let Some(made) = made.filter(|_| message.is_none()) {
                return Outcome::Sent(made);
            }
            state.pings += usize::from(message.is_none());
            let id =
                message.unwrap_or_else(|| MessageId::new(9_000 + u64::try_from(state.pings).expect("few")));
            state.messages.retain(|(_, other, _)| *other != id);
            state.messages.push((channel, id, body));
            if message.is_none() {
                state.nonces.push((nonce.to_owned(), id));
            }
            if state.loses { Outcome::Uncertain } else { Outcome::Sent(id) }
        })
    }
}

impl Courier for Fake {
    type Permit = ();
    type Slot = ();

    async fn slot(&self) {}

    async fn route(&self, _: ChannelId, _: Work) -> Route<()> {
        Route::Open(())
    }

    async fn post(&self, (): (), (): (), telling: &Telling, nonce: &str, _: Duration) -> Outcome {
        self.put(telling, None, nonce).await
    }

    async fn digest(&self, (): (), (): (), digest: &Digest, nonce: &str, _: Duration) -> Outcome {
        let body = render::digest(digest, &self.texts, Locale::ENGLISH);
        self.send(digest.channel, body, None, nonce).await
    }

    async fn delete(&self, (): (), (): (), _: &Telling, message: MessageId) -> Outcome {
        self.with(|state| {
            state.requests += 1;
            if let Some(outcome) = state.refuses.clone() {
                return outcome;
            }
            state.messages.retain(|(_, other, _)| *other != message);
            Outcome::MessageGone
        })
    }

    async fn edit(&self, (): (), (): (), telling: &Telling, message: MessageId) -> Outcome {
        self.put(telling, Some(message), "").await
    }

    async fn find(
        &self,
        channel: ChannelId,
        sought: Sought<'_>,
        _: RangeInclusive<Timestamp>,
        _: &[MessageId],
    ) -> Found {
        let is_it = |(at, _, body): &&(ChannelId, MessageId, Value)| {
            let content = body["content"].as_str().expect("a text");
            *at == channel && sought == Sought::Digest && content.starts_with('🌙')
        };
        let found = self.with(|state| state.messages.iter().find(is_it).map(|(_, id, _)| *id));
        found.map_or(Found::Nothing, Found::Message)
    }
}

pub struct World {
    pub db: Db,
    pub clock: Arc<ManualClock>,
    pub x: Client,
    pub courier: Arc<Fake>,
    pub parts: Parts,
}

/// What a start makes anew.
pub struct Parts {
    pub follows: Arc<Follows>,
    pub guilds: Arc<Guilds>,
    pub watcher: Arc<Watcher>,
    pub bell: Bell,
    pub stop: CancellationToken,
}

impl World {
    pub async fn on(on: On) -> Self {
        let db = Db::on(on).await;
        let clock = Arc::new(ManualClock::new(at(0)));
        let shared: SharedClock = clock.clone();
        let settings =
            x::Settings::new("http://127.0.0.1:1".parse().expect("an address"), SecretString::from("-"));
        let x = Client::new(settings, shared).expect("a client");
        let texts = Texts::load().expect("texts");
        let courier = Arc::new(Fake { state: Mutex::default(), texts, answers: Semaphore::new(1_000_000) });
        let parts = Parts::start(&db, &clock, &x, &courier).await;
        Self { db, clock, x, courier, parts }
    }

    /// Stops all, lets time pass, and starts again.
    pub async fn down_for(&mut self, seconds: i64) {
        self.parts.stop.cancel();
        self.clock.advance(secs(seconds));
        self.parts = Parts::start(&self.db, &self.clock, &self.x, &self.courier).await;
    }

    fn keeper(&self) -> Keeper {
        Keeper {
            store: self.db.store.clone(),
            x: self.x.clone(),
            follows: Arc::clone(&self.parts.follows),
            watcher: Arc::clone(&self.parts.watcher),
            health: Arc::new(Health::new(at(0))),
            clock: Arc::<ManualClock>::clone(&self.clock),
            complaints: Default::default(),
        }
    }

    pub async fn follow(&self, in_guild: u64, in_channel: u64, target: Target) {
        let follow = NewFollow { guild: guild(in_guild), ..new_follow(in_channel, target) };
        self.parts.follows.add(&follow).await.expect("added");
    }

    /// X tells who hosts what the tests see.
    pub fn meet(&self, number: u64) {
        let known = XUser {
            id: user(number),
            username: "ornitho".parse().expect("a name"),
            name: "Ludwig van Finch".to_owned(),
            picture_url: Some("https://pbs.example/finch.jpg".to_owned()),
        };
        self.x.users().remember([&known], self.clock.now());
    }

    pub async fn sees(&self, seen: impl IntoIterator<Item = Observation>) {
        self.parts.watcher.observe(seen.into_iter().collect()).await.expect("judged");
        self.delivered().await;
    }

    /// Lets time pass, and all that falls due be sent; what is old goes.
    pub async fn later(&self, seconds: i64) {
        self.clock.advance(secs(seconds));
        self.delivered().await;
        self.sweep().await;
    }

    pub async fn sweep(&self) {
        let keeper = self.keeper();
        keeper.sweep().await;
        assert!(keeper.save().await, "written");
    }

    pub async fn delivered(&self) {
        self.parts.bell.ring();
        let now = self.clock.now();
        eventually("an outbox without anything due", async || {
            self.db.store.queue_depth(now).await.expect("a depth").due == 0
        })
        .await;
    }

    pub async fn erases(&self, whose: Whose) -> Erased {
        self.parts.watcher.erase(&whose).await.expect("erased").erased
    }

    /// The last text of each message, all that is in it, in the order in which they were last changed.
    pub fn messages(&self) -> Vec<String> {
        self.courier.with(|state| state.messages.iter().map(|(.., body)| body.to_string()).collect())
    }

    pub fn contents(&self) -> Vec<String> {
        let content = |body: &Value| body["content"].as_str().expect("a text").to_owned();
        self.courier.with(|state| state.messages.iter().map(|(.., body)| content(body)).collect())
    }

    pub fn refuse(&self, outcome: impl Into<Option<Outcome>>) {
        self.courier.with(|state| state.refuses = outcome.into());
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        self.db.count(sql).await
    }

    /// Holds that no row of any table holds any of these words.
    async fn assert_nothing_of(&self, words: &[&str]) {
        let dump = self.db.dump().await;
        for row in dump.lines() {
            for word in words {
                assert!(!row.to_lowercase().contains(&word.to_lowercase()), "{word} in {row}");
            }
        }
    }
}

impl Parts {
    async fn start(db: &Db, clock: &Arc<ManualClock>, x: &Client, courier: &Arc<Fake>) -> Self {
        let shared: SharedClock = clock.clone();
        db.store.clear_leases().await.expect("cleared");
        let follows = Arc::new(Follows::load(db.store.clone(), CAPS).await.expect("an index"));
        let bell = Bell::default();
        let watcher =
            Watcher::load(db.store.clone(), Arc::clone(&follows), x.users(), bell.clone(), shared.clone());
        let guilds = Arc::new(Guilds::load(db.store.clone()).await.expect("settings"));
        let watcher = Arc::new(watcher.await.expect("a watcher").with_guilds(Arc::clone(&guilds)));
        let names = x.users().clone();
        let tools = Tools {
            store: db.store.clone(),
            follows: Arc::clone(&follows),
            guilds: Arc::clone(&guilds),
            courier: Arc::clone(courier),
            clock: shared,
            names: Arc::new(move |id| names.get(id).map(|known| known.user)),
            nonce_salt: 1,
            complaint: Complaint::default(),
            chance: || 0.5,
            per_second: 50,
            delays: Delays::new(at(0)),
        };
        let stop = CancellationToken::new();
        tokio::spawn(Deliverer::new(tools, bell.clone()).run(stop.clone()));
        Self { follows, guilds, watcher, bell, stop }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.parts.stop.cancel();
    }
}

/// A Space of account 77 with all that X can show of it.
pub fn rich(space: Space) -> Space {
    Space {
        topics: vec!["Aviculture".to_owned()],
        participant_count: Some(240),
        started_at: (space.state == SpaceState::Live).then(|| at(0)),
        hosts: vec![user(77)],
        ..by(77, titled("Zebrafinch Symposium", space))
    }
}

pub fn ended(text: &str, at_seconds: i64) -> Space {
    Space { ended_at: Some(at(at_seconds)), ..rich(crate::support::space(text, SpaceState::Ended)) }
}

fn assert_says_nothing_of_x(messages: &[String]) {
    for message in messages {
        let found = OF_X.iter().find(|word| message.contains(**word));
        assert!(found.is_none() && !message.contains("Zebrafinch"), "{found:?} in {message}");
        assert!(message.contains("\"embeds\":[]") && message.contains("\"components\":[]"), "{message}");
    }
}

async fn a_day_after_the_end_nothing_of_x_is_kept_and_the_messages_say_nothing_of_it(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, keyword("zebrafinch")).await;
    world.follow(2, 20, host(77)).await;
    world.meet(77);
    world.sees([seen(rich(live("1a")), 0), seen(rich(scheduled("1b", 9 * HOUR)), 0)]).await;
    world.sweep().await;
    let renamed = titled("Another Symposium about the zebrafinch", rich(live("1a")));
    world.sees([seen(renamed, 10)]).await;
    world.clock.advance(secs(4_320));
    world.sees([seen(ended("1a", 4_320), 4_320), gone("1b", 4_320)]).await;
    let dump = world.db.dump().await;
    assert!(OF_X.iter().all(|word| dump.contains(word)), "the test sees what is kept: {dump}");
    assert_eq!(world.messages().len(), 4);
    assert!(world.messages().iter().any(|message| message.contains("Symposium")));

    world.later(20 * HOUR).await;
    let mut contents = world.contents();
    contents.sort_unstable();
    assert_eq!(
        contents,
        [
            "⏹ A Space by @ornitho ended · 1 h 12 min · peak 240",
            "⏹ A Space ended · 1 h 12 min · peak 240",
            "✖ A Space by @ornitho was cancelled",
            "✖ A Space was cancelled",
        ]
    );
    assert_says_nothing_of_x(
        &world.messages().iter().map(|text| text.replace("@ornitho", "")).collect::<Vec<_>>(),
    );
    world.later(4 * HOUR).await;
    // The handle and a word of the title stand in the follows, as they were typed and for as long as they are wanted.
    world.parts.follows.erase(&Whose::Server(guild(1)), at(0)).await.expect("erased");
    world.parts.follows.erase(&Whose::Server(guild(2)), at(0)).await.expect("erased");
    world.assert_nothing_of(&OF_X).await;
    world.assert_nothing_of(&["zebrafinch", "240"]).await;
    for table in ["SELECT COUNT(*) FROM spaces", "SELECT COUNT(*) FROM posts", "SELECT COUNT(*) FROM notices"]
    {
        assert_eq!(world.count(table).await, 0, "{table}");
    }
    assert!(world.parts.watcher.all_known().is_empty() && world.x.users().get(user(77)).is_none());
}

async fn while_discord_is_down_the_edit_is_kept_and_the_content_isnt(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, host(77)).await;
    world.meet(77);
    world.sees([seen(rich(live("1a")), 0)]).await;
    world.sweep().await;
    world.clock.advance(secs(60));
    world.sees([seen(ended("1a", 60), 60)]).await;
    let before = world.messages();
    world.refuse(Outcome::Later(Duration::from_hours(1)));
    for _ in 0..30 {
        world.later(HOUR).await;
    }
    assert_eq!(world.messages(), before, "Discord took nothing");
    world.assert_nothing_of(&["Symposium", "Ludwig", "pbs.example", "Aviculture", "240"]).await;
    assert_eq!(world.count("SELECT COUNT(*) FROM spaces").await, 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 1, "which message it is");
    world.refuse(None);
    world.later(2 * HOUR).await;
    // The follow knows its host; nothing else does any more.
    assert_eq!(world.contents(), ["⏹ A Space by @ornitho is over"]);
    assert!(world.x.users().get(user(77)).is_none());
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 0);
}

async fn a_bot_that_was_down_for_days_erases_at_its_start_and_empties_the_messages_then(on: On) {
    let mut world = World::on(on).await;
    world.follow(1, 10, keyword("zebrafinch")).await;
    world.meet(77);
    world.sees([seen(rich(live("1a")), 0), seen(by(78, rich(live("1b"))), 0)]).await;
    world.clock.advance(secs(60));
    world.sees([seen(ended("1a", 60), 60)]).await;
    world.sweep().await;
    world.down_for(72 * HOUR).await;
    // What it knew to be over goes before anything else; of the other it doesn't know yet.
    world.sweep().await;
    assert_eq!(world.count("SELECT COUNT(*) FROM spaces").await, 1);
    let now = 72 * HOUR + 60;
    world.sees([gone("1b", now)]).await;
    world.delivered().await;
    assert_says_nothing_of_x(&world.messages());
    assert_eq!(world.messages().len(), 2);
    world.sweep().await;
    world.assert_nothing_of(&OF_X).await;
    assert_eq!(world.count("SELECT COUNT(*) FROM spaces").await, 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 0);
}

async fn a_channel_that_forbids_it_is_tried_for_a_week_and_no_longer(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, host(77)).await;
    world.sees([seen(rich(live("1a")), 0)]).await;
    world.clock.advance(secs(60));
    world.sees([seen(ended("1a", 60), 60)]).await;
    world.refuse(Outcome::Forbidden);
    world.clock.advance(secs(20 * HOUR));
    let before = world.courier.with(|state| state.requests);
    for _ in 0..7 * 24 {
        world.later(HOUR).await;
    }
    let tries = world.courier.with(|state| state.requests) - before;
    assert!((20..60).contains(&tries), "{tries} tries in a week");
    world.assert_nothing_of(&OF_X).await;
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 0, "given up");
    assert_eq!(world.count("SELECT COUNT(*) FROM notices").await, 0);
    let follows = world.parts.follows.of_channel(channel(10));
    assert!(follows[0].paused.is_none(), "what can't be edited can perhaps be posted");
}

async fn a_channel_that_takes_nothing_is_tried_once_and_emptied_when_it_takes_posts_again(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, host(77)).await;
    world.meet(77);
    world.sees([seen(rich(live("1a")), 0)]).await;
    let forbidden = PauseReason::Forbidden;
    world.parts.follows.pause_channel(channel(10), forbidden, world.clock.now()).await.expect("paused");
    world.refuse(Outcome::Forbidden);
    world.clock.advance(secs(60));
    world.sees([seen(ended("1a", 60), 60)]).await;
    let requests = || world.courier.with(|state| state.requests);
    let before = requests();
    world.clock.advance(secs(19 * HOUR));
    for _ in 0..24 {
        world.later(HOUR).await;
    }
    assert_eq!(requests() - before, 1, "editing takes less than sending");
    world.assert_nothing_of(&["Symposium", "Ludwig", "Aviculture"]).await;
    assert!(world.messages()[0].contains("Symposium"));

    world.refuse(None);
    world.parts.follows.resume_channel(channel(10)).await.expect("resumed");
    world.db.store.looked(channel(10), world.clock.now(), false).await.expect("looked at");
    world.delivered().await;
    assert!(world.contents()[0].ends_with("is over"), "{:?}", world.contents());
    assert!(!world.messages()[0].contains("Symposium"));
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM notices").await, 0);
}

async fn a_message_or_channel_that_is_gone_needs_no_emptying(on: On) {
    for outcome in [Outcome::MessageGone, Outcome::ChannelGone] {
        let world = World::on(on).await;
        world.follow(1, 10, host(77)).await;
        world.sees([seen(rich(live("1a")), 0)]).await;
        world.clock.advance(secs(60));
        world.sees([seen(ended("1a", 60), 60)]).await;
        world.refuse(outcome);
        world.clock.advance(secs(19 * HOUR));
        for _ in 0..5 {
            world.later(HOUR).await;
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM notices").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 0);
    }
}

async fn an_account_that_nothing_is_about_is_forgotten_in_a_day_and_one_that_a_space_needs_isnt(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, host(77)).await;
    world.meet(77);
    world.meet(78);
    world.sees([seen(rich(scheduled("1a", 100 * HOUR)), 0)]).await;
    world.sweep().await;
    assert_eq!(world.count("SELECT COUNT(*) FROM x_users").await, 2);
    world.later(24 * HOUR + 1).await;
    let left = world.db.store.users().await.expect("accounts");
    assert_eq!(left.iter().map(|known| known.user.id).collect::<Vec<_>>(), [user(77)]);
    assert!(world.x.users().get(user(78)).is_none(), "nor in memory");
    assert!(world.x.users().get(user(77)).is_some());
}

async fn a_server_s_erasure_leaves_nothing_of_it_and_empties_its_messages_though_the_space_goes_on(on: On) {
    let world = World::on(on).await;
    world.follow(4_242, 424_210, keyword("zebrafinch")).await;
    world.follow(4_242, 424_220, host(77)).await;
    world.follow(7, 30, host(77)).await;
    let block = Block::Host { user: user(99), username: "blocked".parse().expect("a name") };
    world.parts.follows.block(guild(4_242), block).await.expect("blocked");
    let removed = world.parts.follows.of_channel(channel(424_220))[0].id;
    world.parts.follows.remove(guild(4_242), removed, at(0)).await.expect("removed");
    world.follow(4_242, 424_220, host(77)).await;
    world.db.store.set_guild_locale(guild(4_242), "ja").await.expect("kept");
    let settings = GuildSettings { remind_before: 15, ..GuildSettings::default() };
    world.db.store.set_guild_settings(guild(4_242), &settings).await.expect("kept");
    world.db.store.add_list(4_242, "a question", at(0)).await.expect("kept");
    let asker = DiscordUserId::new(1);
    world.db.store.keep_import(guild(4_242), asker, r#"["zebrafinch"]"#, at(0)).await.expect("kept");
    world.meet(77);
    world.sees([seen(rich(live("1a")), 0)]).await;
    assert_eq!(world.messages().len(), 3);
    let erased = world.erases(Whose::Server(guild(4_242))).await;
    let expected =
        Erased { follows: 3, blocks: 1, posts: 2, questions: 1, decisions: 2, ..Erased::default() };
    assert_eq!(erased, expected);
    world.sees([seen(titled("A new zebrafinch Symposium", rich(live("1a"))), 10)]).await;
    world.delivered().await;
    let mut contents = world.contents();
    contents.sort_unstable();
    assert_eq!(contents.len(), 3);
    let on_request = "This post was emptied on request.";
    assert_eq!(contents.iter().filter(|content| *content == on_request).count(), 2, "{contents:?}");
    assert!(world.messages().iter().any(|message| message.contains("A new zebrafinch Symposium")));
    world.assert_nothing_of(&["4242", "blocked"]).await;
    assert!(world.parts.follows.of_guild(guild(4_242)).is_empty());
    assert!(world.parts.follows.blocks(guild(4_242)).is_empty());
    assert_eq!(world.parts.follows.of_guild(guild(7)).len(), 1, "and nothing of another server");
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 1);
}

async fn a_post_under_way_when_its_server_is_erased_is_emptied_once_it_is_there(on: On) {
    let world = World::on(on).await;
    world.follow(4_242, 10, host(77)).await;
    world.courier.answers.forget_permits(usize::MAX);
    world.parts.watcher.observe(vec![seen(rich(live("1a")), 0)]).await.expect("judged");
    eventually("a request", async || world.courier.with(|state| state.requests == 1)).await;
    world.erases(Whose::Server(guild(4_242))).await;
    world.courier.answers.add_permits(1_000);
    world.delivered().await;
    assert_eq!(world.contents(), ["This post was emptied on request."]);
    world.assert_nothing_of(&["4242"]).await;
}

async fn a_post_that_wasn_t_begun_when_its_server_was_erased_is_never_sent(on: On) {
    let db = Db::on(on).await;
    db.go_live("1a", [10, 20], 0).await;
    let claimed = db.claim(0).await;
    assert!(db.store.begin_try(&claimed[1], 1, at(0)).await.expect("begun"));
    let erasure = db.store.erase(&Whose::Server(guild(1)), at(1)).await.expect("erased");
    assert_eq!(erasure.erased, Erased::default(), "no message is there");
    assert!(!db.store.begin_try(&claimed[0], 1, at(2)).await.expect("an answer"), "it mustn't be sent");
    // The other one may have been sent, so it is still looked for; whatever comes of it, nothing is decided or left.
    assert_eq!(db.store.posts(id("1a")).await.expect("posts").len(), 1);
    db.store.settle_dropped(&claimed[1], Decision::Unfollowed, at(3)).await.expect("settled");
    db.store.settle_edited(&claimed[0], at(3)).await.expect("settled");
    assert_eq!(db.store.decisions(id("1a")).await.expect("decisions"), []);
    assert_eq!(db.count("SELECT COUNT(*) FROM notices").await, 0);
    db.store.erase_old(at(0), at(0), "2026-07-01").await.expect("erased");
    assert_eq!(db.store.posts(id("1a")).await.expect("posts"), []);
}

async fn a_server_that_removed_the_bot_is_asked_nothing_until_it_takes_it_back(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, keyword("zebrafinch")).await;
    world.sees([seen(rich(live("1a")), 0)]).await;
    world.parts.follows.pause_guild(guild(1), world.clock.now()).await.expect("left");
    world.clock.advance(secs(60));
    world.sees([seen(ended("1a", 60), 60)]).await;
    let before = world.courier.with(|state| state.requests);
    world.clock.advance(secs(19 * HOUR));
    for _ in 0..24 {
        world.later(HOUR).await;
    }
    assert_eq!(world.courier.with(|state| state.requests), before);
    world.assert_nothing_of(&["Symposium", "Aviculture"]).await;
    world.parts.follows.resume_guild(guild(1), world.clock.now()).await.expect("back");
    world.db.store.looked(channel(10), world.clock.now(), false).await.expect("looked at");
    world.delivered().await;
    assert_eq!(world.contents(), ["⏹ A Space is over"]);
}

async fn an_account_s_erasure_leaves_nothing_of_it_and_its_space_rings_nobody_again(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, keyword("zebrafinch")).await;
    let named = Target::Host { user: user(77), username: "ornitho".parse().expect("a name") };
    world.follow(2, 20, named).await;
    world.follow(2, 20, host(1)).await;
    for (number, name) in [(77, "ornitho"), (99, "other")] {
        let block = Block::Host { user: user(number), username: name.parse().expect("a name") };
        world.parts.follows.block(guild(3), block).await.expect("blocked");
    }
    world.db.store.add_list(5, r#"{"By":["Ornitho"]}"#, at(0)).await.expect("kept");
    let plan = r#"{"follows":[{"host":"@Ornitho"}]}"#;
    world.db.store.keep_import(guild(5), DiscordUserId::new(1), plan, at(0)).await.expect("kept");
    world.meet(77);
    world.sees([seen(rich(live("1a")), 0), seen(live("1b"), 0)]).await;
    world.sweep().await;
    assert_eq!(world.messages().len(), 3);
    let erased = world.erases(Whose::Account(Account::Named("ORNITHO".parse().expect("a name")))).await;
    let expected = Erased {
        follows: 1,
        blocks: 1,
        posts: 2,
        spaces: 1,
        accounts: 1,
        questions: 2,
        decisions: 2,
        authors: 0,
        reminders: 0,
        links: 0,
    };
    assert_eq!(erased, expected);
    world.x.users().forget(user(77));
    world.sees([seen(rich(live("1a")), 30)]).await;
    world.delivered().await;
    world.sweep().await;
    assert_eq!(world.courier.with(|state| state.pings), 3, "it rings nobody again");
    world.assert_nothing_of(&OF_X).await;
    let contents = world.contents();
    assert_eq!(contents.iter().filter(|content| content.contains("on request")).count(), 2, "{contents:?}");
    assert_eq!(world.parts.follows.of_guild(guild(2)).len(), 1, "another host's follow stays");
    assert_eq!(world.parts.follows.blocks(guild(3)).len(), 1, "and another's block");
    assert!(!world.parts.follows.is_followed(user(77)));
    // By its id, and again: nothing is left.
    assert!(world.erases(Whose::Account(Account::Id(user(77)))).await.is_nothing());
}

async fn a_person_s_erasure_leaves_the_follows_that_they_made(on: On) {
    let world = World::on(on).await;
    let person = DiscordUserId::new(555_777);
    let follow = NewFollow { made_by: person, ..new_follow(10, host(77)) };
    world.parts.follows.add(&follow).await.expect("added");
    world.db.store.add_list(555_777, "asked in private", at(0)).await.expect("kept");
    world.db.store.ask_to_confirm(guild(1), person, at(0)).await.expect("kept");
    world.db.store.keep_import(guild(1), person, "[]", at(0)).await.expect("kept");
    let erased = world.erases(Whose::Person(person)).await;
    assert_eq!(erased, Erased { questions: 3, authors: 1, ..Erased::default() });
    world.assert_nothing_of(&["555777"]).await;
    let [follow] = &world.parts.follows.of_channel(channel(10))[..] else { panic!("one follow") };
    assert_eq!(follow.made_by, None);
    assert_eq!(world.db.store.follows().await.expect("follows"), [(**follow).clone()]);
    // It can be removed and brought back like any other.
    world.parts.follows.remove(guild(1), follow.id, at(0)).await.expect("removed");
    assert!(world.parts.follows.restore(follow).await.expect("restored"));
}

async fn an_erasure_ends_the_link_of_a_person_or_an_account_and_leaves_a_token_that_is_nobody_s(on: On) {
    for whose in [Whose::Person(DiscordUserId::new(555_777)), Whose::Account(Account::Id(user(888_999)))] {
        let world = World::on(on).await;
        let store = &world.db.store;
        let person = DiscordUserId::new(555_777);
        linked(store, &link(person, 888_999, "handle")).await;
        store.keep_following(person, user(888_999), "a list", at(0)).await.expect("kept");
        let erased = world.erases(whose).await;
        assert_eq!(erased, Erased { links: 1, ..Erased::default() });
        world.assert_nothing_of(&["555777", "888999", "a list"]).await;
        let due = store.due_revocations(9, at(9)).await.expect("revocations");
        assert_eq!(due.len(), 1, "X is told of the token all the same");
    }
}

async fn a_server_that_was_left_is_erased_after_thirty_days_though_it_had_blocks_alone(on: On) {
    let mut world = World::on(on).await;
    let block = |name: &str| Block::Word { folded: name.to_owned(), typed: name.to_owned() };
    for number in [4_242, 5_353, 6_464] {
        world.parts.follows.block(guild(number), block("spam")).await.expect("blocked");
        world.parts.follows.pause_guild(guild(number), world.clock.now()).await.expect("left");
    }
    world.follow(4_242, 10, host(77)).await;
    world.parts.follows.resume_guild(guild(5_353), world.clock.now()).await.expect("back");
    world.down_for(29 * 24 * HOUR).await;
    world.sweep().await;
    assert_eq!(world.parts.follows.blocks(guild(4_242)).len(), 1);
    world.parts.follows.resume_guild(guild(6_464), world.clock.now()).await.expect("back after a restart");
    world.later(24 * HOUR + 1).await;
    world.assert_nothing_of(&["4242"]).await;
    for back in [5_353, 6_464] {
        assert_eq!(world.parts.follows.blocks(guild(back)).len(), 1, "it came back in time");
    }
}

async fn what_an_operator_asks_of_the_running_program_is_kept_until_it_is_answered(on: On) {
    let world = World::on(on).await;
    let store = &world.db.store;
    let asked = [
        Whose::Server(guild(9)),
        Whose::Person(DiscordUserId::new(8)),
        Whose::Account(Account::Id(user(7))),
        Whose::Account(Account::Named("nasa".parse().expect("a name"))),
    ];
    for whose in &asked {
        store.request_erasure(whose, at(0)).await.expect("asked");
    }
    let requested = store.requested_erasures().await.expect("requests");
    assert_eq!(requested.iter().map(|(_, whose)| *whose).collect::<Vec<_>>(), asked);
    assert_eq!(store.finished_erasure(requested[0].0).await.expect("an answer"), None);
    let erased = Erased { follows: 2, ..Erased::default() };
    store.finish_erasure(requested[3].0, &erased, at(1)).await.expect("finished");
    assert_eq!(store.finished_erasure(requested[3].0).await.expect("an answer"), Some(erased));
    assert_eq!(store.requested_erasures().await.expect("requests").len(), 3);
    world.assert_nothing_of(&["nasa"]).await;
    world.later(2 * HOUR).await;
    assert_eq!(store.finished_erasure(requested[3].0).await.expect("an answer"), None, "nobody came for it");
    assert_eq!(store.requested_erasures().await.expect("requests").len(), 3, "what isn't done stays");
}
