//! Streams: how they live, how they end, and how many there may be.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use spacebell_sim::x::{Backfill, Endpoint, Fault, Scope, StreamEnd};

use crate::{Outcome, PATIENCE, Scene};

const PATH: &str = "/2/activity/stream";

/// A stream, read by lines.
pub struct Lines {
    answer: reqwest::Response,
    read: Vec<u8>,
}

impl Lines {
    /// Opens a stream that must open.
    pub async fn open(scene: &Scene, query: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let request = scene.client.get(format!("{}{PATH}{query}", scene.x.url()));
        let answer = request.bearer_auth(&scene.token).send().await?;
        assert_eq!(answer.status(), 200);
        Ok(Self { answer, read: Vec::new() })
    }

    /// The next line without its end, blank ones too; None at the end in order.
    pub async fn next(&mut self) -> Result<Option<String>, Box<dyn std::error::Error>> {
        loop {
            if let Some(end) = self.read.windows(2).position(|two| two == b"\r\n") {
                let line = String::from_utf8(self.read[..end].to_vec())?;
                self.read.drain(..end + 2);
                return Ok(Some(line));
            }
            match tokio::time::timeout(PATIENCE, self.answer.chunk()).await?? {
                Some(chunk) => self.read.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }

    /// The next line that isn't blank, as JSON.
    pub async fn object(&mut self) -> Result<Value, Box<dyn std::error::Error>> {
        loop {
            let line = self.next().await?.ok_or("the stream ended")?;
            if !line.is_empty() {
                return Ok(serde_json::from_str(&line)?);
            }
        }
    }
}

async fn scene() -> Result<Scene, Box<dyn std::error::Error>> {
    let scene = Scene::set().await?;
    scene.subscribe("spaces.start", "100", None).await?;
    Ok(scene)
}

#[tokio::test]
async fn a_stream_without_events_shows_that_it_lives() -> Outcome {
    let scene = scene().await?;
    assert_eq!(scene.x.connections().len(), 0);
    scene.x.configure(|settings| settings.push.keep_alive = Duration::from_millis(5));
    let mut lines = Lines::open(&scene, "").await?;
    for _ in 0..3 {
        assert_eq!(lines.next().await?.as_deref(), Some(""));
    }
    Ok(())
}

#[tokio::test]
async fn one_stream_too_many_is_refused_until_the_first_is_gone() -> Outcome {
    let scene = scene().await?;
    let first = Lines::open(&scene, "").await?;
    let second = scene.get(PATH).await?;
    assert_eq!((second.status, &second.body["connection_issue"]), (429, &json!("TooManyConnections")));
    assert!(second.header("x-rate-limit-remaining") > Some(0), "it is no limit of requests");
    drop(first);
    let over = |all: &[spacebell_sim::x::Connection]| all.iter().all(|one| one.disconnected_at.is_some());
    scene.x.wait_for_connections(over, PATIENCE).await.ok_or("it still counts")?;
    scene.x.configure(|settings| settings.push.connections_at_most = 2);
    let _both = (Lines::open(&scene, "").await?, Lines::open(&scene, "").await?);
    assert_eq!(scene.get(PATH).await?.status, 429);
    Ok(())
}

#[tokio::test]
async fn a_stale_connection_counts_until_it_is_deleted() -> Outcome {
    let scene = scene().await?;
    scene.x.configure(|settings| settings.push.connections_linger = true);
    // Its client is gone, whether X has noticed or not.
    drop(Lines::open(&scene, "").await?);
    assert_eq!(scene.get(PATH).await?.body["connection_issue"], "TooManyConnections");
    let fields = "?connection.fields=id,endpoint_name,connected_at,client_ip";
    let listed = scene.get(&format!("/2/connections{fields}")).await?.body;
    assert_eq!(
        (&listed["meta"]["result_count"], &listed["data"][0]["client_ip"]),
        (&json!(1), &json!("127.0.0.1"))
    );
    let id = listed["data"][0]["id"].as_str().ok_or("an id")?;

    let body = json!({ "uuids": [id, "nobody"] });
    let killed = scene.ask(Method::DELETE, "/2/connections", &body).await?.body;
    assert_eq!(
        (&killed["data"]["successful_kills"], &killed["data"]["failed_kills"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(killed["data"]["results"][0], json!({ "uuid": id, "success": true }));
    assert_eq!(scene.get("/2/connections").await?.body["meta"]["result_count"], 0);
    let past = scene
        .get("/2/connections?status=inactive&connection.fields=disconnect_reason,disconnected_at")
        .await?;
    assert!(past.body["data"][0]["disconnect_reason"].is_string(), "{}", past.body);
    Lines::open(&scene, "").await?;
    Ok(())
}

#[tokio::test]
async fn deleting_an_open_connection_ends_its_stream() -> Outcome {
    let scene = scene().await?;
    for path in ["/2/connections", "/2/connections/all"] {
        let mut lines = Lines::open(&scene, "").await?;
        let id = scene.x.connections().last().map(|one| one.id.clone()).ok_or("a connection")?;
        let body = if path.ends_with("all") { Value::Null } else { json!({ "uuids": [id] }) };
        assert_eq!(scene.ask(Method::DELETE, path, &body).await?.body["data"]["successful_kills"], 1);
        assert_eq!(lines.next().await?, None);
    }
    for body in [json!({}), json!({ "uuids": [] }), json!({ "uuids": [7] })] {
        assert_eq!(scene.ask(Method::DELETE, "/2/connections", &body).await?.status, 400);
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_ends_in_order_or_not() -> Outcome {
    let scene = scene().await?;
    let mut closed = Lines::open(&scene, "").await?;
    scene.x.end_streams(StreamEnd::Closed);
    assert_eq!(closed.next().await?, None);

    let mut told = Lines::open(&scene, "").await?;
    scene.x.end_streams(StreamEnd::Operational);
    let problem = told.object().await?;
    assert_eq!(problem["errors"][0]["title"], "operational-disconnect");
    assert_eq!(told.next().await?, None);

    let mut cut = Lines::open(&scene, "").await?;
    scene.x.end_streams(StreamEnd::Cut);
    assert!(cut.next().await.is_err());

    let mut halved = Lines::open(&scene, "").await?;
    scene.live("whole")?;
    halved.object().await?;
    scene.x.end_streams(StreamEnd::CutMidLine);
    assert!(halved.next().await.is_err());
    assert!(!halved.read.is_empty() && serde_json::from_slice::<Value>(&halved.read).is_err());
    let all = scene.x.connections();
    assert!(all.len() == 4 && all.iter().all(|one| one.disconnect_reason.is_some()));
    Ok(())
}

#[tokio::test]
async fn garbage_comes_between_events() -> Outcome {
    let scene = scene().await?;
    let mut lines = Lines::open(&scene, "").await?;
    scene.x.write_on_streams("{\"data\":}");
    scene.live("true")?;
    assert_eq!(lines.next().await?.as_deref(), Some("{\"data\":}"));
    assert_eq!(lines.object().await?["data"]["event_type"], "spaces.start");
    Ok(())
}

#[tokio::test]
async fn a_silent_stream_stays_open_and_says_nothing() -> Outcome {
    let scene = scene().await?;
    scene.x.configure(|settings| settings.push.keep_alive = Duration::from_millis(5));
    let mut lines = Lines::open(&scene, "").await?;
    scene.x.silence_streams();
    scene.live("unheard")?;
    // What was on its way before comes; then nothing does, where a sign of life was due long since.
    while let Ok(line) = tokio::time::timeout(Duration::from_millis(300), lines.next()).await {
        assert_eq!(line?.as_deref(), Some(""));
    }
    assert_eq!(scene.get(PATH).await?.status, 429, "it still counts");
    Ok(())
}

#[tokio::test]
async fn what_was_missed_is_refused_or_granted() -> Outcome {
    let scene = scene().await?;
    let asked = format!("{PATH}?backfill_minutes=2");
    assert_eq!(scene.get(&asked).await?.status, 400);
    scene.x.configure(|settings| settings.push.backfill = Backfill::Forbidden);
    assert_eq!(scene.get(&asked).await?.status, 403);
    scene.x.configure(|settings| settings.push.backfill = Backfill::Granted);
    assert_eq!(scene.get(&format!("{PATH}?backfill_minutes=6")).await?.status, 400, "at most five");
    scene.live("too long ago")?;
    scene.x.advance(Duration::from_mins(4));
    let missed = scene.live("missed")?;
    scene.x.advance(Duration::from_mins(1));
    assert_eq!(scene.x.bill().micros, 0, "nobody was told");
    let mut lines = Lines::open(&scene, "?backfill_minutes=2").await?;
    assert_eq!(lines.object().await?["data"]["payload"]["broadcast_id"], missed.as_str());
    let next = scene.live("next")?;
    assert_eq!(lines.object().await?["data"]["payload"]["broadcast_id"], next.as_str());
    assert_eq!(scene.x.bill().micros, 10_000);
    scene.x.end_streams(StreamEnd::Closed);
    let mut lines = Lines::open(&scene, "?backfill_minutes=0").await?;
    scene.x.end_streams(StreamEnd::Closed);
    assert_eq!(lines.next().await?, None, "none asked for");
    Ok(())
}

#[tokio::test]
async fn a_stream_meets_faults_like_any_endpoint() -> Outcome {
    let scene = scene().await?;
    scene.x.fault(Fault::status(503), Scope::on(Endpoint::ActivityStream).next(1));
    assert_eq!(scene.get(PATH).await?.status, 503);
    assert!(scene.x.connections().is_empty());
    scene.x.fault(Fault::Truncated, Scope::on(Endpoint::ActivityStream).next(1));
    assert!(Lines::open(&scene, "").await?.next().await.is_err());
    Lines::open(&scene, "").await?;
    Ok(())
}
