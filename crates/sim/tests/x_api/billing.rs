//! What the answers cost.

use std::time::Duration;

use spacebell_sim::x::{Resource, Rules, Settings, SpentStatus};

use crate::{Outcome, Scene};

#[tokio::test]
async fn a_resource_is_billed_once_a_utc_day() -> Outcome {
    let clock = Some("2026-03-01T23:00:00Z".parse()?);
    let scene = Scene::with(Settings { rules: Rules::lifted(), clock, ..Settings::default() }).await?;
    let id = scene.live("Rust")?;
    for _ in 0..3 {
        scene.get(&format!("/2/spaces/{id}")).await?;
        scene.get("/2/spaces/by/creator_ids?user_ids=100").await?;
    }
    assert_eq!(scene.x.bill().micros, 5_000);
    scene.x.advance(Duration::from_hours(2));
    assert!(scene.x.bill().today.is_empty());
    scene.get(&format!("/2/spaces/{id}")).await?;
    let bill = scene.x.bill();
    assert_eq!((bill.micros, bill.today_micros, bill.count(Resource::Space)), (10_000, 5_000, 2));
    assert!(bill.today.contains(&(Resource::Space, id.to_string())));
    Ok(())
}

#[tokio::test]
async fn only_what_is_returned_is_billed() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    scene.get("/2/spaces/search?query=nothing").await?;
    scene.get("/2/spaces?ids=1gone").await?;
    scene.get(&format!("/2/spaces/{id}?space.fields=mood")).await?;
    assert_eq!(scene.x.bill().micros, 0);
    scene.get(&format!("/2/spaces/{id}?space.fields=host_ids")).await?;
    assert_eq!(scene.x.bill().micros, 5_000, "an id isn't a user");
    scene.get(&format!("/2/spaces/{id}?expansions=host_ids,creator_id")).await?;
    assert_eq!(scene.x.bill().micros, 15_000, "an expanded user is one");
    scene.get("/2/users/by/username/alice").await?;
    assert_eq!(scene.x.bill().micros, 15_000, "the same user again");
    scene.x.share_post(&id, "5", "100", "Look")?;
    scene.get(&format!("/2/spaces/{id}/tweets")).await?;
    let bill = scene.x.bill();
    assert_eq!((bill.micros, bill.count(Resource::Post)), (20_000, 1));
    Ok(())
}

#[tokio::test]
async fn spent_credits_look_like_a_limit_but_are_none() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.set_credits(Some(10_000));
    assert_eq!(scene.get("/2/users/100").await?.status, 200);
    assert_eq!(scene.x.credits(), Some(0));
    let seen = scene.get("/2/users/100").await?;
    assert_eq!(seen.status, 429);
    assert_eq!(seen.body["type"], "https://api.x.com/2/problems/usage-capped");
    assert!(seen.header("x-rate-limit-remaining").is_some_and(|remaining| remaining > 0));
    scene.x.configure(|settings| settings.spent_status = SpentStatus::PaymentRequired);
    assert_eq!(scene.get("/2/users/404").await?.status, 402);
    scene.x.set_credits(None);
    assert_eq!(scene.get("/2/users/100").await?.status, 200);
    Ok(())
}
