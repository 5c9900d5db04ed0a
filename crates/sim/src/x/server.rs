//! The server: a socket, connections, and the handle that owns them.
//!
//! Owns input and output only: it hands each request to `answer` under the lock, and sends what comes back,
//! badly where it says so. HTTP/1.1 by hyper itself, because a framework would not let a connection misbehave.

use std::{
    convert::Infallible,
    fmt,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, Response, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, net::TcpStream, sync::Notify};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{
    answer::{Asked, answer},
    reply::{Delivery, Reply},
    settings::Settings,
    state::State,
};
use crate::exchange::{Answered, Exchange, Given};

/// A running stand-in. Clones are handles of the same one; it stops when the last is dropped.
#[derive(Clone)]
pub struct Server {
    owner: Arc<Owner>,
}

struct Owner {
    shared: Arc<Shared>,
    address: SocketAddr,
    tasks: TaskTracker,
    stopping: Stopping,
}

/// Cancels when the last handle is dropped.
struct Stopping {
    token: CancellationToken,
    _guard: DropGuard,
}

/// What the handles and the connections share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Notified whenever a request comes or is answered.
    moved: Notify,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves a state that is still fit for a test to look at.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Server").field("address", &self.owner.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Binds 127.0.0.1 and serves an empty world. Needs a Tokio runtime. Err when the port is taken.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { state: Mutex::new(State::new(settings)), moved: Notify::new() });
        let token = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(accept(listener, Arc::clone(&shared), token.clone(), tasks.clone()));
        let stopping = Stopping { token: token.clone(), _guard: token.drop_guard() };
        Ok(Self { owner: Arc::new(Owner { shared, address, tasks, stopping }) })
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.owner.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.owner.address
    }

    /// Stops listening and cuts all connections; returns when that is done. The world stays readable.
    pub async fn stop(&self) {
        self.owner.stopping.token.cancel();
        self.owner.tasks.close();
        self.owner.tasks.wait().await;
    }

    /// The state, for as long as the guard lives; never held across an await.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.owner.shared.lock()
    }

    /// Resolves when a request comes or is answered after this call.
    pub(super) fn moved(&self) -> &Notify {
        &self.owner.shared.moved
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, stopping: CancellationToken, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let served = serve(stream, Arc::clone(&shared));
                let stopping = stopping.clone();
                tasks.spawn(async move { stopping.run_until_cancelled(served).await });
            }
            Err(error) => {
                tracing::debug!(%error, "accepting a connection failed");
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Answers are small and awaited one by one.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(Arc::clone(&shared), request));
    if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
        tracing::trace!(%error, "a connection ended early");
    }
}

/// The end of a connection on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut on purpose")]
struct Cut;

type Body = BoxBody<Bytes, Cut>;

async fn respond(shared: Arc<Shared>, request: http::Request<Incoming>) -> Result<Response<Body>, Cut> {
    let asked = read(&request);
    let reply = {
        let mut state = shared.lock();
        let reply = answer(&mut state, &asked);
        if state.settings.keep_exchanges {
            state.recorder.keep(exchange(&asked, &reply));
        }
        reply
    };
    shared.moved.notify_waiters();
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    match reply.delivery {
        Delivery::Never => return std::future::pending().await,
        Delivery::Closed => return Err(Cut),
        Delivery::Whole | Delivery::Truncated | Delivery::Stalled => {}
    }
    shared.lock().journal.answered(reply.number, reply.status);
    shared.moved.notify_waiters();
    Ok(response(reply, asked.gzip))
}

fn exchange(asked: &Asked, reply: &Reply) -> Exchange {
    let limits = reply.standing.map(|standing| {
        [
            ("x-rate-limit-limit".to_owned(), standing.limit.to_string()),
            ("x-rate-limit-remaining".to_owned(), standing.remaining.to_string()),
            ("x-rate-limit-reset".to_owned(), standing.reset.to_string()),
        ]
    });
    let given = Given {
        status: reply.status,
        content_type: (!reply.body.is_empty()).then(|| reply.content_type.to_owned()),
        headers: limits.into_iter().flatten().collect(),
        body: reply.body.clone(),
    };
    Exchange {
        method: asked.method.clone(),
        path: asked.path.clone(),
        query: asked.query.clone(),
        body: None,
        answer: if reply.by_fault { Answered::ByFault } else { Answered::Truly(given) },
    }
}

fn read(request: &http::Request<Incoming>) -> Asked {
    let query = request.uri().query().unwrap_or_default();
    Asked {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        authorization: text(request.headers(), &header::AUTHORIZATION),
        user_agent: text(request.headers(), &header::USER_AGENT),
        gzip: text(request.headers(), &header::ACCEPT_ENCODING)
            .is_some_and(|encodings| encodings.contains("gzip")),
    }
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn response(reply: Reply, gzip: bool) -> Response<Body> {
    let mut response =
        Response::builder().status(reply.status).header(header::CONTENT_TYPE, reply.content_type);
    let zipped = if gzip { zip(reply.body.as_bytes()) } else { None };
    if zipped.is_some() {
        response = response.header(header::CONTENT_ENCODING, "gzip");
    }
    let whole = Bytes::from(zipped.unwrap_or_else(|| reply.body.into_bytes()));
    response = response.header(header::CONTENT_LENGTH, whole.len());
    if let Some(standing) = reply.standing {
        response = response
            .header("x-rate-limit-limit", standing.limit)
            .header("x-rate-limit-remaining", standing.remaining)
            .header("x-rate-limit-reset", standing.reset);
    }
    let body = match reply.delivery {
        Delivery::Truncated => {
            let half = whole.slice(..whole.len() / 2);
            let broken = stream::once(async {
                // hyper sends what it has when the body makes it wait, and drops it when the body fails.
                tokio::task::yield_now().await;
                Err(Cut)
            });
            let half = stream::once(std::future::ready(Ok(Frame::data(half))));
            BodyExt::boxed(StreamBody::new(half.chain(broken)))
        }
        Delivery::Stalled => BodyExt::boxed(StreamBody::new(stream::pending())),
        Delivery::Whole | Delivery::Never | Delivery::Closed => {
            Full::new(whole).map_err(|never: Infallible| match never {}).boxed()
        }
    };
    response.body(body).unwrap_or_else(|error| {
        // Only a status below 100 or above 999 comes here.
        tracing::warn!(%error, "a fault's status can't be sent");
        let text = Bytes::from_static(b"the stand-in can't send this status");
        Response::new(Full::new(text).map_err(|never: Infallible| match never {}).boxed())
    })
}

/// The body compressed; None when there is nothing to compress.
fn zip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().filter(|_| !body.is_empty())
}
