//! What a test can choose about the stand-in before it starts. The defaults are Discord's own figures.

use std::time::Duration;

/// So many requests in each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Requests that one window takes.
    pub limit: u32,
    /// How long a window is; it opens with its first request.
    pub per: Duration,
}

impl Bucket {
    /// `limit` requests in each `per`.
    #[must_use]
    pub const fn new(limit: u32, per: Duration) -> Self {
        Self { limit, per }
    }
}

/// How the stand-in behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Bot tokens that are accepted.
    pub tokens: Vec<String>,
    /// The application's id, which is also its bot user's.
    pub application_id: u64,
    /// The bot user's name.
    pub bot_name: String,
    /// The user who owns the application.
    pub owner_id: u64,
    /// What the application's Ed25519 key is made from; `/applications/@me` shows the public half.
    pub key_seed: [u8; 32],
    /// Where interactions are posted instead of being dispatched over the gateway: an endpoint that passed Discord's
    /// check before the stand-in began. One that is set later is checked then.
    pub interactions_endpoint: Option<String>,
    /// Requests a second over all routes, for the bot, and for each address that asks without its token; `None`
    /// switches the limit off.
    pub global_per_second: Option<u32>,
    /// Creating messages, for each channel.
    pub message_create: Option<Bucket>,
    /// Editing messages, for each channel.
    pub message_edit: Option<Bucket>,
    /// Endpoints by interaction token, for each token.
    pub webhook: Option<Bucket>,
    /// Any other route, for each of its major parameters. Off unless set.
    pub other: Option<Bucket>,
    /// From this age on, a message's edits count against `old_edits`.
    pub old_message_age: Duration,
    /// Edits to old messages, for each channel; beyond them error 30046.
    pub old_edits: Option<Bucket>,
    /// Messages sent and edited in each channel; beyond them error 20028. Off unless set: Discord tells no figure.
    pub channel_writes: Option<Bucket>,
    /// The same for each server, with error 20029.
    pub guild_writes: Option<Bucket>,
    /// Channels of direct messages that the bot may open anew; beyond them error 40003. Off unless set: Discord tells
    /// no figure.
    pub direct_opens: Option<Bucket>,
    /// Answers of 401, 403 and 429 that an address may get; beyond them it is banned until the window ends.
    pub invalid_requests: Option<Bucket>,
    /// How long an enforced nonce is remembered.
    pub nonce_expiry: Duration,
    /// What HELLO tells, and what the stand-in expects.
    pub heartbeat_interval: Duration,
    /// How long a session can be resumed after its connection ended.
    pub session_timeout: Duration,
    /// Shards that `/gateway/bot` recommends.
    pub shards: u32,
    /// Fewer shards than these close with 4011.
    pub required_shards: u32,
    /// Every IDENTIFY closes with this code, if one is set.
    pub close_identify: Option<u16>,
    /// Privileged intents that the application was granted; others close with 4014.
    pub privileged_intents: u64,
    /// Least time between two IDENTIFYs of one concurrency key; zero switches the limit off, so that
    /// tests can restart a bot at once (Discord's is five seconds).
    pub identify_every: Duration,
    /// IDENTIFYs that a day takes; beyond them every session ends and the token is reset. Off unless set, so that tests
    /// can restart a bot as often as they like (Discord's is a thousand).
    pub session_starts: Option<u32>,
    /// How long an interaction waits for its first answer.
    pub answer_limit: Duration,
    /// How long an interaction's token works.
    pub token_life: Duration,
    /// What each REST answer waits for.
    pub latency: Duration,
    /// Whether a request without a `DiscordBot (url, version)` agent gets the edge's 403 page.
    pub require_user_agent: bool,
    /// Whether whole exchanges are kept, for [`Server::exchanges`](super::Server::exchanges).
    pub keep_exchanges: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            tokens: vec!["stand-in-token".to_owned()],
            application_id: 1_000_000_000_000_000_001,
            bot_name: "Spacebell".to_owned(),
            owner_id: 1_000_000_000_000_000_002,
            key_seed: [7; 32],
            interactions_endpoint: None,
            global_per_second: Some(50),
            message_create: Some(Bucket::new(5, Duration::from_secs(5))),
            message_edit: Some(Bucket::new(5, Duration::from_secs(5))),
            webhook: Some(Bucket::new(5, Duration::from_secs(2))),
            other: None,
            old_message_age: Duration::from_hours(1),
            old_edits: Some(Bucket::new(5, Duration::from_hours(1))),
            channel_writes: None,
            guild_writes: None,
            direct_opens: None,
            invalid_requests: Some(Bucket::new(10_000, Duration::from_mins(10))),
            nonce_expiry: Duration::from_mins(2),
            heartbeat_interval: Duration::from_millis(41_250),
            session_timeout: Duration::from_mins(2),
            shards: 1,
            required_shards: 1,
            close_identify: None,
            privileged_intents: 0,
            identify_every: Duration::ZERO,
            session_starts: None,
            answer_limit: Duration::from_secs(3),
            token_life: Duration::from_mins(15),
            latency: Duration::ZERO,
            require_user_agent: true,
            keep_exchanges: false,
        }
    }
}
