use std::io::Read;
use std::time::Duration;

use flate2::{Decompress, FlushDecompress};
use futures_util::StreamExt;
use serde_json::{Value, json};
use spacebell_sim::discord::{Closing, Settings};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::support::{Line, SOON, Stage, unlimited};

#[tokio::test]
async fn ready_lists_servers_that_then_become_available() {
    let stage = Stage::new(unlimited()).await;
    let (mut line, ready) = Line::identified(&stage).await;
    assert_eq!(ready["d"]["guilds"], json!([{ "id": stage.guild.to_string(), "unavailable": true }]));
    let created = line.event("GUILD_CREATE").await;
    assert_eq!(created["d"]["name"], "Harbour");
    assert_eq!(created["d"]["channels"][0]["name"], "bells");
    assert_eq!((ready["s"].as_u64(), created["s"].as_u64()), (Some(1), Some(2)));
    stage.discord.wait_ready(SOON).await.unwrap();
    assert_eq!(stage.discord.gateway().identifies.len(), 1);
}

#[tokio::test]
async fn bad_identifies_close_with_their_codes() {
    let stage = Stage::new(Settings { required_shards: 2, ..unlimited() }).await;
    for (data, code) in [
        (json!({ "token": "wrong", "intents": 1 }), 4004),
        (json!({ "token": "stand-in-token", "intents": 1, "shard": [2, 2] }), 4010),
        (json!({ "token": "stand-in-token", "intents": 1, "shard": [0, 1] }), 4011),
        (json!({ "token": "stand-in-token", "shard": [0, 2] }), 4013),
        (json!({ "token": "stand-in-token", "intents": 1 << 15, "shard": [0, 2] }), 4014),
    ] {
        let mut line = Line::open(&stage, "").await;
        line.identify(data).await;
        assert_eq!(line.closed().await, Some(code));
    }
    let mut line = Line::open(&stage, "").await;
    line.send(json!({ "op": 3, "d": {} })).await;
    assert_eq!(line.closed().await, Some(4003));
}

#[tokio::test]
async fn a_resume_replays_what_was_missed() {
    let stage = Stage::new(unlimited()).await;
    let (mut line, ready) = Line::identified(&stage).await;
    let seen = line.event("GUILD_CREATE").await["s"].clone();
    stage.discord.close_with(Closing::Abrupt);
    assert_eq!(line.closed().await, None);
    let channel = stage.discord.add_channel(stage.guild, "missed", 0);

    let mut line = Line::open(&stage, "").await;
    let resume = json!({ "token": "stand-in-token", "session_id": ready["d"]["session_id"], "seq": seen });
    line.send(json!({ "op": 6, "d": resume })).await;
    assert_eq!(line.event("CHANNEL_CREATE").await["d"]["id"], channel.to_string());
    let resumed = line.next().await;
    assert_eq!((&resumed["t"], resumed["s"].as_u64()), (&json!("RESUMED"), Some(4)));
    assert_eq!(stage.discord.gateway().resumes.len(), 1);
}

#[tokio::test]
async fn a_session_that_is_over_is_invalid() {
    let stage = Stage::new(unlimited()).await;
    let (mut line, ready) = Line::identified(&stage).await;
    stage.discord.invalidate_sessions(false);
    let invalid = loop {
        let frame = line.next().await;
        if frame["op"] == 9 {
            break frame;
        }
    };
    assert_eq!(invalid["d"], false);
    let mut line = Line::open(&stage, "").await;
    line.next().await;
    let resume = json!({ "token": "stand-in-token", "session_id": ready["d"]["session_id"], "seq": 1 });
    line.send(json!({ "op": 6, "d": resume })).await;
    assert_eq!(line.next().await, json!({ "op": 9, "d": false, "s": null, "t": null }));
}

#[tokio::test]
async fn heartbeats_are_acknowledged_and_their_absence_closes() {
    let stage = Stage::new(Settings { heartbeat_interval: Duration::from_millis(200), ..unlimited() }).await;
    let mut line = Line::open(&stage, "").await;
    assert_eq!(line.next().await["d"]["heartbeat_interval"], 200);
    line.send(json!({ "op": 1, "d": null })).await;
    assert_eq!(line.next().await["op"], 11);
    assert_eq!(line.closed().await, Some(4000));
}

#[tokio::test]
async fn connections_can_be_closed_refused_or_left_for_dead() {
    let stage = Stage::new(unlimited()).await;
    let (mut line, _) = Line::identified(&stage).await;
    stage.discord.send_reconnect();
    let op = loop {
        let frame = line.next().await;
        if frame["t"].is_null() {
            break frame["op"].clone();
        }
    };
    assert_eq!(op, 7);
    stage.discord.go_zombie();
    line.send(json!({ "op": 1, "d": null })).await;
    let heard = tokio::time::timeout(Duration::from_millis(100), line.0.next()).await;
    assert!(heard.is_err(), "a zombie answers nothing");
    stage.discord.close_with(Closing::Code(4009));
    assert_eq!(line.closed().await, Some(4009));

    stage.discord.accept_and_close(Some(Closing::Code(1011)));
    assert_eq!(Line::open(&stage, "").await.closed().await, Some(1011));
    stage.discord.accept_and_close(Some(Closing::NoCode));
    assert_eq!(Line::open(&stage, "").await.closed().await, None);
    stage.discord.refuse_connections(true);
    let url = stage.discord.url().replacen("http", "ws", 1);
    assert!(tokio_tungstenite::connect_async(url).await.is_err());
    assert_eq!(stage.discord.gateway().refused.len(), 3);
}

#[tokio::test]
async fn an_outage_is_not_a_removal() {
    let stage = Stage::new(unlimited()).await;
    let (mut line, _) = Line::identified(&stage).await;
    line.event("GUILD_CREATE").await;
    stage.discord.make_unavailable(stage.guild);
    assert_eq!(line.event("GUILD_DELETE").await["d"]["unavailable"], true);
    stage.discord.make_available(stage.guild);
    line.event("GUILD_CREATE").await;
    stage.discord.remove_bot_from_guild(stage.guild);
    assert_eq!(line.event("GUILD_DELETE").await["d"]["unavailable"], Value::Null);
}

#[tokio::test]
async fn a_zlib_stream_is_one_stream() {
    let stage = Stage::new(unlimited()).await;
    let mut line = Line::open(&stage, "&compress=zlib-stream").await;
    line.identify(json!({ "token": "stand-in-token", "intents": 1 })).await;
    let mut inflate = Decompress::new(true);
    let mut names = Vec::new();
    while names.len() < 3 {
        let Some(Ok(Frame::Binary(bytes))) = line.raw().await else { panic!("a binary frame was due") };
        assert!(bytes.ends_with(&[0, 0, 0xFF, 0xFF]));
        let mut text = Vec::with_capacity(1 << 16);
        inflate.decompress_vec(&bytes, &mut text, FlushDecompress::Sync).unwrap();
        let frame: Value = serde_json::from_slice(&text).unwrap();
        names.push(frame["t"].as_str().unwrap_or("HELLO").to_owned());
    }
    assert_eq!(names, ["HELLO", "READY", "GUILD_CREATE"]);
}

#[tokio::test]
async fn payloads_are_compressed_one_by_one_if_identify_asks() {
    let stage = Stage::new(unlimited()).await;
    let mut line = Line::open(&stage, "").await;
    line.next().await;
    line.identify(json!({ "token": "stand-in-token", "intents": 1, "compress": true })).await;
    let Some(Ok(Frame::Binary(bytes))) = line.raw().await else { panic!("a binary frame was due") };
    let mut text = String::new();
    flate2::read::ZlibDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    assert!(text.contains("READY"));
}

#[tokio::test]
async fn each_shard_hears_of_its_own_servers() {
    let stage = Stage::new(unlimited()).await;
    let theirs = 1 - (stage.guild >> 22) % 2;
    let mut line = Line::open(&stage, "").await;
    line.identify(json!({ "token": "stand-in-token", "intents": 1, "shard": [theirs, 2] })).await;
    assert_eq!(line.event("READY").await["d"]["guilds"], json!([]));
}

#[tokio::test]
async fn a_session_can_be_resumed_only_for_so_long() {
    let stage = Stage::new(Settings { session_timeout: Duration::ZERO, ..unlimited() }).await;
    let (mut line, ready) = Line::identified(&stage).await;
    line.event("GUILD_CREATE").await;
    stage.discord.close_with(Closing::Abrupt);
    assert_eq!(line.closed().await, None);
    stage.discord.wait_for(SOON, |discord| (discord.connected() == 0).then_some(())).await.unwrap();
    let mut line = Line::open(&stage, "").await;
    line.next().await;
    let resume = json!({ "token": "stand-in-token", "session_id": ready["d"]["session_id"], "seq": 2 });
    line.send(json!({ "op": 6, "d": resume })).await;
    assert_eq!(line.next().await, json!({ "op": 9, "d": false, "s": null, "t": null }));
    assert!(stage.discord.gateway().resumes.is_empty());
}

#[tokio::test]
async fn two_identifies_too_close_together_are_one_session() {
    let stage = Stage::new(Settings { identify_every: Duration::from_hours(1), ..unlimited() }).await;
    let (_line, _) = Line::identified(&stage).await;
    let mut line = Line::open(&stage, "").await;
    line.next().await;
    line.identify(json!({ "token": "stand-in-token", "intents": 1, "properties": {} })).await;
    assert_eq!(line.next().await, json!({ "op": 9, "d": false, "s": null, "t": null }));
    assert_eq!(stage.discord.gateway().identifies.len(), 1);
}

#[tokio::test]
async fn a_session_that_discord_calls_resumable_is_resumed() {
    let stage = Stage::new(unlimited()).await;
    let (mut line, ready) = Line::identified(&stage).await;
    let seen = line.event("GUILD_CREATE").await["s"].clone();
    stage.discord.invalidate_sessions(true);
    assert_eq!(line.next().await, json!({ "op": 9, "d": true, "s": null, "t": null }));
    let mut line = Line::open(&stage, "").await;
    line.next().await;
    let resume = json!({ "token": "stand-in-token", "session_id": ready["d"]["session_id"], "seq": seen });
    line.send(json!({ "op": 6, "d": resume })).await;
    assert_eq!(line.next().await["t"], "RESUMED");
}

#[tokio::test]
async fn heartbeats_can_stay_without_acknowledgement_while_events_go_on() {
    let stage = Stage::new(unlimited()).await;
    let (mut line, _) = Line::identified(&stage).await;
    line.event("GUILD_CREATE").await;
    stage.discord.stop_acking(true);
    line.send(json!({ "op": 1, "d": 2 })).await;
    let heard = |discord: &spacebell_sim::discord::Server| (discord.gateway().heartbeats == 1).then_some(());
    stage.discord.wait_for(SOON, heard).await.unwrap();
    stage.discord.add_channel(stage.guild, "news", 0);
    assert_eq!(line.next().await["t"], "CHANNEL_CREATE", "no acknowledgement came before it");
    stage.discord.stop_acking(false);
    line.send(json!({ "op": 1, "d": 3 })).await;
    assert_eq!(line.next().await["op"], 11);
}

#[tokio::test]
async fn too_many_session_starts_end_every_session_and_reset_the_token() {
    let stage = Stage::new(Settings { session_starts: Some(1), ..unlimited() }).await;
    let limit = |answer: &crate::support::Answer| answer.body["session_start_limit"].clone();
    let before = limit(&stage.call("GET", "/gateway/bot", Value::Null).await);
    assert_eq!((&before["total"], &before["remaining"]), (&json!(1), &json!(1)));
    let (mut first, _) = Line::identified(&stage).await;
    assert_eq!(limit(&stage.call("GET", "/gateway/bot", Value::Null).await)["remaining"], 0);
    let mut second = Line::open(&stage, "").await;
    second.next().await;
    second.identify(json!({ "token": "stand-in-token", "intents": 1, "properties": {} })).await;
    assert_eq!((first.closed().await, second.closed().await), (Some(4004), Some(4004)));
    assert_eq!(stage.call("GET", "/gateway/bot", Value::Null).await.status, 401);
}

#[tokio::test]
async fn a_server_in_an_outage_is_listed_and_comes_when_it_is_over() {
    let stage = Stage::new(unlimited()).await;
    let well = stage.discord.add_guild("Well");
    stage.discord.make_unavailable(stage.guild);
    let (mut line, ready) = Line::identified(&stage).await;
    assert_eq!(ready["d"]["guilds"].as_array().unwrap().len(), 2);
    assert_eq!(line.event("GUILD_CREATE").await["d"]["id"], well.to_string());
    stage.discord.make_available(stage.guild);
    assert_eq!(line.next().await["d"]["id"], stage.guild.to_string());
}
