//! X's webhook by the shipped program: what X posts rings, what isn't X's doesn't, and what breaks is mended.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};
use spacebell_sim::discord::{self, Message};
use spacebell_sim::x::{self, Endpoint, Fault, Outcome, PushSettings, Scope, Signing};

use crate::support::{Bot, PATIENCE, World, eventually, generous};
use crate::told::pairs;

/// A world whose program is told by a webhook.
struct Hooked {
    world: World,
    base: String,
    addr: String,
}

impl Hooked {
    async fn new() -> Self {
        let push = PushSettings { loopback_webhooks: true, ..PushSettings::default() };
        let world = World::with(x::Settings { push, ..generous() }, discord::Settings::default()).await;
        let addr = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        Self { world, base: format!("http://localhost:{}", addr.port()), addr: addr.to_string() }
    }

    async fn start(&self) -> Bot {
        self.world
            .start_with(&[
                ("X_PUSH", "webhook"),
                ("X_CONSUMER_SECRET", &PushSettings::default().consumer_secret),
                ("HTTP_ADDR", &self.addr),
                ("PUBLIC_URL", &self.base),
            ])
            .await
    }

    /// Waits until X believes in the webhook and holds both events of so many hosts, all for it; answers its id.
    async fn told_of(&self, hosts: usize) -> String {
        eventually("the webhook and its subscriptions", async || {
            let webhooks = self.world.x.webhooks();
            let valid = webhooks.iter().find(|webhook| webhook.valid)?;
            let pairs = pairs(&self.world.x);
            let all = self.world.x.subscriptions();
            let name_it = all.iter().all(|one| one.webhook_id.as_deref() == Some(&*valid.id));
            (pairs == hosts && all.len() == 2 * hosts && name_it).then(|| valid.id.clone())
        })
        .await
    }

    async fn post(&self, webhook: &str, body: &str, signing: Signing) -> Outcome {
        self.world.x.post_to_webhook(webhook, body, signing).await.expect("a webhook")
    }
}

#[tokio::test]
async fn what_x_posts_rings_and_ends_though_no_list_shows_it() {
    let hooked = Hooked::new().await;
    let world = &hooked.world;
    let bot = hooked.start().await;
    world.follow_host("nasa").await;
    hooked.told_of(1).await;
    world.x.fault(Fault::EmptyLists, Scope::everywhere());
    let space = world.x.start_now(&world.nasa, "Told by X").expect("a host");
    let live = world.message(|message| message.content.contains("is live")).await;
    let told = world.x.wait_for_delivery(|_| true, PATIENCE).await.expect("a delivery");
    assert_eq!(told.outcome, Outcome::Answered(200));
    let completed = |message: &Message| {
        message.id == live.id && message.embeds.first().is_some_and(|embed| embed["title"] == "Told by X")
    };
    world.message(completed).await;
    world.x.end(&space).expect("it is live");
    world.message(|message| message.id == live.id && message.content.contains("ended")).await;
    assert_eq!(world.posts().len(), 1);
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_is_forged_unsigned_oversized_replayed_or_of_nobody_followed_rings_nobody() {
    let hooked = Hooked::new().await;
    let world = &hooked.world;
    let bot = hooked.start().await;
    world.follow_host("nasa").await;
    let webhook = hooked.told_of(1).await;
    let stranger = world.x.add_user("777", "stranger", "Stranger");
    let event = |host: &str, space: &str, uuid: &str| {
        let user = json!({ "data": { "id": host, "username": "somebody", "name": "Somebody" } });
        json!({ "data": { "event_uuid": uuid, "filter": { "user_id": host }, "event_type": "spaces.start",
            "payload": { "user": user, "broadcast_id": space, "event_type": "spaces_start" } } })
        .to_string()
    };
    let nasa = world.nasa.to_string();
    let fake = event(&nasa, "1fakeSpace", "1");
    assert_eq!(hooked.post(&webhook, &fake, Signing::Forged).await, Outcome::Answered(403));
    assert_eq!(hooked.post(&webhook, &fake, Signing::Absent).await, Outcome::Answered(403));
    let oversized = format!("{fake}{}", " ".repeat(1 << 20));
    assert_eq!(hooked.post(&webhook, &oversized, Signing::True).await, Outcome::Answered(413));
    for body in ["", "not JSON", "[]", "{}", r#"{"data":null}"#, r#"{"data":{"event_type":"dm.sent"}}"#] {
        assert_eq!(hooked.post(&webhook, body, Signing::True).await, Outcome::Answered(200), "{body}");
    }
    let of_stranger = event(&stranger.to_string(), "1strangers", "2");
    assert_eq!(hooked.post(&webhook, &of_stranger, Signing::True).await, Outcome::Answered(200));

    let space = world.x.start_now(&world.nasa, "The true one").expect("a host");
    let told = world.x.wait_for_delivery(|told| told.body.contains(space.as_str()), PATIENCE).await;
    let told = told.expect("a delivery");
    world.rings_once(&space).await;
    for _ in 0..3 {
        assert_eq!(
            hooked.post(&webhook, &told.body, Signing::True).await,
            Outcome::Answered(200),
            "a replay"
        );
    }
    world.rings_once(&space).await;
    assert_eq!(world.posts().len(), 1, "nothing else rang:\n{}", world.logs());
    let complaints = world.logs().matches("and refuses it").count();
    assert_eq!(complaints, 1, "bad requests are told once:\n{}", world.logs());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_webhook_that_became_invalid_while_the_bot_was_down_is_mended_and_nothing_was_lost() {
    let hooked = Hooked::new().await;
    let world = &hooked.world;
    let bot = hooked.start().await;
    world.follow_host("nasa").await;
    hooked.told_of(1).await;
    let made = world.x.count(Endpoint::SubscriptionCreate);
    assert!(bot.stop().await.success());
    world.x.check_webhooks().await;
    assert!(!world.x.webhooks()[0].valid);
    let space = world.x.start_now(&world.nasa, "While nobody listened").expect("a host");

    let bot = hooked.start().await;
    world.rings_once(&space).await;
    hooked.told_of(1).await;
    assert_eq!(world.x.webhooks().len(), 1, "the same webhook");
    assert_eq!(world.x.count(Endpoint::SubscriptionCreate), made, "and the same subscriptions");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn changing_the_way_leaves_no_subscription_behind() {
    let hooked = Hooked::new().await;
    let world = &hooked.world;
    let bot = hooked.start().await;
    world.follow_host("nasa").await;
    hooked.told_of(1).await;
    assert!(bot.stop().await.success());
    let bot = world.start_with(&[("X_PUSH", "stream")]).await;
    let by_stream = async || {
        let all = world.x.subscriptions();
        (all.len() == 2 && all.iter().all(|one| one.webhook_id.is_none())).then_some(())
    };
    eventually("subscriptions for the stream", by_stream).await;
    assert!(bot.stop().await.success());
    let bot = world.start().await;
    eventually("none", async || world.x.subscriptions().is_empty().then_some(())).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn killed_while_subscriptions_are_made_it_completes_them_and_makes_none_twice() {
    let world = World::new().await;
    world.seed_hosts(40).await;
    world.x.fault(Fault::Delay(Duration::from_millis(60)), Scope::on(Endpoint::SubscriptionCreate));
    let bot = world.spawn(&[("X_PUSH", "stream")]);
    let some = async || (world.x.count(Endpoint::SubscriptionCreate) > 10).then_some(());
    eventually("subscriptions are made", some).await;
    bot.kill().await;
    assert!(world.x.subscriptions().len() < 80);
    let bot = world.start_with(&[("X_PUSH", "stream")]).await;
    eventually("all pairs", async || (pairs(&world.x) == 40).then_some(())).await;
    assert_eq!(world.x.subscriptions().len(), 80);
    let refused = world.x.requests().into_iter().filter(|request| {
        request.endpoint == Some(Endpoint::SubscriptionCreate)
            && request.status.is_some_and(|status| status >= 400)
    });
    let refused: Vec<Value> = refused.filter_map(|request| request.body).collect();
    assert_eq!(refused, [Value::Null; 0], "nothing was asked for twice");
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn where_x_takes_no_subscriptions_hosts_are_polled_and_it_is_told_once() {
    let world = World::new().await;
    world.x.fault(Fault::status(403), Scope::on(Endpoint::SubscriptionCreate));
    let bot = world.start_with(&[("X_PUSH", "stream")]).await;
    world.follow_host("nasa").await;
    let asked = |request: &x::Request| {
        request.endpoint == Some(Endpoint::SubscriptionCreate) && request.status == Some(403)
    };
    world.x.wait_for_request(asked, PATIENCE).await.expect("it is asked for");
    let space = world.x.start_now(&world.nasa, "Polled").expect("a host");
    world.rings_once(&space).await;
    assert_eq!(world.logs().matches("doesn't grant this app push").count(), 1, "{}", world.logs());
    assert_eq!(world.x.count(Endpoint::SubscriptionCreate), 1);
    assert!(bot.stop().await.success());
}
