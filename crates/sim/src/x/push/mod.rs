//! The X Activity API: who wants to be told of what, and how they are told.
//!
//! Owns subscriptions, streams and webhooks, and turns a change of the world into events for them. It moves no bytes:
//! streams have queues that the server sends, and `postman` takes parcels to webhooks.

mod connection;
mod event;
mod settings;
mod subscription;
mod webhook;

use std::time::Duration;

use rand::{
    RngExt as _, SeedableRng,
    distr::{Alphanumeric, SampleString},
    rngs::StdRng,
};
use serde_json::json;
use tokio::sync::mpsc;

use super::{
    answer::{Asked, Refusal},
    billing::Resource,
    clock::Moment,
    endpoint::{Endpoint, Route},
    ids::{SpaceId, UserId},
    query::{Complaint, Params},
    reply::{JSON, Reply},
    state::State,
    wire::problems,
};
use crate::exchange::{Answered, Exchange, Given};
pub use connection::Connection;
use connection::Connections;
pub(super) use connection::{Opened, Piece};
pub use event::EventKind;
use event::{Event, Recent};
pub use settings::{Backfill, InnerEventType, PushSettings, SubscriptionShape};
pub use subscription::Subscription;
use subscription::Subscriptions;
use webhook::Webhooks;
pub(super) use webhook::{Challenge, Parcel, signed};
pub use webhook::{Delivered, Outcome, Signing, Webhook};

/// The path of the stream, as exchanges name it.
const STREAM: &str = "/2/activity/stream";

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamEnd {
    /// In order, without a word.
    Closed,
    /// The connection breaks.
    Cut,
    /// The connection breaks in the middle of a line.
    CutMidLine,
    /// After an `errors` object of type `operational-disconnect`.
    Operational,
}

/// In which order events that were held back go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they happened.
    AsTheyHappened,
    /// The last one first.
    Reversed,
}

/// Numbers that grow, for ids.
#[derive(Debug)]
pub(super) struct Ids(u64);

impl Ids {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// All about being told.
#[derive(Debug)]
pub(super) struct Push {
    subscriptions: Subscriptions,
    connections: Connections,
    webhooks: Webhooks,
    recent: Recent,
    held: Option<Vec<Event>>,
    ids: Ids,
    outgoing: mpsc::Sender<Parcel>,
    events: u64,
    random: StdRng,
}

impl Push {
    /// Nobody wants to be told anything. Parcels for webhooks go to `outgoing`.
    pub fn new(seed: u64, outgoing: mpsc::Sender<Parcel>) -> Self {
        Self {
            subscriptions: Subscriptions::default(),
            connections: Connections::default(),
            webhooks: Webhooks::default(),
            recent: Recent::default(),
            held: None,
            ids: Ids(0),
            outgoing,
            events: 0,
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// The subscriptions, oldest first.
    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.subscriptions.all()
    }

    /// The streams that are or were open, oldest first.
    pub fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.connections.all()
    }

    /// The webhooks, oldest first.
    pub fn webhooks(&self) -> impl Iterator<Item = &Webhook> {
        self.webhooks.all()
    }

    /// What was delivered to webhooks, oldest first.
    pub fn delivered(&self) -> impl Iterator<Item = &Delivered> {
        self.webhooks.delivered()
    }

    /// Notes a delivery that is over.
    pub fn note(&mut self, delivered: Delivered) {
        self.webhooks.note(delivered);
    }

    /// Keeps events back from now on.
    pub fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    fn secret(&mut self) -> String {
        Alphanumeric.sample_string(&mut self.random, 48)
    }

    /// An id of an event: text of a signed number, every other one negative.
    fn event_uuid(&mut self) -> String {
        self.events += 1;
        let number = self.random.random_range(1..i64::MAX);
        if self.events % 2 == 1 { (-number).to_string() } else { number.to_string() }
    }

    fn connection_uuid(&mut self) -> String {
        let hex = format!("{:032x}", self.random.random::<u128>());
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

/// Answers an endpoint about being told.
pub(super) fn answer(state: &mut State, asked: &Asked, route: &Route) -> Result<Reply, Refusal> {
    let id = route.subject.as_str();
    match route.endpoint {
        Endpoint::SubscriptionCreate => subscription::create(state, asked),
        Endpoint::SubscriptionList => subscription::list(state, asked),
        Endpoint::SubscriptionsDelete => subscription::delete_many(state, asked),
        Endpoint::SubscriptionUpdate => subscription::update(state, asked, id),
        Endpoint::SubscriptionDelete => subscription::delete(state, asked, id),
        Endpoint::ActivityStream => open(state, asked),
        Endpoint::ConnectionList => connection::list(state, asked),
        Endpoint::ConnectionsDelete => connection::delete(state, asked),
        Endpoint::ConnectionsDeleteAll => connection::delete_all(state, asked),
        Endpoint::WebhookCreate => webhook::create(state, asked),
        Endpoint::WebhookList => webhook::list(state, asked),
        Endpoint::WebhookValidate => webhook::validate(state, asked, id),
        Endpoint::WebhookDelete => webhook::delete(state, asked, id),
        // Those that aren't about being told don't come here.
        _ => Err(Refusal::Forbidden),
    }
}

/// What a request that waited for a challenge is answered.
pub(super) fn checked(state: &mut State, challenge: &Challenge, passed: bool) -> Reply {
    webhook::checked(state, challenge, passed)
}

/// A challenge for each webhook, as X repeats them.
pub(super) fn challenges(state: &mut State) -> Vec<Challenge> {
    let known: Vec<(String, Option<url::Url>)> =
        state.push.webhooks().map(|webhook| (webhook.id.clone(), webhook.url.parse().ok())).collect();
    let addressed = known.into_iter().filter_map(|(id, url)| Some((id, url?)));
    addressed.map(|(id, url)| webhook::challenge(state, url, Some(id))).collect()
}

/// A parcel for a webhook, signed in a way; None when there is no such webhook.
pub(super) fn parcel(state: &State, webhook: &str, body: &str, signing: Signing) -> Option<Parcel> {
    webhook::parcel(state, webhook, body, signing)
}

/// `GET /2/activity/stream`
fn open(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    let mut params = Params::new(&asked.query, &["backfill_minutes", "start_time", "end_time"]);
    let minutes = params.number("backfill_minutes", 0..=5).unwrap_or(0);
    params.finish()?;
    let settings = &state.settings.push;
    // Times are for who pays for backfill; the stand-in has none of them.
    let asks = asked.query.iter().find(|(name, value)| name != "backfill_minutes" || value != "0");
    if let Some((name, value)) = asks
        && (name != "backfill_minutes" || settings.backfill != Backfill::Granted)
    {
        let what = format!("The `{name}` query parameter can not be used at your access level");
        return Err(match settings.backfill {
            Backfill::Forbidden => Refusal::Forbidden,
            _ => vec![Complaint::about(name, value, &what)].into(),
        });
    }
    if state.push.connections.active() >= settings.connections_at_most {
        return Err(Refusal::TooManyConnections);
    }
    let (now, keep_alive) = (state.clock.now(), settings.keep_alive);
    let id = state.push.connection_uuid();
    let opened = state.push.connections.open(id.clone(), &asked.query, keep_alive, now.time);
    for event in state.push.recent.since(now.instant, Duration::from_mins(minutes)) {
        if minutes > 0 && state.push.connections.send_to(&id, connection::piece(&event)) {
            delivered(state, &event, std::slice::from_ref(&asked.query));
        }
    }
    let mut reply = Reply::new(200, JSON, String::new());
    reply.stream = Some(opened);
    Ok(reply)
}

/// Tells those who subscribed to this.
pub(super) fn tell(state: &mut State, kind: EventKind, user: &UserId, space: Option<&SpaceId>) {
    let now = state.clock.now();
    state.bill.turn_to(now.time);
    let form = state.settings.push.inner_event_type;
    for subscription in state.push.subscriptions.matching(kind.name(), user.as_str()) {
        let Some(about) = state.world.view(None).user(user).cloned() else { return };
        let uuid = state.push.event_uuid();
        let body = event::body(kind, &uuid, &subscription, &about, space, form).to_string();
        let event = Event { uuid, body, at: now.instant, webhook: subscription.webhook_id };
        match &mut state.push.held {
            Some(held) => held.push(event),
            None => send(state, event, now),
        }
    }
}

/// Sends what was held back, and holds nothing back any more.
pub(super) fn release(state: &mut State, order: Order) {
    let now = state.clock.now();
    let mut held = state.push.held.take().unwrap_or_default();
    if order == Order::Reversed {
        held.reverse();
    }
    for event in held {
        send(state, event, now);
    }
}

fn send(state: &mut State, event: Event, now: Moment) {
    for _ in 0..state.settings.push.event_copies {
        let taken = state.push.connections.send(&connection::piece(&event), now.time);
        if !taken.is_empty() {
            delivered(state, &event, &taken);
        }
        let webhook = event.webhook.as_ref().and_then(|id| state.push.webhooks.get(id));
        if let Some(webhook) = webhook
            && webhook::receives(&state.settings.push, webhook, now.time)
            && let Some(parcel) = webhook::parcel(state, &webhook.id, &event.body, Signing::True)
            && state.push.outgoing.try_send(parcel).is_ok()
        {
            delivered(state, &event, &[]);
        }
    }
    state.push.recent.keep(event);
}

/// Bills an event that was delivered, and keeps its exchange for each stream with this query.
fn delivered(state: &mut State, event: &Event, queries: &[Vec<(String, String)>]) {
    state.charge([(Resource::Event, event.uuid.clone())]);
    for query in queries {
        keep(state, query.clone(), event.body.clone());
    }
}

fn keep(state: &mut State, query: Vec<(String, String)>, line: String) {
    if state.settings.keep_exchanges {
        let content_type = Some(JSON.to_owned());
        let given = Given { status: 200, content_type, headers: Vec::new(), body: line };
        let (method, path) = ("GET".to_owned(), STREAM.to_owned());
        state.recorder.keep(Exchange { method, path, query, body: None, answer: Answered::Truly(given) });
    }
}

/// Writes a line on all streams as it is, true or not.
pub(super) fn write(state: &mut State, line: &[u8]) {
    let now = state.clock.now().time;
    state.push.connections.send(&Piece::Bytes([line, b"\r\n"].concat().into()), now);
}

/// All streams fall silent, signs of life included, and stay open.
pub(super) fn silence(state: &mut State) {
    let now = state.clock.now().time;
    state.push.connections.send(&Piece::Silence, now);
}

/// Ends all streams.
pub(super) fn end_streams(state: &mut State, end: StreamEnd) {
    let now = state.clock.now().time;
    let (last, reason) = match end {
        StreamEnd::Closed => (Piece::End, "The stream was closed"),
        StreamEnd::Cut => (Piece::Cut, "The connection broke"),
        StreamEnd::CutMidLine => {
            let line =
                state.push.recent.last().map_or("{\"data\":{\"event_uuid\":\"-1\"}}", |event| &event.body);
            let half = line.chars().take(line.chars().count() / 2).collect::<String>();
            state.push.connections.send(&Piece::Bytes(half.into()), now);
            (Piece::Cut, "The connection broke")
        }
        StreamEnd::Operational => {
            let line = json!({ "errors": [problems::operational_disconnect(state.settings.problem_host)] });
            let taken = state.push.connections.send(&Piece::Bytes(format!("{line}\r\n").into()), now);
            for query in taken {
                keep(state, query, line.to_string());
            }
            (Piece::End, "Operational disconnect")
        }
    };
    state.push.connections.end_all(&last, reason, now);
}

/// The client of a stream is gone.
pub(super) fn dropped(state: &mut State, id: &str) {
    let now = state.clock.now().time;
    state.push.connections.dropped(id, state.settings.push.connections_linger, now);
}
