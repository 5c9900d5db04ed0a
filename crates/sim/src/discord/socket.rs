//! One gateway connection: moves frames between the WebSocket and the state, compresses them, and watches
//! for heartbeats.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use flate2::{Compress, Compression, FlushCompress};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use super::gateway::{Closing, Out};
use super::state::Shared;

/// Payloads shorter than this aren't worth compressing one by one.
const COMPRESS_FROM: usize = 256;
/// What the network may add to a heartbeat.
const HEARTBEAT_GRACE: Duration = Duration::from_millis(500);

/// Serves a connection until either side ends it.
pub(super) async fn serve(shared: Arc<Shared>, mut socket: WebSocket, query: String) {
    let parameters: Vec<(String, String)> =
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let has = |name: &str, value: &str| parameters.iter().any(|(key, given)| key == name && given == value);
    let at_once = shared.look().gateway.close_at_once;
    let bad_version =
        parameters.iter().any(|(key, value)| key == "v" && !matches!(value.as_str(), "9" | "10"));
    if let Some(closing) = at_once.or(bad_version.then_some(Closing::Code(4012))) {
        shared.change(|state| state.gateway.counts.refused.push(shared.clock.now()));
        close(&mut socket, closing).await;
        return;
    }
    let (sender, out) = unbounded_channel();
    let id = shared.change(|state| {
        let settings = state.settings.clone();
        state.gateway.connect(sender, &settings, shared.clock.now())
    });
    let packing = if has("compress", "zlib-stream") {
        Packing::Stream(Compress::new(Compression::fast(), true))
    } else {
        Packing::None
    };
    let clean = tokio::select! {
        () = shared.stop.cancelled() => false,
        clean = run(&shared, &mut socket, out, id, packing) => clean,
    };
    shared.change(|state| state.gateway.disconnect(id, clean, shared.clock.now().instant));
}

/// How frames are compressed.
enum Packing {
    None,
    /// Each payload by itself, with one compressor that is reset for each: making one costs more than its work.
    Each(Compress),
    /// One stream for the whole connection.
    Stream(Compress),
}

/// True if the client said that it won't come back to its session.
async fn run(
    shared: &Shared,
    socket: &mut WebSocket,
    mut out: UnboundedReceiver<Out>,
    id: u64,
    mut packing: Packing,
) -> bool {
    let patience = shared.look().settings.heartbeat_interval.mul_f64(1.5) + HEARTBEAT_GRACE;
    let mut due = Instant::now() + patience;
    loop {
        tokio::select! {
            order = out.recv() => match order {
                Some(Out::Frame(frame)) => {
                    if socket.send(packing.pack(frame.to_string())).await.is_err() {
                        return false;
                    }
                }
                Some(Out::Compress) if matches!(packing, Packing::None) => {
                    packing = Packing::Each(Compress::new(Compression::fast(), true));
                }
                Some(Out::Compress) => {}
                Some(Out::Close(closing)) => {
                    close(socket, closing).await;
                    return false;
                }
                None => return false,
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => {
                    if shared.change(|state| state.frame(id, text.as_str(), shared.clock.now())) {
                        due = Instant::now() + patience;
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    return frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return false,
            },
            () = tokio::time::sleep_until(due) => {
                let zombie = shared.look().gateway.connections.get(&id).is_some_and(|to| to.zombie);
                if !zombie {
                    close(socket, Closing::Code(4000)).await;
                    return false;
                }
                due = Instant::now() + patience;
            }
        }
    }
}

impl Packing {
    fn pack(&mut self, text: String) -> Message {
        match self {
            Self::Each(stream) if text.len() >= COMPRESS_FROM => {
                stream.reset();
                Message::binary(deflate(stream, text.as_bytes(), FlushCompress::Finish))
            }
            Self::None | Self::Each(_) => Message::Text(Utf8Bytes::from(text)),
            Self::Stream(stream) => Message::binary(deflate(stream, text.as_bytes(), FlushCompress::Sync)),
        }
    }
}

fn deflate(stream: &mut Compress, input: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut packed = Vec::with_capacity(input.len() / 2 + 64);
    let start = stream.total_in();
    loop {
        let done = usize::try_from(stream.total_in() - start).unwrap_or(input.len());
        let before = packed.len();
        let status = stream.compress_vec(&input[done..], &mut packed, flush);
        let all_in = stream.total_in() - start == input.len() as u64;
        let ended = matches!(status, Ok(flate2::Status::StreamEnd) | Err(_));
        let room_left = packed.len() < packed.capacity();
        if ended || (all_in && room_left && packed.len() >= before) {
            return packed;
        }
        packed.reserve(input.len().max(64));
    }
}

/// A connection that is already gone needs no close frame.
async fn close(socket: &mut WebSocket, closing: Closing) {
    let frame = match closing {
        Closing::Code(code) => Some(CloseFrame { code, reason: Utf8Bytes::from_static("") }),
        Closing::NoCode => None,
        Closing::Abrupt => return,
    };
    if socket.send(Message::Close(frame)).await.is_ok() {
        let answered = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _timed_out = tokio::time::timeout(Duration::from_secs(1), answered).await;
    }
}
