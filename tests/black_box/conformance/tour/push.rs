//! The part of the tour that is about being told of events, and about users who let the app in.

use std::collections::HashMap;

use axum::{Json, Router, extract::Query, http::StatusCode, routing::get};
use serde_json::{Value, json};
use spacebell_sim::x::{self, Order, StreamEnd, SubscriptionShape};

use super::{PATIENCE, Tour, X_TOKEN};

const SUBSCRIPTIONS: &str = "/2/activity/subscriptions";
const STREAM: &str = "/2/activity/stream";
/// A verifier that is its own challenge.
const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-at-all";
const REDIRECT: &str = "http://127.0.0.1:8080/x/callback";

impl Tour {
    async fn ask_x(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let mut request =
            self.http.request(method, format!("{}{path}", self.world.x.url())).bearer_auth(X_TOKEN);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn fine_x(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask_x(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// A webhook that answers its challenges, and its address.
    async fn webhook(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let x = self.world.x.clone();
        let challenged = move |Query(query): Query<HashMap<String, String>>| async move {
            Json(json!({ "response_token": x.response_token(&query["crc_token"]) }))
        };
        let app = Router::new().route("/hook", get(challenged).post(|| async { StatusCode::OK }));
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    async fn stream(&self) -> reqwest::Response {
        let request = self.http.get(format!("{}{STREAM}?backfill_minutes=0", self.world.x.url()));
        let answer = request.bearer_auth(X_TOKEN).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer
    }
}

/// Subscribes, in each shape of the answer.
async fn subscriptions(tour: &Tour, webhook: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for (event_type, shape, at) in [
        ("spaces.start", SubscriptionShape::Object, "/data/subscription_id"),
        ("spaces.end", SubscriptionShape::List, "/data/0/subscription_id"),
        ("oauth.revoke", SubscriptionShape::Nested, "/data/subscription/subscription_id"),
    ] {
        tour.world.x.configure(|settings| settings.push.subscription_shape = shape);
        let body = json!({
            "event_type": event_type, "filter": { "user_id": tour.world.nasa.as_str() }, "tag": "a tag",
            "webhook_id": webhook,
        });
        let made = tour.fine_x("POST", SUBSCRIPTIONS, body).await;
        let id = made.pointer(at).and_then(Value::as_str).expect("an id").to_owned();
        tour.fine_x("PUT", &format!("{SUBSCRIPTIONS}/{id}"), json!({ "tag": "another" })).await;
        ids.push(id);
    }
    let first = tour.fine_x("GET", &format!("{SUBSCRIPTIONS}?max_results=2"), Value::Null).await;
    let token = first["meta"]["next_token"].as_str().expect("a further page");
    let next = format!("{SUBSCRIPTIONS}?max_results=2&pagination_token={token}");
    tour.fine_x("GET", &next, Value::Null).await;
    ids
}

#[tokio::test]
async fn all_that_is_told_by_x_is_told_as_described() {
    let tour = Tour::begin().await;
    let x = &tour.world.x;
    let made = tour.fine_x("POST", "/2/webhooks", json!({ "url": tour.webhook().await })).await;
    let webhook = made["data"]["id"].as_str().expect("an id").to_owned();
    let ids = subscriptions(&tour, &webhook).await;

    // Each event, in each form, as it is told to two streams and posted.
    x.configure(|settings| settings.push.connections_at_most = 2);
    let mut streams = [tour.stream().await, tour.stream().await];
    for form in [x::InnerEventType::Long, x::InnerEventType::Short] {
        x.configure(|settings| settings.push.inner_event_type = form);
        x.hold_events();
        let space = x.start_now(&tour.world.nasa, "Told").expect("it starts");
        x.end(&space).expect("it ends");
        x.withdraw_consent(&tour.world.nasa);
        x.release_events(Order::Reversed);
    }
    assert_eq!(tour.ask_x("GET", STREAM, Value::Null).await.0, 429, "one too many");
    x.end_streams(StreamEnd::Operational);
    for stream in &mut streams {
        let mut told = Vec::new();
        while let Some(chunk) = stream.chunk().await.expect("it ends in order") {
            told.extend_from_slice(&chunk);
        }
        let told = String::from_utf8(told).expect("text");
        assert_eq!(told.lines().filter(|line| !line.is_empty()).count(), 7, "{told}");
    }
    // They are posted one after another, and this is the last.
    x.wait_for_delivery(|delivered| delivered.body.contains(r#""event_type":"start""#), PATIENCE)
        .await
        .expect("all are posted");
    assert_eq!(x.deliveries().len(), 6);
    connections(&tour).await;

    tour.fine_x("GET", "/2/webhooks?webhook_config.fields=id,url,valid,created_at", Value::Null).await;
    tour.fine_x("PUT", &format!("/2/webhooks/{webhook}"), Value::Null).await;
    tour.fine_x("DELETE", &format!("/2/webhooks/{webhook}"), Value::Null).await;
    tour.fine_x("GET", "/2/webhooks", Value::Null).await;
    tour.fine_x("DELETE", &format!("{SUBSCRIPTIONS}/{}", ids[0]), Value::Null).await;
    tour.fine_x("DELETE", &format!("{SUBSCRIPTIONS}?ids={},999", ids[1]), Value::Null).await;
    // What X refuses.
    for (method, path, body, status) in [
        ("DELETE", format!("{SUBSCRIPTIONS}/999"), Value::Null, 404),
        ("DELETE", format!("/2/webhooks/{webhook}"), Value::Null, 404),
        ("POST", "/2/webhooks".to_owned(), json!({ "url": "http://example.com" }), 400),
        (
            "POST",
            SUBSCRIPTIONS.to_owned(),
            json!({ "event_type": "spaces.start", "filter": { "user_id": "a user" } }),
            400,
        ),
        ("GET", format!("{STREAM}?backfill_minutes=5"), Value::Null, 400),
    ] {
        assert_eq!(tour.ask_x(method, &path, body).await.0, status, "{method} {path}");
    }
    x.configure(|settings| settings.push.backfill = x::Backfill::Forbidden);
    assert_eq!(tour.ask_x("GET", &format!("{STREAM}?backfill_minutes=5"), Value::Null).await.0, 403);
}

async fn connections(tour: &Tour) {
    let fields =
        "connection.fields=client_ip,connected_at,disconnect_reason,disconnected_at,endpoint_name,id";
    for status in ["active", "inactive", "all"] {
        let path = format!("/2/connections?status={status}&max_results=1&{fields}");
        tour.fine_x("GET", &path, Value::Null).await;
    }
    let _open = tour.stream().await;
    let id = tour.world.x.connections().last().map(|one| one.id.clone()).expect("it is open");
    let killed = tour.fine_x("DELETE", "/2/connections", json!({ "uuids": [id, "nobody"] })).await;
    assert_eq!(killed["data"]["successful_kills"], 1);
    let _another = tour.stream().await;
    let killed = tour.fine_x("DELETE", "/2/connections/all", Value::Null).await;
    assert_eq!(killed["data"]["successful_kills"], 1);
}

#[tokio::test]
async fn a_user_who_let_the_app_in_is_answered_as_described() {
    let tour = Tour::begin().await;
    let x = &tour.world.x;
    x.configure(|settings| settings.oauth.client_secret = None);
    let space = x.start_now(&tour.world.nasa, "Their own").expect("it starts");
    let mut page = url::Url::parse(&format!("{}/i/oauth2/authorize", x.url())).expect("an address");
    page.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", "stand-in-client"),
        ("redirect_uri", REDIRECT),
        ("scope", "users.read tweet.read space.read follows.read offline.access"),
        ("state", "s"),
        ("code_challenge", VERIFIER),
        ("code_challenge_method", "plain"),
    ]);
    assert_eq!(tour.http.get(page.clone()).send().await.expect("a page").status(), 200);
    let mut form: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    form.push(("user_id".to_owned(), tour.world.nasa.to_string()));
    form.push(("decision".to_owned(), "allow".to_owned()));
    page.set_query(None);
    let sent = tour.http.post(page).form(&form).send().await.expect("an answer");
    let location = sent.headers()["location"].to_str().expect("text");
    let back: HashMap<String, String> =
        url::Url::parse(location).expect("an address").query_pairs().into_owned().collect();

    let post = |path: &str, fields: Vec<(&str, String)>| {
        let mut fields = fields;
        fields.push(("client_id", "stand-in-client".to_owned()));
        tour.http.post(format!("{}/2/oauth2/{path}", x.url())).form(&fields).send()
    };
    let fields = vec![
        ("grant_type", "authorization_code".to_owned()),
        ("code", back["code"].clone()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ];
    let tokens: Value = post("token", fields).await.expect("tokens").json().await.expect("JSON");
    let token = tokens["access_token"].as_str().expect("a token");
    for path in [
        "/2/users/me".to_owned(),
        format!("/2/users/{}/following", tour.world.nasa),
        format!("/2/users/{}/following/spaces", tour.world.nasa),
        format!("/2/spaces/{space}/buyers"),
    ] {
        assert_eq!(tour.x(token, &path).await, 200, "{path}");
    }
    assert_eq!(tour.x(token, "/2/webhooks").await, 403, "not for users");
    let revoked = post("revoke", vec![("token", token.to_owned())]).await.expect("an answer");
    assert_eq!(revoked.status(), 200);
    assert_eq!(tour.x(token, "/2/users/me").await, 401);
    let (exchanges, _) = x.exchanges();
    assert!(!exchanges.iter().any(|exchange| format!("{exchange:?}").contains(token)), "tokens aren't kept");
}
