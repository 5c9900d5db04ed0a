//! The X stand-in through real HTTP: each test proves one thing that X documents, or one way to go wrong.

#![expect(clippy::disallowed_methods, reason = "how late an answer is, is measured in real time")]

mod billing;
mod events;
mod faults;
mod following;
mod limits;
mod lists;
mod lookups;
mod oauth;
mod streams;
mod subscriptions;
mod validation;
mod watching;
mod webhooks;

use std::time::Duration;

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use spacebell_sim::x::{Rules, Server, Settings, SpaceId, UserId};

/// A test's end.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// How long something may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A server, a client with the app's token, and Alice, who hosts.
struct Scene {
    x: Server,
    client: reqwest::Client,
    token: String,
    alice: UserId,
}

/// An answer, read.
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Seen {
    fn header(&self, name: &str) -> Option<i64> {
        self.headers.get(name)?.to_str().ok()?.parse().ok()
    }

    /// The ids in `data`.
    fn ids(&self) -> Vec<&str> {
        let data = self.body["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        data.iter().filter_map(|thing| thing["id"].as_str()).collect()
    }

    /// The message of the first complaint of a 400.
    fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }
}

impl Scene {
    /// X as documented, without limits, which have tests of their own.
    async fn set() -> Result<Self, Box<dyn std::error::Error>> {
        Self::with(Settings { rules: Rules::lifted(), ..Settings::default() }).await
    }

    async fn with(settings: Settings) -> Result<Self, Box<dyn std::error::Error>> {
        let token = settings.bearer_token.clone();
        let x = Server::start(settings).await?;
        let alice = x.add_user("100", "Alice", "Alice A.");
        // What is on the wire is what these tests are about.
        let client = reqwest::Client::builder()
            .user_agent("Tests/1.0")
            .no_gzip()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { x, client, token, alice })
    }

    async fn get(&self, path: &str) -> Result<Seen, Box<dyn std::error::Error>> {
        self.get_as(&self.token, path).await
    }

    async fn get_as(&self, token: &str, path: &str) -> Result<Seen, Box<dyn std::error::Error>> {
        self.send(token, Method::GET, path, &Value::Null).await
    }

    /// Asks with the app's token and a body.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Seen, Box<dyn std::error::Error>> {
        self.send(&self.token, method, path, body).await
    }

    async fn send(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Seen, Box<dyn std::error::Error>> {
        let mut request = self.client.request(method, format!("{}{path}", self.x.url())).bearer_auth(token);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Seen { status, headers, body: answer.json().await? })
    }

    /// Subscribes to a user's events; answers the subscription's id.
    async fn subscribe(
        &self,
        event_type: &str,
        user: &str,
        webhook: Option<&str>,
    ) -> Result<String, Box<dyn std::error::Error>> {
        let mut body = json!({ "event_type": event_type, "filter": { "user_id": user }, "tag": "a tag" });
        if let Some(webhook) = webhook {
            body["webhook_id"] = json!(webhook);
        }
        let seen = self.ask(Method::POST, "/2/activity/subscriptions", &body).await?;
        assert_eq!(seen.status, 200, "{}", seen.body);
        Ok(seen.body["data"]["subscription_id"].as_str().ok_or("no id")?.to_owned())
    }

    /// A Space of Alice's that is live.
    fn live(&self, title: &str) -> Result<SpaceId, Box<dyn std::error::Error>> {
        Ok(self.x.start_now(&self.alice, title)?)
    }

    /// A Space of Alice's that begins in an hour.
    fn scheduled(&self, title: &str) -> Result<SpaceId, Box<dyn std::error::Error>> {
        let start = self.x.now() + std::time::Duration::from_hours(1);
        Ok(self.x.schedule(&self.alice, title, start)?)
    }
}
