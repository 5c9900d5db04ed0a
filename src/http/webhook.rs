//! X's webhook: X's question is answered, and what X posts is let in once it is proven to be X's.
//!
//! Owns the proof and the bounds; what an event means is [`push`](crate::push)'s. Whoever isn't X learns nothing but a
//! status. 200 is answered once what was posted is kept, since X may not post it again.
//!
//! **Answering the question signs whatever is asked.** Anybody can ask it, with the body of an event as the token, and would
//! get that event's signature. So a token that could be such a body isn't answered: X's are letters and digits, and an
//! event is a JSON object, which there is none of without a brace.
//!
//! Source: X's documentation, "Webhooks": challenge, header, ten seconds.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::watch;
use tracing::{debug, error, warn};
use url::form_urlencoded;

use super::site::BODY_MAX;
use crate::complaint::Complaint;
use crate::metrics::X_WEBHOOK;
use crate::push::webhook::Takes;

/// Where X puts the signature of a body.
const SIGNATURE: &str = "x-twitter-webhooks-signature";
/// What signatures begin with.
const SCHEME: &str = "sha256=";
/// What X's question is in.
const TOKEN: &str = "crc_token";
/// The longest question that is answered. X's have some dozens of characters.
const TOKEN_MAX_LEN: usize = 512;
/// The most bytes that are read of a body that is too large.
const READ_MAX: usize = 8 << 20;
/// How long X waits for an answer, less a margin.
const PATIENCE: Duration = Duration::from_secs(8);

/// What X posts to.
pub struct Webhook {
    key: hmac::Key,
    takes: Arc<dyn Takes>,
    is_answered: watch::Sender<bool>,
    /// What was told of requests that aren't X's.
    strange: Complaint,
    /// What was told of events that weren't kept.
    unkept: Complaint,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

/// What became of a request, in the words of [`X_WEBHOOK`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Challenged,
    Taken,
    Strange,
    TooLarge,
    Broken,
    Unkept,
}

impl Webhook {
    /// One that knows X by `secret`, and gives what X posts to `takes`. The receiver tells that it is answered.
    #[must_use]
    pub fn new(secret: &SecretString, takes: Arc<dyn Takes>) -> (Self, watch::Receiver<bool>) {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        let (is_answered, seen) = watch::channel(false);
        let (strange, unkept) = (Complaint::default(), Complaint::default());
        (Self { key, takes, is_answered, strange, unkept }, seen)
    }

    pub(super) fn is_answered(&self) {
        self.is_answered.send_replace(true);
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        match *request.method() {
            Method::GET => self.challenged(request.uri().query().unwrap_or_default()),
            Method::POST => {
                let outcome = self.posted(request).await;
                X_WEBHOOK.count(&[outcome.word()]);
                bare(outcome.status())
            }
            _ => {
                let mut answer = bare(StatusCode::METHOD_NOT_ALLOWED);
                answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
                answer
            }
        }
    }

    /// Proves to X that this is the app's.
    fn challenged(&self, query: &str) -> Response<Full<Bytes>> {
        let token = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == TOKEN);
        let Some((_, token)) = token.filter(|(_, token)| is_a_question(token)) else {
            return bare(StatusCode::BAD_REQUEST);
        };
        X_WEBHOOK.count(&[Outcome::Challenged.word()]);
        let signature = STANDARD.encode(hmac::sign(&self.key, token.as_bytes()));
        let body = format!("{{\"response_token\":\"{SCHEME}{signature}\"}}");
        let mut answer = Response::new(Full::new(Bytes::from(body)));
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }

    async fn posted(&self, request: Request<Incoming>) -> Outcome {
        let signature = signature(request.headers());
        let body = match read(request.into_body()).await {
            Ok(body) => body,
            Err(outcome) => return outcome,
        };
        let Some(signature) = signature else {
            return self.is_strange("a request without a signature");
        };
        // In constant time, whatever the signature.
        if hmac::verify(&self.key, &body, &signature).is_err() {
            return self.is_strange("a signature that isn't made with X_CONSUMER_SECRET");
        }
        self.strange.is_new(&Ok::<(), ()>(()));
        self.take(body).await
    }

    /// Nobody who leaves cuts off what is being kept, and X isn't kept waiting.
    async fn take(&self, body: Vec<u8>) -> Outcome {
        let takes = Arc::clone(&self.takes);
        let taking = tokio::spawn(async move { takes.take(&body).await });
        let kept = match tokio::time::timeout(PATIENCE, taking).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(error.to_string()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it took too long".to_owned()),
        };
        if self.unkept.is_new(&kept)
            && let Err(why) = &kept
        {
            error!("what X posted isn't known to be kept: {why}. Hosts are looked at instead");
        }
        if kept.is_ok() { Outcome::Taken } else { Outcome::Unkept }
    }

    fn is_strange(&self, what: &str) -> Outcome {
        if self.strange.is_new(&Err::<(), ()>(())) {
            warn!(
                "The webhook got {what}, and refuses it. If X itself is refused, X_CONSUMER_SECRET isn't the app's; \
                 further ones are only counted"
            );
        }
        Outcome::Strange
    }
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Challenged => "challenged",
            Self::Taken => "taken",
            Self::Strange => "strange",
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
            Self::Unkept => "unkept",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Challenged | Self::Taken => StatusCode::OK,
            Self::Strange => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::Unkept => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A status and nothing else.
pub(super) fn bare(status: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The whole body. What is too large is read to its end, within bounds: who is still sending hears no answer.
async fn read(mut body: Incoming) -> Result<Vec<u8>, Outcome> {
    let (mut whole, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            debug!(%error, "a request to the webhook broke off");
            Outcome::Broken
        })?;
        let Some(data) = frame.data_ref() else { continue };
        length += data.len();
        if length <= BODY_MAX {
            whole.extend_from_slice(data);
        } else if length > READ_MAX {
            break;
        }
    }
    if length <= BODY_MAX { Ok(whole) } else { Err(Outcome::TooLarge) }
}

/// Whether a token can be a question of X's, and can't be the body of an event.
fn is_a_question(token: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}' | b'"');
    (1..=TOKEN_MAX_LEN).contains(&token.len()) && token.bytes().all(fits)
}

/// The bytes of the signature, where the header has the form of one, once.
fn signature(headers: &HeaderMap) -> Option<Vec<u8>> {
    let mut said = headers.get_all(SIGNATURE).iter();
    let (only, None) = (said.next()?, said.next()) else { return None };
    STANDARD.decode(only.to_str().ok()?.strip_prefix(SCHEME)?).ok()
}
