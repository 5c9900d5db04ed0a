//! What the stand-in asks and tells others: challenges and events, to webhooks on loopback.
//!
//! Owns HTTP going out. Parcels go one after another, so that a slow webhook delays the next parcel, and nothing is
//! tried twice.

use std::{io, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, sync::mpsc};
use url::{Host, Url};

use super::{
    push::{Challenge, Delivered, Outcome, Parcel},
    server::Shared,
};

/// The longest answer that is read, in bytes.
const ANSWER_AT_MOST: usize = 64 * 1024;
/// The header that carries a signature.
const SIGNATURE: &str = "x-twitter-webhooks-signature";

/// Carries parcels until nobody sends any.
pub(super) async fn carry(mut parcels: mpsc::Receiver<Parcel>, shared: Arc<Shared>) {
    while let Some(parcel) = parcels.recv().await {
        deliver(&shared, parcel).await;
    }
}

/// Carries one parcel, and notes what came of it.
pub(super) async fn deliver(shared: &Shared, parcel: Parcel) -> Outcome {
    let outcome = post(&parcel).await;
    let Parcel { webhook: webhook_id, body, signature, .. } = parcel;
    shared.lock().push.note(Delivered { webhook_id, body, signature, outcome });
    shared.moved.notify_waiters();
    outcome
}

async fn post(parcel: &Parcel) -> Outcome {
    let mut request = Request::post(target(&parcel.url)).header(header::CONTENT_TYPE, "application/json");
    if let Some(signature) = &parcel.signature {
        request = request.header(SIGNATURE, signature);
    }
    match talk(&parcel.url, request, Bytes::from(parcel.body.clone()), parcel.patience).await {
        Ok((status, _)) => Outcome::Answered(status),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Outcome::TimedOut,
        Err(error) => {
            tracing::debug!(%error, "a webhook couldn't be told");
            Outcome::Unreachable
        }
    }
}

/// Whether a webhook answers its challenge.
pub(super) async fn passes(challenge: &Challenge) -> bool {
    let mut url = challenge.url.clone();
    url.query_pairs_mut().append_pair("crc_token", &challenge.token);
    let answered = talk(&url, Request::get(target(&url)), Bytes::new(), challenge.patience).await;
    answered.is_ok_and(|(status, body)| {
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        status == 200 && body["response_token"] == *challenge.expected
    })
}

async fn talk(
    url: &Url,
    request: http::request::Builder,
    body: Bytes,
    patience: Duration,
) -> io::Result<(u16, Bytes)> {
    let talked = tokio::time::timeout(patience, exchange(url, request, body)).await;
    talked.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn exchange(url: &Url, request: http::request::Builder, body: Bytes) -> io::Result<(u16, Bytes)> {
    let port = url.port_or_known_default().unwrap_or_default();
    let stream = match url.host() {
        _ if url.scheme() != "http" => return Err(io::ErrorKind::Unsupported.into()),
        Some(Host::Ipv4(address)) if address.is_loopback() => TcpStream::connect((address, port)).await,
        Some(Host::Ipv6(address)) if address.is_loopback() => TcpStream::connect((address, port)).await,
        Some(Host::Domain("localhost")) => TcpStream::connect(("localhost", port)).await,
        _ => return Err(io::ErrorKind::Unsupported.into()),
    }?;
    let request = request
        .header(header::HOST, format!("{}:{port}", url.host_str().unwrap_or_default()))
        .header(header::USER_AGENT, "TwitterBot/1.0")
        .body(Full::new(body))
        .map_err(io::Error::other)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let talk = async {
        let answer = sender.send_request(request).await.map_err(io::Error::other)?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), ANSWER_AT_MOST).collect().await;
        Ok((status, body.map_err(io::Error::other)?.to_bytes()))
    };
    // The connection moves the bytes of the talk, and may be over before the talk has read them.
    let (mut talk, mut connection) = (std::pin::pin!(talk), std::pin::pin!(connection));
    tokio::select! {
        biased;
        told = &mut talk => told,
        _ = &mut connection => talk.await,
    }
}

/// The path of a request, with its query.
fn target(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}
