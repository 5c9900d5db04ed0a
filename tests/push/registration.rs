//! The webhook at X: registered, believed in, and mended.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use spacebell::http::{Site, Webhook};
use spacebell::listener;
use spacebell::push::difference::Route;
use spacebell::push::webhook::{NotKept, Registration, Takes};
use spacebell::x::MicroDollars;
use spacebell_sim::x::{Endpoint, Fault, PushSettings, Scope};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::world::{World, debts, user};

/// Counts what it takes.
#[derive(Default)]
pub struct Counting(pub AtomicUsize);

#[async_trait]
impl Takes for Counting {
    async fn take(&self, _: &[u8]) -> Result<(), NotKept> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// A webhook that is answered, and who registers it.
struct Hook {
    world: World,
    url: String,
    registration: Registration,
    route: watch::Receiver<Option<Route>>,
    /// Dropped, nobody answers any more.
    answering: Option<DropGuard>,
    secret: SecretString,
}

impl Hook {
    async fn new() -> Self {
        let push = PushSettings { loopback_webhooks: true, ..PushSettings::default() };
        let secret = SecretString::from(push.consumer_secret.clone());
        let world = World::with(push).await;
        let addr = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let url = format!("http://{}/x/webhook", addr.expect("a port"));
        let (_, answered) = watch::channel(true);
        let (registration, route) = Registration::new(
            world.client.clone(),
            Arc::clone(&world.coverage),
            world.seen_by(),
            url.clone(),
            answered,
        );
        world.coverage.is_cut();
        Self { world, url, registration, route, answering: None, secret }
    }

    /// Begins to answer, with this secret.
    async fn answer_with(&mut self, secret: SecretString) {
        self.answering = None;
        let (webhook, mut is_answered) = Webhook::new(&secret, Arc::new(Counting::default()));
        let base = self.url.trim_end_matches("x/webhook").parse().expect("an address");
        let addr = self.url.trim_start_matches("http://").trim_end_matches("/x/webhook");
        let stop = CancellationToken::new();
        let site = Site::new(&base).with_webhook(webhook);
        tokio::spawn(listener::run(addr.parse().expect("an address"), site, stop.clone()));
        is_answered.wait_for(|is_answered| *is_answered).await.expect("it is listened at");
        self.answering = Some(stop.drop_guard());
    }

    async fn answer(&mut self) {
        self.answer_with(self.secret.clone()).await;
    }

    /// What X thinks of it.
    fn is_valid(&self) -> Vec<bool> {
        self.world.x.webhooks().iter().filter(|one| one.url == self.url).map(|one| one.valid).collect()
    }
}

#[tokio::test]
async fn a_webhook_that_answers_is_registered_once_and_events_come() {
    let mut hook = Hook::new().await;
    hook.answer().await;
    hook.world.coverage.subscribe([user(100)].into());
    hook.registration.turn().await;
    assert_eq!(hook.is_valid(), [true]);
    assert!(hook.world.health.push().delivers.works);
    let id = hook.world.x.webhooks()[0].id.clone();
    let route = *hook.route.borrow();
    assert_eq!(route.and_then(Route::webhook).map(|id| id.to_string()), Some(id));
    assert_eq!(hook.world.covered(), ["100"]);
    assert_eq!(hook.world.coverage.owed(), [user(100)], "what was before wasn't told");
    hook.world.coverage.settle(debts(&hook.world.coverage, [100]));
    for _ in 0..3 {
        hook.registration.turn().await;
    }
    assert_eq!(hook.world.count(Endpoint::WebhookCreate), 1);
    assert_eq!(hook.world.coverage.owed(), [], "all the time it held");
}

#[tokio::test]
async fn a_webhook_that_fails_its_check_is_polled_around_and_mended() {
    let mut hook = Hook::new().await;
    hook.answer().await;
    hook.registration.turn().await;
    hook.world.coverage.subscribe([user(100)].into());
    hook.world.coverage.settle(debts(&hook.world.coverage, [100]));
    hook.answering = None;
    hook.world.x.check_webhooks().await;
    assert_eq!(hook.is_valid(), [false]);
    let wait = hook.registration.turn().await;
    assert_eq!(hook.world.covered(), [""; 0], "hosts are polled");
    assert!(wait <= Duration::from_secs(2), "and it is tried again soon");
    hook.answer().await;
    hook.registration.turn().await;
    assert_eq!((hook.is_valid(), hook.world.covered()), (vec![true], vec!["100".to_owned()]));
    assert_eq!(hook.world.coverage.owed(), [user(100)], "what happened meanwhile wasn't told");
    assert_eq!(hook.world.count(Endpoint::WebhookCreate), 1, "it is the same webhook");
}

#[tokio::test]
async fn a_webhook_that_became_invalid_while_the_bot_was_down_is_mended_at_its_start() {
    let mut hook = Hook::new().await;
    hook.answer().await;
    hook.registration.turn().await;
    hook.answering = None;
    hook.world.x.check_webhooks().await;
    hook.answer().await;
    let (_, answered) = watch::channel(true);
    let coverage = Arc::clone(&hook.world.coverage);
    coverage.is_cut();
    let (mut next, route) = Registration::new(
        hook.world.client.clone(),
        coverage,
        hook.world.seen_by(),
        hook.url.clone(),
        answered,
    );
    next.turn().await;
    assert_eq!(hook.is_valid(), [true]);
    assert!(route.borrow().is_some() && hook.world.health.push().delivers.works);
}

#[tokio::test]
async fn a_wrong_secret_is_never_believed_in_and_asked_about_ever_more_rarely() {
    let mut hook = Hook::new().await;
    hook.answer_with(SecretString::from("another app's")).await;
    let mut waits = Vec::new();
    for _ in 0..9 {
        waits.push(hook.registration.turn().await);
        hook.world.pass(Duration::from_mins(5));
    }
    assert!(waits.is_sorted() && waits[8] == Duration::from_mins(5), "{waits:?}");
    assert!(hook.is_valid().is_empty());
    assert!(hook.route.borrow().is_none());
    assert!(!hook.world.health.push().delivers.works);
}

#[tokio::test]
async fn a_failed_look_proves_nothing_and_other_webhooks_are_left_alone() {
    let mut hook = Hook::new().await;
    hook.answer().await;
    hook.registration.turn().await;
    hook.world.coverage.subscribe([user(100)].into());
    for fault in [
        Fault::status(503),
        Fault::status(403),
        Fault::Html { status: 200 },
        Fault::Garbage,
        Fault::Close,
        Fault::Status { status: 200, body: Some(r#"{"errors":[{"title":"Internal error"}]}"#.to_owned()) },
    ] {
        hook.world.x.fault(fault.clone(), Scope::on(Endpoint::WebhookList).next(1));
        hook.world.pass(Duration::from_mins(5));
        hook.registration.turn().await;
        assert_eq!(hook.world.covered(), ["100"], "{fault:?}");
    }
    assert_eq!(hook.world.count(Endpoint::WebhookCreate), 1);
    assert_eq!(hook.world.count(Endpoint::WebhookDelete), 0);
    hook.world.assert_never_limited();
}

#[tokio::test]
async fn when_the_day_is_spent_x_is_told_to_tell_the_webhook_nothing_until_the_next() {
    let mut hook = Hook::new().await;
    hook.answer().await;
    hook.world.follow(100, 1).await;
    hook.registration.turn().await;
    let route = *hook.route.borrow();
    let mut keeping = hook.world.keeping_for(route, 1_500);
    hook.world.settle(&mut keeping).await;
    assert_eq!(hook.world.pairs(), ["100"]);
    hook.world.spend(MicroDollars(4_990_000));
    hook.world.pass(Duration::from_mins(2));
    hook.world.settle(&mut keeping).await;
    assert!(hook.world.pairs().is_empty() && hook.world.covered().is_empty(), "each event would be billed");
    hook.world.pass(Duration::from_hours(12));
    hook.world.settle(&mut keeping).await;
    assert_eq!(hook.world.pairs(), ["100"], "another day");
}
