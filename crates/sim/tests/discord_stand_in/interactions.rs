use std::time::Duration;

use serde_json::{Value, json};
use spacebell_sim::discord::{Outcome, Person, Refused, Settings, Target, bits};

use crate::support::{Line, SOON, Stage, unlimited};

async fn staged() -> (Stage, Person) {
    let stage = Stage::new(unlimited()).await;
    stage.register().await;
    let user = stage.person(bits::MANAGE_GUILD);
    let person = stage.discord.user(user).in_channel(stage.channel).locale("ja");
    (stage, person)
}

#[tokio::test]
async fn a_typed_command_reaches_the_bot_with_all_that_it_points_to() {
    let (stage, person) = staged().await;
    let (mut line, _) = Line::identified(&stage).await;
    let other = stage.discord.add_channel(stage.guild, "other", 0);
    stage.discord.set_overwrite(other, Target::Member(stage.discord.bot_id()), 0, bits::SEND_MESSAGES);
    let role = stage.discord.add_role(stage.guild, "listeners", 0, true);
    person
        .command("follow host", json!({ "host": "@nasa", "channel": other, "role": role, "min": 3 }))
        .unwrap();
    let event = line.event("INTERACTION_CREATE").await["d"].clone();
    let inner = &event["data"]["options"][0];
    assert_eq!((&inner["name"], &inner["type"]), (&json!("host"), &json!(1)));
    assert_eq!(inner["options"][0], json!({ "name": "host", "type": 3, "value": "@nasa" }));
    let resolved = &event["data"]["resolved"]["channels"][other.to_string()];
    let app: u64 = resolved["app_permissions"].as_str().unwrap().parse().unwrap();
    assert_eq!(app & (bits::SEND_MESSAGES | bits::EMBED_LINKS), 0);
    let member: u64 = resolved["permissions"].as_str().unwrap().parse().unwrap();
    assert_ne!(member & bits::SEND_MESSAGES, 0);
    assert_eq!(event["data"]["resolved"]["roles"][role.to_string()]["name"], "listeners");
    assert_eq!(
        (&event["locale"], &event["guild_locale"], &event["context"]),
        (&json!("ja"), &json!("en-US"), &json!(0))
    );
    assert_eq!((&event["entitlements"], event["attachment_size_limit"].is_u64()), (&json!([]), true));
    // In this channel, not in the one that was named.
    let here: u64 = event["app_permissions"].as_str().unwrap().parse().unwrap();
    assert_ne!(here & bits::SEND_MESSAGES, 0);
    let held: u64 = event["member"]["permissions"].as_str().unwrap().parse().unwrap();
    assert_ne!(held & bits::MANAGE_GUILD, 0);
}

#[tokio::test]
async fn the_client_refuses_what_does_not_fit_the_definition() {
    let (stage, person) = staged().await;
    let voice = stage.discord.add_channel(stage.guild, "voice", 2);
    let refused = |name: &str, options: Value| person.command(name, options).unwrap_err();
    assert_eq!(refused("follow nobody", json!({})), Refused::UnknownCommand("nobody".into()));
    assert_eq!(refused("follow", json!({})), Refused::NeedsSubcommand);
    assert_eq!(refused("follow host", json!({})), Refused::MissingOption("host".into()));
    assert_eq!(refused("follow host", json!({ "host": "a", "x": 1 })), Refused::UnknownOption("x".into()));
    for wrong in
        [json!({ "min": 11 }), json!({ "min": "1" }), json!({ "when": "never" }), json!({ "channel": voice })]
    {
        let mut options = json!({ "host": "a" });
        options.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert!(matches!(refused("follow host", options), Refused::Invalid(..)));
    }
    let member = stage.person(0);
    let plain = stage.discord.user(member).in_channel(stage.channel);
    assert_eq!(plain.command("follow host", json!({ "host": "a" })).unwrap_err(), Refused::NotAllowed);
    stage.discord.allow_command(stage.guild, "follow", member, true);
    assert!(plain.command("follow host", json!({ "host": "a" })).is_ok());
    let direct = stage.discord.user(member);
    assert!(matches!(direct.command("follow host", json!({ "host": "a" })), Err(Refused::UnknownCommand(_))));
    assert!(direct.command("help", Value::Null).is_ok());
}

#[tokio::test]
async fn an_answer_is_seen_once_and_only_by_the_asker_if_ephemeral() {
    let (stage, person) = staged().await;
    let asked = person.command("help", Value::Null).unwrap();
    let body = json!({ "type": 4, "data": { "content": "three steps", "flags": 64 } });
    assert_eq!(stage.answer(&asked, body.clone()).await.status, 204);
    let reply = asked.reply(SOON).await.unwrap();
    assert_eq!(
        (reply.outcome, reply.content(), reply.is_ephemeral()),
        (Outcome::Message, "three steps", true)
    );
    assert!(reply.after < SOON);
    assert_eq!(stage.answer(&asked, body).await.body["code"], 40060);
    let history = stage.call("GET", &format!("/channels/{}/messages", stage.channel), Value::Null).await;
    assert_eq!(history.body, json!([]));
}

#[tokio::test]
async fn a_callback_tells_its_message_if_asked_to() {
    let (stage, person) = staged().await;
    let asked = person.command("help", Value::Null).unwrap();
    let path = format!("/interactions/{}/{}/callback?with_response=true", asked.id(), asked.token());
    let body = json!({ "type": 4, "data": { "content": "three steps" } });
    let told = stage.call("POST", &path, body).await;
    assert_eq!((told.status, &told.body["resource"]["type"]), (200, &json!(4)));
    let message = &told.body["resource"]["message"];
    assert_eq!(message["content"], "three steps");
    assert_eq!(told.body["interaction"]["response_message_id"], message["id"]);
    let known = asked.reply(SOON).await.unwrap().message.unwrap();
    assert_eq!(message["id"], known.id.to_string());
}

#[tokio::test]
async fn a_deferred_answer_is_completed_by_editing_the_original() {
    let (stage, person) = staged().await;
    let asked = person.command("help", Value::Null).unwrap();
    assert_eq!(
        stage.webhook("PATCH", &asked, "/messages/@original", json!({ "content": "x" })).await.body["code"],
        10015
    );
    stage.answer(&asked, json!({ "type": 5 })).await;
    assert_eq!(asked.reply(SOON).await.unwrap().outcome, Outcome::Deferred);
    let edited = stage.webhook("PATCH", &asked, "/messages/@original", json!({ "content": "done" })).await;
    assert_eq!(edited.status, 200);
    assert_eq!(asked.final_reply(SOON).await.unwrap().content(), "done");
    let follow = stage.webhook("POST", &asked, "", json!({ "content": "more", "flags": 64 })).await;
    assert_eq!(asked.followups()[0].content, "more");
    let path = format!("/messages/{}", follow.id());
    assert_eq!(stage.webhook("DELETE", &asked, &path, Value::Null).await.status, 204);
    assert_eq!(stage.webhook("GET", &asked, &path, Value::Null).await.body["code"], 10008);
    stage.discord.configure(|settings| settings.token_life = Duration::ZERO);
    assert_eq!(stage.webhook("GET", &asked, "/messages/@original", Value::Null).await.body["code"], 50027);
}

#[tokio::test]
async fn an_interaction_without_an_answer_in_time_fails() {
    let settings = Settings { answer_limit: Duration::from_millis(100), ..unlimited() };
    let stage = Stage::new(settings).await;
    stage.register().await;
    let user = stage.person(0);
    let asked = stage.discord.user(user).in_channel(stage.channel).command("help", Value::Null).unwrap();
    assert_eq!(asked.reply(SOON).await.unwrap().outcome, Outcome::Failed);
    let late = stage.answer(&asked, json!({ "type": 4, "data": { "content": "x" } })).await;
    assert_eq!((late.status, &late.body["code"]), (404, &json!(10062)));
}

#[tokio::test]
async fn autocompletion_takes_twenty_five_choices() {
    let (stage, person) = staged().await;
    let asked = person.autocomplete("follow host", "host", "na", Value::Null).unwrap();
    let choices =
        |count| -> Value { (0..count).map(|_| json!({ "name": "NASA", "value": "nasa" })).collect() };
    let too_many = stage.answer(&asked, json!({ "type": 8, "data": { "choices": choices(26) } })).await;
    assert_eq!(too_many.body["code"], 50035);
    assert_eq!(
        stage.answer(&asked, json!({ "type": 4, "data": { "content": "x" } })).await.body["code"],
        50035
    );
    assert_eq!(
        stage.answer(&asked, json!({ "type": 8, "data": { "choices": choices(25) } })).await.status,
        204
    );
    assert_eq!(asked.reply(SOON).await.unwrap().choices()[24], ("NASA".into(), json!("nasa")));
}

#[tokio::test]
async fn buttons_and_menus_change_the_message_that_they_are_on() {
    let (stage, person) = staged().await;
    let asked = person.command("help", Value::Null).unwrap();
    let rows = json!([
        { "type": 1, "components": [{ "type": 2, "style": 1, "label": "Next", "custom_id": "n" }] },
        { "type": 1, "components": [{ "type": 3, "custom_id": "m", "options": [{ "label": "A", "value": "a" }] }] },
    ]);
    stage
        .answer(&asked, json!({ "type": 4, "data": { "content": "1", "flags": 64, "components": rows } }))
        .await;
    let message = asked.reply(SOON).await.unwrap().message.unwrap().id;
    let other = stage.discord.user(stage.person(0)).in_channel(stage.channel);
    assert_eq!(other.press(message, "Next").unwrap_err(), Refused::UnknownMessage);
    assert_eq!(person.press(message, "Last").unwrap_err(), Refused::UnknownComponent("Last".into()));

    let pressed = person.press(message, "Next").unwrap();
    stage.answer(&pressed, json!({ "type": 7, "data": { "content": "2" } })).await;
    let reply = pressed.reply(SOON).await.unwrap();
    assert_eq!((reply.outcome, reply.content()), (Outcome::Updated, "2"));

    assert_eq!(person.select(message, "m", &["b"]).unwrap_err(), Refused::InvalidSelection);
    let picked = person.select(message, "m", &["A"]).unwrap();
    stage.answer(&picked, json!({ "type": 6 })).await;
    stage.webhook("PATCH", &picked, "/messages/@original", json!({ "content": "3" })).await;
    assert_eq!(picked.final_reply(SOON).await.unwrap().content(), "3");
}

#[tokio::test]
async fn message_menus_carry_what_was_written() {
    let (stage, person) = staged().await;
    let (mut line, _) = Line::identified(&stage).await;
    let author = stage.person(0);
    let message = stage.discord.write(stage.channel, author, "https://x.com/i/spaces/1");
    person.message_command("Show Space", message).unwrap();
    let data = line.event("INTERACTION_CREATE").await["d"]["data"].clone();
    assert_eq!(data["resolved"]["messages"][message.to_string()]["content"], "https://x.com/i/spaces/1");
}

#[tokio::test]
async fn hostile_values_can_be_sent_raw() {
    let (stage, person) = staged().await;
    let (mut line, _) = Line::identified(&stage).await;
    person.raw(3, json!({ "custom_id": "forged", "component_type": 2 }), None).unwrap();
    assert_eq!(line.event("INTERACTION_CREATE").await["d"]["data"]["custom_id"], "forged");
}
