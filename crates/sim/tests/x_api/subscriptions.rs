//! Who wants to be told of what.

use reqwest::Method;
use serde_json::{Value, json};
use spacebell_sim::x::{Endpoint, Fault, PushSettings, Scope, Settings, SubscriptionShape};

use crate::{Outcome, Scene};

const PATH: &str = "/2/activity/subscriptions";

fn body(event_type: &str, user: &str) -> Value {
    json!({ "event_type": event_type, "filter": { "user_id": user } })
}

#[tokio::test]
async fn a_subscription_is_made_listed_changed_and_deleted() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.subscribe("spaces.start", "100", None).await?;
    let listed = scene.get(PATH).await?.body;
    assert_eq!(listed["meta"], json!({ "result_count": 1, "total_subscriptions": 1 }));
    let known = &listed["data"][0];
    assert_eq!((&known["subscription_id"], &known["event_type"]), (&json!(id), &json!("spaces.start")));
    assert_eq!((&known["filter"], &known["tag"]), (&json!({ "user_id": "100" }), &json!("a tag")));

    let changed = scene.ask(Method::PUT, &format!("{PATH}/{id}"), &json!({ "tag": "another" })).await?;
    assert_eq!((changed.status, &changed.body["data"]["tag"]), (200, &json!("another")));
    assert_eq!(scene.x.subscriptions()[0].tag.as_deref(), Some("another"));

    let deleted = scene.ask(Method::DELETE, &format!("{PATH}/{id}"), &Value::Null).await?;
    assert_eq!(deleted.body, json!({ "data": { "deleted": true } }));
    assert_eq!(scene.get(PATH).await?.body.get("data"), None);
    for method in [Method::PUT, Method::DELETE] {
        let seen = scene.ask(method, &format!("{PATH}/{id}"), &json!({ "tag": "gone" })).await?;
        assert_eq!((seen.status, &seen.body["errors"][0]["title"]), (404, &json!("Not Found Error")));
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_shows_a_subscription_in_each_documented_shape() -> Outcome {
    let scene = Scene::set().await?;
    let mut user = 100;
    for (shape, at) in [
        (SubscriptionShape::Object, "/data/subscription_id"),
        (SubscriptionShape::List, "/data/0/subscription_id"),
        (SubscriptionShape::Nested, "/data/subscription/subscription_id"),
    ] {
        scene.x.configure(|settings| settings.push.subscription_shape = shape);
        user += 1;
        let seen = scene.ask(Method::POST, PATH, &body("spaces.end", &user.to_string())).await?;
        assert!(seen.body.pointer(at).is_some_and(Value::is_string), "{shape:?}: {}", seen.body);
    }
    Ok(())
}

#[tokio::test]
async fn subscriptions_come_in_pages_and_many_are_deleted_at_once() -> Outcome {
    let scene = Scene::set().await?;
    let mut ids = Vec::new();
    for user in ["101", "102", "103"] {
        ids.push(scene.subscribe("spaces.start", user, None).await?);
    }
    let first = scene.get(&format!("{PATH}?max_results=2")).await?.body;
    assert_eq!(
        (first["data"].as_array().map(Vec::len), &first["meta"]["total_subscriptions"]),
        (Some(2), &json!(3))
    );
    let token = first["meta"]["next_token"].as_str().ok_or("a further page")?;
    let last = scene.get(&format!("{PATH}?max_results=2&pagination_token={token}")).await?.body;
    assert_eq!(last["data"][0]["subscription_id"], json!(ids[2]));
    assert_eq!(last["meta"].get("next_token"), None);

    let path = format!("{PATH}?ids={},{},999", ids[0], ids[2]);
    let deleted = scene.ask(Method::DELETE, &path, &Value::Null).await?.body;
    assert_eq!(deleted["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(deleted["errors"][0]["subscription_id"], "999");
    assert_eq!(deleted["meta"], json!({ "total_subscriptions": 1 }));
    let many: Vec<String> = (1..=101).map(|id| id.to_string()).collect();
    let path = format!("{PATH}?ids={}", many.join(","));
    assert_eq!(scene.ask(Method::DELETE, &path, &Value::Null).await?.status, 400, "at most 100");
    assert_eq!(scene.x.subscriptions().len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_is_there_already_or_beyond_the_cap_is_refused() -> Outcome {
    let push = PushSettings { subscriptions_at_most: 2, ..PushSettings::default() };
    let scene = Scene::with(Settings { push, ..Settings::default() }).await?;
    assert_eq!(PushSettings::default().subscriptions_at_most, 1_500);
    scene.subscribe("spaces.start", "100", None).await?;
    let twice = scene.ask(Method::POST, PATH, &body("spaces.start", "100")).await?;
    assert!(twice.status == 400 && twice.message().contains("already exists"), "{}", twice.body);
    scene.subscribe("spaces.end", "100", None).await?;
    let beyond = scene.ask(Method::POST, PATH, &body("spaces.start", "200")).await?;
    assert!(beyond.status == 400 && beyond.message().contains("maximum number"), "{}", beyond.body);
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_subscription_is_named() -> Outcome {
    let scene = Scene::set().await?;
    let with = |name: &str, value: Value| {
        let mut body = body("spaces.start", "100");
        body[name] = value;
        body
    };
    for (wrong, told) in [
        (json!([]), "JSON object"),
        (body("spaces.rename", "100"), "event_type"),
        (body("spaces.start", "alice"), "filter.user_id"),
        (json!({ "event_type": "spaces.start" }), "filter"),
        (with("filter", json!({ "user_id": "100", "colour": "green" })), "colour"),
        (with("tag", json!("x".repeat(201))), "tag"),
        (with("webhook_id", json!("7")), "webhook_id"),
        (with("colour", json!("green")), "colour"),
    ] {
        let seen = scene.ask(Method::POST, PATH, &wrong).await?;
        assert!(seen.status == 400 && seen.message().contains(told), "{told}: {}", seen.body);
    }
    assert!(scene.x.subscriptions().is_empty());
    Ok(())
}

#[tokio::test]
async fn users_may_subscribe_and_look_but_not_change() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.add_user_token("alices", &scene.alice);
    let path = format!("{PATH}/{}", scene.subscribe("spaces.start", "100", None).await?);
    for (method, path, status) in [
        (Method::POST, PATH, 200),
        (Method::GET, PATH, 200),
        (Method::PUT, path.as_str(), 403),
        (Method::DELETE, path.as_str(), 403),
        (Method::DELETE, "/2/activity/subscriptions?ids=1", 403),
        (Method::GET, "/2/activity/stream", 403),
        (Method::GET, "/2/connections", 403),
        (Method::GET, "/2/webhooks", 403),
    ] {
        let body = if method == Method::POST { body("spaces.end", "100") } else { Value::Null };
        assert_eq!(scene.send("alices", method, path, &body).await?.status, status, "{path}");
    }
    assert_eq!(scene.send("nobodys", Method::GET, PATH, &Value::Null).await?.status, 401);
    Ok(())
}

#[tokio::test]
async fn an_app_can_be_forbidden_to_subscribe() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::status(403), Scope::on(Endpoint::SubscriptionCreate));
    assert_eq!(scene.ask(Method::POST, PATH, &body("spaces.start", "100")).await?.status, 403);
    assert!(scene.x.subscriptions().is_empty());
    assert_eq!(scene.get(PATH).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn each_endpoint_of_push_has_its_own_limit() -> Outcome {
    let scene = Scene::with(Settings::default()).await?;
    for (method, path, limit) in [
        (Method::POST, PATH, 500),
        (Method::GET, PATH, 500),
        (Method::DELETE, "/2/activity/subscriptions?ids=1", 500),
        (Method::PUT, "/2/activity/subscriptions/1", 500),
        (Method::DELETE, "/2/activity/subscriptions/1", 500),
        (Method::GET, "/2/activity/stream?backfill_minutes=9", 450),
        (Method::POST, "/2/webhooks", 450),
        (Method::GET, "/2/webhooks", 450),
        (Method::PUT, "/2/webhooks/1", 450),
        (Method::DELETE, "/2/webhooks/1", 450),
    ] {
        let seen = scene.ask(method, path, &json!({})).await?;
        assert_eq!(seen.header("x-rate-limit-limit"), Some(limit), "{path}");
        assert_eq!(seen.header("x-rate-limit-remaining"), Some(limit - 1), "{path}");
    }
    Ok(())
}
