//! `METRICS_ADDR`: `/healthz`, `/readyz` and `/metrics`, for machines of the operator.
//!
//! Nothing that the outside reaches comes here: no request changes anything, and none is read beyond its head.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tracing::{error, info};

use super::{Lookout, Trouble};
use crate::listener::{self, BIND_PAUSE};
use crate::metrics::Exposition;

/// Prometheus' text format. Source: Prometheus' documentation, "Exposition formats".
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Everything else.
const TEXT_TYPE: &str = "text/plain; charset=utf-8";

/// What is answered, whoever asks by whatever wire.
pub struct Answers {
    /// Who sees how the bot is doing.
    pub lookout: Arc<Lookout>,
    /// What was counted.
    pub exposition: Exposition,
}

impl listener::Answers for Answers {
    const SETTING: &'static str = "METRICS_ADDR";
    const AT_MOST: usize = 32;
    const WITHIN: Duration = Duration::from_secs(30);

    fn listening(&self, addr: SocketAddr) {
        info!("METRICS_ADDR: http://{addr}/metrics, /healthz and /readyz");
    }

    fn taken(&self, addr: SocketAddr, error: &io::Error) {
        error!(
            %error,
            "METRICS_ADDR can't be listened at: {addr} is taken or not this machine's. The bot runs without /metrics, \
             /healthz and /readyz and tries again every {} s; give it another address, or off",
            BIND_PAUSE.as_secs()
        );
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n".to_owned());
        }
        match request.uri().path() {
            "/healthz" => said(liveness(&self.lookout.pulse.stopped())),
            "/readyz" => said(readiness(&self.lookout.troubles())),
            "/metrics" => {
                self.lookout.read_off().await;
                let mut answer = text(StatusCode::OK, self.exposition.render());
                answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(METRICS_TYPE));
                answer
            }
            _ => text(StatusCode::NOT_FOUND, "there is /metrics, /healthz and /readyz\n".to_owned()),
        }
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
