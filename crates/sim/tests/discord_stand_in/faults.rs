use std::time::{Duration, Instant};

use serde_json::{Value, json};
use spacebell_sim::discord::{Effect, Fault};

use crate::support::{SOON, Stage, unlimited};

#[tokio::test]
async fn a_request_can_be_done_though_its_answer_is_lost() {
    let stage = Stage::new(unlimited()).await;
    stage.discord.fault(Fault::new(Effect::DropAfter).on("POST", "/channels/*/messages").times(1));
    let path = format!("/channels/{}/messages", stage.channel);
    let body = json!({ "content": "x", "nonce": "n", "enforce_nonce": true });
    assert!(stage.try_call("POST", &path, body.clone()).await.is_err());
    assert_eq!(stage.discord.messages(stage.channel).len(), 1);
    assert_eq!(stage.post(body).await.status, 200);
    assert_eq!(stage.discord.messages(stage.channel).len(), 1);
}

#[tokio::test]
async fn a_dropped_request_is_not_done() {
    let stage = Stage::new(unlimited()).await;
    stage.discord.fault(Fault::new(Effect::DropBefore).times(1));
    let path = format!("/channels/{}/messages", stage.channel);
    assert!(stage.try_call("POST", &path, json!({ "content": "x" })).await.is_err());
    assert!(stage.discord.messages(stage.channel).is_empty());
    assert_eq!(stage.discord.requests()[0].status, None);
}

#[tokio::test]
async fn an_answer_can_be_anything_for_the_requests_it_is_meant_for() {
    let stage = Stage::new(unlimited()).await;
    let discord = &stage.discord;
    discord.fault(Fault::new(Effect::html(502)).on("GET", "/users/*").times(1));
    discord.fault(
        Fault::new(Effect::rate_limited(Duration::from_secs(2), "shared", Some(20028)))
            .on("GET", "/users/*")
            .times(1),
    );
    assert_eq!(stage.call("GET", "/gateway", Value::Null).await.status, 200);
    let page = stage.call("GET", "/users/@me", Value::Null).await;
    assert_eq!((page.status, page.header("content-type")), (502, "text/html"));
    let limited = stage.call("GET", "/users/@me", Value::Null).await;
    assert_eq!((limited.status, &limited.body["code"]), (429, &json!(20028)));
    assert_eq!(discord.refusals().invalid_requests, 0);
    assert_eq!(discord.refusals().rate_limited, 1);
    assert_eq!(stage.call("GET", "/users/@me", Value::Null).await.status, 200);
}

#[tokio::test]
async fn what_hangs_ends_when_the_faults_are_cleared() {
    let stage = Stage::new(unlimited()).await;
    stage.discord.fault(Fault::new(Effect::Hang));
    let call = stage.try_call("GET", "/users/@me", Value::Null);
    let clear = async {
        stage.discord.wait_for(SOON, |discord| (!discord.requests().is_empty()).then_some(())).await.unwrap();
        tokio::task::yield_now().await;
        stage.discord.clear_faults();
    };
    assert!(tokio::join!(call, clear).0.is_err());
    assert_eq!(stage.call("GET", "/users/@me", Value::Null).await.status, 200);
}

#[tokio::test]
async fn answers_can_be_late_and_bodies_slow() {
    let stage = Stage::new(unlimited()).await;
    for effect in [Effect::Delay, Effect::SlowBody] {
        stage.discord.fault(Fault::new(effect(Duration::from_millis(150))).times(1));
        let start = Instant::now();
        assert_eq!(stage.call("GET", "/users/@me", Value::Null).await.body["bot"], true);
        assert!(start.elapsed() >= Duration::from_millis(150));
    }
}

#[tokio::test]
async fn the_log_has_no_token() {
    let stage = Stage::new(unlimited()).await;
    stage.register().await;
    let user = stage.person(0);
    let asked = stage.discord.user(user).in_channel(stage.channel).command("help", Value::Null).unwrap();
    stage.answer(&asked, json!({ "type": 4, "data": { "content": "x" } })).await;
    let logged = stage
        .discord
        .wait_for_request(|request| request.is("POST", "/interactions/*/{token}/callback"), SOON)
        .await
        .unwrap();
    assert_eq!(logged.status, Some(204));
    let all = format!("{:?}", stage.discord.requests());
    assert!(!all.contains("stand-in-token") && !all.contains(&asked.token()));
}

#[tokio::test]
async fn dropping_the_last_handle_stops_the_stand_in() {
    let stage = Stage::new(unlimited()).await;
    let url = stage.discord.url().to_owned();
    drop(stage);
    let gone = async {
        while reqwest::get(&url).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, gone).await.unwrap();
}
