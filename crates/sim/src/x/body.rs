//! The bytes of answers: whole, broken on purpose, or streamed.
//!
//! Owns how a reply becomes a response of hyper's, and nothing of what it says.

use std::{convert::Infallible, io::Write as _, sync::Arc};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::{StreamExt as _, stream};
use http::{Response, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use jiff::Timestamp;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use super::{
    push::{self, Opened, Piece},
    reply::{Delivery, Reply},
    server::Shared,
};

/// The end of a connection on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut on purpose")]
pub(super) struct Cut;

/// A body that may be cut.
pub(super) type Body = UnsyncBoxBody<Bytes, Cut>;

/// A stream that is being sent. Dropping it tells that its client is gone.
pub(super) struct Sending {
    opened: Opened,
    shared: Arc<Shared>,
}

impl Sending {
    /// Watches over a stream from now on.
    pub fn new(opened: Opened, shared: Arc<Shared>) -> Self {
        Self { opened, shared }
    }

    fn body(self, delivery: Delivery) -> Body {
        if delivery == Delivery::Truncated {
            return broken(Bytes::new());
        }
        let silent = delivery == Delivery::Stalled;
        let tick = self.opened.keep_alive;
        let mut interval = interval_at(tokio::time::Instant::now() + tick, tick);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let lines = stream::unfold(Some((self, interval, silent)), |state| async {
            let (mut sending, mut interval, mut silent) = state?;
            match sending.next(&mut interval, &mut silent).await {
                Some(Ok(bytes)) => Some((Ok(Frame::data(bytes)), Some((sending, interval, silent)))),
                Some(Err(cut)) => Some((Err(cut), None)),
                None => None,
            }
        });
        BodyExt::boxed_unsync(StreamBody::new(lines))
    }

    /// What is sent next; None at the end.
    async fn next(&mut self, interval: &mut Interval, silent: &mut bool) -> Option<Result<Bytes, Cut>> {
        loop {
            let piece = tokio::select! {
                biased;
                piece = self.opened.pieces.recv() => piece,
                _ = interval.tick(), if !*silent => Some(Piece::Bytes(Bytes::from_static(b"\r\n"))),
            };
            match piece {
                Some(Piece::Bytes(_)) if *silent => {}
                Some(Piece::Bytes(bytes)) => {
                    interval.reset();
                    return Some(Ok(bytes));
                }
                Some(Piece::Silence) => *silent = true,
                Some(Piece::Cut) => {
                    // What was sent before gets out first.
                    tokio::task::yield_now().await;
                    return Some(Err(Cut));
                }
                Some(Piece::End) | None => return None,
            }
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        push::dropped(&mut self.shared.lock(), &self.opened.id);
        self.shared.moved.notify_waiters();
    }
}

/// A reply as a response.
pub(super) fn response(reply: Reply, sending: Option<Sending>, gzip: bool, now: Timestamp) -> Response<Body> {
    let mut response = Response::builder()
        .status(reply.status)
        .header(header::CONTENT_TYPE, reply.content_type)
        // The world's time, which needn't be this machine's.
        .header(header::DATE, now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    if let Some(standing) = reply.standing {
        response = response
            .header("x-rate-limit-limit", standing.limit)
            .header("x-rate-limit-remaining", standing.remaining)
            .header("x-rate-limit-reset", standing.reset_header());
    }
    if let Some(location) = &reply.location {
        response = response.header(header::LOCATION, location);
    }
    let body = if let Some(sending) = sending {
        sending.body(reply.delivery)
    } else {
        let zipped = if gzip { zip(reply.body.as_bytes()) } else { None };
        if zipped.is_some() {
            response = response.header(header::CONTENT_ENCODING, "gzip");
        }
        let whole = Bytes::from(zipped.unwrap_or_else(|| reply.body.into_bytes()));
        response = response.header(header::CONTENT_LENGTH, whole.len());
        match reply.delivery {
            Delivery::Truncated => broken(whole.slice(..whole.len() / 2)),
            Delivery::Stalled => BodyExt::boxed_unsync(StreamBody::new(stream::pending())),
            Delivery::Whole | Delivery::Never | Delivery::Closed => full(whole),
        }
    };
    response.body(body).unwrap_or_else(|error| {
        // Only a status below 100 or above 999 comes here.
        tracing::warn!(%error, "a fault's status can't be sent");
        Response::new(full(Bytes::from_static(b"the stand-in can't send this status")))
    })
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// Some bytes, then the connection breaks.
fn broken(half: Bytes) -> Body {
    let broken = stream::once(async {
        // hyper sends what it has when the body makes it wait, and drops it when the body fails.
        tokio::task::yield_now().await;
        Err(Cut)
    });
    let half = stream::once(std::future::ready(Ok(Frame::data(half))));
    BodyExt::boxed_unsync(StreamBody::new(half.chain(broken)))
}

/// The body compressed; None when there is nothing to compress.
fn zip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().filter(|_| !body.is_empty())
}
