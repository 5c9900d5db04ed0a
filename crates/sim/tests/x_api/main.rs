//! The X stand-in through real HTTP: each test proves one thing that X documents, or one way to go wrong.

#![expect(clippy::disallowed_methods, reason = "how late an answer is, is measured in real time")]

mod billing;
mod faults;
mod following;
mod limits;
mod lists;
mod lookups;
mod validation;
mod watching;

use reqwest::header::HeaderMap;
use serde_json::Value;
use spacebell_sim::x::{Rules, Server, Settings, SpaceId, UserId};

/// A test's end.
type Outcome = Result<(), Box<dyn std::error::Error>>;

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
        let client = reqwest::Client::builder().user_agent("Tests/1.0").no_gzip().build()?;
        Ok(Self { x, client, token, alice })
    }

    async fn get(&self, path: &str) -> Result<Seen, Box<dyn std::error::Error>> {
        self.get_as(&self.token, path).await
    }

    async fn get_as(&self, token: &str, path: &str) -> Result<Seen, Box<dyn std::error::Error>> {
        let answer = self.client.get(format!("{}{path}", self.x.url())).bearer_auth(token).send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Seen { status, headers, body: answer.json().await? })
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
