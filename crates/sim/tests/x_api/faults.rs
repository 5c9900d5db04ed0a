//! What goes wrong on demand.

use std::time::{Duration, Instant};

use spacebell_sim::x::{Age, Endpoint, Fault, Reset, Scope};

use crate::{Outcome, PATIENCE, Scene};

const CREATORS: &str = "/2/spaces/by/creator_ids?user_ids=100";
const SEARCH: &str = "/2/spaces/search?query=rust";

#[tokio::test]
async fn a_status_comes_for_the_next_requests_only() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::status(503), Scope::on(Endpoint::UserById).next(2));
    assert_eq!(scene.get("/2/users?ids=100").await?.status, 200, "another endpoint");
    for _ in 0..2 {
        let seen = scene.get("/2/users/100").await?;
        assert_eq!((seen.status, &seen.body["title"]), (503, &"Service Unavailable".into()));
    }
    assert_eq!(scene.get("/2/users/100").await?.status, 200);
    assert_eq!(scene.x.bill().micros, 10_000, "what a fault replaced cost nothing");
    Ok(())
}

#[tokio::test]
async fn faults_queue_and_can_be_cleared() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::status(500), Scope::everywhere().next(1));
    let body = Some(r#"{"title":"Forbidden"}"#.to_owned());
    let second = scene.x.fault(Fault::Status { status: 403, body }, Scope::everywhere());
    assert_eq!(scene.get("/2/users/100").await?.status, 500);
    assert_eq!(scene.get("/2/users/100").await?.body["title"], "Forbidden");
    scene.x.clear_fault(second);
    assert_eq!(scene.get("/2/users/100").await?.status, 200);
    for status in [401, 402, 403, 429, 500, 503] {
        scene.x.fault(Fault::status(status), Scope::everywhere());
        assert_eq!(scene.get("/2/users/100").await?.status, status);
        scene.x.clear_faults();
    }
    Ok(())
}

#[tokio::test]
async fn a_429_can_lie_about_its_reset() -> Outcome {
    let scene = Scene::set().await?;
    let now = scene.x.now().as_second();
    for (reset, low, high) in [
        (Reset::Past, now - 3_700, now - 3_500),
        (Reset::Far, now + 900_000_000, i64::MAX),
        (Reset::In(Duration::from_mins(1)), now + 59, now + 70),
    ] {
        scene.x.fault(Fault::TooManyRequests(reset), Scope::everywhere().next(1));
        let seen = scene.get("/2/users/100").await?;
        let shown = seen.header("x-rate-limit-reset").ok_or("no reset")?;
        assert_eq!((seen.status, seen.header("x-rate-limit-remaining")), (429, Some(0)));
        assert!((low..=high).contains(&shown), "{reset:?}: {shown}");
    }
    scene.x.fault(Fault::TooManyRequests(Reset::Absent), Scope::everywhere().next(1));
    let seen = scene.get("/2/users/100").await?;
    assert_eq!((seen.status, seen.header("x-rate-limit-reset")), (429, None));
    scene.x.fault(Fault::TooManyRequests(Reset::Garbage), Scope::everywhere().next(1));
    let seen = scene.get("/2/users/100").await?;
    // A word is there, and no number.
    assert_eq!((seen.status, seen.header("x-rate-limit-reset")), (429, None));
    assert_eq!(scene.x.refusals(), 5);
    Ok(())
}

#[tokio::test]
async fn usage_capped_comes_on_any_status() -> Outcome {
    let scene = Scene::set().await?;
    for status in [429, 402, 403, 200] {
        scene.x.fault(Fault::UsageCapped { status }, Scope::everywhere().next(1));
        let seen = scene.get("/2/users/100").await?;
        assert_eq!(seen.status, status);
        assert_eq!(seen.body["title"], "UsageCapExceeded");
    }
    Ok(())
}

#[tokio::test]
async fn html_and_garbage_are_no_json() -> Outcome {
    let scene = Scene::set().await?;
    let url = format!("{}/2/users/100", scene.x.url());
    for (fault, status, kind) in [
        (Fault::Html { status: 200 }, 200, "text/html; charset=utf-8"),
        (Fault::Html { status: 502 }, 502, "text/html; charset=utf-8"),
        (Fault::Garbage, 200, "application/json; charset=utf-8"),
    ] {
        scene.x.fault(fault, Scope::everywhere().next(1));
        let answer = scene.client.get(&url).bearer_auth(&scene.token).send().await?;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-type"], kind);
        assert!(answer.json::<serde_json::Value>().await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn a_truncated_answer_ends_before_its_length() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::Truncated, Scope::everywhere().next(1));
    let url = format!("{}/2/users/100", scene.x.url());
    let mut answer = scene.client.get(url).bearer_auth(&scene.token).send().await?;
    assert_eq!(answer.status(), 200);
    let length = answer.content_length().ok_or("no length")?;
    let (mut got, mut broke) = (0, false);
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => got += chunk.len() as u64,
            Ok(None) => break,
            Err(_) => {
                broke = true;
                break;
            }
        }
    }
    assert!(broke && got < length, "{got} of {length}");
    assert_eq!(scene.get("/2/users/100").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_closed_connection_gives_no_answer() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::Close, Scope::everywhere());
    assert!(scene.get("/2/users/100").await.is_err());
    assert_eq!(scene.x.requests().last().map(|request| request.status), Some(None));
    scene.x.clear_faults();
    assert_eq!(scene.get("/2/users/100").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_hung_request_stays_open_without_an_answer() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::Hang, Scope::everywhere().next(1));
    let url = format!("{}/2/users/100", scene.x.url());
    let mut hung = std::pin::pin!(scene.client.get(url).bearer_auth(&scene.token).send());
    let arrived = tokio::select! {
        _ = &mut hung => None,
        arrived = scene.x.wait_for_request(|_| true, PATIENCE) => arrived,
    };
    assert_eq!(arrived.ok_or("it was answered")?.status, None);
    assert!(tokio::time::timeout(Duration::from_millis(200), hung).await.is_err());
    assert_eq!(scene.x.requests().last().map(|request| request.status), Some(None));
    Ok(())
}

#[tokio::test]
async fn a_stalled_answer_has_headers_and_no_body() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::Stall, Scope::everywhere().next(1));
    let url = format!("{}/2/users/100", scene.x.url());
    let answer = scene.client.get(url).bearer_auth(&scene.token).send().await?;
    assert_eq!(answer.status(), 200);
    assert!(tokio::time::timeout(Duration::from_millis(200), answer.bytes()).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_delayed_answer_is_true_and_late() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::Delay(Duration::from_millis(150)), Scope::everywhere().next(1));
    let began = Instant::now();
    assert_eq!(scene.get("/2/users/100").await?.body["data"]["id"], "100");
    assert!(began.elapsed() >= Duration::from_millis(150));
    Ok(())
}

#[tokio::test]
async fn a_flapping_list_forgets_a_live_space_every_other_time() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("rust")?;
    let other = scene.live("rust too")?;
    scene.x.fault(Fault::Flapping(Some(id.clone())), Scope::everywhere());
    for path in [CREATORS, SEARCH] {
        for expected in [1, 2, 1, 2] {
            let seen = scene.get(path).await?;
            assert_eq!(seen.ids().len(), expected);
            assert!(seen.ids().contains(&other.as_str()));
        }
    }
    assert_eq!(scene.get(&format!("/2/spaces/{id}")).await?.body["data"]["state"], "live");
    Ok(())
}

#[tokio::test]
async fn lists_can_be_empty_for_an_hour() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("rust")?;
    scene.x.fault(Fault::EmptyLists, Scope::everywhere().lasting(Duration::from_hours(1)));
    for path in [CREATORS, SEARCH] {
        assert_eq!(scene.get(path).await?.body.get("data"), None);
    }
    assert_eq!(scene.get(&format!("/2/spaces?ids={id}")).await?.ids(), [id.as_str()]);
    scene.x.advance(Duration::from_hours(1));
    assert_eq!(scene.get(CREATORS).await?.ids(), [id.as_str()]);
    Ok(())
}

#[tokio::test]
async fn a_stale_answer_shows_the_past() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("old")?;
    let path = format!("/2/spaces/{id}?space.fields=title");
    scene.x.advance(Duration::from_mins(1));
    scene.x.rename(&id, Some("new"))?;
    let fault = scene.x.fault(Fault::Stale(Age::Time(Duration::from_secs(30))), Scope::everywhere());
    assert_eq!(scene.get(&path).await?.body["data"]["title"], "old");
    scene.x.advance(Duration::from_mins(1));
    assert_eq!(scene.get(&path).await?.body["data"]["title"], "new");
    scene.x.clear_fault(fault);

    scene.x.end(&id)?;
    scene.x.fault(Fault::Stale(Age::Requests(1)), Scope::everywhere());
    assert_eq!(scene.get(&path).await?.body["data"]["state"], "live");
    assert_eq!(scene.get(&path).await?.body["data"]["state"], "ended");
    Ok(())
}
