use std::time::Duration;

use serde_json::{Value, json};
use spacebell_sim::discord::{Bucket, Settings, Target, bits};

use crate::support::{Stage, unlimited};

#[tokio::test]
async fn a_second_message_with_the_same_nonce_is_not_created() {
    let stage = Stage::new(unlimited()).await;
    let elsewhere = stage.discord.add_channel(stage.guild, "other", 0);
    let body = json!({ "content": "one", "nonce": "n1", "enforce_nonce": true });
    let first = stage.post(body.clone()).await;
    let second = stage.call("POST", &format!("/channels/{elsewhere}/messages"), body.clone()).await;
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(first.id(), second.id());
    assert_eq!(stage.discord.messages(stage.channel).len(), 1);
    assert!(stage.discord.messages(elsewhere).is_empty());

    stage.discord.delete_message(stage.channel, first.id());
    let gone = stage.post(body.clone()).await;
    assert_eq!((gone.status, &gone.body["code"]), (404, &json!(10008)));

    stage.discord.configure(|settings| settings.nonce_expiry = Duration::ZERO);
    assert_eq!(stage.post(body).await.status, 200);
    assert_eq!(stage.discord.messages(stage.channel).len(), 1);
}

#[tokio::test]
async fn moving_the_clock_on_ages_nonces_and_raises_new_ids() {
    let stage = Stage::new(unlimited()).await;
    let body = json!({ "content": "one", "nonce": "n1", "enforce_nonce": true });
    let first = stage.post(body.clone()).await;
    stage.discord.advance(Duration::from_secs(90));
    assert_eq!(stage.post(body.clone()).await.id(), first.id());
    stage.discord.advance(Duration::from_secs(90));
    let second = stage.post(body).await;
    // The upper bits of an id are milliseconds.
    assert!((second.id() >> 22) - (first.id() >> 22) >= 180_000, "{} and {}", first.id(), second.id());
}

#[tokio::test]
async fn a_nonce_that_is_not_enforced_creates_twice() {
    let stage = Stage::new(unlimited()).await;
    for _ in 0..2 {
        assert_eq!(stage.post(json!({ "content": "x", "nonce": 7 })).await.body["nonce"], "7");
    }
    assert_eq!(stage.discord.messages(stage.channel).len(), 2);
}

#[tokio::test]
async fn what_a_message_may_not_hold_is_refused_by_field() {
    let stage = Stage::new(unlimited()).await;
    let long = |count| "x".repeat(count);
    let button = |id: &str| json!({ "type": 2, "style": 1, "label": "x", "custom_id": id });
    let refused: [(Value, &str); 9] = [
        (json!({ "content": long(2001) }), "/errors/content/_errors/0/code"),
        (json!({ "embeds": [{ "title": long(257) }] }), "/errors/embeds/0/title/_errors/0/code"),
        (
            json!({ "embeds": [{ "description": long(4000) }, { "description": long(2001) }] }),
            "/errors/embeds/_errors",
        ),
        (json!({ "embeds": [{ "url": "javascript:x" }] }), "/errors/embeds/0/url/_errors"),
        (json!({ "content": "x", "nonce": long(26) }), "/errors/nonce/_errors"),
        (
            json!({ "content": "x", "components": [{ "type": 1, "components": [button("a"), button("a")] }] }),
            "/errors/components/0/components/1/custom_id/_errors",
        ),
        (
            json!({ "content": "x", "components": [{ "type": 1, "components": [{ "type": 2, "style": 1, "label": long(81), "custom_id": "a" }] }] }),
            "/errors/components/0/components/0/label/_errors",
        ),
        (
            json!({ "content": "x", "allowed_mentions": { "parse": ["roles"], "roles": ["1"] } }),
            "/errors/allowed_mentions/_errors",
        ),
        (json!({ "content": "x", "components": [{ "type": 2 }] }), "/errors/components/0/type/_errors"),
    ];
    for (body, pointer) in refused {
        let answer = stage.post(body).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!(50035)));
        assert!(answer.body.pointer(pointer).is_some(), "{pointer} in {}", answer.body);
    }
    assert_eq!(stage.post(json!({ "content": " " })).await.body["code"], 50006);
    assert!(stage.discord.messages(stage.channel).is_empty());
}

#[tokio::test]
async fn only_a_new_message_pings_and_only_whom_allowed_mentions_name() {
    let stage = Stage::new(unlimited()).await;
    let open = stage.discord.add_role(stage.guild, "open", 0, true);
    let shut = stage.discord.add_role(stage.guild, "shut", 0, false);
    let content = format!("<@&{open}> <@&{shut}> @everyone");
    let all = json!({ "parse": ["roles", "everyone"] });

    let sent = stage.post(json!({ "content": content, "allowed_mentions": { "parse": [] } })).await;
    let id = sent.id();
    assert!(stage.discord.message(stage.channel, id).unwrap().pings.is_empty());
    let path = format!("/channels/{}/messages/{id}", stage.channel);
    let edited = stage.call("PATCH", &path, json!({ "content": content, "allowed_mentions": all })).await;
    assert_eq!(edited.status, 200);
    let message = stage.discord.message(stage.channel, id).unwrap();
    assert!(message.pings.is_empty() && message.edited.is_some());
    assert_eq!(message.revisions.len(), 2);

    let id = stage.post(json!({ "content": content, "allowed_mentions": all })).await.id();
    let pings = stage.discord.message(stage.channel, id).unwrap().pings;
    assert_eq!((pings.everyone, pings.roles.into_iter().collect::<Vec<_>>()), (false, vec![open]));

    stage.discord.set_bot_permissions(stage.guild, bits::MENTION_EVERYONE);
    let id = stage
        .post(json!({ "content": content, "allowed_mentions": { "roles": [shut.to_string()] } }))
        .await
        .id();
    let pings = stage.discord.message(stage.channel, id).unwrap().pings;
    assert_eq!((pings.everyone, pings.roles.into_iter().collect::<Vec<_>>()), (false, vec![shut]));
}

#[tokio::test]
async fn a_message_can_be_silent_and_the_bot_deletes_its_own() {
    let stage = Stage::new(unlimited()).await;
    let role = stage.discord.add_role(stage.guild, "listeners", 0, true);
    let body = json!({ "content": format!("<@&{role}>"), "flags": 1 << 12 });
    let sent = stage.post(body).await;
    let message = stage.discord.message(stage.channel, sent.id()).unwrap();
    assert!(message.pings.is_empty(), "notifications are suppressed");
    assert_eq!(sent.body["flags"], 1 << 12);
    let theirs = stage.discord.write(stage.channel, stage.person(0), "hello");
    let path = |id: u64| format!("/channels/{}/messages/{id}", stage.channel);
    assert_eq!(stage.call("DELETE", &path(theirs), Value::Null).await.body["code"], 50013);
    assert_eq!(stage.call("DELETE", &path(sent.id()), Value::Null).await.status, 204);
    assert_eq!(stage.call("DELETE", &path(sent.id()), Value::Null).await.body["code"], 10008);
}

#[tokio::test]
async fn permissions_decide_what_the_bot_can_do_in_a_channel() {
    let stage = Stage::new(unlimited()).await;
    let (discord, channel) = (&stage.discord, stage.channel);
    let everyone = Target::Role(stage.guild);
    discord.set_overwrite(channel, everyone, 0, bits::SEND_MESSAGES);
    assert_eq!(stage.post(json!({ "content": "x" })).await.body["code"], 50013);
    discord.set_overwrite(channel, everyone, 0, bits::EMBED_LINKS);
    assert_eq!(stage.post(json!({ "embeds": [{ "title": "x" }] })).await.body["code"], 50013);
    discord.set_overwrite(channel, everyone, 0, bits::VIEW_CHANNEL);
    assert_eq!(stage.post(json!({ "content": "x" })).await.body["code"], 50001);
    discord.set_overwrite(channel, Target::Member(discord.bot_id()), bits::VIEW_CHANNEL, 0);
    assert_eq!(stage.post(json!({ "content": "x" })).await.status, 200);
    discord.delete_channel(channel);
    assert_eq!(stage.post(json!({ "content": "x" })).await.body["code"], 10003);
}

#[tokio::test]
async fn threads_are_unarchived_by_posts_closed_to_edits_and_forbidden_when_locked() {
    let stage = Stage::new(unlimited()).await;
    let thread = stage.discord.add_thread(stage.channel, "talk", 11);
    let path = format!("/channels/{thread}/messages");
    let id = stage.call("POST", &path, json!({ "content": "x" })).await.id();
    stage.discord.archive_thread(thread, true);
    let edit = stage.call("PATCH", &format!("{path}/{id}"), json!({ "content": "y" })).await;
    assert_eq!(edit.body["code"], 50083);
    let reopened = stage.call("PATCH", &format!("/channels/{thread}"), json!({ "archived": false })).await;
    assert_eq!(reopened.body["thread_metadata"]["archived"], false);
    assert_eq!(stage.call("PATCH", &format!("{path}/{id}"), json!({ "content": "z" })).await.status, 200);
    let archived = stage.call("PATCH", &format!("/channels/{thread}"), json!({ "archived": true })).await;
    assert_eq!(archived.body["code"], 50013, "that takes Manage Threads");
    stage.discord.archive_thread(thread, true);
    assert_eq!(stage.call("POST", &path, json!({ "content": "x" })).await.status, 200);
    assert_eq!(stage.call("PATCH", &format!("{path}/{id}"), json!({ "content": "y" })).await.status, 200);
    stage.discord.lock_thread(thread, true);
    assert_eq!(stage.call("POST", &path, json!({ "content": "x" })).await.body["code"], 160_005);
}

#[tokio::test]
async fn a_channel_takes_five_messages_in_its_window_and_says_when_to_come_back() {
    let settings = Settings { message_create: Some(Bucket::new(5, Duration::from_mins(1))), ..unlimited() };
    let stage = Stage::new(settings).await;
    for left in (0..5).rev() {
        let answer = stage.post(json!({ "content": "x" })).await;
        assert_eq!(answer.header("x-ratelimit-remaining"), left.to_string());
        assert_eq!(answer.header("x-ratelimit-limit"), "5");
    }
    let refused = stage.post(json!({ "content": "x" })).await;
    assert_eq!((refused.status, refused.header("x-ratelimit-scope")), (429, "user"));
    assert_eq!(refused.body["global"], false);
    assert!(refused.body["retry_after"].as_f64().unwrap() > 50.0);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 50);
    let other = stage.discord.add_channel(stage.guild, "other", 0);
    let elsewhere =
        stage.call("POST", &format!("/channels/{other}/messages"), json!({ "content": "x" })).await;
    assert_eq!(elsewhere.status, 200);
    assert_eq!(stage.discord.refusals().rate_limited, 1);
    assert_eq!(stage.discord.refusals().invalid_requests, 1);
}

#[tokio::test]
async fn the_global_limit_counts_every_route() {
    let stage = Stage::new(Settings { global_per_second: Some(2), ..unlimited() }).await;
    let mut statuses = Vec::new();
    for path in ["/users/@me", "/gateway/bot", "/applications/@me"] {
        let answer = stage.call("GET", path, Value::Null).await;
        if answer.status == 429 {
            assert_eq!((answer.header("x-ratelimit-global"), &answer.body["global"]), ("true", &json!(true)));
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
}

#[tokio::test]
async fn edits_of_old_messages_have_a_limit_of_their_own() {
    let settings = Settings { old_edits: Some(Bucket::new(1, Duration::from_mins(1))), ..unlimited() };
    let stage = Stage::new(settings).await;
    let id = stage.post(json!({ "content": "x" })).await.id();
    stage.discord.age_message(stage.channel, id, Duration::from_hours(1));
    let path = format!("/channels/{}/messages/{id}", stage.channel);
    assert_eq!(stage.call("PATCH", &path, json!({ "content": "y" })).await.status, 200);
    let refused = stage.call("PATCH", &path, json!({ "content": "z" })).await;
    assert_eq!((refused.status, &refused.body["code"]), (429, &json!(30046)));
}

#[tokio::test]
async fn requests_without_the_token_or_the_agent_are_turned_away() {
    let stage = Stage::new(unlimited()).await;
    let response = stage.request("GET", "/users/@me").send().await.unwrap();
    assert_eq!(response.status(), 401);
    let response =
        stage.request("GET", "/users/@me").header("Authorization", "Bot wrong").send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["code"], 0);
    let response = stage.request("GET", "/users/@me").header("User-Agent", "curl").send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert!(response.text().await.unwrap().starts_with("<html>"));
    assert_eq!(stage.discord.refusals().invalid_requests, 3);
}

#[tokio::test]
async fn history_is_paged_and_empty_without_the_permission_to_read_it() {
    let stage = Stage::new(unlimited()).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(stage.post(json!({ "content": number.to_string() })).await.id());
    }
    let path = format!("/channels/{}/messages", stage.channel);
    let contents = |answer: &crate::support::Answer| -> String {
        answer.body.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect()
    };
    assert_eq!(contents(&stage.call("GET", &format!("{path}?limit=2"), Value::Null).await), "43");
    assert_eq!(
        contents(&stage.call("GET", &format!("{path}?limit=2&after={}", ids[0]), Value::Null).await),
        "21"
    );
    assert_eq!(contents(&stage.call("GET", &format!("{path}?before={}", ids[2]), Value::Null).await), "10");
    assert_eq!(stage.call("GET", &format!("{path}?limit=101"), Value::Null).await.status, 400);
    stage.discord.set_overwrite(stage.channel, Target::Role(stage.guild), 0, bits::READ_MESSAGE_HISTORY);
    assert_eq!(stage.call("GET", &path, Value::Null).await.body, json!([]));
}

#[tokio::test]
async fn a_command_set_is_checked_and_keeps_its_ids() {
    let stage = Stage::new(unlimited()).await;
    stage.register().await;
    let before = stage.discord.commands(None)[0]["id"].clone();
    stage.register().await;
    assert_eq!(stage.discord.commands(None)[0]["id"], before);
    let path = format!("/applications/{}/commands", stage.discord.bot_id());
    for (command, pointer) in [
        (json!({ "name": "Upper", "description": "x" }), "/errors/0/name/_errors"),
        (json!({ "name": "x" }), "/errors/0/description/_errors"),
        (
            json!({ "name": "x", "description": "x", "options": [{ "type": 3, "name": "a", "description": "x" }, { "type": 3, "name": "b", "description": "x", "required": true }] }),
            "/errors/0/options/1/_errors",
        ),
        (
            json!({ "name": "x", "description": "x", "description_localizations": { "xx": "y" } }),
            "/errors/0/description_localizations/xx",
        ),
    ] {
        let answer = stage.call("PUT", &path, json!([command])).await;
        assert_eq!(answer.body["code"], 50035);
        assert!(answer.body.pointer(pointer).is_some(), "{pointer} in {}", answer.body);
    }
    assert_eq!(stage.discord.commands(None).len(), 4);
}

#[tokio::test]
async fn a_server_that_removed_the_bot_is_unknown() {
    let stage = Stage::new(unlimited()).await;
    let path = format!("/guilds/{}", stage.guild);
    assert_eq!(stage.call("GET", &path, Value::Null).await.body["name"], "Harbour");
    stage.discord.remove_bot_from_guild(stage.guild);
    assert_eq!(stage.call("GET", &path, Value::Null).await.body["code"], 10004);
    assert_eq!(stage.post(json!({ "content": "x" })).await.body["code"], 50001);
}

#[tokio::test]
async fn direct_messages_reach_those_who_take_them() {
    let stage = Stage::new(unlimited()).await;
    let user = stage.person(0);
    let body = json!({ "recipient_id": user.to_string() });
    let channel = stage.call("POST", "/users/@me/channels", body.clone()).await.id();
    assert_eq!(channel, stage.call("POST", "/users/@me/channels", body).await.id());
    let path = format!("/channels/{channel}/messages");
    assert_eq!(stage.call("POST", &path, json!({ "content": "x" })).await.status, 200);
    stage.discord.set_takes_messages(user, false);
    assert_eq!(stage.call("POST", &path, json!({ "content": "x" })).await.body["code"], 50007);
}

#[tokio::test]
async fn a_servers_own_commands_are_apart_from_everyones() {
    let stage = Stage::new(unlimited()).await;
    let elsewhere = stage.discord.add_guild("Elsewhere");
    let app = stage.discord.bot_id();
    let everywhere = format!("/applications/{app}/commands");
    let here = format!("/applications/{app}/guilds/{}/commands", stage.guild);
    let command = |name: &str| json!([{ "name": name, "description": "Does it." }]);
    assert_eq!(stage.call("PUT", &everywhere, command("global")).await.status, 200);
    let own = stage.call("PUT", &here, command("local")).await;
    assert_eq!((own.status, &own.body[0]["guild_id"]), (200, &json!(stage.guild.to_string())));
    assert_eq!(stage.discord.commands(None)[0]["name"], "global");
    assert_eq!(stage.discord.commands(Some(stage.guild))[0]["name"], "local");
    assert!(stage.discord.commands(Some(elsewhere)).is_empty());
    // They can be typed where they are, and nowhere else.
    let there = stage.discord.add_channel(elsewhere, "there", 0);
    let user = stage.person(0);
    stage.discord.add_member(elsewhere, user, 0);
    let person = stage.discord.user(user);
    assert!(person.clone().in_channel(stage.channel).command("local", Value::Null).is_ok());
    assert!(person.clone().in_channel(stage.channel).command("global", Value::Null).is_ok());
    assert!(person.clone().in_channel(there).command("local", Value::Null).is_err());
    assert!(person.in_channel(there).command("global", Value::Null).is_ok());
    // Emptying a server's set leaves everyone's; a server without the bot has none.
    assert_eq!(stage.call("PUT", &here, json!([])).await.status, 200);
    assert_eq!(stage.discord.commands(None).len(), 1);
    stage.discord.remove_bot_from_guild(elsewhere);
    let gone = format!("/applications/{app}/guilds/{elsewhere}/commands");
    assert_eq!(stage.call("PUT", &gone, command("late")).await.body["code"], 50001);
}
