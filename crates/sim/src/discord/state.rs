//! All of the stand-in's state behind one lock, and the signal that something in it changed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::definitions::Registry;
use super::endpoint::Delivery;
use super::faults::Faults;
use super::gateway::{Audience, Closing, Gateway, Out};
use super::interactions::Pending;
use super::limits::{Limits, Refusals};
use super::log::Request;
use super::moment::{Clock, Moment, Snowflakes};
use super::nonces::Nonces;
use super::settings::Settings;
use super::wire;
use super::world::{User, World};
use crate::exchange::Recorder;

/// Guild events.
pub(super) const GUILDS: u64 = 1;
/// Messages in servers.
pub(super) const GUILD_MESSAGES: u64 = 1 << 9;
/// Direct messages.
pub(super) const DIRECT_MESSAGES: u64 = 1 << 12;

#[derive(Debug)]
pub(super) struct State {
    pub settings: Settings,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    pub clock: Clock,
    pub ids: Snowflakes,
    pub world: World,
    pub registry: Registry,
    pub limits: Limits,
    pub nonces: Nonces,
    pub faults: Faults,
    pub log: Vec<Request>,
    pub recorder: Recorder,
    pub refusals: Refusals,
    pub gateway: Gateway,
    pub interactions: BTreeMap<u64, Pending>,
    /// What was posted to the interactions endpoint.
    pub deliveries: Vec<Delivery>,
    /// How often a file was fetched.
    pub fetches: u64,
}

impl State {
    pub(super) fn new(settings: Settings, url: String) -> Self {
        let mut world = World { bot: settings.application_id, owner: settings.owner_id, ..World::default() };
        let bot = User { id: world.bot, name: settings.bot_name.clone(), bot: true, takes_messages: false };
        let owner = User { id: world.owner, name: "owner".to_owned(), bot: false, takes_messages: true };
        world.users.insert(bot.id, bot);
        world.users.insert(owner.id, owner);
        Self {
            settings,
            url,
            clock: Clock::default(),
            ids: Snowflakes::default(),
            world,
            registry: Registry::default(),
            limits: Limits::default(),
            nonces: Nonces::default(),
            faults: Faults::default(),
            log: Vec::new(),
            recorder: Recorder::default(),
            refusals: Refusals::default(),
            gateway: Gateway::default(),
            interactions: BTreeMap::new(),
            deliveries: Vec::new(),
            fetches: 0,
        }
    }

    pub(super) fn new_id(&mut self) -> u64 {
        self.ids.next(self.clock.now().timestamp)
    }

    /// The address of the gateway.
    pub(super) fn gateway_url(&self) -> String {
        format!("{}/gateway", self.url.replacen("http", "ws", 1))
    }

    /// Tells of something in a server that the bot is in.
    pub(super) fn tell(&mut self, guild: u64, intents: u64, name: &str, data: &Value) {
        if self.world.joined(guild).is_some_and(|guild| !guild.unavailable) {
            self.gateway.dispatch(Audience::Guild(guild), intents, name, data);
        }
    }

    /// Takes a frame from a client; true for a heartbeat.
    pub(super) fn frame(&mut self, connection: u64, text: &str, now: Moment) -> bool {
        let Ok(frame) = serde_json::from_str::<Value>(text) else {
            self.gateway.close(connection, 4002);
            return false;
        };
        let identified = self.gateway.connections.get(&connection).is_some_and(|to| to.session.is_some());
        match frame["op"].as_u64() {
            Some(1) => self.gateway.heartbeat(connection),
            Some(2) if identified => self.gateway.close(connection, 4005),
            Some(2) => self.identify(connection, &frame["d"], now),
            Some(6) => self.resume(connection, &frame["d"], now),
            Some(3 | 4 | 8 | 31) if !identified => self.gateway.close(connection, 4003),
            Some(3 | 4 | 8 | 31) => {}
            _ => self.gateway.close(connection, 4001),
        }
        frame["op"] == 1
    }

    fn identify(&mut self, connection: u64, data: &Value, now: Moment) {
        let token = data["token"].as_str().map(|token| token.trim_start_matches("Bot "));
        let known = token.is_some_and(|token| self.settings.tokens.iter().any(|known| known == token));
        if known && self.session_starts_left() == Some(0) {
            return self.reset_token();
        }
        let session_id = format!("{:016x}", self.new_id());
        let opened = self.gateway.identify(connection, data, &self.settings, session_id.clone(), now);
        let (shard, total) = match opened {
            Err(code) => return self.gateway.close(connection, code),
            Ok(None) => return self.gateway.invalid_session(connection, false),
            Ok(Some(shard)) => shard,
        };
        let mine: Vec<u64> = self
            .world
            .guilds
            .keys()
            .copied()
            .filter(|id| (id >> 22) % total == shard && self.world.joined(*id).is_some())
            .collect();
        let mut user = wire::user_by_id(&self.world, self.world.bot);
        user["verified"] = json!(true);
        user["mfa_enabled"] = json!(false);
        user["email"] = Value::Null;
        user["flags"] = json!(0);
        let ready = json!({
            "v": 10,
            "user": user,
            "guilds": mine.iter().map(|id| json!({ "id": wire::id(*id), "unavailable": true })).collect::<Vec<_>>(),
            "session_id": session_id,
            "resume_gateway_url": self.gateway_url(),
            "shard": [shard, total],
            "application": { "id": wire::id(self.world.bot), "flags": 0 },
            "session_type": "normal",
        });
        self.gateway.dispatch_to(connection, "READY", &ready);
        if data["intents"].as_u64().unwrap_or(0) & GUILDS == 0 {
            return;
        }
        for id in mine {
            if let Some(guild) = self.world.guilds.get(&id).filter(|guild| !guild.unavailable) {
                let data = wire::guild_create(&self.world, guild);
                self.gateway.dispatch_to(connection, "GUILD_CREATE", &data);
            }
        }
    }

    /// How many IDENTIFYs are left, if they are counted.
    pub(super) fn session_starts_left(&self) -> Option<usize> {
        let total = self.settings.session_starts? as usize;
        Some(total.saturating_sub(self.gateway.counts.identifies.len()))
    }

    /// What too many session starts lead to: every session ends, and the token is another, which nobody knows yet.
    fn reset_token(&mut self) {
        self.settings.tokens.clear();
        self.gateway.sessions.clear();
        self.broadcast(|| Out::Close(Closing::Code(4004)));
    }

    fn resume(&mut self, connection: u64, data: &Value, now: Moment) {
        let token = data["token"].as_str().unwrap_or_default().trim_start_matches("Bot ");
        if !self.settings.tokens.iter().any(|known| known == token) {
            self.gateway.close(connection, 4004);
        } else if data["seq"].is_number()
            && self.gateway.sessions.contains_key(data["session_id"].as_str().unwrap_or_default())
            && data["seq"].as_u64().is_none()
        {
            self.gateway.close(connection, 4007);
        } else if !self.gateway.resume(connection, data, &self.settings, now) {
            self.gateway.invalid_session(connection, false);
        }
    }

    /// Sends one frame to every connection.
    pub(super) fn broadcast(&self, make: impl Fn() -> Out) {
        for connection in self.gateway.connections.keys() {
            self.gateway.send(*connection, make());
        }
    }
}

/// What every handle shares.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub clock: Clock,
    changes: watch::Sender<u64>,
    /// Cancelled when the stand-in stops: cuts everything.
    pub stop: CancellationToken,
    /// Counts how often the faults were cleared, for requests that hang.
    pub cleared: watch::Sender<u64>,
    pub runtime: tokio::runtime::Handle,
}

impl Shared {
    pub(super) fn new(state: State, runtime: tokio::runtime::Handle) -> Self {
        Self {
            clock: state.clock.clone(),
            state: Mutex::new(state),
            changes: watch::Sender::new(0),
            stop: CancellationToken::new(),
            cleared: watch::Sender::new(0),
            runtime,
        }
    }

    /// The state, to look at. A test that panicked with the lock held leaves it as it was.
    pub(super) fn look(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, then wakes those who wait for a change.
    pub(super) fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.look());
        self.changes.send_modify(|count| *count += 1);
        result
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
