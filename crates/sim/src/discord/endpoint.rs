//! The application's interactions endpoint: interactions as signed POSTs instead of events of the gateway.
//!
//! Owns the signing, the check that an endpoint must pass before it is used, and what its answers do. Source:
//! Discord's documentation, "Receiving and Responding to Interactions", "Security and Authorization". Discord asks for
//! HTTPS; the stand-in, which never leaves the machine, posts by plain HTTP alone.

use std::fmt::Write;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::interactions::Outcome;
use super::moment::Moment;
use super::routes::{self, Call};
use super::state::{Shared, State};
use super::wire;

/// How Discord names itself to an endpoint.
const AGENT: &str = "Discord-Interactions/1.0 (+https://discord.com)";
/// PONG, the response to a PING.
const PONG: u64 = 1;

/// How a delivery is signed; all but the first are what someone else, or nobody, would send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// By the application's key, now.
    #[default]
    Valid,
    /// By the application's key, this long ago: a recording that is played again.
    Stale(Duration),
    /// Valid, for another body.
    Tampered,
    /// Valid, for another time.
    Backdated,
    /// By another key.
    OtherKey,
    /// With something that is no signature.
    Garbled,
    /// Without the headers of a signature.
    Unsigned,
}

/// Why an endpoint isn't used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRefused {
    /// It didn't answer in time, or isn't an HTTP address.
    #[error("the endpoint doesn't answer")]
    Unreachable,
    /// A PING that was signed well wasn't answered by a PONG.
    #[error("the endpoint doesn't answer a PING by a PONG")]
    NoPong,
    /// A PING that was signed badly wasn't answered by 401.
    #[error("the endpoint takes what isn't signed well")]
    TakesForgeries,
}

/// What was posted to the endpoint, and what came back.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The interaction.
    pub interaction: u64,
    /// How it was signed.
    pub signing: Signing,
    /// The status of the answer; `None` while there is none.
    pub status: Option<u16>,
    /// The body of the answer; null if it has none, or if it isn't JSON.
    pub body: Value,
}

/// An interaction on its way to the endpoint.
#[derive(Debug)]
pub(super) struct Parcel {
    pub url: String,
    pub interaction: u64,
    pub body: Value,
    pub signing: Signing,
}

/// The public half of the application's key, in hexadecimal.
pub(super) fn verify_key(seed: &[u8; 32]) -> String {
    hexadecimal(key(seed).public_key().as_ref())
}

fn key(seed: &[u8; 32]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// The request that carries `body`.
fn signed(seed: &[u8; 32], body: &str, signing: Signing, now: Moment) -> http::Result<Request<Full<Bytes>>> {
    let at = |ago: Duration| {
        now.timestamp.as_second().saturating_sub(i64::try_from(ago.as_secs()).unwrap_or(i64::MAX)).to_string()
    };
    let sign = |seed: &[u8; 32], time: &str, body: &str| {
        hexadecimal(key(seed).sign(format!("{time}{body}").as_bytes()).as_ref())
    };
    let present = at(Duration::ZERO);
    let headers = match signing {
        Signing::Valid => Some((sign(seed, &present, body), present)),
        Signing::Stale(ago) => Some((sign(seed, &at(ago), body), at(ago))),
        Signing::Tampered => Some((sign(seed, &present, &format!("{body} ")), present)),
        Signing::Backdated => Some((sign(seed, &at(Duration::from_secs(1)), body), present)),
        Signing::OtherKey => Some((sign(&seed.map(|byte| !byte), &present, body), present)),
        Signing::Garbled => Some(("no signature".to_owned(), present)),
        Signing::Unsigned => None,
    };
    let mut request =
        Request::post("/").header(header::CONTENT_TYPE, "application/json").header(header::USER_AGENT, AGENT);
    if let Some((signature, time)) = headers {
        request = request.header("X-Signature-Ed25519", signature).header("X-Signature-Timestamp", time);
    }
    request.body(Full::new(Bytes::from(body.to_owned())))
}

/// Posts a request and reads the whole answer.
async fn post(url: &str, mut request: Request<Full<Bytes>>) -> io::Result<Response<Full<Bytes>>> {
    let url = url::Url::parse(url).map_err(io::Error::other)?;
    let host = url.host_str().filter(|_| url.scheme() == "http");
    let host = host.ok_or_else(|| io::Error::other("not an HTTP address"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    *request.uri_mut() =
        url[url::Position::BeforePath..url::Position::AfterQuery].parse().map_err(io::Error::other)?;
    let named = format!("{host}:{port}").parse().map_err(io::Error::other)?;
    request.headers_mut().insert(header::HOST, named);
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let exchange = async {
        let (parts, body) = sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Response::from_parts(parts, Full::new(body)))
    };
    tokio::pin!(exchange);
    tokio::select! {
        biased;
        answer = &mut exchange => answer,
        // The connection may be done as soon as the answer's last byte is read.
        _closed = connection => exchange.await,
    }
}

async fn json_of(answer: &Response<Full<Bytes>>) -> Value {
    let bytes = answer.body().clone().collect().await.map(http_body_util::Collected::to_bytes);
    bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The check before an endpoint is used: a PING that is signed well, and one that isn't.
pub(super) async fn check(shared: &Shared, url: &str) -> Result<(), EndpointRefused> {
    for signing in [Signing::Valid, Signing::OtherKey] {
        let (ping, seed, limit) = shared
            .change(|state| (ping(state).to_string(), state.settings.key_seed, state.settings.answer_limit));
        let request =
            signed(&seed, &ping, signing, shared.clock.now()).map_err(|_| EndpointRefused::Unreachable)?;
        let answer = tokio::time::timeout(limit, post(url, request)).await;
        let answer = answer.ok().and_then(Result::ok).ok_or(EndpointRefused::Unreachable)?;
        let status = answer.status().as_u16();
        match signing {
            Signing::Valid if status != 200 || json_of(&answer).await["type"] != PONG => {
                return Err(EndpointRefused::NoPong);
            }
            Signing::OtherKey if status != 401 => return Err(EndpointRefused::TakesForgeries),
            _ => {}
        }
    }
    Ok(())
}

fn ping(state: &mut State) -> Value {
    let id = state.new_id();
    json!({
        "id": wire::id(id),
        "application_id": wire::id(state.world.bot),
        "type": 1,
        "token": format!("ping-{id}"),
        "version": 1,
        "user": wire::user_by_id(&state.world, state.world.owner),
        "entitlements": [],
    })
}

/// Posts an interaction, and does what the answer says: answers it by the body, or waits for a callback on 202. Any
/// other answer fails the interaction, and so does none at all. A delivery that Discord wouldn't send is answered to
/// whoever sent it, and does nothing.
pub(super) async fn deliver(shared: Arc<Shared>, parcel: Parcel) {
    let (entry, seed, limit) = shared.change(|state| {
        let Parcel { interaction, signing, .. } = parcel;
        state.deliveries.push(Delivery { interaction, signing, status: None, body: Value::Null });
        (state.deliveries.len() - 1, state.settings.key_seed, state.settings.answer_limit)
    });
    let Ok(request) = signed(&seed, &parcel.body.to_string(), parcel.signing, shared.clock.now()) else {
        return;
    };
    let answer = tokio::select! {
        () = shared.stop.cancelled() => return,
        answer = tokio::time::timeout(limit, post(&parcel.url, request)) => answer,
    };
    // When it is too late the interaction fails by itself.
    let Ok(answer) = answer else { return };
    let answer = answer.ok();
    let body = match &answer {
        Some(answer) => json_of(answer).await,
        None => Value::Null,
    };
    let status = answer.as_ref().map(|answer| answer.status().as_u16());
    let call = match answer {
        Some(answer) if status == Some(200) => response_of(&parcel, answer, shared.clock.now()).await,
        _ => None,
    };
    shared.change(|state| {
        if let Some(delivery) = state.deliveries.get_mut(entry) {
            (delivery.status, delivery.body) = (status, body);
        }
        if parcel.signing != Signing::Valid || status == Some(202) {
            return;
        }
        let taken = call.is_some_and(|call| routes::answer(state, &call).status < 300);
        if let Some(pending) = state.interactions.get_mut(&parcel.interaction).filter(|_| !taken) {
            pending.first.get_or_insert((Outcome::Failed, shared.clock.now()));
        }
    });
}

/// The answer in a response's body, as if it had come by a callback.
async fn response_of(parcel: &Parcel, answer: Response<Full<Bytes>>, at: Moment) -> Option<Call> {
    let (parts, body) = answer.into_parts();
    let mut request = Request::new(body);
    *request.method_mut() = http::Method::POST;
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    let token = parcel.body["token"].as_str().unwrap_or_default();
    let path = format!("/interactions/{}/{token}/callback", parcel.interaction);
    super::http::read(request, &path, at, std::net::Ipv4Addr::LOCALHOST.into()).await.ok()
}

/// The endpoint that a request about the application wants to be used.
pub(super) fn wanted(call: &Call) -> Option<&str> {
    let about = call.method == "PATCH" && call.segments() == ["applications", "@me"];
    call.body.as_ref().filter(|_| about)?["interactions_endpoint_url"].as_str()
}
