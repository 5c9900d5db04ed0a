//! Listening at an address: connections, each with its bounds, on which requests are answered.
//!
//! Owns the bounds that all of the bot's addresses share; what is answered, and which words the log has for an address, is
//! whoever's who listens. An address that is taken is told and tried again, since ringing matters more than any of them.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::debug;

/// The pause before an address that is taken is tried again.
pub const BIND_PAUSE: Duration = Duration::from_secs(10);
/// The pause after a connection couldn't be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The longest that a request's head may take to come.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Answers requests at an address.
pub trait Answers: Send + Sync + 'static {
    /// The setting that names the address.
    const SETTING: &'static str;
    /// Connections at once.
    const AT_MOST: usize;
    /// The longest that a connection may last.
    const WITHIN: Duration;

    /// Says that it is listened at this address.
    fn listening(&self, addr: SocketAddr);

    /// Says, once, that it can't be, and what doesn't work meanwhile.
    fn taken(&self, addr: SocketAddr, error: &io::Error);

    /// Answers one request.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response<Full<Bytes>>> + Send;
}

/// Answers at `addr` until `stop`.
pub async fn run<A: Answers>(addr: SocketAddr, answers: A, stop: CancellationToken) {
    let work = async {
        let listener = bind(addr, &answers).await;
        let answers = Arc::new(answers);
        let room = Arc::new(Semaphore::new(A::AT_MOST));
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let serving = stop.clone().run_until_cancelled_owned(serve(stream, Arc::clone(&answers)));
                    tokio::spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    debug!(%error, "a connection to {} couldn't be taken", A::SETTING);
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    stop.run_until_cancelled(work).await;
}

/// Listens at `addr`, as soon as it is free.
async fn bind<A: Answers>(addr: SocketAddr, answers: &A) -> TcpListener {
    let mut told = false;
    loop {
        match TcpListener::bind(addr).await.and_then(|listener| Ok((listener.local_addr()?, listener))) {
            Ok((addr, listener)) => {
                answers.listening(addr);
                return listener;
            }
            Err(error) => {
                if !std::mem::replace(&mut told, true) {
                    answers.taken(addr, &error);
                }
                tokio::time::sleep(BIND_PAUSE).await;
            }
        }
    }
}

async fn serve<A: Answers>(stream: TcpStream, answers: Arc<A>) {
    let service = service_fn(|request| async { Ok::<_, Infallible>(answers.answer(request).await) });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // One request each: so nobody holds a place that others wait for.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    if let Ok(Err(error)) = tokio::time::timeout(A::WITHIN, connection).await {
        debug!(%error, "a connection to {} broke", A::SETTING);
    }
}
