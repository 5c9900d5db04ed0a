//! Webhooks: how they prove themselves, what they are told, and how X lies to them on demand.

use std::{collections::HashMap, sync::Arc, sync::Mutex, time::Duration};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use spacebell_sim::x::{Outcome as Told, PushSettings, Resource, Rules, Settings, Signing};

use crate::{Outcome, PATIENCE, Scene, streams::Lines};

const SECRET: &str = "a secret of the consumer's";
const PATH: &str = "/2/webhooks";

/// What the webhook does.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Right,
    Wrong,
    Asleep,
}

/// A signature and a body.
type Posted = (Option<String>, String);

/// A webhook of the app: it keeps what it is told, with its signature.
#[derive(Clone)]
struct Hook {
    mood: Arc<Mutex<Mood>>,
    told: Arc<Mutex<Vec<Posted>>>,
    url: String,
}

impl Hook {
    async fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/hook?of=ours", listener.local_addr()?);
        let hook = Self { mood: Arc::new(Mutex::new(Mood::Right)), told: Arc::default(), url };
        let app = Router::new().route("/hook", get(challenged).post(told)).with_state(hook.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(hook)
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().expect("no panic")
    }

    fn last(&self) -> Posted {
        self.told.lock().expect("no panic").last().cloned().expect("it was told")
    }
}

fn signed(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    format!("sha256={}", STANDARD.encode(mac.finalize().into_bytes()))
}

async fn challenged(State(hook): State<Hook>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    assert_eq!(query["of"], "ours", "the address keeps its query");
    match hook.mood() {
        Mood::Right => Json(json!({ "response_token": signed(&query["crc_token"]) })),
        Mood::Wrong => Json(json!({ "response_token": signed("something else") })),
        Mood::Asleep => std::future::pending().await,
    }
}

async fn told(State(hook): State<Hook>, headers: HeaderMap, body: String) -> StatusCode {
    let signature = headers.get("x-twitter-webhooks-signature").and_then(|value| value.to_str().ok());
    hook.told.lock().expect("no panic").push((signature.map(str::to_owned), body));
    match hook.mood() {
        Mood::Right => StatusCode::OK,
        Mood::Wrong => StatusCode::INTERNAL_SERVER_ERROR,
        Mood::Asleep => std::future::pending().await,
    }
}

async fn scene() -> Result<(Scene, Hook), Box<dyn std::error::Error>> {
    // What must be answered within it is given time; what must not be is shorter in its test.
    let webhook_patience = PATIENCE;
    let push = PushSettings {
        loopback_webhooks: true,
        consumer_secret: SECRET.to_owned(),
        webhook_patience,
        ..PushSettings::default()
    };
    let scene = Scene::with(Settings { rules: Rules::lifted(), push, ..Settings::default() }).await?;
    Ok((scene, Hook::start().await?))
}

/// Registers the webhook, which must work; answers its id.
async fn register(scene: &Scene, hook: &Hook) -> Result<String, Box<dyn std::error::Error>> {
    let seen = scene.ask(Method::POST, PATH, &json!({ "url": hook.url })).await?;
    assert_eq!((seen.status, &seen.body["data"]["valid"]), (200, &json!(true)), "{}", seen.body);
    Ok(seen.body["data"]["id"].as_str().ok_or("an id")?.to_owned())
}

async fn valid(scene: &Scene) -> Result<Value, Box<dyn std::error::Error>> {
    Ok(scene.get(PATH).await?.body["data"][0]["valid"].clone())
}

#[tokio::test]
async fn a_webhook_is_taken_once_it_answers_its_challenge() -> Outcome {
    let (scene, hook) = scene().await?;
    assert_eq!(PushSettings::default().webhook_patience, Duration::from_secs(10));
    hook.be(Mood::Wrong);
    let refused = scene.ask(Method::POST, PATH, &json!({ "url": hook.url })).await?;
    assert!(refused.status == 400 && refused.message().contains("CRC"), "{}", refused.body);
    hook.be(Mood::Asleep);
    scene.x.configure(|settings| settings.push.webhook_patience = Duration::from_millis(50));
    assert_eq!(scene.ask(Method::POST, PATH, &json!({ "url": hook.url })).await?.status, 400, "too slow");
    scene.x.configure(|settings| settings.push.webhook_patience = PATIENCE);
    assert_eq!(scene.get(PATH).await?.body, json!({ "meta": { "result_count": 0 } }));
    hook.be(Mood::Right);
    let id = register(&scene, &hook).await?;
    let listed = scene.get(PATH).await?.body;
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["url"]), (&json!(id), &json!(hook.url)));
    assert_eq!(scene.ask(Method::POST, PATH, &json!({ "url": hook.url })).await?.status, 400, "twice");

    let path = format!("{PATH}/{id}");
    assert_eq!(
        scene.ask(Method::DELETE, &path, &Value::Null).await?.body,
        json!({ "data": { "deleted": true } })
    );
    for method in [Method::DELETE, Method::PUT] {
        assert_eq!(scene.ask(method, &path, &Value::Null).await?.status, 404);
    }
    Ok(())
}

#[tokio::test]
async fn only_https_without_a_port_is_an_address_but_for_loopback_where_it_is_set() -> Outcome {
    let (scene, hook) = scene().await?;
    for url in ["http://example.com/hook", "https://example.com:8443/hook", "ftp://127.0.0.1/", "hook", ""] {
        assert_eq!(scene.ask(Method::POST, PATH, &json!({ "url": url })).await?.status, 400, "{url}");
    }
    scene.x.configure(|settings| settings.push.loopback_webhooks = false);
    let refused = scene.ask(Method::POST, PATH, &json!({ "url": hook.url })).await?;
    assert!(refused.status == 400 && refused.message().contains("https"), "{}", refused.body);
    let taken = scene.ask(Method::POST, PATH, &json!({ "url": "https://example.com/hook" })).await?;
    assert!(
        taken.message().contains("CRC"),
        "an address that could be, which nobody reaches: {}",
        taken.body
    );
    Ok(())
}

#[tokio::test]
async fn an_event_is_posted_signed_and_still_comes_on_the_stream() -> Outcome {
    let (scene, hook) = scene().await?;
    let id = register(&scene, &hook).await?;
    scene.subscribe("spaces.start", "100", Some(&id)).await?;
    scene.subscribe("spaces.end", "100", None).await?;
    let mut lines = Lines::open(&scene, "").await?;
    let space = scene.live("told twice")?;
    let delivered = scene.x.wait_for_delivery(|_| true, PATIENCE).await.ok_or("a delivery")?;
    assert_eq!((delivered.outcome, delivered.webhook_id), (Told::Answered(200), id.clone()));
    let (signature, body) = hook.last();
    assert_eq!(signature, Some(signed(&body)));
    assert_eq!(lines.object().await?, serde_json::from_str::<Value>(&body)?);
    assert_eq!(scene.x.bill().count(Resource::Event), 1, "one event, whichever ways it came");
    scene.x.end(&space)?;
    assert_eq!(lines.object().await?["data"]["event_type"], "spaces.end");
    assert_eq!(scene.x.deliveries().len(), 1, "not subscribed with the webhook");
    // Deleting a webhook leaves its subscriptions to the streams.
    scene.ask(Method::DELETE, &format!("{PATH}/{id}"), &Value::Null).await?;
    assert!(scene.x.subscriptions().iter().all(|subscription| subscription.webhook_id.is_none()));
    Ok(())
}

#[tokio::test]
async fn a_webhook_that_fails_its_check_is_told_nothing_until_it_passes() -> Outcome {
    let (scene, hook) = scene().await?;
    let id = register(&scene, &hook).await?;
    scene.subscribe("spaces.start", "100", Some(&id)).await?;
    hook.be(Mood::Wrong);
    scene.x.check_webhooks().await;
    assert_eq!(valid(&scene).await?, false);
    scene.live("unheard")?;
    assert_eq!(scene.x.bill().micros, 0, "nobody was told");
    hook.be(Mood::Right);
    // By the answer the check was made; what came of it shows in the list.
    let seen = scene.ask(Method::PUT, &format!("{PATH}/{id}"), &Value::Null).await?;
    assert_eq!(seen.body, json!({ "data": { "valid": true } }));
    assert_eq!(valid(&scene).await?, true);
    let heard = scene.live("heard")?;
    let delivered = scene.x.wait_for_delivery(|_| true, PATIENCE).await.ok_or("a delivery")?;
    assert!(delivered.body.contains(heard.as_str()), "{}", delivered.body);
    Ok(())
}

#[tokio::test]
async fn in_another_reading_it_is_told_for_28_hours_more() -> Outcome {
    let (scene, hook) = scene().await?;
    let id = register(&scene, &hook).await?;
    scene.subscribe("spaces.start", "100", Some(&id)).await?;
    scene.x.configure(|settings| settings.push.webhook_grace = Duration::from_hours(28));
    hook.be(Mood::Wrong);
    scene.ask(Method::PUT, &format!("{PATH}/{id}"), &Value::Null).await?;
    assert_eq!(valid(&scene).await?, false);
    scene.live("heard")?;
    let delivered = scene.x.wait_for_delivery(|_| true, PATIENCE).await.ok_or("a delivery")?;
    assert_eq!(delivered.outcome, Told::Answered(500));
    let billed = scene.x.bill().micros;
    scene.x.advance(Duration::from_hours(29));
    scene.live("unheard")?;
    assert_eq!(scene.x.bill().micros, billed);
    Ok(())
}

#[tokio::test]
async fn a_webhook_that_is_too_slow_is_given_up_on() -> Outcome {
    let (scene, hook) = scene().await?;
    let id = register(&scene, &hook).await?;
    scene.subscribe("spaces.start", "100", Some(&id)).await?;
    hook.be(Mood::Asleep);
    scene.x.configure(|settings| settings.push.webhook_patience = Duration::from_millis(50));
    scene.live("slow")?;
    let delivered = scene.x.wait_for_delivery(|_| true, PATIENCE).await.ok_or("a delivery")?;
    assert_eq!(delivered.outcome, Told::TimedOut);
    Ok(())
}

#[tokio::test]
async fn forged_replayed_and_unsigned_deliveries_come_on_demand() -> Outcome {
    let (scene, hook) = scene().await?;
    let id = register(&scene, &hook).await?;
    let body = json!({ "data": { "event_uuid": "-1" } }).to_string();
    for (signing, expected) in
        [(Signing::True, Some(true)), (Signing::Forged, Some(false)), (Signing::Absent, None)]
    {
        let outcome = scene.x.post_to_webhook(&id, &body, signing).await;
        assert_eq!(outcome, Some(Told::Answered(200)));
        let (signature, seen) = hook.last();
        assert_eq!((seen, signature.map(|signature| signature == signed(&body))), (body.clone(), expected));
    }
    let first = scene.x.deliveries()[0].clone();
    scene.x.post_to_webhook(&id, &first.body, Signing::True).await;
    assert_eq!(hook.last(), (first.signature, first.body), "a replay is the same to the letter");
    assert_eq!(scene.x.post_to_webhook("999", &body, Signing::True).await, None);
    Ok(())
}
