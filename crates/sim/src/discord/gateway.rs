//! Gateway sessions: what was dispatched to each, in sequence, and who is connected to it. Knows the
//! protocol's rules, not the socket: frames come in as values, frames to send go out through a channel.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::moment::Moment;
use super::settings::Settings;

/// Events that a session keeps for a resume.
const REPLAY_LIMIT: usize = 20_000;
/// Intents that Discord knows.
const KNOWN_INTENTS: u64 = (1 << 26) - 1;
/// Intents that an application must be granted.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;

/// How the stand-in ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// A close frame with this code.
    Code(u16),
    /// A close frame without a code.
    NoCode,
    /// No close frame: the TCP connection just ends.
    Abrupt,
}

/// What happened at the gateway so far.
#[derive(Clone, Debug, Default)]
pub struct GatewayCounts {
    /// WebSocket connections that were accepted.
    pub connects: Vec<Moment>,
    /// Connections that were refused or closed as soon as they were accepted.
    pub refused: Vec<Moment>,
    /// IDENTIFYs that were accepted.
    pub identifies: Vec<Moment>,
    /// RESUMEs that were accepted.
    pub resumes: Vec<Moment>,
    /// Heartbeats that were received.
    pub heartbeats: u64,
}

/// What a socket is told to send.
#[derive(Debug)]
pub(super) enum Out {
    Frame(Value),
    /// From here on, frames go out compressed one by one.
    Compress,
    Close(Closing),
}

#[derive(Debug)]
pub(super) struct Connection {
    out: UnboundedSender<Out>,
    pub session: Option<String>,
    pub zombie: bool,
    /// Whether the initial READY or RESUMED was sent.
    pub ready: bool,
}

impl Connection {
    /// A closed socket is noticed by its own task.
    fn send(&self, out: Out) {
        if !self.zombie || matches!(out, Out::Close(_)) {
            let _gone = self.out.send(out);
        }
    }
}

#[derive(Debug)]
pub(super) struct Session {
    pub shard: (u64, u64),
    pub intents: u64,
    seq: u64,
    events: VecDeque<(u64, Value)>,
    connection: Option<u64>,
    left_at: Option<Instant>,
}

#[derive(Debug, Default)]
pub(super) struct Gateway {
    pub connections: BTreeMap<u64, Connection>,
    pub sessions: BTreeMap<String, Session>,
    pub counts: GatewayCounts,
    pub refuse: bool,
    pub close_at_once: Option<Closing>,
    pub stop_acking: bool,
    last_identify: BTreeMap<u64, Instant>,
    next_connection: u64,
}

/// Which sessions an event is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Audience {
    Guild(u64),
    Direct,
}

impl Gateway {
    pub(super) fn connect(&mut self, out: UnboundedSender<Out>, settings: &Settings, now: Moment) -> u64 {
        self.next_connection += 1;
        self.counts.connects.push(now);
        let connection = Connection { out, session: None, zombie: false, ready: false };
        let interval = u64::try_from(settings.heartbeat_interval.as_millis()).unwrap_or(u64::MAX);
        connection.send(Out::Frame(
            json!({ "op": 10, "d": { "heartbeat_interval": interval }, "s": null, "t": null }),
        ));
        self.connections.insert(self.next_connection, connection);
        self.next_connection
    }

    /// The socket is gone. `clean` is a close frame by the client with 1000 or 1001, which ends the session.
    pub(super) fn disconnect(&mut self, id: u64, clean: bool, now: Instant) {
        let Some(name) = self.connections.remove(&id).and_then(|connection| connection.session) else {
            return;
        };
        if clean {
            self.sessions.remove(&name);
        } else if let Some(session) = self.sessions.get_mut(&name)
            && session.connection == Some(id)
        {
            session.connection = None;
            session.left_at = Some(now);
        }
    }

    /// Adds an event to each session that it is for, and sends it where one is connected.
    pub(super) fn dispatch(&mut self, audience: Audience, intents: u64, name: &str, data: &Value) {
        let for_session = |session: &Session| {
            let (shard, total) = session.shard;
            let wanted = intents == 0 || session.intents & intents != 0;
            wanted
                && match audience {
                    Audience::Guild(guild) => (guild >> 22) % total == shard,
                    Audience::Direct => shard == 0,
                }
        };
        let sessions = &mut self.sessions;
        for session in sessions.values_mut().filter(|session| for_session(session)) {
            let frame = session.event(name, data);
            if let Some(connection) = session.connection.and_then(|id| self.connections.get(&id)) {
                connection.send(Out::Frame(frame));
            }
        }
    }

    /// Sends to a session by its connection.
    pub(super) fn dispatch_to(&mut self, connection: u64, name: &str, data: &Value) {
        let Some(to) = self.connections.get_mut(&connection) else { return };
        let Some(session) = to.session.as_ref().and_then(|name| self.sessions.get_mut(name)) else { return };
        let frame = session.event(name, data);
        to.send(Out::Frame(frame));
    }

    pub(super) fn send(&self, connection: u64, out: Out) {
        if let Some(connection) = self.connections.get(&connection) {
            connection.send(out);
        }
    }

    pub(super) fn close(&self, connection: u64, code: u16) {
        self.send(connection, Out::Close(Closing::Code(code)));
    }

    pub(super) fn heartbeat(&mut self, connection: u64) {
        self.counts.heartbeats += 1;
        if !self.stop_acking {
            self.send(connection, Out::Frame(json!({ "op": 11, "d": null, "s": null, "t": null })));
        }
    }

    pub(super) fn invalid_session(&self, connection: u64, resumable: bool) {
        self.send(connection, Out::Frame(json!({ "op": 9, "d": resumable, "s": null, "t": null })));
    }

    /// Checks an IDENTIFY and opens a session; `Err` is a close code, `Ok(None)` an op 9.
    pub(super) fn identify(
        &mut self,
        connection: u64,
        data: &Value,
        settings: &Settings,
        session_id: String,
        now: Moment,
    ) -> Result<Option<(u64, u64)>, u16> {
        let token = data["token"].as_str().map(|token| token.trim_start_matches("Bot "));
        if !token.is_some_and(|token| settings.tokens.iter().any(|known| known == token)) {
            return Err(4004);
        }
        if let Some(code) = settings.close_identify {
            return Err(code);
        }
        let shard = shard_of(&data["shard"]).ok_or(4010_u16)?;
        if shard.1 < u64::from(settings.required_shards) {
            return Err(4011);
        }
        let intents =
            data["intents"].as_u64().filter(|intents| intents & !KNOWN_INTENTS == 0).ok_or(4013_u16)?;
        if intents & PRIVILEGED & !settings.privileged_intents != 0 {
            return Err(4014);
        }
        let last = self.last_identify.insert(shard.0, now.instant);
        if last.is_some_and(|last| now.instant.saturating_duration_since(last) < settings.identify_every) {
            return Ok(None);
        }
        self.counts.identifies.push(now);
        let Some(to) = self.connections.get_mut(&connection) else { return Ok(None) };
        if data["compress"] == true {
            to.send(Out::Compress);
        }
        to.session = Some(session_id.clone());
        to.ready = true;
        let session = Session {
            shard,
            intents,
            seq: 0,
            events: VecDeque::new(),
            connection: Some(connection),
            left_at: None,
        };
        self.sessions.insert(session_id, session);
        Ok(Some(shard))
    }

    /// Takes a session up again and replays what it missed; false if that can't be done.
    pub(super) fn resume(&mut self, connection: u64, data: &Value, settings: &Settings, now: Moment) -> bool {
        let name = data["session_id"].as_str().unwrap_or_default();
        let seen = data["seq"].as_u64().unwrap_or(0);
        let Some(session) = self.sessions.get_mut(name) else { return false };
        let expired = session
            .left_at
            .is_some_and(|left| now.instant.saturating_duration_since(left) > settings.session_timeout);
        let oldest = session.events.front().map_or(session.seq + 1, |(seq, _)| *seq);
        if expired || seen > session.seq || seen + 1 < oldest {
            self.sessions.remove(name);
            return false;
        }
        let former = session.connection.replace(connection);
        session.left_at = None;
        let missed: Vec<Value> =
            session.events.iter().filter(|(seq, _)| *seq > seen).map(|(_, frame)| frame.clone()).collect();
        if let Some(former) = former.and_then(|id| self.connections.get_mut(&id)) {
            former.session = None;
        }
        let Some(to) = self.connections.get_mut(&connection) else { return false };
        to.session = Some(name.to_owned());
        to.ready = true;
        for frame in missed {
            to.send(Out::Frame(frame));
        }
        self.counts.resumes.push(now);
        self.dispatch_to(connection, "RESUMED", &json!({ "_trace": [] }));
        true
    }

    /// Sessions that a client is connected to now.
    pub(super) fn connected(&self) -> usize {
        self.connections
            .values()
            .filter(|connection| connection.ready && connection.session.is_some())
            .count()
    }
}

impl Session {
    fn event(&mut self, name: &str, data: &Value) -> Value {
        self.seq += 1;
        let frame = json!({ "op": 0, "s": self.seq, "t": name, "d": data });
        self.events.push_back((self.seq, frame.clone()));
        if self.events.len() > REPLAY_LIMIT {
            self.events.pop_front();
        }
        frame
    }
}

/// `[shard, total]`, which may be left out.
fn shard_of(value: &Value) -> Option<(u64, u64)> {
    if value.is_null() {
        return Some((0, 1));
    }
    let shard = (value[0].as_u64()?, value[1].as_u64()?);
    (shard.0 < shard.1).then_some(shard)
}
