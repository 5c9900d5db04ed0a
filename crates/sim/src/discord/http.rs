//! The HTTP server: reads requests, lets faults meet them, and hands the rest to the routes. Owns the
//! connections, so that it can cut them.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Request, header};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use super::endpoint;
use super::faults::Effect;
use super::files;
use super::log;
use super::moment::Moment;
use super::routes::{self, Answer, Call, File};
use super::serving;
use super::socket;
use super::state::Shared;
use crate::exchange::{Answered, Exchange, Given, pairs};

/// Larger bodies are refused, as Discord refuses them.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut on purpose")]
struct Cut;

/// Accepts connections until the stand-in stops.
pub(super) async fn listen(shared: Arc<Shared>, listener: TcpListener) {
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(connection(Arc::clone(&shared), stream));
                }
            }
        }
    }
}

/// A connection that breaks is the client's to notice.
async fn connection(shared: Arc<Shared>, stream: TcpStream) {
    let _without_delay = stream.set_nodelay(true);
    let inner = Arc::clone(&shared);
    let from = stream.peer_addr().map_or(Ipv4Addr::LOCALHOST.into(), |peer| peer.ip());
    let service = hyper::service::service_fn(move |request| serve(Arc::clone(&inner), request, from));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::select! {
        () = shared.stop.cancelled() => {}
        _ended = served => {}
    }
}

async fn serve(shared: Arc<Shared>, request: Request<Incoming>, from: IpAddr) -> Result<Response, Cut> {
    if request.headers().contains_key(header::UPGRADE) {
        return upgrade(shared, request).await;
    }
    let path = request.uri().path().to_owned();
    if let Some(path) = path.strip_prefix("/api/v10").or_else(|| path.strip_prefix("/api/v9")) {
        return rest(&shared, request, path, from).await;
    }
    let query = request.uri().query().unwrap_or_default();
    let file = files::at_address(&shared.look(), &path, query);
    match file {
        Some(file) => serving::serve(&shared, file).await.ok_or(Cut),
        None => Ok(http::StatusCode::NOT_FOUND.into_response()),
    }
}

async fn upgrade(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response, Cut> {
    if shared.look().gateway.refuse {
        shared.change(|state| state.gateway.counts.refused.push(shared.clock.now()));
        return Err(Cut);
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    let (mut parts, _) = request.into_parts();
    Ok(match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade.on_upgrade(move |socket| socket::serve(shared, socket, query)),
        Err(refused) => refused.into_response(),
    })
}

async fn rest(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    path: &str,
    from: IpAddr,
) -> Result<Response, Cut> {
    let at = shared.clock.now();
    let well_named =
        request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).is_some_and(
            |agent| agent.starts_with("DiscordBot (") && agent.contains(", ") && agent.contains(')'),
        );
    let Ok(mut call) = read(request, path, at, from).await else { return Err(Cut) };
    // Before the request shows in the log, so that whoever clears the faults on seeing it is heard.
    let mut cleared = shared.cleared.subscribe();
    let (entry, effect, latency, named, banned) = shared.change(|state| {
        state.log.push(log::Request {
            method: call.method.clone(),
            path: log::masked(&call.segments()),
            query: call.query.clone(),
            body: call.body.clone().unwrap_or_default(),
            files: call.files.len(),
            at,
            status: None,
            took: None,
        });
        let effect = state.faults.meet(&call.method, &call.path);
        let named = well_named || !state.settings.require_user_agent;
        let bucket = state.settings.invalid_requests;
        let banned = bucket.and_then(|bucket| state.limits.banned(from, bucket, at.instant));
        (state.log.len() - 1, effect, state.settings.latency, named, banned)
    });
    tokio::time::sleep(latency).await;
    let turned_away = banned.map(edge_ban).or_else(|| (!named).then(|| Effect::html(403)));
    if turned_away.is_some() || !does_what_is_asked(effect.as_ref()) {
        record(shared, &call, Answered::ByFault);
    } else if let Some(url) = endpoint::wanted(&call).filter(|_| routes::authorized(&shared.look(), &call)) {
        call.endpoint_proved = endpoint::check(shared, url).await.is_ok();
    }
    if let Some(page) = turned_away {
        return Ok(settle(shared, entry, at, from, fault_answer(page)));
    }
    match effect {
        None => Ok(settle(shared, entry, at, from, process(shared, &call))),
        Some(answer @ Effect::Answer { .. }) => Ok(settle(shared, entry, at, from, fault_answer(answer))),
        Some(Effect::DropBefore) => Err(Cut),
        Some(Effect::DropAfter) => {
            settle(shared, entry, at, from, process(shared, &call));
            Err(Cut)
        }
        Some(Effect::Hang) => {
            let _stopped = cleared.changed().await;
            Err(Cut)
        }
        Some(Effect::Delay(by)) => {
            let response = process(shared, &call);
            tokio::time::sleep(by).await;
            Ok(settle(shared, entry, at, from, response))
        }
        Some(Effect::SlowBody(by)) => {
            let response = settle(shared, entry, at, from, process(shared, &call));
            Ok(slow(response, by).await)
        }
    }
}

/// What the edge in front of Discord says to an address that asked too much in vain.
fn edge_ban(left: Duration) -> Effect {
    let Effect::Answer { status, mut headers, body } = Effect::html(429) else { return Effect::DropBefore };
    headers.push(("Retry-After".to_owned(), (left.as_secs() + 1).to_string()));
    Effect::Answer { status, headers, body }
}

/// Reads what was sent: JSON, or a form with files.
pub(super) async fn read<B>(
    request: Request<B>,
    path: &str,
    at: Moment,
    from: IpAddr,
) -> Result<Call, axum::Error>
where
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut call = Call {
        method: request.method().to_string(),
        path: path.to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        authorization: header(header::AUTHORIZATION),
        body: None,
        files: Vec::new(),
        at,
        from,
        endpoint_proved: false,
    };
    let kind = header(header::CONTENT_TYPE).unwrap_or_default();
    let mut request = request.map(Body::new);
    DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
    if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, &()).await.map_err(axum::Error::new)?;
        read_form(&mut call, form).await.map_err(axum::Error::new)?;
    } else {
        let bytes = axum::body::to_bytes(request.into_body(), BODY_LIMIT).await?;
        call.body = if bytes.is_empty() { Some(Value::Null) } else { serde_json::from_slice(&bytes).ok() };
    }
    Ok(call)
}

async fn read_form(
    call: &mut Call,
    mut form: Multipart,
) -> Result<(), axum::extract::multipart::MultipartError> {
    call.body = Some(Value::Null);
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "payload_json" {
            call.body = serde_json::from_slice(&field.bytes().await?).ok();
        } else if field.file_name().is_none() {
            // Without JSON, a field of the form is a field of the body.
            let value = field.text().await?;
            if let Some(body) = call.body.as_mut().filter(|body| body.is_null() || body.is_object()) {
                body[name] = Value::String(value);
            }
        } else {
            call.files.push(File {
                field: name,
                filename: field.file_name().unwrap_or("file").to_owned(),
                content_type: field.content_type().map(str::to_owned),
                bytes: field.bytes().await?,
            });
        }
    }
    Ok(())
}

/// Whether the stand-in answers for itself, though perhaps late or in vain.
fn does_what_is_asked(effect: Option<&Effect>) -> bool {
    !matches!(effect, Some(Effect::Answer { .. } | Effect::DropBefore | Effect::Hang))
}

fn record(shared: &Shared, call: &Call, answer: Answered) {
    let mut state = shared.look();
    if state.settings.keep_exchanges {
        state.recorder.keep(Exchange {
            method: call.method.clone(),
            path: log::masked(&call.segments()),
            query: pairs(&call.query),
            body: call.body.clone().filter(|body| !body.is_null()),
            answer,
        });
    }
}

fn process(shared: &Shared, call: &Call) -> Response {
    let answer = shared.change(|state| routes::answer(state, call));
    let about_limits = |name: &str| name.starts_with("x-ratelimit-") || name == "retry-after";
    let lowered = answer.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let given = Given {
        status: answer.status,
        content_type: answer.body.is_some().then(|| "application/json".to_owned()),
        headers: lowered.filter(|(name, _)| about_limits(name)).collect(),
        body: answer.body.as_ref().map(Value::to_string).unwrap_or_default(),
    };
    record(shared, call, Answered::Truly(given));
    let Answer { status, headers, body } = answer;
    let mut response = Response::new(body.map_or_else(Body::empty, |body| Body::from(body.to_string())));
    if !axum::body::HttpBody::is_end_stream(response.body()) {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    }
    dress(&mut response, status, headers);
    response
}

fn fault_answer(effect: Effect) -> Response {
    let Effect::Answer { status, headers, body } = effect else { return Response::default() };
    let kind = if body.starts_with('{') { "application/json" } else { "text/html" };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    dress(&mut response, status, headers);
    response
}

fn dress(response: &mut Response, status: u16, headers: Vec<(String, String)>) {
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<header::HeaderName>(), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// Notes the answer in the log and in the counts, then lets it go.
fn settle(shared: &Shared, entry: usize, at: Moment, from: IpAddr, response: Response) -> Response {
    let status = response.status().as_u16();
    let shared_scope = is_shared(response.headers());
    shared.change(|state| {
        state.refusals.rate_limited += u64::from(status == 429);
        if matches!(status, 401 | 403 | 429) && !shared_scope {
            state.refusals.invalid_requests += 1;
            if let Some(bucket) = state.settings.invalid_requests {
                state.limits.invalid(from, bucket, at.instant);
            }
        }
        if let Some(entry) = state.log.get_mut(entry) {
            entry.status = Some(status);
            entry.took = Some(shared.clock.now().since(at));
        }
    });
    response
}

fn is_shared(headers: &HeaderMap) -> bool {
    headers.get("x-ratelimit-scope").is_some_and(|scope| scope == "shared")
}

/// The same answer, its body in two halves.
async fn slow(response: Response, by: Duration) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let middle = bytes.len() / 2;
    let halves = [bytes.slice(..middle), bytes.slice(middle..)];
    let stream = futures_util::stream::unfold(0, move |index| {
        let half = halves.get(index).cloned();
        async move {
            if index == 1 {
                tokio::time::sleep(by).await;
            }
            half.map(|half| (Ok::<Bytes, Infallible>(half), index + 1))
        }
    });
    Response::from_parts(parts, Body::from_stream(stream))
}
