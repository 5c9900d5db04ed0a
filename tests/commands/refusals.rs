//! What Discord refuses: which refusals count towards its ban, and what is sent when they are many.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use spacebell::clock::SystemClock;
use spacebell::discord::access::RestServer;
use spacebell::discord::answer::RestError;
use spacebell::discord::courier::RestCourier;
use spacebell::discord::limits::INVALID_AT_MOST;
use spacebell::discord::rest::Rest;
use spacebell::domain::ids::{ChannelId, GuildId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::Work;
use spacebell::domain::space::{Space, SpaceState};
use spacebell::guilds::Guilds;
use spacebell::outbox::courier::{Courier, Outcome, Route};
use spacebell::outbox::telling::{Form, Sound, Telling};
use spacebell::store::Store;
use spacebell::texts::Texts;
use spacebell_sim::discord::{self, Effect, Fault, Target, bits};

const TOKEN: &str = "a.stand-in.token";

async fn discord() -> (discord::Server, Arc<Rest>) {
    let settings = discord::Settings { tokens: vec![TOKEN.to_owned()], ..discord::Settings::default() };
    let discord = discord::Server::start(settings).await.expect("Discord starts");
    let base = discord.url().parse().expect("an address");
    let rest = Arc::new(Rest::new(&base, &SecretString::from(TOKEN), 50).expect("a client"));
    (discord, rest)
}

#[tokio::test]
async fn a_limit_that_others_share_isn_t_counted_and_every_other_refusal_is() {
    let (discord, rest) = discord().await;
    let guild = discord.add_guild("Space watchers");
    let path = format!("channels/{}", discord.add_channel(guild, "spaces", 0));
    let soon = Duration::from_millis(20);
    let missing = json!({ "message": "Missing Access", "code": 50001 });
    let unknown = json!({ "message": "Unknown Channel", "code": 10003 });
    for (what, effect, counts) in [
        ("429 that others share", Effect::rate_limited(soon, "shared", None), 0),
        ("429 of the route", Effect::rate_limited(soon, "user", None), 1),
        ("429 of everything", Effect::rate_limited(soon, "global", None), 1),
        ("403", Effect::json(403, &missing), 1),
        ("404", Effect::json(404, &unknown), 0),
        ("500", Effect::json(500, &json!({})), 0),
    ] {
        let before = rest.limits().invalid();
        discord.fault(Fault::new(effect).times(1));
        let refused: Result<_, RestError> = rest.get(&path).await;
        assert!(refused.is_err(), "{what}");
        assert_eq!(rest.limits().invalid() - before, counts, "{what}");
        rest.get(&path).await.expect("the next one is answered");
    }
}

fn telling(guild: u64, channel: u64) -> Telling {
    let now = "2026-08-01T12:00:00Z".parse().expect("a time");
    let space = Space::bare("1a".parse().expect("an id"), SpaceState::Live);
    Telling {
        form: Form::Live,
        guild: GuildId::new(guild),
        channel: ChannelId::new(channel),
        known: Known::first_seen(space, Phase::Live, now),
        host: None,
        cohosts: Vec::new(),
        roles: Vec::new(),
        keywords: Vec::new(),
        keywords_only: false,
        tells_figures: false,
        more: 0,
        sound: Sound::default(),
        reopened: false,
    }
}

async fn courier(rest: &Arc<Rest>) -> RestCourier {
    let store = Store::open("sqlite::memory:").await.expect("a store");
    let guilds = Arc::new(Guilds::load(store).await.expect("languages"));
    let server = Arc::new(RestServer::new(Arc::clone(rest), Arc::new(SystemClock)));
    RestCourier::new(Arc::clone(rest), Arc::new(Texts::load().expect("texts")), guilds, server)
}

#[tokio::test]
async fn a_post_that_waits_for_its_turn_isn_t_sent_once_its_time_is_up() {
    let (discord, rest) = discord().await;
    let guild = discord.add_guild("Space watchers");
    let channel = discord.add_channel(guild, "spaces", 0);
    let courier = courier(&rest).await;
    for _ in 0..INVALID_AT_MOST / 2 {
        rest.limits().count_invalid();
    }
    let slot = courier.slot().await;
    let Route::Open(permit) = courier.route(ChannelId::new(channel), Work::Post).await else {
        panic!("the route is closed");
    };
    rest.limits().pause(Duration::from_secs(2));
    let within = Duration::from_millis(100);
    assert_eq!(courier.post(slot, permit, &telling(guild, channel), "1", within).await, Outcome::Uncertain);
    // Whatever waits for a slot now waits behind what was given up.
    courier.slot().await.answered();
    let path = format!("/channels/{channel}/messages");
    assert!(!discord.requests().iter().any(|request| request.is("POST", &path)));
}

#[tokio::test]
async fn from_half_of_the_refusals_that_are_allowed_a_channel_is_looked_at_before_anything_is_sent_there() {
    let (discord, rest) = discord().await;
    let guild = discord.add_guild("Space watchers");
    let channel = |name: &str, denied: u64| {
        let channel = discord.add_channel(guild, name, 0);
        discord.set_overwrite(channel, Target::Role(guild), 0, denied);
        channel
    };
    let (first, second) = (channel("first", bits::SEND_MESSAGES), channel("second", bits::SEND_MESSAGES));
    let (hidden, living) = (channel("hidden", bits::VIEW_CHANNEL), channel("living", 0));
    let courier = courier(&rest).await;
    let post = async |channel: u64, nonce: &str| {
        let slot = courier.slot().await;
        let Route::Open(permit) = courier.route(ChannelId::new(channel), Work::Post).await else {
            panic!("the route is closed");
        };
        let outcome =
            courier.post(slot, permit, &telling(guild, channel), nonce, Duration::from_mins(1)).await;
        let path = format!("/channels/{channel}/messages");
        (outcome, discord.requests().iter().filter(|request| request.is("POST", &path)).count())
    };
    for _ in 1..INVALID_AT_MOST / 2 {
        rest.limits().count_invalid();
    }
    assert_eq!(post(first, "1").await, (Outcome::Forbidden, 1), "one less changes nothing");
    assert_eq!(rest.limits().invalid(), INVALID_AT_MOST / 2);
    assert_eq!(post(second, "2").await, (Outcome::Forbidden, 0));
    assert_eq!(post(hidden, "3").await, (Outcome::Forbidden, 0));
    assert_eq!(rest.limits().invalid(), INVALID_AT_MOST / 2, "looking is never refused");
    let (sent, posts) = post(living, "4").await;
    assert!(matches!(sent, Outcome::Sent(_)) && posts == 1, "{sent:?}");
}
