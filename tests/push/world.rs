//! What the tests share: the stand-in, a client that tells the same time, and a bot's follows.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use spacebell::clock::{Clock as _, ManualClock, SharedClock};
use spacebell::config::Caps;
use spacebell::domain::filter::Filter;
use spacebell::domain::follow::{Follow, Target, When};
use spacebell::domain::ids::{ChannelId, DiscordUserId, GuildId, UserId};
use spacebell::follows::Follows;
use spacebell::health::Health;
use spacebell::outbox::deliverer::Bell;
use spacebell::push::difference::Route;
use spacebell::push::intake::Intake;
use spacebell::push::keeping::{Keeping, Parts};
use spacebell::store::{AddFollow, NewFollow, Store};
use spacebell::watcher::Watcher;
use spacebell::watcher::coverage::{Coverage, Debt};
use spacebell::watcher::lanes::Lanes;
use spacebell::x::{self, Client, MicroDollars};
use spacebell_sim::x::{self as sim, Endpoint, Server};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use tempfile::TempDir;
use tokio::sync::watch;

/// What the bot's subscriptions are called.
pub const TAG: &str = "spacebell-0badcafe";
const CAPS: Caps = Caps {
    follows_per_guild: 10_000,
    keywords_per_guild: 20,
    follows_per_channel: 10_000,
    queries_per_person: 5,
};

pub fn start() -> Timestamp {
    "2026-08-14T12:00:00Z".parse().expect("a time")
}

pub fn user(number: u64) -> UserId {
    number.to_string().parse().expect("an account's id")
}

/// The stand-in, and a bot that has begun to follow.
pub struct World {
    pub x: Server,
    pub client: Client,
    pub clock: Arc<ManualClock>,
    pub follows: Arc<Follows>,
    pub watcher: Arc<Watcher>,
    pub coverage: Arc<Coverage>,
    pub health: Arc<Health>,
    bearer: String,
    dir: TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(sim::PushSettings::default()).await
    }

    pub async fn with(push: sim::PushSettings) -> Self {
        Self::of(push, MicroDollars(5_000_000)).await
    }

    /// One in which a day may cost this much.
    pub async fn with_budget(budget: MicroDollars) -> Self {
        Self::of(sim::PushSettings::default(), budget).await
    }

    async fn of(push: sim::PushSettings, daily_budget: MicroDollars) -> Self {
        let settings = sim::Settings { clock: Some(start()), push, ..sim::Settings::default() };
        let bearer = settings.bearer_token.clone();
        let x = Server::start(settings).await.expect("a free port");
        x.freeze_clock();
        let clock = Arc::new(ManualClock::new(start()));
        let url = x.url().parse().expect("an address");
        let settings =
            x::Settings { daily_budget, ..x::Settings::new(url, SecretString::from(bearer.clone())) };
        let client = Client::new(settings, Arc::clone(&clock) as _).expect("a client");
        let dir = TempDir::new().expect("a folder");
        let url = format!("sqlite://{}", dir.path().join("spacebell.db").display());
        let store = Store::open(&url).await.expect("a store");
        let follows = Arc::new(Follows::load(store.clone(), CAPS).await.expect("an index"));
        let (accounts, bell) = (client.users(), Bell::default());
        let watcher = Watcher::load(store, Arc::clone(&follows), accounts, bell, Arc::clone(&clock) as _);
        let health = Arc::new(Health::new(start()));
        let watcher = watcher.await.expect("a watcher").with_delays(health.delays().clone());
        let watcher = Arc::new(watcher);
        let coverage = Arc::new(Coverage::default());
        coverage.delivers(true);
        Self { x, client, clock, follows, watcher, coverage, health, bearer, dir }
    }

    /// A bot that keeps subscriptions for the stream, and has looked at nothing yet.
    pub fn keeping(&self) -> Keeping {
        self.keeping_for(Some(Route::Stream), 1_500)
    }

    pub fn keeping_for(&self, route: Option<Route>, subscriptions: usize) -> Keeping {
        let (_, route) = watch::channel(route);
        Keeping::new(Parts {
            x: self.client.clone(),
            follows: Arc::clone(&self.follows),
            watcher: Arc::clone(&self.watcher),
            coverage: Arc::clone(&self.coverage),
            health: Arc::clone(&self.health),
            clock: Arc::clone(&self.clock) as _,
            tag: TAG.to_owned(),
            subscriptions,
            route,
            rate: Arc::new(|_| 1.0),
        })
    }

    /// What takes events, and has taken none.
    pub fn intake(&self) -> Intake {
        let (watcher, follows) = (Arc::clone(&self.watcher), Arc::clone(&self.follows));
        let clock = Arc::clone(&self.clock) as _;
        Intake::new(self.client.clone(), watcher, follows, Arc::clone(&self.coverage), clock)
    }

    /// What asks X, and has asked nothing.
    pub fn lanes(&self) -> Lanes {
        let (watcher, follows) = (Arc::clone(&self.watcher), Arc::clone(&self.follows));
        let clock = Arc::clone(&self.clock) as _;
        Lanes::new(self.client.clone(), watcher, follows, Arc::clone(&self.coverage), clock)
    }

    /// Has the database do this.
    pub async fn execute(&self, sql: &'static str) {
        let options = SqliteConnectOptions::new().filename(self.dir.path().join("spacebell.db"));
        let mut database = options.connect().await.expect("the database");
        database.execute(sql).await.expect("it does so");
        database.close().await.expect("it is closed");
    }

    /// Hosts have spent this much today.
    pub fn spend(&self, amount: MicroDollars) {
        let day = self.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        self.client.spending().restore([x::cost::Row {
            day,
            kind: x::Kind::Space,
            resource: "spent".to_owned(),
            cause: x::Cause::Hosts,
            price: amount,
            keyword: None,
            shares: Vec::new(),
        }]);
    }

    /// Has a channel of this server follow a keyword.
    pub async fn follow_keyword(&self, guild: u64, keyword: &str) {
        let new = NewFollow {
            guild: GuildId::new(guild),
            channel: ChannelId::new(guild * 1_000),
            target: Target::Keyword(keyword.to_owned()),
            folded: keyword.to_owned(),
            when: When::All,
            filter: Filter::default(),
            role: None,
            made_by: DiscordUserId::new(1),
            made_at: start(),
        };
        assert!(matches!(self.follows.add(&new).await, Ok(AddFollow::Added(_))));
    }

    /// Has as many channels follow a host, who exists.
    pub async fn follow(&self, host: u64, channels: u64) -> Vec<Follow> {
        self.x.add_user(host, &format!("host{host}"), &format!("Host {host}"));
        let mut made = Vec::new();
        for channel in 1..=channels {
            let new = NewFollow {
                guild: GuildId::new(1),
                channel: ChannelId::new(channel),
                target: Target::Host {
                    user: user(host),
                    username: format!("host{host}").parse().expect("a name"),
                },
                folded: String::new(),
                when: When::All,
                filter: Filter::default(),
                role: None,
                made_by: DiscordUserId::new(1),
                made_at: start(),
            };
            match self.follows.add(&new).await.expect("kept") {
                AddFollow::Added(follow) => made.push(follow),
                AddFollow::Exists(_) => panic!("it was there already"),
            }
        }
        made
    }

    pub async fn unfollow(&self, follows: &[Follow]) {
        for follow in follows {
            self.follows.remove(follow.guild, follow.id, start()).await.expect("removed");
        }
    }

    /// Lets time pass on both sides.
    pub fn pass(&self, by: Duration) {
        self.x.advance(by);
        self.clock.advance(SignedDuration::try_from(by).expect("a short time"));
    }

    /// Turns, a second apart, until everything asked for is there and was looked at.
    pub async fn settle(&self, keeping: &mut Keeping) {
        for _ in 0..5 {
            while keeping.turn().await.is_zero() {}
            self.pass(Duration::from_secs(2));
        }
    }

    /// Whom X tells of: the hosts, each with the events that there are subscriptions of ours for.
    pub fn held(&self) -> Vec<(String, Vec<String>)> {
        let mut held = std::collections::BTreeMap::<String, Vec<String>>::new();
        for one in self.x.subscriptions() {
            if one.tag.as_deref() == Some(TAG) {
                let host = one.filter["user_id"].as_str().unwrap_or_default().to_owned();
                held.entry(host).or_default().push(one.event_type);
            }
        }
        held.into_iter()
            .map(|(host, mut events)| {
                events.sort();
                (host, events)
            })
            .collect()
    }

    /// The hosts of whom X tells start and end, and nothing else.
    pub fn pairs(&self) -> Vec<String> {
        let held = self.held();
        for (host, events) in &held {
            assert_eq!(events, &["spaces.end", "spaces.start"], "of host {host}");
        }
        held.into_iter().map(|(host, _)| host).collect()
    }

    /// The hosts that count as covered.
    pub fn covered(&self) -> Vec<String> {
        let mut covered: Vec<String> = self.coverage.covered().iter().map(ToString::to_string).collect();
        covered.sort();
        covered
    }

    /// Somebody else with this app's token makes a subscription; answers its id.
    pub async fn somebody_subscribes(&self, host: u64, event_type: &str, tag: &str) -> String {
        let body = json!({ "event_type": event_type, "filter": { "user_id": host.to_string() }, "tag": tag });
        let made = self.somebody(Method::POST, "/2/activity/subscriptions", &body).await;
        made["data"]["subscription_id"].as_str().expect("an id").to_owned()
    }

    /// Somebody else with this app's token takes a subscription back, or X loses it.
    pub async fn somebody_drops(&self, id: &str) {
        self.somebody(Method::DELETE, &format!("/2/activity/subscriptions/{id}"), &Value::Null).await;
    }

    #[expect(clippy::disallowed_methods, reason = "somebody else's client")]
    async fn somebody(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.x.url()));
        let answer = request.bearer_auth(&self.bearer).json(body).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// How many requests an endpoint had.
    pub fn count(&self, endpoint: Endpoint) -> u64 {
        self.x.count(endpoint)
    }

    /// Holds that X never had to limit the bot.
    pub fn assert_never_limited(&self) {
        assert_eq!(self.x.refusals(), 0, "429 by our own doing");
    }

    /// Who is told how X's telling stands, and the time.
    pub fn seen_by(&self) -> (Arc<Health>, SharedClock) {
        (Arc::clone(&self.health), Arc::clone(&self.clock) as _)
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The looks that are owed to these hosts.
pub fn debts<const N: usize>(coverage: &Coverage, hosts: [u64; N]) -> Vec<Debt> {
    let hosts = hosts.map(user);
    coverage.debts().into_iter().filter(|debt| hosts.contains(&debt.host)).collect()
}
