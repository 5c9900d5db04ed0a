//! That the checker itself sees what is wrong: held against a description of a few lines, and against the real ones
//! where they are at hand.

use serde_json::{Value, json};
use spacebell_sim::exchange::{Answered, Exchange, Given};

use super::DESCRIPTIONS;
use super::check::complaints;
use super::departures::Api;
use super::description::Description;
use crate::support::{World, X_TOKEN};

/// A bell tower that can be rung.
fn tower() -> Description {
    let bell = json!({ "type": "object", "required": ["id"], "properties": {
        "id": { "type": "string", "pattern": "^[0-9]+$" },
        "note": { "type": "string", "nullable": true },
        "hung_at": { "type": "string", "format": "date-time" },
    } });
    let fields = json!({ "name": "fields", "in": "query", "explode": false, "required": true, "schema": {
        "type": "array", "maxItems": 2, "items": { "type": "string", "enum": ["id", "note", "hung_at"] },
    } });
    let most = json!({ "name": "most", "in": "query", "schema": { "type": "integer", "minimum": 1 } });
    let id = json!({ "name": "id", "in": "path", "schema": { "type": "string", "pattern": "^[0-9]+$" } });
    let shown =
        json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Bell" } } } });
    Description::of(
        Api::X,
        json!({
            "openapi": "3.0.0",
            "paths": { "/bells/{id}": { "parameters": [id],
                "get": { "parameters": [fields, most], "responses": { "200": shown, "4XX": {} } },
                "put": { "requestBody": { "required": true, "content": shown["content"] }, "responses": { "204": {} } },
            } },
            "components": { "schemas": { "Bell": bell } },
        }),
    )
}

fn exchange(
    method: &str,
    path: &str,
    query: &[(&str, &str)],
    body: Option<Value>,
    answer: Answered,
) -> Exchange {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Exchange { method: method.to_owned(), path: path.to_owned(), query, body, answer }
}

fn given(status: u16, body: Option<Value>) -> Answered {
    Answered::Truly(Given {
        status,
        content_type: body.is_some().then(|| "application/json; charset=utf-8".to_owned()),
        headers: Vec::new(),
        body: body.map(|body| body.to_string()).unwrap_or_default(),
    })
}

#[test]
fn an_exchange_that_is_as_described_is_left_alone() {
    let tower = tower();
    let bell = json!({ "id": "7", "note": null, "hung_at": "2026-08-01T12:00:00Z" });
    for fine in [
        exchange(
            "GET",
            "/bells/7",
            &[("fields", "id,note"), ("most", "3")],
            None,
            given(200, Some(bell.clone())),
        ),
        exchange("PUT", "/bells/7", &[], Some(bell), given(204, None)),
        // What a fault answers is nobody's claim.
        exchange("GET", "/bells/7", &[("fields", "id")], None, Answered::ByFault),
    ] {
        assert_eq!(complaints(&tower, &fine), Vec::<String>::new());
    }
}

#[test]
fn a_wrong_request_is_seen() {
    let tower = tower();
    let fine = || given(200, Some(json!({ "id": "7" })));
    let done = || given(204, None);
    for (wrong, told) in [
        (exchange("GET", "/bell/7", &[], None, fine()), "no such operation"),
        (exchange("POST", "/bells/7", &[], None, fine()), "no such operation"),
        (exchange("GET", "/bells/seven", &[("fields", "id")], None, fine()), "can't be seven"),
        (exchange("GET", "/bells/7", &[], None, fine()), "lacks \"fields\""),
        (exchange("GET", "/bells/7", &[("fields", "id,colour")], None, fine()), "can't be id,colour"),
        (exchange("GET", "/bells/7", &[("fields", "id,note,hung_at")], None, fine()), "can't be id,note"),
        (exchange("GET", "/bells/7", &[("fields", "id"), ("most", "0")], None, fine()), "can't be 0"),
        (exchange("GET", "/bells/7", &[("fields", "id"), ("least", "1")], None, fine()), "has least"),
        (exchange("PUT", "/bells/7", &[], None, done()), "body is missing"),
        (exchange("PUT", "/bells/7", &[], Some(json!({ "id": 7 })), done()), "at \"/id\""),
        (exchange("PUT", "/bells/7", &[], Some(json!({ "id": "7", "nota": "a" })), done()), "nota"),
        (exchange("PUT", "/bells/7", &[], Some(json!({ "id": 7 })), Answered::ByFault), "at \"/id\""),
    ] {
        let seen = complaints(&tower, &wrong);
        assert!(seen.len() == 1 && seen[0].contains(told), "{told} isn't told by {seen:?}");
    }
}

#[test]
fn a_wrong_answer_is_seen() {
    let tower = tower();
    for (answer, told) in [
        (given(200, Some(json!({ "note": "a" }))), "\"id\" is a required property"),
        (given(200, Some(json!({ "id": "7", "note": 1 }))), "at \"/note\""),
        (given(200, Some(json!({ "id": "7", "hung_at": "yesterday" }))), "at \"/hung_at\""),
        (given(200, Some(json!({ "id": "7", "colour": "green" }))), "colour"),
        (given(200, None), "has a body"),
        (given(503, None), "503 isn't described"),
    ] {
        let seen = complaints(&tower, &exchange("GET", "/bells/7", &[("fields", "id")], None, answer));
        assert!(seen.len() == 1 && seen[0].contains(told), "{told} isn't told by {seen:?}");
    }
}

#[test]
fn the_real_descriptions_refuse_a_wrong_request_and_a_wrong_answer() {
    let Some(descriptions) = &*DESCRIPTIONS else { return };
    let (discord, x) = (&descriptions.discord, &descriptions.x);
    let messages = "/channels/1000000000000000001/messages";
    let asked = exchange("POST", messages, &[], Some(json!({ "content": 1 })), Answered::ByFault);
    assert!(!complaints(discord, &asked).is_empty(), "a number for a text");
    let asked = exchange("POST", messages, &[], Some(json!({ "contents": "hi" })), Answered::ByFault);
    assert!(!complaints(discord, &asked).is_empty(), "a property that nobody knows");
    let answered = exchange(
        "POST",
        messages,
        &[],
        Some(json!({ "content": "hi" })),
        given(200, Some(json!({ "id": "1" }))),
    );
    assert!(!complaints(discord, &answered).is_empty(), "a message without a content");
    let asked = exchange("GET", "/2/spaces", &[("ids", "not a Space")], None, Answered::ByFault);
    assert!(!complaints(x, &asked).is_empty(), "an id that can't be one");
    let told = given(200, Some(json!({ "data": [{ "id": 1 }] })));
    assert!(
        !complaints(x, &exchange("GET", "/2/spaces", &[("ids", "1")], None, told)).is_empty(),
        "a number for an id"
    );
}

#[tokio::test]
async fn a_world_in_which_something_wrong_was_said_fails() {
    if !super::wanted() {
        return;
    }
    let world = World::new().await;
    let wrong = format!("{}/2/spaces?ids=1&colour=green", world.x.url());
    let http = reqwest::Client::builder().build().expect("a client");
    let answer = http.get(wrong).bearer_auth(X_TOKEN).send().await.expect("an answer");
    assert_eq!(answer.status(), 400);
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(world)));
    let told = ended.expect_err("it fails");
    let told = told.downcast_ref::<String>().expect("it says why");
    assert!(told.contains("the query has colour"), "{told}");
}
