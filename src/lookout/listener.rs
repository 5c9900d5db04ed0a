//! `METRICS_ADDR`: `/healthz`, `/readyz` and `/metrics`, for machines of the operator.
//!
//! Nothing that the outside reaches comes here: no request changes anything, and none is read beyond its head. An
//! address that is taken is told and tried again, since ringing matters more than being looked at.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

use super::{Lookout, Trouble};
use crate::metrics::Exposition;

/// Prometheus' text format. Source: Prometheus' documentation, "Exposition formats".
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Everything else.
const TEXT_TYPE: &str = "text/plain; charset=utf-8";
/// The pause before an address that is taken is tried again.
const BIND_PAUSE: Duration = Duration::from_secs(10);
/// The pause after a connection couldn't be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The longest that a request's head may take to come.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest that a connection may last.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections at once.
const CONNECTIONS_AT_MOST: usize = 32;

/// Answers at `addr` until `stop`.
pub async fn run(addr: SocketAddr, lookout: Arc<Lookout>, exposition: Exposition, stop: CancellationToken) {
    let work = async {
        let listener = bind(addr).await;
        let answers = Arc::new(Answers { lookout, exposition });
        let room = Arc::new(Semaphore::new(CONNECTIONS_AT_MOST));
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let serving = Arc::clone(&answers).serve(stream);
                    let serving = stop.clone().run_until_cancelled_owned(serving);
                    tokio::spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    debug!(%error, "a connection to METRICS_ADDR couldn't be taken");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    stop.run_until_cancelled(work).await;
}

/// Listens at `addr`, as soon as it is free.
async fn bind(addr: SocketAddr) -> TcpListener {
    let mut told = false;
    loop {
        match TcpListener::bind(addr).await.and_then(|listener| Ok((listener.local_addr()?, listener))) {
            Ok((addr, listener)) => {
                info!("METRICS_ADDR: http://{addr}/metrics, /healthz and /readyz");
                return listener;
            }
            Err(error) => {
                if !std::mem::replace(&mut told, true) {
                    complain(addr, &error);
                }
                tokio::time::sleep(BIND_PAUSE).await;
            }
        }
    }
}

fn complain(addr: SocketAddr, error: &io::Error) {
    error!(
        %error,
        "METRICS_ADDR can't be listened at: {addr} is taken or not this machine's. The bot runs without /metrics, \
         /healthz and /readyz and tries again every {} s; give it another address, or off",
        BIND_PAUSE.as_secs()
    );
}

/// What is answered, whoever asks by whatever wire.
struct Answers {
    lookout: Arc<Lookout>,
    exposition: Exposition,
}

impl Answers {
    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let service = service_fn(|request| self.answer(request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            // One request each: so nobody holds a place that others wait for.
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        if let Ok(Err(error)) = tokio::time::timeout(CONNECTION_TIMEOUT, connection).await {
            debug!(%error, "a connection to METRICS_ADDR broke");
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n".to_owned()));
        }
        Ok(match request.uri().path() {
            "/healthz" => said(liveness(&self.lookout.pulse.stopped())),
            "/readyz" => said(readiness(&self.lookout.troubles())),
            "/metrics" => {
                self.lookout.read_off().await;
                let mut answer = text(StatusCode::OK, self.exposition.render());
                answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(METRICS_TYPE));
                answer
            }
            _ => text(StatusCode::NOT_FOUND, "there is /metrics, /healthz and /readyz\n".to_owned()),
        })
    }
}

/// What `/healthz` says where these loops turn no more. Liveness alone: what a restart wouldn't mend is no reason for
/// one.
pub fn liveness(stopped: &[&str]) -> Result<String, String> {
    if stopped.is_empty() {
        Ok("alive\n".to_owned())
    } else {
        Err(format!("hung: {} turns no more\n", stopped.join(", ")))
    }
}

/// What `/readyz` says amid these troubles: whether what begins now would ring, and why not.
pub fn readiness(troubles: &[Trouble]) -> Result<String, String> {
    if troubles.is_empty() {
        return Ok("ready\n".to_owned());
    }
    let reasons: Vec<String> = troubles.iter().map(|trouble| format!("{trouble}\n")).collect();
    Err(format!("not ready\n{}", reasons.concat()))
}

fn said(well: Result<String, String>) -> Response<Full<Bytes>> {
    match well {
        Ok(body) => text(StatusCode::OK, body),
        Err(body) => text(StatusCode::SERVICE_UNAVAILABLE, body),
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(TEXT_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
