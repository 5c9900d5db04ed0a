//! Discord's REST API misbehaves: what was to be posted is posted within a bound, and once.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::json;
use spacebell_sim::discord::{self, Closing, Effect, Fault};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::support::{PATIENCE, World, generous};

/// What two clocks may differ by.
const CLOCKS: Duration = Duration::from_millis(200);
const MESSAGES: &str = "/channels/*/messages";

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Effect {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Effect::Answer { status, headers, body: body.to_owned() }
}

/// Each of these meets a few sends; then Discord works again. Nothing takes longer than what Discord asked for, and
/// the program's own pauses of some seconds.
#[tokio::test]
async fn a_send_that_fails_for_a_while_ends_in_one_post() {
    let second = Duration::from_secs(1);
    let write_limit =
        json!({ "message": "The write action you are performing has hit a rate limit.", "code": 20028 });
    let faults = [
        ("429 of the route", 2, Effect::rate_limited(second, "user", None)),
        ("429 of the route, with a code", 2, Effect::rate_limited(second, "user", Some(20028))),
        ("429 of everything", 2, Effect::rate_limited(second, "global", None)),
        ("429 that others share", 2, Effect::rate_limited(second, "shared", None)),
        ("429 without a body or a time", 1, answer(429, &[], "")),
        ("429 of a proxy", 2, answer(429, &[("Retry-After", "1")], "<html>slow down</html>")),
        (
            "429 with nonsense for a time",
            1,
            answer(429, &[("Retry-After", "soon")], r#"{"retry_after": -7}"#),
        ),
        ("429 with a code and no time", 1, Effect::json(429, &write_limit)),
        ("500", 2, Effect::json(500, &json!({ "message": "500: Internal Server Error", "code": 0 }))),
        ("502 with a page", 3, Effect::html(502)),
        ("503 without a body", 2, answer(503, &[], "")),
        ("403 of a proxy", 2, Effect::html(403)),
        ("404 of a proxy", 2, Effect::html(404)),
        ("a success that isn't JSON", 1, answer(200, &[], "<html>welcome</html>")),
        ("a connection that breaks", 2, Effect::DropBefore),
        ("an answer in two halves", 1, Effect::SlowBody(second)),
    ];
    let world = World::new().await;
    let hosts = world.seed_hosts(faults.len() as u64).await;
    // One route for all posts would let them wait for each other.
    world.discord.configure(|settings| settings.message_create = None);
    let bot = world.start().await;
    for ((what, times, effect), host) in faults.into_iter().zip(&hosts) {
        world.discord.fault(Fault::new(effect).on("POST", MESSAGES).times(times));
        let sent = sends(&world);
        let space = world.x.start_now(host, what).expect("a Space");
        world.rings_once(&space).await;
        assert_eq!(sends(&world), sent + times as usize + usize::from(!what.contains("halves")), "{what}");
    }
    assert!(bot.stop().await.success());
}

fn sends(world: &World) -> usize {
    world.discord.requests().iter().filter(|request| request.is("POST", MESSAGES)).count()
}

#[tokio::test]
async fn a_limit_of_one_channel_holds_up_no_other() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let limited = world.discord.add_channel(world.guild, "limited", 0);
    world.seed_follows(&[limited], &[(world.nasa.to_string(), "NASA")]).await;
    let bot = world.start().await;
    let wait = Duration::from_secs(20);
    let path = format!("/channels/{limited}/messages");
    world.discord.fault(Fault::new(Effect::rate_limited(wait, "user", None)).on("POST", &path).times(1));
    world.x.start_now(&world.nasa, "Held up").expect("a Space");
    let refused = world.discord.wait_for_request(|request| request.status == Some(429), PATIENCE).await;
    let refused = refused.expect("it is limited");
    let space = world.x.start_now(&hosts[0], "Free").expect("a Space");
    let free = world.rings_once(&space).await;
    let late = world.message_in(limited, |message| message.content.contains("is live")).await;
    assert!(late.created.since(refused.at) + CLOCKS >= wait, "Discord's time is kept");
    assert!(free.created.instant < late.created.instant, "the other channel didn't wait");
    assert_eq!(world.posts_in(limited).len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_limit_of_everything_holds_up_every_channel_for_as_long_as_discord_says() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let first = world.discord.add_channel(world.guild, "first", 0);
    world.seed_follows(&[first], &[(world.nasa.to_string(), "NASA")]).await;
    let bot = world.start().await;
    let wait = Duration::from_secs(6);
    world.discord.fault(Fault::new(Effect::rate_limited(wait, "global", None)).on("POST", MESSAGES).times(1));
    world.x.start_now(&world.nasa, "First").expect("a Space");
    let refused = world.discord.wait_for_request(|request| request.status == Some(429), PATIENCE).await;
    let refused = refused.expect("it is limited");
    let space = world.x.start_now(&hosts[0], "Second").expect("a Space");
    let second = world.rings_once(&space).await;
    let first = world.message_in(first, |message| message.content.contains("is live")).await;
    for post in [first, second] {
        assert!(post.created.since(refused.at) + CLOCKS >= wait, "{}", post.content);
    }
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_answer_that_takes_longer_than_is_waited_for_makes_no_second_message() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let bot = world.start().await;
    world.discord.fault(Fault::new(Effect::Delay(PATIENCE)).on("POST", MESSAGES).times(1));
    let space = world.x.start_now(&hosts[0], "Slow").expect("a Space");
    let again = world.discord.wait_for(PATIENCE, |discord| {
        let sent = discord.requests();
        let sent: Vec<_> = sent.into_iter().filter(|request| request.is("POST", MESSAGES)).collect();
        (sent.len() >= 2 && sent[1].status.is_some()).then_some(sent)
    });
    let again = again.await.expect("it is tried again before the answer comes");
    assert_eq!(again[0].body["nonce"], again[1].body["nonce"]);
    world.rings_once(&space).await;
    // The program knows its message, and so can make it true.
    world.x.end(&space).expect("it ends");
    world.message(|message| message.content.contains("ended")).await;
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn edits_survive_what_discord_does_to_them() {
    let second = Duration::from_secs(1);
    let effects = [
        Effect::rate_limited(second, "user", None),
        Effect::html(502),
        Effect::DropBefore,
        Effect::DropAfter,
        Effect::html(404),
    ];
    let world = World::new().await;
    let hosts = world.seed_hosts(effects.len() as u64).await;
    let bot = world.start().await;
    for (effect, host) in effects.into_iter().zip(&hosts) {
        let space = world.x.start_now(host, "To be ended").expect("a Space");
        let post = world.rings_once(&space).await;
        world.discord.fault(Fault::new(effect).on("PATCH", "/channels/*/messages/*").times(2));
        world.x.end(&space).expect("it ends");
        world.message(|message| message.id == post.id && message.content.contains("ended")).await;
    }
    assert_eq!(world.posts().len(), hosts.len());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn without_a_word_about_limits_everything_is_posted_once() {
    let settings = discord::Settings {
        global_per_second: None,
        message_create: None,
        message_edit: None,
        webhook: None,
        ..discord::Settings::default()
    };
    let world = World::with(generous(), settings).await;
    let channels: Vec<u64> =
        (0..60).map(|n| world.discord.add_channel(world.guild, &format!("c{n}"), 0)).collect();
    world.seed_follows(&channels, &[(world.nasa.to_string(), "NASA")]).await;
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "For everybody").expect("a Space");
    for channel in &channels {
        world.message_in(*channel, |message| message.content.contains("is live")).await;
    }
    world.x.end(&space).expect("it ends");
    for channel in &channels {
        world.message_in(*channel, |message| message.content.contains("ended")).await;
        assert_eq!(world.posts_in(*channel).len(), 1);
    }
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn while_discord_refuses_connections_nothing_is_lost() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let mut door = Door::to(world.discord.url()).await;
    let bot = world.start_with(&[("DISCORD_API_BASE_URL", &door.url())]).await;
    door.shut().await;
    let space = world.x.start_now(&hosts[0], "Meanwhile").expect("a Space");
    world.visited().await;
    assert!(world.posts().is_empty());
    door.open().await;
    world.rings_once(&space).await;
    world.says("help", json!({})).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_token_that_was_reset_is_told_and_what_waits_rings_once_with_the_new_one() {
    let world = World::new().await;
    let channels: Vec<u64> =
        (0..30).map(|n| world.discord.add_channel(world.guild, &format!("c{n}"), 0)).collect();
    world.seed_follows(&channels, &[(world.nasa.to_string(), "NASA")]).await;
    let bot = world.start().await;
    world.discord.configure(|settings| settings.tokens = vec!["another".to_owned()]);
    world.x.start_now(&world.nasa, "Meanwhile").expect("a Space");
    let refused = world.discord.wait_for_request(|request| request.status == Some(401), PATIENCE).await;
    refused.expect("Discord refuses");
    world.visited().await;
    let told = bot.logs().matches("Discord refuses DISCORD_TOKEN").count();
    assert!((1..5).contains(&told), "told {told} times for {} channels:\n{}", channels.len(), bot.logs());

    // Discord closes the connection too.
    world.discord.close_with(Closing::Code(4000));
    let (status, log) = bot.ended().await;
    assert_eq!(status.code(), Some(2), "{log}");
    assert!(log.contains("Copy the bot's token from"), "{log}");
    assert!(world.discord.refusals().invalid_requests < 100, "{:?}", world.discord.refusals());

    let bot = world.start_with(&[("DISCORD_TOKEN", "another")]).await;
    for channel in &channels {
        world.message_in(*channel, |message| message.content.contains("is live")).await;
        assert_eq!(world.posts_in(*channel).len(), 1);
    }
    assert!(bot.stop().await.success());
}

/// A way to the stand-in that can be shut: then connections are refused.
struct Door {
    inside: String,
    outside: SocketAddr,
    open: JoinHandle<()>,
}

impl Door {
    async fn to(url: &str) -> Self {
        let inside = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let outside = listener.local_addr().expect("its address");
        let open = tokio::spawn(let_through(listener, inside.clone()));
        Self { inside, outside, open }
    }

    fn url(&self) -> String {
        format!("http://{}", self.outside)
    }

    async fn shut(&mut self) {
        self.open.abort();
        assert!((&mut self.open).await.expect_err("it was open").is_cancelled());
    }

    async fn open(&mut self) {
        let listener = TcpListener::bind(self.outside).await.expect("the same port");
        self.open = tokio::spawn(let_through(listener, self.inside.clone()));
    }
}

/// Connections end with this.
async fn let_through(listener: TcpListener, inside: String) {
    let mut connections = JoinSet::new();
    while let Ok((mut outer, _)) = listener.accept().await {
        let inside = inside.clone();
        connections.spawn(async move {
            let mut inner = TcpStream::connect(inside).await.expect("the stand-in");
            // Either side may break it off.
            let _ended = copy_bidirectional(&mut outer, &mut inner).await;
        });
    }
}
