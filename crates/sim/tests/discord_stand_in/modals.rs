use serde_json::{Value, json};
use spacebell_sim::discord::{Interaction, Outcome, Person, Refused};

use crate::support::{Line, SOON, Stage, unlimited};

async fn staged() -> (Stage, Person) {
    let stage = Stage::new(unlimited()).await;
    stage.register().await;
    let person = stage.discord.user(stage.person(0)).in_channel(stage.channel);
    (stage, person)
}

fn input(changes: &Value) -> Value {
    let mut input = json!({ "type": 4, "custom_id": "why", "label": "Why", "style": 1 });
    for (name, value) in changes.as_object().expect("an object") {
        input[name] = value.clone();
    }
    input
}

fn row(changes: &Value) -> Value {
    json!({ "type": 1, "components": [input(changes)] })
}

fn modal(parts: &[Value]) -> Value {
    json!({ "type": 9, "data": { "title": "Why?", "custom_id": "reason:1", "components": parts } })
}

async fn opened(stage: &Stage, person: &Person, parts: &[Value]) -> Interaction {
    let asked = person.command("help", Value::Null).expect("a command");
    let answer = stage.answer(&asked, modal(parts)).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    assert_eq!(asked.reply(SOON).await.expect("an answer").outcome, Outcome::Modal);
    asked
}

#[tokio::test]
async fn a_modal_is_filled_in_submitted_and_answered_as_any_interaction() {
    let (stage, person) = staged().await;
    let (mut line, _) = Line::identified(&stage).await;
    let label = json!({ "type": 18, "label": "More", "component": {
        "type": 4, "custom_id": "more", "style": 2, "required": false, "value": "as before",
    } });
    let asked = opened(&stage, &person, &[row(&json!({})), label]).await;
    let submitted = person.submit_modal(&asked, json!({ "why": "because" })).unwrap();
    line.event("INTERACTION_CREATE").await;
    let event = line.event("INTERACTION_CREATE").await["d"].clone();
    assert_eq!((&event["type"], &event["data"]["custom_id"]), (&json!(5), &json!("reason:1")));
    let parts = &event["data"]["components"];
    assert_eq!(
        parts[0]["components"][0],
        json!({ "type": 4, "id": 1, "custom_id": "why", "value": "because" })
    );
    assert_eq!(parts[1]["component"]["value"], "as before");
    let again = stage.answer(&submitted, modal(&[row(&json!({}))])).await;
    assert_eq!(again.body["code"], 50035, "a modal doesn't answer a modal");
    let body = json!({ "type": 4, "data": { "content": "I see", "flags": 64 } });
    assert_eq!(stage.answer(&submitted, body).await.status, 204);
    assert_eq!(submitted.reply(SOON).await.unwrap().content(), "I see");
}

#[tokio::test]
async fn a_modal_from_a_button_comes_with_the_message_and_can_change_it() {
    let (stage, person) = staged().await;
    let (mut line, _) = Line::identified(&stage).await;
    let button =
        json!({ "type": 1, "components": [{ "type": 2, "style": 1, "label": "Ask", "custom_id": "ask" }] });
    let message = stage.post(json!({ "content": "old", "components": [button] })).await.id();
    let pressed = person.press(message, "Ask").unwrap();
    assert_eq!(stage.answer(&pressed, modal(&[row(&json!({}))])).await.status, 204);
    let submitted = person.submit_modal(&pressed, json!({ "why": "x" })).unwrap();
    line.event("INTERACTION_CREATE").await;
    let event = line.event("INTERACTION_CREATE").await["d"].clone();
    assert_eq!(event["message"]["id"], message.to_string());
    let body = json!({ "type": 7, "data": { "content": "new" } });
    assert_eq!(stage.answer(&submitted, body).await.status, 204);
    assert_eq!(stage.discord.message(stage.channel, message).unwrap().content, "new");
}

#[tokio::test]
async fn what_a_modal_may_not_hold_is_refused_by_field() {
    let (stage, person) = staged().await;
    let long = |count| "x".repeat(count);
    let asked = person.command("help", Value::Null).unwrap();
    let at = "/errors/data/components/0/components/0";
    for (change, field) in [
        (json!({ "label": long(46) }), "label"),
        (json!({ "label": null }), "label"),
        (json!({ "custom_id": long(101) }), "custom_id"),
        (json!({ "placeholder": long(101) }), "placeholder"),
        (json!({ "style": 3 }), "style"),
        (json!({ "min_length": 4001 }), "min_length"),
        (json!({ "max_length": 0 }), "max_length"),
        (json!({ "min_length": 5, "max_length": 4 }), "min_length"),
        (json!({ "type": 3 }), "type"),
    ] {
        let refused = stage.answer(&asked, modal(&[row(&change)])).await;
        assert_eq!((refused.status, &refused.body["code"]), (400, &json!(50035)), "{change}");
        assert!(refused.body.pointer(&format!("{at}/{field}/_errors")).is_some(), "{}", refused.body);
    }
    let two = json!({ "type": 1, "components": [input(&json!({})), input(&json!({ "custom_id": "b" }))] });
    for parts in [vec![], vec![two], vec![row(&json!({})); 2], vec![row(&json!({})); 6]] {
        assert_eq!(stage.answer(&asked, modal(&parts)).await.body["code"], 50035, "{parts:?}");
    }
    for (field, wrong) in [("title", long(46)), ("title", String::new()), ("custom_id", long(101))] {
        let mut body = modal(&[row(&json!({}))]);
        body["data"][field] = json!(wrong);
        assert_eq!(stage.answer(&asked, body).await.body["code"], 50035, "{field}");
    }
    assert_eq!(stage.answer(&asked, modal(&[row(&json!({}))])).await.status, 204);
}

#[tokio::test]
async fn the_client_takes_only_what_fits_a_modals_inputs() {
    let (stage, person) = staged().await;
    let asked = opened(&stage, &person, &[row(&json!({ "min_length": 2, "max_length": 4 }))]).await;
    let refused = |fields: Value| person.submit_modal(&asked, fields).unwrap_err();
    assert_eq!(refused(json!({})), Refused::MissingOption("why".into()));
    assert_eq!(refused(json!({ "why": "x" })), Refused::Invalid("why".into(), "is too short"));
    assert_eq!(refused(json!({ "why": "xxxxx" })), Refused::Invalid("why".into(), "is too long"));
    assert_eq!(refused(json!({ "why": "a\nb" })), Refused::Invalid("why".into(), "has more than one line"));
    assert_eq!(refused(json!({ "why": "ok", "else": "x" })), Refused::UnknownOption("else".into()));
    let other = stage.discord.user(stage.person(0)).in_channel(stage.channel);
    let others = other.submit_modal(&asked, json!({ "why": "ok" }));
    assert_eq!(others.unwrap_err(), Refused::NoModal, "it opened for somebody else");
    assert!(person.submit_modal(&asked, json!({ "why": "ok" })).is_ok());
}
