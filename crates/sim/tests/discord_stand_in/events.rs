use serde_json::{Value, json};
use spacebell_sim::discord::bits;

use crate::support::{Line, Stage, unlimited};

#[expect(clippy::disallowed_methods, reason = "the stand-in's clock begins as the system's")]
fn hours_on(hours: i64) -> String {
    let now = jiff::Timestamp::now();
    (now + jiff::SignedDuration::from_hours(hours)).to_string()
}

fn concert() -> Value {
    json!({
        "name": "A Space about bells",
        "entity_type": 3,
        "privacy_level": 2,
        "scheduled_start_time": hours_on(1),
        "scheduled_end_time": hours_on(2),
        "entity_metadata": { "location": "https://x.com/i/spaces/1" },
    })
}

async fn stage() -> (Stage, String) {
    let stage = Stage::new(unlimited()).await;
    stage.discord.set_bot_permissions(stage.guild, bits::CREATE_EVENTS);
    let path = format!("/guilds/{}/scheduled-events", stage.guild);
    (stage, path)
}

#[tokio::test]
async fn an_event_is_made_changed_begun_ended_and_then_stays_as_it_is() {
    let (stage, path) = stage().await;
    let mut line = Line::open(&stage, "").await;
    line.identify(json!({ "token": "stand-in-token", "intents": 1 | 1 << 16, "properties": {} })).await;
    line.event("READY").await;
    let made = stage.call("POST", &path, concert()).await;
    assert_eq!((made.status, &made.body["status"]), (200, &json!(1)));
    assert_eq!(line.event("GUILD_SCHEDULED_EVENT_CREATE").await["d"]["id"], made.body["id"]);
    let one = format!("{path}/{}", made.id());
    let renamed = stage.call("PATCH", &one, json!({ "name": "Bells", "description": "Ding" })).await;
    assert_eq!((&renamed.body["name"], &renamed.body["description"]), (&json!("Bells"), &json!("Ding")));
    line.event("GUILD_SCHEDULED_EVENT_UPDATE").await;
    for status in [2, 3] {
        assert_eq!(stage.call("PATCH", &one, json!({ "status": status })).await.body["status"], status);
    }
    let finished = stage.call("PATCH", &one, json!({ "name": "Again" })).await;
    assert_eq!((finished.status, &finished.body["code"]), (400, &json!(180_000)));
    assert_eq!(stage.call("GET", &path, Value::Null).await.body, json!([]), "it isn't open");
    assert_eq!(stage.discord.scheduled_events(stage.guild)[0].status, 3);
    assert_eq!(stage.call("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(stage.call("GET", &one, Value::Null).await.body["code"], 10070);
}

#[tokio::test]
async fn an_event_without_end_place_or_future_is_refused() {
    let (stage, path) = stage().await;
    for (field, wrong) in [
        ("scheduled_end_time", Value::Null),
        ("scheduled_end_time", json!(hours_on(0))),
        ("scheduled_start_time", json!(hours_on(-1))),
        ("entity_metadata", json!({})),
        ("entity_metadata", json!({ "location": "x".repeat(101) })),
        ("entity_metadata", json!({ "location": "" })),
        ("name", json!("")),
        ("name", json!("x".repeat(101))),
        ("description", json!("x".repeat(1001))),
        ("privacy_level", json!(1)),
        ("entity_type", json!(2)),
    ] {
        let mut body = concert();
        body[field] = wrong.clone();
        let refused = stage.call("POST", &path, body).await;
        assert_eq!((refused.status, &refused.body["code"]), (400, &json!(50035)), "{field}: {wrong}");
    }
    assert!(stage.discord.scheduled_events(stage.guild).is_empty());
}

#[tokio::test]
async fn an_event_begins_and_ends_by_itself_at_its_times() {
    let (stage, path) = stage().await;
    let id = stage.call("POST", &path, concert()).await.id();
    let status = || stage.discord.scheduled_events(stage.guild)[0].status;
    assert_eq!(status(), 1);
    stage.discord.advance(std::time::Duration::from_mins(61));
    assert_eq!(status(), 2);
    let begun = stage.call("GET", &format!("{path}/{id}"), Value::Null).await;
    assert_eq!(begun.body["status"], 2);
    let cancelled = stage.call("PATCH", &format!("{path}/{id}"), json!({ "status": 4 })).await;
    assert_eq!(cancelled.body["code"], 180_000, "what has begun can only be completed");
    stage.discord.advance(std::time::Duration::from_hours(1));
    assert_eq!(stage.call("GET", &path, Value::Null).await.body, json!([]));
    assert_eq!(status(), 3);
}

#[tokio::test]
async fn who_connects_hears_of_the_events_that_are_open() {
    let (stage, path) = stage().await;
    stage.call("POST", &path, concert()).await;
    let (mut line, _) = Line::identified(&stage).await;
    let guild = line.event("GUILD_CREATE").await["d"].clone();
    assert_eq!(guild["guild_scheduled_events"][0]["name"], "A Space about bells");
}

#[tokio::test]
async fn events_need_create_events_and_a_server_has_a_hundred() {
    let (stage, path) = stage().await;
    for _ in 0..100 {
        assert_eq!(stage.call("POST", &path, concert()).await.status, 200);
    }
    let more = stage.call("POST", &path, concert()).await;
    assert_eq!((more.status, &more.body["code"]), (400, &json!(30038)));
    let first = stage.discord.scheduled_events(stage.guild)[0].id;
    assert!(stage.discord.delete_scheduled_event(first));
    assert_eq!(stage.call("POST", &path, concert()).await.status, 200);
    stage.discord.set_bot_permissions(stage.guild, bits::MANAGE_EVENTS);
    assert_eq!(stage.call("POST", &path, concert()).await.body["code"], 50013, "to manage isn't to create");
}

#[tokio::test]
async fn a_webhook_posts_edits_and_is_gone_when_deleted() {
    let stage = Stage::new(unlimited()).await;
    let hooks = format!("/channels/{}/webhooks", stage.channel);
    assert_eq!(stage.call("POST", &hooks, json!({ "name": "Bell" })).await.body["code"], 50013);
    stage.discord.set_bot_permissions(stage.guild, bits::MANAGE_WEBHOOKS);
    let made = stage.call("POST", &hooks, json!({ "name": "Bell" })).await;
    let path = format!("/webhooks/{}/{}", made.id(), made.body["token"].as_str().unwrap());
    let anonymous = |method: &str, path: &str, body: Value| {
        let request = stage.request(method, path).json(&body);
        async move {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
        }
    };
    let (status, body) = anonymous("POST", &path, json!({ "content": "quietly" })).await;
    assert_eq!((status, body), (204, Value::Null));
    let (_, posted) = anonymous("POST", &format!("{path}?wait=true"), json!({ "content": "ding" })).await;
    assert_eq!((&posted["author"]["username"], &posted["webhook_id"]), (&json!("Bell"), &made.body["id"]));
    let message = format!("{path}/messages/{}", posted["id"].as_str().unwrap());
    let (_, edited) = anonymous("PATCH", &message, json!({ "content": "dong" })).await;
    assert_eq!(edited["content"], "dong");
    assert_eq!(anonymous("POST", &path, json!({})).await.1["code"], 50006);
    let wrong = format!("/webhooks/{}/wrong", made.id());
    assert_eq!(anonymous("POST", &wrong, json!({ "content": "x" })).await.1["code"], 50027);
    assert!(stage.discord.delete_webhook(made.id()));
    let (status, gone) = anonymous("POST", &path, json!({ "content": "x" })).await;
    assert_eq!((status, &gone["code"]), (404, &json!(10015)));
    assert_eq!(stage.discord.messages(stage.channel).len(), 2);
}
