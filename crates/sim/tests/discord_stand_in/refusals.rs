//! What Discord refuses beyond permissions and forms: filters, floods, direct messages, bans.

use std::time::Duration;

use serde_json::{Value, json};
use spacebell_sim::discord::{Bucket, Effect, Fault, Settings, bits};

use crate::support::{AGENT, Answer, Line, Stage, unlimited};

const AN_HOUR: Duration = Duration::from_hours(1);

fn refusal(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.body["code"].clone())
}

#[tokio::test]
async fn automod_and_the_filter_of_links_block_what_is_sent_and_what_is_edited() {
    let stage = Stage::new(unlimited()).await;
    let elsewhere = stage.discord.add_channel(stage.discord.add_guild("Elsewhere"), "there", 0);
    let kept = stage.post(json!({ "content": "quiet" })).await.id();
    stage.discord.block_words(stage.guild, &["Clamour"]);
    stage.discord.block_links(&["evil.example"]);
    let path = format!("/channels/{}/messages", stage.channel);
    for (body, code) in [
        (json!({ "content": "what a clamour" }), 200_000),
        (json!({ "embeds": [{ "title": "x", "fields": [{ "name": "n", "value": "CLAMOUR" }] }] }), 200_000),
        (json!({ "content": "https://evil.example/x" }), 240_000),
        (json!({ "embeds": [{ "title": "x", "url": "https://evil.example" }] }), 240_000),
    ] {
        assert_eq!(refusal(&stage.post(body.clone()).await), (400, json!(code)));
        let edit = stage.call("PATCH", &format!("{path}/{kept}"), body).await;
        assert_eq!(refusal(&edit), (400, json!(code)));
    }
    // A server's words are its own; harmful links are nobody's.
    let there = format!("/channels/{elsewhere}/messages");
    assert_eq!(stage.call("POST", &there, json!({ "content": "clamour" })).await.status, 200);
    let link = stage.call("POST", &there, json!({ "content": "https://evil.example" })).await;
    assert_eq!(refusal(&link), (400, json!(240_000)));
    stage.discord.set_bot_permissions(stage.guild, bits::MANAGE_GUILD);
    assert_eq!(stage.post(json!({ "content": "clamour" })).await.status, 200);
    assert_eq!(stage.discord.messages(stage.channel).len(), 2);
}

#[tokio::test]
async fn writing_floods_are_limited_by_channel_and_by_server_for_all_who_write_there() {
    let two = Some(Bucket::new(2, AN_HOUR));
    let stage = Stage::new(Settings { channel_writes: two, ..unlimited() }).await;
    let path = format!("/channels/{}/messages", stage.channel);
    let id = stage.post(json!({ "content": "x" })).await.id();
    assert_eq!(stage.call("PATCH", &format!("{path}/{id}"), json!({ "content": "y" })).await.status, 200);
    let flooded = stage.post(json!({ "content": "x" })).await;
    assert_eq!(refusal(&flooded), (429, json!(20028)));
    assert_eq!(flooded.header("x-ratelimit-scope"), "shared");
    assert!(flooded.body["retry_after"].as_f64().unwrap() > 1.0);
    let other = stage.discord.add_channel(stage.guild, "other", 0);
    let there = format!("/channels/{other}/messages");
    assert_eq!(stage.call("POST", &there, json!({ "content": "x" })).await.status, 200);
    stage.discord.configure(|settings| (settings.channel_writes, settings.guild_writes) = (None, two));
    for _ in 0..2 {
        assert_eq!(stage.call("POST", &there, json!({ "content": "x" })).await.status, 200);
    }
    assert_eq!(refusal(&stage.post(json!({ "content": "x" })).await), (429, json!(20029)));
    assert_eq!(stage.discord.refusals().rate_limited, 2);
    assert_eq!(stage.discord.refusals().invalid_requests, 0, "shared ones aren't the bot's fault");
}

#[tokio::test]
async fn direct_messages_need_a_server_in_common_and_are_opened_slowly() {
    let stage = Stage::new(Settings { direct_opens: Some(Bucket::new(2, AN_HOUR)), ..unlimited() }).await;
    let open =
        |user: u64| stage.call("POST", "/users/@me/channels", json!({ "recipient_id": user.to_string() }));
    let (member, stranger) = (stage.person(0), stage.discord.add_user("stranger"));
    let theirs = open(member).await;
    let strangers = open(stranger).await;
    assert_eq!((theirs.status, strangers.status), (200, 200), "a channel can be opened with anybody");
    let send = |channel: u64| {
        let path = format!("/channels/{channel}/messages");
        let stage = &stage;
        async move { stage.call("POST", &path, json!({ "content": "x" })).await }
    };
    assert_eq!(send(theirs.id()).await.status, 200);
    assert_eq!(refusal(&send(strangers.id()).await), (403, json!(50278)));
    stage.discord.add_member(stage.guild, stranger, 0);
    assert_eq!(send(strangers.id()).await.status, 200);
    stage.discord.set_takes_messages(stranger, false);
    assert_eq!(refusal(&send(strangers.id()).await), (403, json!(50007)));
    assert_eq!(refusal(&open(stage.person(0)).await), (403, json!(40003)));
    assert_eq!(open(member).await.status, 200, "what is open already is found");
}

#[tokio::test]
async fn a_thread_that_a_post_unarchives_is_told_and_webhooks_cannot_edit_in_an_archived_one() {
    let stage = Stage::new(unlimited()).await;
    stage.discord.set_bot_permissions(stage.guild, bits::MANAGE_WEBHOOKS);
    let thread = stage.discord.add_thread(stage.channel, "talk", 11);
    let hook =
        stage.call("POST", &format!("/channels/{}/webhooks", stage.channel), json!({ "name": "Bell" })).await;
    let own = format!("/webhooks/{}/{}", hook.id(), hook.body["token"].as_str().unwrap());
    let sent =
        stage.call("POST", &format!("{own}?wait=true&thread_id={thread}"), json!({ "content": "x" })).await;
    let (mut line, _) = Line::identified(&stage).await;
    let message = format!("{own}/messages/{}?thread_id={thread}", sent.id());
    let edit = || stage.call("PATCH", &message, json!({ "content": "y" }));
    assert_eq!(edit().await.status, 200);
    let elsewhere = stage.call("GET", &format!("{own}/messages/{}", sent.id()), Value::Null).await;
    assert_eq!(refusal(&elsewhere), (404, json!(10008)), "it is in the thread");
    stage.discord.archive_thread(thread, true);
    let archived = line.event("THREAD_UPDATE").await;
    assert_eq!(archived["d"]["thread_metadata"]["archived"], true);
    assert_eq!(refusal(&edit().await), (400, json!(50083)));
    let again = stage.call("POST", &format!("/channels/{thread}/messages"), json!({ "content": "z" })).await;
    assert_eq!(again.status, 200);
    assert_eq!(line.event("THREAD_UPDATE").await["d"]["thread_metadata"]["archived"], false);
    assert_eq!(edit().await.status, 200);
}

#[tokio::test]
async fn a_webhook_has_no_guard_by_nonce_and_goes_with_its_channel() {
    let stage = Stage::new(unlimited()).await;
    stage.discord.set_bot_permissions(stage.guild, bits::MANAGE_WEBHOOKS);
    let hook =
        stage.call("POST", &format!("/channels/{}/webhooks", stage.channel), json!({ "name": "Bell" })).await;
    let own = format!("/webhooks/{}/{}", hook.id(), hook.body["token"].as_str().unwrap());
    for _ in 0..2 {
        let body = json!({ "content": "x", "nonce": "n", "enforce_nonce": true });
        assert_eq!(stage.call("POST", &own, body).await.status, 204);
    }
    assert_eq!(stage.discord.messages(stage.channel).len(), 2);
    stage.discord.delete_channel(stage.channel);
    assert_eq!(refusal(&stage.call("POST", &own, json!({ "content": "x" })).await), (404, json!(10015)));
}

/// A client at another address of this machine, without the bot's token.
fn stranger() -> reqwest::Client {
    let address = std::net::Ipv4Addr::new(127, 0, 0, 2).into();
    reqwest::Client::builder().user_agent(AGENT).local_address(Some(address)).build().expect("a client")
}

#[tokio::test]
async fn webhooks_count_by_address_and_answers_to_interactions_for_nobody() {
    let stage = Stage::new(Settings { answer_limit: AN_HOUR, ..unlimited() }).await;
    stage.register().await;
    stage.discord.set_bot_permissions(stage.guild, bits::MANAGE_WEBHOOKS);
    let hook =
        stage.call("POST", &format!("/channels/{}/webhooks", stage.channel), json!({ "name": "Bell" })).await;
    let own = format!("/webhooks/{}/{}", hook.id(), hook.body["token"].as_str().unwrap());
    let person = stage.discord.user(stage.person(0)).in_channel(stage.channel);
    let asked = person.command("help", Value::Null).unwrap();
    let url = format!("{}/api/v10{own}", stage.discord.url());
    let hello = json!({ "content": "x" });

    // The bot, this address and the other have a second's worth each.
    stage.discord.configure(|settings| settings.global_per_second = Some(1));
    assert_eq!(stage.post(hello.clone()).await.status, 200);
    assert_eq!(stage.request("POST", &own).json(&hello).send().await.unwrap().status(), 204);
    assert_eq!(stranger().post(&url).json(&hello).send().await.unwrap().status(), 204);

    stage.discord.configure(|settings| settings.global_per_second = Some(0));
    let refused = stage.request("POST", &own).json(&hello).send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), refused.headers()["x-ratelimit-scope"].as_bytes()),
        (429, &b"global"[..])
    );
    assert_eq!(
        stage.call("POST", &own, hello.clone()).await.status,
        429,
        "with its token it counts for the bot"
    );
    assert_eq!(stage.answer(&asked, json!({ "type": 5 })).await.status, 204);
    assert_eq!(stage.webhook("PATCH", &asked, "/messages/@original", hello).await.status, 200);
}

#[tokio::test]
async fn an_address_that_asks_too_much_in_vain_is_banned_and_others_are_not() {
    let stage = Stage::new(Settings { invalid_requests: Some(Bucket::new(2, AN_HOUR)), ..unlimited() }).await;
    stage.discord.fault(Fault::new(Effect::rate_limited(AN_HOUR, "shared", None)).times(1));
    assert_eq!(stage.call("GET", "/users/@me", Value::Null).await.status, 429);
    for _ in 0..2 {
        assert_eq!(stage.request("GET", "/users/@me").send().await.unwrap().status(), 401);
    }
    let banned = stage.call("GET", "/users/@me", Value::Null).await;
    assert_eq!((banned.status, banned.header("content-type")), (429, "text/html"));
    assert!(banned.header("retry-after").parse::<u64>().unwrap() > 1000);
    let url = format!("{}/api/v10/users/@me", stage.discord.url());
    let other = stranger().get(url).header("Authorization", "Bot stand-in-token").send().await.unwrap();
    assert_eq!(other.status(), 200);
}

#[tokio::test]
async fn a_429_can_come_without_a_code_without_a_body_or_as_a_page() {
    let stage = Stage::new(unlimited()).await;
    let empty = Effect::Answer { status: 429, headers: Vec::new(), body: String::new() };
    for effect in [Effect::rate_limited(AN_HOUR, "user", None), empty, Effect::html(429)] {
        stage.discord.fault(Fault::new(effect).times(1));
    }
    let plain = stage.call("GET", "/users/@me", Value::Null).await;
    assert_eq!((plain.status, &plain.body["code"], plain.header("retry-after")), (429, &Value::Null, "3600"));
    let bare = stage.call("GET", "/users/@me", Value::Null).await;
    assert_eq!((bare.status, &bare.body, bare.header("retry-after")), (429, &json!(""), ""));
    assert_eq!(stage.call("GET", "/users/@me", Value::Null).await.header("content-type"), "text/html");
}

#[tokio::test]
async fn commands_are_a_hundred_of_eight_thousand_characters_named_as_discord_names() {
    let stage = Stage::new(unlimited()).await;
    let path = format!("/applications/{}/commands", stage.discord.bot_id());
    let named = |name: &str| json!({ "name": name, "description": "x" });
    let set = |count: u32| -> Value { (0..count).map(|number| named(&format!("c{number}"))).collect() };
    assert_eq!(refusal(&stage.call("PUT", &path, set(101)).await), (400, json!(30032)));
    assert_eq!(stage.call("PUT", &path, set(100)).await.status, 200);
    assert_eq!(refusal(&stage.call("POST", &path, named("more")).await), (400, json!(30032)));
    let longest = "n".repeat(32);
    for good in ["a-b_c'1", "スペース", "कि", "ที่", longest.as_str()] {
        assert_eq!(stage.call("PUT", &path, json!([named(good)])).await.status, 200, "{good}");
    }
    let too_long = "n".repeat(33);
    for bad in ["a b", "Ab", "É", "a.b", "ⓐ", "a\u{301}", "", too_long.as_str()] {
        assert_eq!(
            refusal(&stage.call("PUT", &path, json!([named(bad)])).await),
            (400, json!(50035)),
            "{bad}"
        );
    }
    // An option of 25 choices has 5 + 95 + 25 * (2 + 100) = 2,650 characters; `rest` fills up.
    let choices: Vec<Value> =
        (0..25).map(|choice| json!({ "name": format!("{choice:02}"), "value": "v".repeat(100) })).collect();
    let sized = |rest: usize| {
        let mut options: Vec<Value> = (0..3)
            .map(|number| json!({ "type": 3, "name": format!("o{number:04}"), "description": "d".repeat(95), "choices": choices }))
            .collect();
        options.push(json!({ "type": 3, "name": "rest", "description": "d".repeat(rest) }));
        json!([{ "name": "large", "description": "x", "options": options }])
    };
    assert_eq!(stage.call("PUT", &path, sized(40)).await.status, 200, "8,000 characters");
    assert_eq!(refusal(&stage.call("PUT", &path, sized(41)).await), (400, json!(50035)));
}
