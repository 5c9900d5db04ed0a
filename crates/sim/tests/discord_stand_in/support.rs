//! A bot's side of the wire, as small as it can be.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use spacebell_sim::discord::{Server, Settings, bits};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// More than anything here takes, on whatever machine.
pub const SOON: Duration = Duration::from_secs(40);
pub const AGENT: &str = "DiscordBot (https://example.org, 1)";

/// Settings without the limits that a test isn't about.
pub fn unlimited() -> Settings {
    Settings {
        global_per_second: None,
        message_create: None,
        message_edit: None,
        webhook: None,
        ..Settings::default()
    }
}

/// A server with one channel in which the bot may do what everyone may.
pub struct Stage {
    pub discord: Server,
    pub guild: u64,
    pub channel: u64,
    http: reqwest::Client,
}

pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("an ASCII header"))
    }

    pub fn id(&self) -> u64 {
        self.body["id"].as_str().and_then(|id| id.parse().ok()).expect("an id in the answer")
    }
}

impl Stage {
    pub async fn new(settings: Settings) -> Self {
        let discord = Server::start(settings).await.expect("a free port");
        let guild = discord.add_guild("Harbour");
        let channel = discord.add_channel(guild, "bells", 0);
        let http = reqwest::Client::builder().user_agent(AGENT).build().expect("a client");
        Self { discord, guild, channel, http }
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        self.http.request(method, format!("{}/api/v10{path}", self.discord.url()))
    }

    pub async fn try_call(&self, method: &str, path: &str, body: Value) -> reqwest::Result<Answer> {
        let mut request = self.request(method, path).header("Authorization", "Bot stand-in-token");
        if !body.is_null() {
            request = request.json(&body);
        }
        answer_of(request.send().await?).await
    }

    /// Sends a form with files, each as (field, name, bytes), and with JSON.
    pub async fn send_files(
        &self,
        method: &str,
        path: &str,
        payload: &Value,
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let mut form = reqwest::multipart::Form::new();
        for (field, name, bytes) in files {
            let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name((*name).to_owned());
            form = form.part((*field).to_owned(), part);
        }
        let form = form.text("payload_json", payload.to_string());
        let request = self.request(method, path).header("Authorization", "Bot stand-in-token");
        answer_of(request.multipart(form).send().await.expect("an answer")).await.expect("a whole answer")
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.try_call(method, path, body).await.expect("an answer")
    }

    pub async fn post(&self, body: Value) -> Answer {
        self.call("POST", &format!("/channels/{}/messages", self.channel), body).await
    }

    /// A person who is a member with these permissions besides everyone's.
    pub fn person(&self, permissions: u64) -> u64 {
        let user = self.discord.add_user("kay");
        self.discord.add_member(self.guild, user, permissions);
        user
    }

    /// Registers commands that the interaction tests use.
    pub async fn register(&self) {
        let commands = json!([
            { "name": "follow", "description": "Follows.", "default_member_permissions": bits::MANAGE_GUILD.to_string(), "contexts": [0], "options": [
                { "type": 1, "name": "host", "description": "A host.", "options": [
                    { "type": 3, "name": "host", "description": "Who.", "required": true, "autocomplete": true },
                    { "type": 7, "name": "channel", "description": "Where.", "channel_types": [0, 5] },
                    { "type": 4, "name": "min", "description": "Least.", "min_value": 1, "max_value": 10 },
                    { "type": 3, "name": "when", "description": "When.", "choices": [{ "name": "Live", "value": "live" }] },
                    { "type": 8, "name": "role", "description": "Whom." },
                ] },
            ] },
            { "name": "help", "description": "Helps." },
            { "name": "take", "description": "Takes.", "options": [
                { "type": 11, "name": "file", "description": "A file.", "required": true },
            ] },
            { "name": "Show Space", "type": 3 },
        ]);
        let answer =
            self.call("PUT", &format!("/applications/{}/commands", self.discord.bot_id()), commands).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    pub async fn answer(&self, interaction: &spacebell_sim::discord::Interaction, body: Value) -> Answer {
        let path = format!("/interactions/{}/{}/callback", interaction.id(), interaction.token());
        self.call("POST", &path, body).await
    }

    pub async fn webhook(
        &self,
        method: &str,
        interaction: &spacebell_sim::discord::Interaction,
        rest: &str,
        body: Value,
    ) -> Answer {
        let path = format!("/webhooks/{}/{}{rest}", self.discord.bot_id(), interaction.token());
        self.call(method, &path, body).await
    }
}

async fn answer_of(response: reqwest::Response) -> reqwest::Result<Answer> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await?;
    Ok(Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
}

/// A gateway connection.
pub struct Line(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Line {
    pub async fn open(stage: &Stage, query: &str) -> Self {
        let url =
            format!("{}/gateway?v=10&encoding=json{query}", stage.discord.url().replacen("http", "ws", 1));
        let (socket, _) = tokio_tungstenite::connect_async(url).await.expect("a connection");
        Self(socket)
    }

    pub async fn identified(stage: &Stage) -> (Self, Value) {
        let mut line = Self::open(stage, "").await;
        assert_eq!(line.next().await["op"], 10);
        line.identify(json!({ "token": "stand-in-token", "intents": 1, "properties": {} })).await;
        let ready = line.event("READY").await;
        (line, ready)
    }

    pub async fn identify(&mut self, data: Value) {
        self.send(json!({ "op": 2, "d": data })).await;
    }

    pub async fn send(&mut self, frame: Value) {
        self.0.send(Frame::text(frame.to_string())).await.expect("an open connection");
    }

    pub async fn raw(&mut self) -> Option<Result<Frame, tokio_tungstenite::tungstenite::Error>> {
        tokio::time::timeout(SOON, self.0.next()).await.expect("a frame in time")
    }

    pub async fn next(&mut self) -> Value {
        match self.raw().await {
            Some(Ok(Frame::Text(text))) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("a text frame was due, not {other:?}"),
        }
    }

    /// The next event of that name, others skipped.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["t"] == name {
                return frame;
            }
        }
    }

    /// The code that the connection is closed with; `None` without one.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.raw().await {
                Some(Ok(Frame::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}
