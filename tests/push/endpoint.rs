//! The address that X posts to: what it answers whom.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use secrecy::SecretString;
use serde_json::Value;
use spacebell::http::{Site, Webhook};
use spacebell::listener;
use spacebell::push::webhook::{NotKept, Takes};
use tokio_util::sync::{CancellationToken, DropGuard};

const SECRET: &str = "a consumer secret";
const HEADER: &str = "x-twitter-webhooks-signature";

#[derive(Default)]
struct Taken {
    bodies: Mutex<Vec<Vec<u8>>>,
    fails: AtomicBool,
}

#[async_trait]
impl Takes for Taken {
    async fn take(&self, body: &[u8]) -> Result<(), NotKept> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(NotKept);
        }
        self.bodies.lock().expect("no panic").push(body.to_vec());
        Ok(())
    }
}

struct Scene {
    taken: Arc<Taken>,
    url: String,
    client: Client,
    _answering: DropGuard,
}

/// The signature of `body` with `secret`, by another implementation than the bot's.
fn signed(secret: &str, body: &[u8]) -> String {
    use base64::Engine as _;
    // HMAC by its definition (RFC 2104) on another crate's SHA-256.
    use sha2::{Digest as _, Sha256};
    let mut key = [0_u8; 64];
    key[..secret.len()].copy_from_slice(secret.as_bytes());
    let pad = |with: u8| key.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(body).finalize();
    let outer = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    format!("sha256={}", base64::engine::general_purpose::STANDARD.encode(outer))
}

impl Scene {
    async fn set() -> Self {
        let taken = Arc::new(Taken::default());
        let (webhook, mut is_answered) = Webhook::new(&SecretString::from(SECRET), Arc::clone(&taken) as _);
        let addr = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let addr = addr.expect("a port");
        // Below a path, as some proxies have it.
        let base = format!("http://{addr}/bell/").parse().expect("an address");
        let stop = CancellationToken::new();
        tokio::spawn(listener::run(addr, Site::new(&base).with_webhook(webhook), stop.clone()));
        is_answered.wait_for(|is_answered| *is_answered).await.expect("it is listened at");
        let client = Client::builder().build().expect("a client");
        let url = format!("http://{addr}/bell/x/webhook");
        Self { taken, url, client, _answering: stop.drop_guard() }
    }

    async fn status(request: RequestBuilder) -> StatusCode {
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        if status != StatusCode::OK {
            assert_eq!(
                answer.text().await.expect("a body"),
                "",
                "whoever isn't X learns nothing but a status"
            );
        }
        status
    }

    fn post(&self, body: impl Into<Vec<u8>>, signature: Option<&str>) -> RequestBuilder {
        let request = self.client.post(&self.url).body(body.into());
        match signature {
            Some(signature) => request.header(HEADER, signature),
            None => request,
        }
    }

    async fn asks(&self, token: &str) -> (StatusCode, Option<String>) {
        let answer =
            self.client.get(&self.url).query(&[("crc_token", token)]).send().await.expect("an answer");
        let status = answer.status();
        let body: Option<Value> = answer.json().await.ok();
        (status, body.and_then(|body| body["response_token"].as_str().map(str::to_owned)))
    }

    fn count(&self) -> usize {
        self.taken.bodies.lock().expect("no panic").len()
    }
}

#[tokio::test]
async fn the_challenge_is_answered_and_signs_nothing_that_could_be_an_event() {
    let scene = Scene::set().await;
    for token in ["MDQ0ZjA3MmUtMDI4ZC00MGQ3LTk4ZWItYTRkZDM3OTAwZjBk", "a+b/c=-_.~"] {
        assert_eq!(scene.asks(token).await, (StatusCode::OK, Some(signed(SECRET, token.as_bytes()))));
    }
    let event = r#"{"data":{"event_type":"spaces.start"}}"#;
    let long = "a".repeat(10_000);
    for token in [event, "{}", " {}", "\u{feff}{}", "", "a b", "é", &long] {
        assert_eq!(scene.asks(token).await, (StatusCode::BAD_REQUEST, None), "{token:.20}");
    }
    assert_eq!(Scene::status(scene.client.get(&scene.url)).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_x_signed_is_taken_as_it_is_and_all_else_refused() {
    let scene = Scene::set().await;
    let body = br#"{ "data" : {"event_uuid":"-1"}}"#;
    let right = signed(SECRET, body);
    assert_eq!(Scene::status(scene.post(body, Some(&right))).await, StatusCode::OK);
    assert_eq!(scene.taken.bodies.lock().expect("no panic")[0], body, "the raw body");
    // Signed, whatever it is: X may send what nobody knows.
    for body in [&b"not JSON"[..], b"", b"\xff\xfe"] {
        assert_eq!(Scene::status(scene.post(body, Some(&signed(SECRET, body)))).await, StatusCode::OK);
    }
    assert_eq!(scene.count(), 4);

    let forged = signed("another secret", body);
    let of_another = signed(SECRET, b"another body");
    let cut = &right[..right.len() - 5];
    let bare = right.trim_start_matches("sha256=");
    for signature in [forged.as_str(), &of_another, cut, bare, "sha256=", "sha1=abc", "nonsense", ""] {
        assert_eq!(
            Scene::status(scene.post(body, Some(signature))).await,
            StatusCode::FORBIDDEN,
            "{signature}"
        );
    }
    assert_eq!(Scene::status(scene.post(body, None)).await, StatusCode::FORBIDDEN);
    let twice = scene.post(body, Some(&right)).header(HEADER, &forged);
    assert_eq!(Scene::status(twice).await, StatusCode::FORBIDDEN, "two signatures are none");
    assert_eq!(scene.count(), 4);
}

#[tokio::test]
async fn what_is_too_large_is_refused_to_its_end_and_the_largest_taken() {
    let scene = Scene::set().await;
    let largest = vec![b' '; 1 << 20];
    assert_eq!(
        Scene::status(scene.post(largest.clone(), Some(&signed(SECRET, &largest)))).await,
        StatusCode::OK
    );
    for length in [(1 << 20) + 1, 3 << 20] {
        let body = vec![b' '; length];
        let signature = signed(SECRET, &body);
        assert_eq!(Scene::status(scene.post(body, Some(&signature))).await, StatusCode::PAYLOAD_TOO_LARGE);
    }
    assert_eq!(scene.count(), 1);
}

#[tokio::test]
async fn what_can_t_be_kept_is_answered_so_that_x_may_post_it_again() {
    let scene = Scene::set().await;
    scene.taken.fails.store(true, Ordering::SeqCst);
    let body = br#"{"data":{}}"#;
    let signature = signed(SECRET, body);
    assert_eq!(Scene::status(scene.post(body, Some(&signature))).await, StatusCode::SERVICE_UNAVAILABLE);
    scene.taken.fails.store(false, Ordering::SeqCst);
    assert_eq!(Scene::status(scene.post(body, Some(&signature))).await, StatusCode::OK);
}

#[tokio::test]
async fn nothing_else_is_answered_there_and_no_page_where_no_accounts_are_linked() {
    let scene = Scene::set().await;
    for method in [Method::PUT, Method::DELETE, Method::HEAD] {
        let request = scene.client.request(method.clone(), &scene.url);
        assert_eq!(Scene::status(request).await, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let root = scene.url.trim_end_matches("x/webhook").to_owned();
    for path in ["", "link/abc", "x/callback?state=a&code=b", "x/webhook/more", "x", "../x/webhooks"] {
        let request = scene.client.get(format!("{root}{path}"));
        assert_eq!(Scene::status(request).await, StatusCode::NOT_FOUND, "{path}");
    }
}
