//! The server: a socket, connections, and the handle that owns them.
//!
//! Owns input and output only: it hands each request to `answer` under the lock, and sends what comes back,
//! badly where it says so. HTTP/1.1 by hyper itself, because a framework would not let a connection misbehave.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::{HeaderMap, Response, header};
use http_body_util::{BodyExt as _, Collected, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpListener,
    net::TcpStream,
    sync::{Notify, mpsc},
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{
    answer::{Asked, answer},
    body::{Body, Cut, Sending, response},
    postman, push,
    reply::{Delivery, Reply},
    settings::Settings,
    state::State,
};
use crate::exchange::{Answered, Exchange, Given};

/// The longest body that is read, in bytes.
const BODY_AT_MOST: usize = 1024 * 1024;
/// How many parcels may wait for webhooks.
const PARCELS_AT_MOST: usize = 10_000;

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
pub(super) struct Shared {
    state: Mutex<State>,
    /// Notified whenever a request comes or is answered, a stream's client goes, or a delivery is over.
    pub moved: Notify,
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, State> {
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
        let (outgoing, parcels) = mpsc::channel(PARCELS_AT_MOST);
        let state = Mutex::new(State::new(settings, outgoing));
        let shared = Arc::new(Shared { state, moved: Notify::new() });
        let token = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(accept(listener, Arc::clone(&shared), token.clone(), tasks.clone()));
        let carried = postman::carry(parcels, Arc::clone(&shared));
        let until = token.clone();
        tasks.spawn(async move { until.run_until_cancelled(carried).await });
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

    /// What the connections share.
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.owner.shared
    }

    /// Resolves when something moves after this call.
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

async fn respond(shared: Arc<Shared>, request: http::Request<Incoming>) -> Result<Response<Body>, Cut> {
    let asked = read(request).await;
    let mut reply = answer(&mut shared.lock(), &asked);
    // From here on whoever gives up on the answer gives up on the stream.
    let sending = reply.stream.take().map(|opened| Sending::new(opened, Arc::clone(&shared)));
    shared.moved.notify_waiters();
    if let Some(challenge) = reply.challenge.take() {
        let passed = postman::passes(&challenge).await;
        let with = push::checked(&mut shared.lock(), &challenge, passed);
        reply = Reply { number: reply.number, standing: reply.standing, delay: reply.delay, ..with };
    }
    keep(&mut shared.lock(), &asked, &reply, sending.is_some());
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    match reply.delivery {
        Delivery::Never => return std::future::pending().await,
        Delivery::Closed => return Err(Cut),
        Delivery::Whole | Delivery::Truncated | Delivery::Stalled => {}
    }
    let now = {
        let mut state = shared.lock();
        state.journal.answered(reply.number, reply.status);
        state.clock.now().time
    };
    shared.moved.notify_waiters();
    Ok(response(reply, sending, asked.gzip, now))
}

/// Keeps the exchange, if that is wanted. What a stream says is kept line by line, when it is said.
fn keep(state: &mut State, asked: &Asked, reply: &Reply, streams: bool) {
    if state.settings.keep_exchanges {
        let mut exchange = exchange(asked, reply);
        if streams {
            exchange.answer = Answered::ByFault;
        }
        state.recorder.keep(exchange);
    }
}

fn exchange(asked: &Asked, reply: &Reply) -> Exchange {
    let limits = reply.standing.map(|standing| {
        [
            ("x-rate-limit-limit".to_owned(), standing.limit.to_string()),
            ("x-rate-limit-remaining".to_owned(), standing.remaining.to_string()),
            ("x-rate-limit-reset".to_owned(), standing.reset_header()),
        ]
    });
    let given = Given {
        status: reply.status,
        content_type: (!reply.body.is_empty()).then(|| reply.content_type.to_owned()),
        headers: limits.into_iter().flatten().collect(),
        body: if reply.secret { String::new() } else { reply.body.clone() },
    };
    Exchange {
        method: asked.method.clone(),
        path: asked.path.clone(),
        query: asked.query.clone(),
        body: asked.json(),
        answer: if reply.by_fault { Answered::ByFault } else { Answered::Truly(given) },
    }
}

async fn read(request: http::Request<Incoming>) -> Asked {
    let (request, body) = request.into_parts();
    let query = request.uri.query().unwrap_or_default();
    Asked {
        method: request.method.to_string(),
        path: request.uri.path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        authorization: text(&request.headers, &header::AUTHORIZATION),
        user_agent: text(&request.headers, &header::USER_AGENT),
        gzip: text(&request.headers, &header::ACCEPT_ENCODING)
            .is_some_and(|encodings| encodings.contains("gzip")),
        // One that breaks off or is too long is as good as none.
        body: Limited::new(body, BODY_AT_MOST).collect().await.map(Collected::to_bytes).unwrap_or_default(),
    }
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
