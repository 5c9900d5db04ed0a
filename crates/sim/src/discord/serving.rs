//! Files at their addresses: as they are, or as somebody who means harm would serve them.
//!
//! Owns what people upload with a command, and how such an address answers whoever fetches it.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::files::{Attachment, as_written};
use super::state::Shared;

/// A piece of a body that doesn't end, in bytes.
const PIECE_BYTES: usize = 16 * 1024;

/// How the address of a file answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Served {
    /// With the file.
    #[default]
    Truly,
    /// Not at all, until the faults are cleared; then the connection is cut.
    Hangs,
    /// With half of the file, and then nothing more until the faults are cleared.
    Stalls,
    /// With the file, and after it with blanks for ever.
    Endless,
    /// By leading somewhere else.
    Redirects(String),
    /// With this status and a page.
    Answers(u16),
}

/// A file that somebody is about to upload with a command.
#[derive(Clone, Debug)]
pub struct Upload {
    filename: String,
    content_type: String,
    bytes: Bytes,
    claimed: Option<u64>,
    served: Served,
}

impl Upload {
    /// A file as it is.
    #[must_use]
    pub fn new(filename: &str, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Self {
            filename: filename.to_owned(),
            content_type: content_type.to_owned(),
            bytes: bytes.into(),
            claimed: None,
            served: Served::Truly,
        }
    }

    /// The interaction says that it has so many bytes, whatever it has.
    #[must_use]
    pub fn claiming(self, size_bytes: u64) -> Self {
        Self { claimed: Some(size_bytes), ..self }
    }

    /// Its address answers like this.
    #[must_use]
    pub fn served(self, served: Served) -> Self {
        Self { served, ..self }
    }

    pub(super) fn stored(self, id: u64) -> Attachment {
        Attachment {
            id,
            channel_id: None,
            filename: as_written(&self.filename),
            content_type: Some(self.content_type),
            description: None,
            size_bytes: self.claimed.unwrap_or(self.bytes.len() as u64),
            bytes: self.bytes,
            served: self.served,
        }
    }
}

/// Answers who fetches a file; None cuts the connection.
pub(super) async fn serve(shared: &Shared, file: Attachment) -> Option<Response> {
    let kind = file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    let kind = [(header::CONTENT_TYPE, kind)];
    // Before the fetch shows, so that whoever clears the faults on seeing it is heard.
    let mut cleared = shared.cleared.subscribe();
    shared.change(|state| state.fetches += 1);
    match file.served {
        Served::Truly => Some((kind, file.bytes).into_response()),
        Served::Hangs => {
            tokio::select! {
                () = shared.stop.cancelled() => {}
                _ = cleared.changed() => {}
            }
            None
        }
        Served::Stalls => {
            let half = file.bytes.slice(..file.bytes.len() / 2);
            let body = futures_util::stream::unfold(Some(half), move |half| {
                let mut cleared = cleared.clone();
                async move {
                    if half.is_none() {
                        let _ = cleared.changed().await;
                    }
                    half.map(|half| (Ok::<Bytes, Infallible>(half), None))
                }
            });
            Some((kind, Body::from_stream(body)).into_response())
        }
        Served::Endless => {
            let body = futures_util::stream::unfold(file.bytes, |piece| async move {
                tokio::task::yield_now().await;
                Some((Ok::<Bytes, Infallible>(piece), Bytes::from_static(&[b' '; PIECE_BYTES])))
            });
            Some((kind, Body::from_stream(body)).into_response())
        }
        Served::Redirects(to) => Some((StatusCode::FOUND, [(header::LOCATION, to)]).into_response()),
        Served::Answers(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            Some((status, "<html><body>This content is no longer available.</body></html>").into_response())
        }
    }
}
