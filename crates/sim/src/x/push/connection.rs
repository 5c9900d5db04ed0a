//! Streams: who is connected, and what is on its way to them.
//!
//! Owns the connections and their history. It moves no bytes: each has a queue whose other end the server sends.

use std::collections::VecDeque;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{event::Event, subscription::object};
use crate::x::{
    answer::{Asked, Refusal},
    query::{Complaint, Params, page_token},
    reply::Reply,
    state::State,
    wire,
};

/// What a slow client may leave unread before it is disconnected.
const QUEUED_AT_MOST: usize = 10_000;
/// The most connections that are remembered.
const KEPT_AT_MOST: usize = 1_000;
/// What the stream is called among streams.
const ENDPOINT: &str = "activity_stream";
/// Streams that `endpoints` can name. The description lacks the Activity API's.
const ENDPOINTS: [&str; 14] = [
    "filtered_stream",
    "firehose_stream",
    "firehose_stream_lang_en",
    "firehose_stream_lang_ja",
    "firehose_stream_lang_ko",
    "firehose_stream_lang_pt",
    "likes_compliance_stream",
    "likes_firehose_stream",
    "likes_sample10_stream",
    "sample10_stream",
    "sample_stream",
    "tweet_label_stream",
    "tweets_compliance_stream",
    "users_compliance_stream",
];
/// What `connection.fields` can name.
const FIELDS: [&str; 6] =
    ["client_ip", "connected_at", "disconnect_reason", "disconnected_at", "endpoint_name", "id"];

/// A stream that is or was open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its id.
    pub id: String,
    /// Since when.
    pub connected_at: Timestamp,
    /// Until when; None while it counts.
    pub disconnected_at: Option<Timestamp>,
    /// Why it ended.
    pub disconnect_reason: Option<String>,
}

/// Something that happens to a stream.
#[derive(Clone, Debug)]
pub(in crate::x) enum Piece {
    /// Bytes to send.
    Bytes(Bytes),
    /// Nothing more, not even signs of life.
    Silence,
    /// The connection breaks.
    Cut,
    /// The stream ends in order.
    End,
}

/// The end of a stream that the server sends.
#[derive(Debug)]
pub(in crate::x) struct Opened {
    /// The connection's id.
    pub id: String,
    /// What to send.
    pub pieces: mpsc::Receiver<Piece>,
    /// How often silence is broken.
    pub keep_alive: std::time::Duration,
}

#[derive(Debug)]
struct Entry {
    connection: Connection,
    /// None once nobody listens.
    queue: Option<mpsc::Sender<Piece>>,
    /// The query that opened it.
    query: Vec<(String, String)>,
}

/// All streams, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Connections(VecDeque<Entry>);

impl Connections {
    /// All that are remembered.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Connection> {
        self.0.iter().map(|entry| &entry.connection)
    }

    /// How many count.
    pub fn active(&self) -> usize {
        self.all().filter(|connection| connection.disconnected_at.is_none()).count()
    }

    /// Opens one.
    pub fn open(
        &mut self,
        id: String,
        query: &[(String, String)],
        keep_alive: std::time::Duration,
        now: Timestamp,
    ) -> Opened {
        let (sender, pieces) = mpsc::channel(QUEUED_AT_MOST);
        if self.0.len() == KEPT_AT_MOST {
            self.0.pop_front();
        }
        let connection =
            Connection { id: id.clone(), connected_at: now, disconnected_at: None, disconnect_reason: None };
        self.0.push_back(Entry { connection, queue: Some(sender), query: query.to_vec() });
        Opened { id, pieces, keep_alive }
    }

    /// Puts something on its way to all streams; answers the queries of those that take it.
    pub fn send(&mut self, piece: &Piece, now: Timestamp) -> Vec<Vec<(String, String)>> {
        let mut taken = Vec::new();
        for entry in &mut self.0 {
            let Some(queue) = &entry.queue else { continue };
            match queue.try_send(piece.clone()) {
                Ok(()) => taken.push(entry.query.clone()),
                Err(mpsc::error::TrySendError::Full(_)) => entry.end("The client is too slow", now),
                Err(mpsc::error::TrySendError::Closed(_)) => {}
            }
        }
        taken
    }

    /// Puts something on its way to one stream.
    pub fn send_to(&self, id: &str, piece: Piece) -> bool {
        let queue =
            self.0.iter().find(|entry| entry.connection.id == id).and_then(|entry| entry.queue.as_ref());
        queue.is_some_and(|queue| queue.try_send(piece).is_ok())
    }

    /// Ends all streams in a way.
    pub fn end_all(&mut self, piece: &Piece, reason: &str, now: Timestamp) {
        self.send(piece, now);
        self.0.iter_mut().for_each(|entry| entry.end(reason, now));
    }

    /// The client is gone. It goes on counting if it lingers.
    pub fn dropped(&mut self, id: &str, lingers: bool, now: Timestamp) {
        if let Some(entry) = self.0.iter_mut().find(|entry| entry.connection.id == id) {
            entry.queue = None;
            if !lingers {
                entry.end("The client disconnected", now);
            }
        }
    }

    /// Ends one that counts, whether somebody listens or not.
    fn terminate(&mut self, id: &str, now: Timestamp) -> bool {
        let entry = self
            .0
            .iter_mut()
            .find(|entry| entry.connection.id == id && entry.connection.disconnected_at.is_none());
        let Some(entry) = entry else { return false };
        if let Some(queue) = &entry.queue {
            // One whose queue is full ends with its queue.
            let _ = queue.try_send(Piece::End);
        }
        entry.end("The connection was terminated", now);
        true
    }
}

impl Entry {
    fn end(&mut self, reason: &str, now: Timestamp) {
        self.queue = None;
        if self.connection.disconnected_at.is_none() {
            self.connection.disconnected_at = Some(now);
            self.connection.disconnect_reason = Some(reason.to_owned());
        }
    }
}

/// `GET /2/connections`, the newest first.
pub(super) fn list(state: &State, asked: &Asked) -> Result<Reply, Refusal> {
    let allowed = ["status", "endpoints", "max_results", "pagination_token", "connection.fields"];
    let mut params = Params::new(&asked.query, &allowed);
    let status = params.one_of("status", &["active", "inactive", "all"]).unwrap_or("active");
    let endpoints = params.names("endpoints", &ENDPOINTS);
    let fields = params.names("connection.fields", &FIELDS);
    let (most, from) = (params.max_results_or(10), params.page());
    params.finish()?;
    let shown: Vec<&Connection> = state
        .push
        .connections
        .all()
        .rev()
        .filter(|connection| match status {
            "active" => connection.disconnected_at.is_none(),
            "inactive" => connection.disconnected_at.is_some(),
            _ => true,
        })
        .filter(|_| endpoints.is_empty())
        .collect();
    let page: Vec<Value> =
        shown.iter().skip(from).take(most).map(|connection| show(connection, &fields)).collect();
    let mut body = json!({ "meta": { "result_count": page.len() } });
    if from + page.len() < shown.len() {
        body["meta"]["next_token"] = json!(page_token(from + page.len()));
    }
    if !page.is_empty() {
        body["data"] = json!(page);
    }
    Ok(Reply::json(200, &body))
}

/// `DELETE /2/connections`
pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    Params::new(&asked.query, &[]).finish()?;
    let body = object(asked)?;
    let uuids: Option<Vec<String>> =
        body.get("uuids").and_then(|uuids| serde_json::from_value(uuids.clone()).ok());
    match uuids {
        Some(uuids) if (1..=100).contains(&uuids.len()) && body.len() == 1 => Ok(terminate(state, &uuids)),
        _ => {
            let what = "`uuids` is not a list of 1 to 100 texts";
            Err(vec![Complaint::about("uuids", &serde_json::Value::Object(body).to_string(), what)].into())
        }
    }
}

/// `DELETE /2/connections/all`
pub(super) fn delete_all(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    Params::new(&asked.query, &[]).finish()?;
    let active = state.push.connections.all().filter(|connection| connection.disconnected_at.is_none());
    let ids: Vec<String> = active.map(|connection| connection.id.clone()).collect();
    Ok(terminate(state, &ids))
}

fn terminate(state: &mut State, ids: &[String]) -> Reply {
    let now = state.clock.now().time;
    let mut killed = 0;
    let mut results = Vec::new();
    for id in ids {
        if state.push.connections.terminate(id, now) {
            killed += 1;
            results.push(json!({ "uuid": id, "success": true }));
        } else {
            results.push(json!({ "uuid": id, "success": false, "error_message": "Connection not found" }));
        }
    }
    let failed = ids.len() - killed;
    let data = json!({ "successful_kills": killed, "failed_kills": failed, "results": results });
    Reply::json(200, &json!({ "data": data }))
}

/// A connection with its id and the given fields.
fn show(connection: &Connection, fields: &[&str]) -> Value {
    let mut shown = json!({ "id": connection.id });
    for field in fields {
        let value = match *field {
            "client_ip" => Some(json!("127.0.0.1")),
            "connected_at" => Some(wire::time(connection.connected_at)),
            "disconnected_at" => connection.disconnected_at.map(wire::time),
            "disconnect_reason" => connection.disconnect_reason.as_ref().map(|reason| json!(reason)),
            "endpoint_name" => Some(json!(ENDPOINT)),
            _ => None,
        };
        if let Some(value) = value {
            shown[*field] = value;
        }
    }
    shown
}

/// An event as a stream takes it.
pub(super) fn piece(event: &Event) -> Piece {
    Piece::Bytes(event.line())
}
