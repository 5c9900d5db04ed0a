//! How often one may ask.

use std::time::Duration;

use spacebell_sim::x::{BurstHeaders, Endpoint, Rules, Settings};

use crate::{Outcome, Scene};

const CREATORS: &str = "/2/spaces/by/creator_ids?user_ids=100";

#[tokio::test]
async fn each_answer_carries_true_headers() -> Outcome {
    let scene = Scene::with(Settings::default()).await?;
    scene.x.freeze_clock();
    let first = scene.get("/2/users/100").await?;
    assert_eq!(first.header("x-rate-limit-limit"), Some(300));
    assert_eq!(first.header("x-rate-limit-remaining"), Some(299));
    let reset = first.header("x-rate-limit-reset").ok_or("no reset")?;
    assert_eq!(reset - scene.x.now().as_second(), 900);
    let refused = scene.get("/2/users/alice").await?;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("x-rate-limit-remaining"), Some(298));
    assert_eq!(refused.header("x-rate-limit-reset"), Some(reset));
    Ok(())
}

#[tokio::test]
async fn beyond_the_limit_is_429_until_the_reset() -> Outcome {
    let rules = Rules { requests: 2, ..Rules::default() };
    let scene = Scene::with(Settings { rules, ..Settings::default() }).await?;
    scene.x.add_user_token("alices", &scene.alice);
    for _ in 0..2 {
        assert_eq!(scene.get("/2/users/100").await?.status, 200);
    }
    let refused = scene.get("/2/users/100").await?;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.body["title"], "Too Many Requests");
    assert_eq!(refused.header("x-rate-limit-remaining"), Some(0));
    assert_eq!(scene.x.refusals(), 1);
    assert_eq!(scene.get("/2/users?ids=100").await?.status, 200, "another endpoint");
    assert_eq!(scene.get_as("alices", "/2/users/100").await?.status, 200, "another caller");
    let reset = refused.header("x-rate-limit-reset").ok_or("no reset")?;
    let wait = u64::try_from(reset - scene.x.now().as_second())?;
    scene.x.advance(Duration::from_secs(wait));
    assert_eq!(scene.get("/2/users/100").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_whole_window_holds_300() -> Outcome {
    let scene = Scene::with(Settings::default()).await?;
    for _ in 0..300 {
        assert_eq!(scene.get("/2/spaces?ids=1a").await?.status, 200);
    }
    assert_eq!(scene.get("/2/spaces?ids=1a").await?.status, 429);
    assert_eq!(scene.x.count(Endpoint::SpacesByIds), 301);
    Ok(())
}

#[tokio::test]
async fn creators_are_answered_once_a_second() -> Outcome {
    let scene = Scene::with(Settings::default()).await?;
    scene.x.freeze_clock();
    assert_eq!(scene.get(CREATORS).await?.header("x-rate-limit-remaining"), Some(299));
    let refused = scene.get(CREATORS).await?;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("x-rate-limit-remaining"), Some(0));
    let wait = refused.header("x-rate-limit-reset").ok_or("no reset")? - scene.x.now().as_second();
    assert!((1..=2).contains(&wait), "{wait}");
    scene.x.advance(Duration::from_secs(1));
    let seen = scene.get(CREATORS).await?;
    assert_eq!((seen.status, seen.header("x-rate-limit-remaining")), (200, Some(298)));
    Ok(())
}

#[tokio::test]
async fn a_refusal_by_the_second_can_show_the_window() -> Outcome {
    let rules = Rules { burst_headers: BurstHeaders::OfTheWindow, ..Rules::default() };
    let scene = Scene::with(Settings { rules, ..Settings::default() }).await?;
    scene.x.freeze_clock();
    scene.get(CREATORS).await?;
    let refused = scene.get(CREATORS).await?;
    assert_eq!((refused.status, refused.header("x-rate-limit-remaining")), (429, Some(299)));
    Ok(())
}
