//! What X's answers about subscriptions and webhooks mean.

use serde_json::{Value, json};
use spacebell::x::activity::subscriptions::{Moment, PushId, Subscribed, read_made, read_page, read_refusal};
use spacebell::x::activity::webhooks::read_webhooks;
use spacebell::x::answer::{Verdict, judge};
use spacebell::x::wire::{Body, read};
use spacebell::x::{Detail, XError};

use crate::world::user;

fn body(value: &Value) -> Body {
    read(200, value.to_string().as_bytes()).expect("a JSON object")
}

#[test]
fn a_subscription_is_read_in_each_documented_shape() {
    let shown = json!({ "subscription_id": "1146654567674912769", "event_type": "spaces.start",
        "filter": { "user_id": "7" }, "tag": "ours" });
    for data in [shown.clone(), json!([shown]), json!({ "subscription": shown })] {
        let made = read_made(&body(&json!({ "data": data }))).expect("it was made");
        assert_eq!(made, Subscribed::Made(PushId::parse("1146654567674912769")));
    }
    let nameless = read_made(&body(&json!({ "data": { "tag": "ours" } }))).expect("it was made");
    assert_eq!(nameless, Subscribed::Made(None));
    for nothing in [json!({}), json!({ "data": null }), json!({ "errors": [{ "title": "Trouble" }] })] {
        assert!(read_made(&body(&nothing)).is_err(), "{nothing}");
    }
}

#[test]
fn a_page_is_read_with_patience_and_an_empty_one_only_believed_if_it_says_so() {
    let page = body(&json!({ "data": [
        { "subscription_id": "1", "event_type": "spaces.end", "filter": { "user_id": "7" }, "webhook_id": "50" },
        { "subscription_id": 2, "event_type": "post.create", "filter": { "keyword": "rust" }, "tag": null },
        { "subscription_id": "../../2/users", "event_type": "spaces.end" },
        { "event_type": "spaces.end" },
        "nonsense",
    ] }));
    let (all, left_out) = read_page(&page).expect("a page");
    assert_eq!((all.len(), left_out), (2, 3));
    assert_eq!((all[0].moment, all[0].host), (Some(Moment::End), Some(user(7))));
    assert_eq!(all[0].webhook, PushId::parse("50"));
    assert_eq!((all[1].moment, all[1].host, all[1].tag.as_deref()), (None, None, None));

    for none in [json!({}), json!({ "data": [] }), json!({ "meta": { "total_subscriptions": 0 } })] {
        assert_eq!(read_page(&body(&none)).expect("nothing there").0, [], "{none}");
    }
    for contradiction in [
        json!({ "meta": { "total_subscriptions": 3 } }),
        json!({ "errors": [{ "title": "Internal error" }] }),
    ] {
        assert!(read_page(&body(&contradiction)).is_err(), "an error isn't absence: {contradiction}");
    }
}

fn refusal(status: u16, words: &str) -> Option<Subscribed> {
    let problem = json!({ "title": "Invalid Request", "errors": [{ "message": words }] });
    let verdict = judge(status, Ok(problem.to_string().into_bytes()));
    let detail: Detail = match verdict {
        Verdict::Failed(XError::Refused { detail } | XError::Forbidden { detail }) => detail,
        other => panic!("{other:?}"),
    };
    read_refusal(&detail)
}

#[test]
fn x_s_words_on_a_refusal_tell_a_duplicate_and_a_cap_from_all_else() {
    assert_eq!(refusal(409, "Conflict"), Some(Subscribed::Already));
    assert_eq!(refusal(403, "A subscription for this filter already exists"), Some(Subscribed::Already));
    assert_eq!(refusal(422, "Duplicate subscription"), Some(Subscribed::Already));
    for words in [
        "The maximum number of subscriptions [1500] has been reached",
        "Subscription limit exceeded for this app",
        "You have too many subscriptions",
    ] {
        assert_eq!(refusal(403, words), Some(Subscribed::Full), "{words}");
    }
    for words in ["You are not permitted to perform this action", "Client Forbidden", "User is suspended"] {
        assert_eq!(refusal(403, words), None, "{words}");
    }
}

#[test]
fn webhooks_are_read_by_what_each_says_of_itself() {
    let listed = body(&json!({ "data": [
        { "id": "1", "url": "https://bell.example.org/x/webhook", "valid": false },
        { "id": "2", "url": "https://other.example.org/" },
        { "id": "3" },
    ], "meta": { "result_count": 3 } }));
    let all = read_webhooks(&listed).expect("a list");
    assert_eq!(all.iter().map(|one| one.is_valid).collect::<Vec<_>>(), [false, true]);
    assert!(read_webhooks(&body(&json!({ "meta": { "result_count": 0 } }))).expect("none").is_empty());
    assert!(read_webhooks(&body(&json!({ "errors": [{ "title": "Trouble" }] }))).is_err());
}
