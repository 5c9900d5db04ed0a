//! The page's JSON API and its stream of events.
//!
//! Owns the routes below `/api` and `/files`. It decides nothing: acts, calls and troubles know what they do.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::acts::{self, Act, MINUTES_MAX, POST_MAX, TITLE_MAX};
use super::calls::{self, Call, Reader};
use super::troubles::{self, Trouble};
use super::{Demo, view};

/// How long changes are gathered before the page hears of them.
const GATHER: Duration = Duration::from_millis(40);
/// How often figures that nothing announces are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What went wrong, as a sentence for the page.
pub(super) struct Sorry(String);

impl IntoResponse for Sorry {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "sorry": self.0 }))).into_response()
    }
}

type Answer = Result<Json<Value>, Sorry>;

/// A call of the reader.
#[derive(Debug, Deserialize)]
pub(super) struct Called {
    #[serde(flatten)]
    reader: Reader,
    call: Call,
}

/// `POST /api/discord`: what the reader does.
pub(super) async fn discord(State(demo): State<Arc<Demo>>, Json(called): Json<Called>) -> Answer {
    calls::make(&demo, &called.reader, called.call).await.map(Json).map_err(Sorry)
}

/// `POST /api/x`: what a host does.
pub(super) async fn x(State(demo): State<Arc<Demo>>, Json(act): Json<Act>) -> Answer {
    if let Act::Schedule { minutes, .. } | Act::Reschedule { minutes, .. } = &act
        && !(1..=MINUTES_MAX).contains(minutes)
    {
        return Err(Sorry("X takes a start from a minute to 14 days ahead.".to_owned()));
    }
    if let Act::SharePost { text, .. } = &act
        && text.chars().count() > POST_MAX
    {
        return Err(Sorry(format!("A Post has at most {POST_MAX} characters.")));
    }
    if let Act::Schedule { title, .. } | Act::StartNow { title, .. } | Act::Rename { title, .. } = &act
        && title.chars().count() > TITLE_MAX
    {
        return Err(Sorry(format!("A title has at most {TITLE_MAX} characters.")));
    }
    let space = acts::perform(&demo, &act).map_err(|error| Sorry(format!("X doesn't do that: {error}.")))?;
    Ok(Json(json!({ "space": space.as_str() })))
}

/// What the reader's account on X does.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum OwnAct {
    /// Follows a host, or no more.
    Follow { who: String, host: String, on: bool },
    /// Takes back what it ever let an app do.
    Withdraw { who: String },
}

/// `POST /api/account`: what the reader's account on X does.
pub(super) async fn account(State(demo): State<Arc<Demo>>, Json(act): Json<OwnAct>) -> Answer {
    let x = &demo.stage.x;
    let done = match act {
        OwnAct::Follow { who, host, on: true } => x.follow(who.as_str(), host.as_str()),
        OwnAct::Follow { who, host, on: false } => x.unfollow(who.as_str(), host.as_str()),
        OwnAct::Withdraw { who } => {
            x.withdraw_consent(who.as_str());
            Ok(())
        }
    };
    done.map_err(|error| Sorry(format!("X doesn't do that: {error}.")))?;
    demo.record.note(|_| ());
    Ok(Json(json!({})))
}

/// What a file that the reader chose is called, and what it is.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    name: String,
    kind: String,
}

/// `POST /api/upload`: keeps a file for an option of a command; its id is the option's value.
///
/// The type of the body is one that no page elsewhere can send without asking first.
pub(super) async fn upload(
    State(demo): State<Arc<Demo>>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Value>, Response> {
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/octet-stream") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let id = demo.stage.discord.upload(&chosen.name, &chosen.kind, bytes);
    Ok(Json(json!({ "file": id.to_string() })))
}

/// A trouble to make or to mend.
#[derive(Debug, Deserialize)]
pub(super) struct Switch {
    name: Trouble,
    on: bool,
}

/// `POST /api/trouble`: breaks or mends something.
pub(super) async fn trouble(State(demo): State<Arc<Demo>>, Json(switch): Json<Switch>) -> Answer {
    demo.record.note(|notes| {
        let before = notes.troubles.clone();
        if switch.on {
            notes.troubles.insert(switch.name);
        } else {
            notes.troubles.remove(&switch.name);
        }
        troubles::apply(&demo.stage, &before, &notes.troubles);
    });
    Ok(Json(json!({})))
}

/// Whether the bot is to run, or X to tell it by itself.
#[derive(Debug, Deserialize)]
pub(super) struct Power {
    on: bool,
}

/// `POST /api/bot`: kills or starts the bot.
pub(super) async fn bot(State(demo): State<Arc<Demo>>, Json(power): Json<Power>) -> Answer {
    let done = if power.on { demo.bot.start() } else { demo.bot.kill().await };
    done.map_err(|error| Sorry(format!("The system refuses: {error}.")))?;
    demo.record.note(|_| ());
    Ok(Json(json!({})))
}

/// `POST /api/push`: has the bot go on with or without being told by X. It is started again for that, if it runs.
pub(super) async fn push(State(demo): State<Arc<Demo>>, Json(power): Json<Power>) -> Answer {
    demo.bot.set_push(power.on).await.map_err(|error| Sorry(format!("The system refuses: {error}.")))?;
    demo.record.note(|_| ());
    Ok(Json(json!({})))
}

/// `GET /files/{channel}/{message}/{file}`: a file of a message.
pub(super) async fn file(
    State(demo): State<Arc<Demo>>,
    Path((channel, message, file)): Path<(u64, u64, u64)>,
) -> Response {
    let message = demo.stage.discord.message(channel, message);
    let file = message.and_then(|message| message.attachments.into_iter().find(|one| one.id == file));
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    // Anything but a picture is downloaded: it must not become a page of this origin.
    let (kind, place) = match file.content_type.as_deref() {
        Some("image/png") => ("image/png", "inline"),
        _ => ("application/octet-stream", "attachment"),
    };
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, place)], file.bytes).into_response()
}

/// `GET /api/events`: every part of the page at once, and then each that changed.
pub(super) async fn events(
    State(demo): State<Arc<Demo>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watching = Watching {
        discord: demo.stage.discord.changed(),
        record: demo.record.changed(),
        shown: Vec::new(),
        demo,
    };
    let changes = stream::unfold(watching, |mut watching| async move {
        let event = watching.next().await;
        Some((Ok(event), watching))
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

/// One page that looks on.
struct Watching {
    demo: Arc<Demo>,
    discord: watch::Receiver<u64>,
    record: watch::Receiver<u64>,
    shown: Vec<(&'static str, Value)>,
}

impl Watching {
    /// Waits until something that the page shows has changed.
    async fn next(&mut self) -> Event {
        loop {
            self.discord.mark_unchanged();
            self.record.mark_unchanged();
            let now = view::parts(&self.demo);
            let changed: serde_json::Map<String, Value> = now
                .iter()
                .filter(|part| !self.shown.contains(part))
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect();
            self.shown = now.into();
            if !changed.is_empty() {
                return Event::default().data(Value::Object(changed).to_string());
            }
            tokio::select! {
                _ = self.discord.changed() => tokio::time::sleep(GATHER).await,
                _ = self.record.changed() => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }
}
