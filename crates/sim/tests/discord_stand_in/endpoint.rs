//! Interactions by signed POST, to an endpoint that holds the signatures with a library of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use spacebell_sim::discord::{EndpointRefused, Outcome, Person, Settings, Signing, bits};

use crate::support::{Line, SOON, Stage, unlimited};

/// Nothing fails here because it was slow.
async fn staged() -> (Stage, Person) {
    let stage = Stage::new(Settings { answer_limit: Duration::from_hours(1), ..unlimited() }).await;
    stage.register().await;
    let user = stage.person(bits::MANAGE_GUILD);
    let person = stage.discord.user(user).in_channel(stage.channel);
    (stage, person)
}

/// Whether a request was signed by the key's owner.
fn is_discords(key: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = [text("x-signature-timestamp").as_bytes(), body].concat();
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, bytes(key));
    key.verify(&signed, &bytes(text("x-signature-ed25519"))).is_ok()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

/// Serves an endpoint that does with each request whatever `manner` says; it is told whether the signature holds.
async fn serve<F>(stage: &Stage, manner: impl Fn(bool, Value) -> F + Clone + Send + Sync + 'static) -> String
where
    F: Future<Output = Response> + Send + 'static,
{
    let key = stage.discord.verify_key();
    let answer = axum::routing::post(move |headers: HeaderMap, body: Bytes| {
        let json = serde_json::from_slice(&body).unwrap_or_default();
        manner(is_discords(&key, &headers, &body), json)
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/interactions", listener.local_addr().expect("an address"));
    let router = axum::Router::new().route("/interactions", answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// An endpoint that passes the check and answers everything else by `answer`.
async fn sound(stage: &Stage, answer: impl Fn(&Value) -> Response + Clone + Send + Sync + 'static) -> String {
    let manner = move |signed: bool, body: Value| {
        std::future::ready(match body["type"].as_u64() {
            _ if !signed => StatusCode::UNAUTHORIZED.into_response(),
            Some(1) => axum::Json(json!({ "type": 1 })).into_response(),
            _ => answer(&body),
        })
    };
    let url = serve(stage, manner).await;
    stage.discord.set_interactions_endpoint(Some(&url)).await.expect("it passes");
    url
}

fn says(text: &str) -> Response {
    axum::Json(json!({ "type": 4, "data": { "content": text } })).into_response()
}

#[tokio::test]
async fn an_endpoint_is_used_only_if_it_answers_discord_and_nobody_else() {
    let (stage, _) = staged().await;
    let pong = || axum::Json(json!({ "type": 1 })).into_response();
    let credulous = serve(&stage, move |_, _| std::future::ready(pong())).await;
    let wary = serve(&stage, |_, _| std::future::ready(StatusCode::UNAUTHORIZED.into_response())).await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/", free.local_addr().unwrap());
    drop(free);
    for (url, refused) in [
        (&credulous, EndpointRefused::TakesForgeries),
        (&wary, EndpointRefused::NoPong),
        (&nobody, EndpointRefused::Unreachable),
        (&"https://example.org/".to_owned(), EndpointRefused::Unreachable),
    ] {
        assert_eq!(stage.discord.set_interactions_endpoint(Some(url)).await, Err(refused));
    }
    assert_eq!(stage.discord.interactions_endpoint(), None);

    let change =
        |url: Value| stage.call("PATCH", "/applications/@me", json!({ "interactions_endpoint_url": url }));
    let refused = change(json!(credulous)).await;
    assert_eq!((refused.status, &refused.body["code"]), (400, &json!(50035)));
    assert_eq!(
        refused.body["errors"]["interactions_endpoint_url"]["_errors"][0]["code"],
        "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID"
    );
    let url = sound(&stage, |_| says("fine")).await;
    stage.discord.set_interactions_endpoint(None).await.unwrap();
    let changed = change(json!(url)).await;
    assert_eq!((changed.status, &changed.body["interactions_endpoint_url"]), (200, &json!(url)));
    assert_eq!(changed.body["verify_key"], stage.discord.verify_key());
    assert_eq!(stage.discord.recheck_interactions_endpoint().await, Ok(()));
    stage.discord.configure(|settings| settings.interactions_endpoint = Some(wary));
    assert_eq!(stage.discord.recheck_interactions_endpoint().await, Err(EndpointRefused::NoPong));
    assert_eq!(stage.discord.interactions_endpoint(), None, "what fails later isn't used any more");
    assert_eq!(change(Value::Null).await.body["interactions_endpoint_url"], Value::Null);
}

#[tokio::test]
async fn with_an_endpoint_interactions_are_posted_and_answered_by_the_body() {
    let (stage, person) = staged().await;
    let (mut line, _) = Line::identified(&stage).await;
    sound(&stage, |interaction| match interaction["type"].as_u64() {
        Some(4) => axum::Json(json!({ "type": 8, "data": { "choices": [{ "name": "N", "value": "n" }] } })).into_response(),
        Some(3) => axum::Json(json!({ "type": 7, "data": { "content": "pressed", "components": [] } })).into_response(),
        _ => {
            let button = json!({ "type": 1, "components": [{ "type": 2, "style": 1, "label": "B", "custom_id": "b" }] });
            let data = json!({ "content": interaction["data"]["name"], "flags": 64, "components": [button] });
            axum::Json(json!({ "type": 4, "data": data })).into_response()
        }
    })
    .await;
    let asked = person.command("help", Value::Null).unwrap();
    let reply = asked.reply(SOON).await.unwrap();
    assert_eq!((reply.outcome, reply.content(), reply.is_ephemeral()), (Outcome::Message, "help", true));
    let twice = stage.answer(&asked, json!({ "type": 4, "data": { "content": "again" } })).await;
    assert_eq!(twice.body["code"], 40060, "the body was the answer");
    let edited = stage.webhook("PATCH", &asked, "/messages/@original", json!({ "content": "more" })).await;
    assert_eq!((edited.status, &edited.body["content"]), (200, &json!("more")));
    let pressed = person.press(reply.message.unwrap().id, "B").unwrap();
    assert_eq!(pressed.reply(SOON).await.unwrap().content(), "pressed");
    let half = person.autocomplete("follow host", "host", "n", Value::Null).unwrap();
    assert_eq!(half.reply(SOON).await.unwrap().choices(), [("N".to_owned(), json!("n"))]);
    let statuses: Vec<_> = stage.discord.deliveries().iter().map(|delivery| delivery.status).collect();
    assert_eq!(statuses, [Some(200); 3]);

    // The gateway hears of interactions again when there is no endpoint, and heard of none before.
    stage.discord.set_interactions_endpoint(None).await.unwrap();
    let asked = person.command("help", Value::Null).unwrap();
    assert_eq!(line.event("INTERACTION_CREATE").await["d"]["id"], asked.id().to_string());
}

#[tokio::test]
async fn an_endpoint_can_defer_or_answer_later_by_a_callback() {
    let (stage, person) = staged().await;
    let url = sound(&stage, |_| axum::Json(json!({ "type": 5 })).into_response()).await;
    let asked = person.command("help", Value::Null).unwrap();
    assert_eq!(asked.reply(SOON).await.unwrap().outcome, Outcome::Deferred);
    stage.webhook("PATCH", &asked, "/messages/@original", json!({ "content": "done" })).await;
    assert_eq!(asked.final_reply(SOON).await.unwrap().content(), "done");
    assert_eq!(stage.discord.interactions_endpoint(), Some(url));

    sound(&stage, |_| StatusCode::ACCEPTED.into_response()).await;
    let asked = person.command("help", Value::Null).unwrap();
    assert_eq!(stage.discord.wait_for_delivery(asked.id(), SOON).await.unwrap().status, Some(202));
    assert_eq!(stage.answer(&asked, json!({ "type": 4, "data": { "content": "late" } })).await.status, 204);
    assert_eq!(asked.reply(SOON).await.unwrap().content(), "late");
}

#[tokio::test]
async fn an_answer_in_the_body_can_carry_files() {
    let (stage, person) = staged().await;
    sound(&stage, |_| {
        let form = "--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n\
                    {\"type\":4,\"data\":{\"content\":\"a curve\"}}\r\n\
                    --b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"c.png\"\r\n\
                    Content-Type: image/png\r\n\r\nPNG\r\n--b--\r\n";
        ([(header::CONTENT_TYPE, "multipart/form-data; boundary=b")], form).into_response()
    })
    .await;
    let reply = person.command("help", Value::Null).unwrap().reply(SOON).await.unwrap();
    let message = reply.message.unwrap();
    assert_eq!(message.content, "a curve");
    assert_eq!(
        (&message.attachments[0].filename, message.attachments[0].bytes.as_ref()),
        (&"c.png".to_owned(), &b"PNG"[..])
    );
}

#[tokio::test]
async fn an_endpoint_that_answers_wrongly_or_not_at_all_fails_the_interaction() {
    let (stage, person) = staged().await;
    for answer in [
        || StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        || StatusCode::OK.into_response(),
        || axum::Json(json!({ "type": 1 })).into_response(),
        || axum::Json(json!({ "type": 8, "data": { "choices": [] } })).into_response(),
        || says(&"x".repeat(2001)),
    ] {
        sound(&stage, move |_| answer()).await;
        let asked = person.command("help", Value::Null).unwrap();
        assert_eq!(asked.reply(SOON).await.unwrap().outcome, Outcome::Failed);
    }
    stage
        .discord
        .configure(|settings| settings.interactions_endpoint = Some("http://127.0.0.1:1/".to_owned()));
    let asked = person.command("help", Value::Null).unwrap();
    assert_eq!(asked.reply(SOON).await.unwrap().outcome, Outcome::Failed);

    let silent = serve(&stage, |_, _| std::future::pending()).await;
    stage.discord.configure(|settings| {
        settings.interactions_endpoint = Some(silent.clone());
        settings.answer_limit = Duration::from_millis(50);
    });
    let asked = person.command("help", Value::Null).unwrap();
    assert_eq!(asked.reply(SOON).await.unwrap().outcome, Outcome::Failed);
    let refused = stage.discord.set_interactions_endpoint(Some(&silent)).await;
    assert_eq!(refused, Err(EndpointRefused::Unreachable));
}

#[tokio::test]
async fn a_delivery_that_is_not_discords_is_told_apart_by_its_signature_and_does_nothing() {
    let (stage, person) = staged().await;
    sound(&stage, |_| says("taken")).await;
    let forgeries =
        [Signing::Tampered, Signing::Backdated, Signing::OtherKey, Signing::Garbled, Signing::Unsigned];
    let old = Signing::Stale(Duration::from_hours(1));
    let mut statuses = BTreeMap::new();
    for signing in forgeries.into_iter().chain([old]) {
        let asked = person.clone().signed(signing).command("help", Value::Null).unwrap();
        let delivery = stage.discord.wait_for_delivery(asked.id(), SOON).await.unwrap();
        assert_eq!(delivery.signing, signing);
        statuses.insert(format!("{signing:?}"), delivery.status);
        assert!(asked.reply(Duration::ZERO).await.is_err(), "{signing:?} did something");
    }
    assert_eq!(statuses.remove(&format!("{old:?}")), Some(Some(200)), "only its age is wrong");
    assert!(statuses.values().all(|status| *status == Some(401)), "{statuses:?}");
    assert!(stage.discord.messages(stage.channel).is_empty());
}

#[tokio::test]
async fn an_endpoint_of_the_settings_is_used_from_the_start() {
    let (stage, _) = staged().await;
    let url = sound(&stage, |_| says("from the start")).await;
    let settings = Settings { interactions_endpoint: Some(url.clone()), ..unlimited() };
    let other = Stage::new(Settings { answer_limit: Duration::from_hours(1), ..settings }).await;
    assert_eq!(other.discord.verify_key(), stage.discord.verify_key());
    other.register().await;
    let person = other.discord.user(other.person(0)).in_channel(other.channel);
    let reply = person.command("help", Value::Null).unwrap().reply(SOON).await.unwrap();
    assert_eq!(reply.content(), "from the start");
}
