//! What is told when a subscribed user's Space begins or ends.

use serde_json::{Value, json};
use spacebell_sim::x::{EndLook, InnerEventType, Order, Resource};

use crate::{Outcome, Scene, streams::Lines};

async fn scene() -> Result<Scene, Box<dyn std::error::Error>> {
    let scene = Scene::set().await?;
    scene.subscribe("spaces.start", "100", None).await?;
    scene.subscribe("spaces.end", "100", None).await?;
    Ok(scene)
}

#[tokio::test]
async fn a_start_and_an_end_are_told_as_documented() -> Outcome {
    let scene = scene().await?;
    let mut lines = Lines::open(&scene, "").await?;
    let space = scene.scheduled("planned")?;
    scene.x.start_space(&space)?;
    let began = lines.object().await?;
    let data = &began["data"];
    let uuid = data["event_uuid"].as_str().ok_or("text")?;
    assert!(uuid.starts_with('-') && uuid.parse::<i64>().is_ok(), "ids can be negative: {uuid}");
    assert_eq!(data["filter"], json!({ "user_id": "100" }));
    assert_eq!((&data["event_type"], &data["tag"]), (&json!("spaces.start"), &json!("a tag")));
    let payload = &data["payload"];
    assert_eq!(
        (&payload["broadcast_id"], &payload["event_type"]),
        (&json!(space.as_str()), &json!("spaces_start"))
    );
    let user = &payload["user"]["data"];
    assert_eq!(
        (&user["id"], &user["username"], &user["name"]),
        (&json!("100"), &json!("Alice"), &json!("Alice A."))
    );
    assert!(user["profile_image_url"].is_string());

    scene.x.configure(|settings| settings.push.inner_event_type = InnerEventType::Short);
    scene.x.end(&space)?;
    let ended = lines.object().await?;
    assert_eq!(ended["data"]["event_type"], "spaces.end");
    assert_eq!(ended["data"]["payload"]["event_type"], "end");
    assert_ne!(ended["data"]["event_uuid"], began["data"]["event_uuid"]);
    Ok(())
}

#[tokio::test]
async fn only_what_began_and_ended_is_told_and_only_of_whom_one_asked() -> Outcome {
    let scene = scene().await?;
    scene.x.add_user("200", "bob", "Bob");
    let mut lines = Lines::open(&scene, "").await?;
    let planned = scene.scheduled("never")?;
    scene.x.rename(&planned, Some("never ever"))?;
    scene.x.cancel(&planned)?;
    scene.x.end(scene.x.start_now("200", "Bob's")?)?;
    let space = scene.live("Alice's")?;
    scene.x.end_as(&space, EndLook::NotFound)?;
    for kind in ["spaces.start", "spaces.end"] {
        let event = lines.object().await?;
        assert_eq!(
            (&event["data"]["event_type"], &event["data"]["payload"]["broadcast_id"]),
            (&json!(kind), &json!(space.as_str()))
        );
    }
    Ok(())
}

#[tokio::test]
async fn events_can_come_twice_and_in_another_order() -> Outcome {
    let scene = scene().await?;
    let mut lines = Lines::open(&scene, "").await?;
    scene.x.configure(|settings| settings.push.event_copies = 2);
    scene.x.hold_events();
    scene.x.end(scene.live("brief")?)?;
    scene.x.release_events(Order::Reversed);
    let mut told: Vec<Value> = Vec::new();
    for _ in 0..4 {
        told.push(lines.object().await?);
    }
    let kinds: Vec<_> = told.iter().map(|event| event["data"]["event_type"].as_str()).collect();
    assert_eq!(kinds, ["spaces.end", "spaces.end", "spaces.start", "spaces.start"].map(Some));
    assert_eq!(told[0], told[1], "a copy has the same id");
    assert_eq!(scene.x.bill().count(Resource::Event), 2, "and is billed once");
    scene.x.hold_events();
    scene.live("late")?;
    scene.x.release_events(Order::AsTheyHappened);
    assert_eq!(lines.object().await?["data"]["event_type"], "spaces.start");
    Ok(())
}

#[tokio::test]
async fn a_delivered_event_costs_half_a_cent_and_an_unheard_one_nothing() -> Outcome {
    let scene = scene().await?;
    scene.x.set_credits(Some(1_000_000));
    let space = scene.live("unheard")?;
    assert_eq!((scene.x.bill().micros, scene.x.credits()), (0, Some(1_000_000)));
    let _lines = Lines::open(&scene, "").await?;
    scene.x.end(&space)?;
    assert_eq!((scene.x.bill().count(Resource::Event), scene.x.bill().micros), (1, 5_000));
    assert_eq!(scene.x.credits(), Some(995_000));
    Ok(())
}

#[tokio::test]
async fn who_takes_their_consent_back_is_told_of() -> Outcome {
    let scene = Scene::set().await?;
    scene.subscribe("oauth.revoke", "100", None).await?;
    scene.x.add_user_token("alices", &scene.alice);
    let mut lines = Lines::open(&scene, "").await?;
    assert_eq!(scene.get_as("alices", "/2/users/me").await?.status, 200);
    scene.x.withdraw_consent(&scene.alice);
    let event = lines.object().await?;
    assert_eq!(
        (&event["data"]["event_type"], &event["data"]["filter"]["user_id"]),
        (&json!("oauth.revoke"), &json!("100"))
    );
    assert_eq!(event["data"]["payload"]["user"]["data"]["id"], "100");
    assert_eq!(scene.get_as("alices", "/2/users/me").await?.status, 401);
    Ok(())
}
