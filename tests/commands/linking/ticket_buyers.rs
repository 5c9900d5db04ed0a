//! `/space buyers`: for the creator alone, and each refusal explained.

use serde_json::json;
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::Place;
use spacebell_sim::x;

use super::Linked;
use crate::stage::{MONA, show};

async fn asks(linked: &Linked, space: impl ToString) -> String {
    show(&linked.stage.say("space", "buyers", json!({ "space": space.to_string() })).await)
}

/// A Space of Ada's with tickets, and so many buyers.
fn sold(linked: &Linked, buyers: u32) -> x::SpaceId {
    let space = linked.stage.x.start_now(&linked.ada, "An evening with *Ada*").expect("a Space");
    linked.stage.x.set_ticketed(&space, true).expect("it is there");
    for number in 1..=buyers {
        let buyer = linked.stage.x.add_user(format!("8{number:03}"), &format!("buyer{number}"), "B_u_yer");
        linked.stage.x.sell_ticket(&space, &buyer).expect("it is there");
    }
    space
}

#[tokio::test]
async fn a_creator_sees_who_bought_a_ticket_a_page_at_a_time() {
    let mut linked = Linked::set().await;
    linked.links().await;
    let space = sold(&linked, 23);
    let first = asks(&linked, &space).await;
    let press = Press {
        by: MONA.into(),
        deed: Deed::Buyers { space: space.to_string().parse().expect("an id"), page: 1 },
    };
    let second = linked.stage.press(MONA, press).await;
    assert_eq!((second.private, second.place), (true, Place::InPlace));
    linked.stage.locale = "ja";
    let japanese = asks(&linked, &space).await;
    let all = [first, show(&second), japanese].join("\n").replace(&space.to_string(), "(space)");
    insta::assert_snapshot!("buyers", all);
}

#[tokio::test]
async fn nothing_that_a_token_fetched_is_kept_where_others_could_see_it() {
    let linked = Linked::set().await;
    linked.links().await;
    let space = sold(&linked, 2);
    let before = linked.stage.app.x.spending().spent_today().total;
    assert!(asks(&linked, &space).await.contains("buyer2"));
    let app = &linked.stage.app;
    assert!(app.x.spending().spent_today().total > before, "it is billed all the same");
    let rows = app.x.spending().unsaved().drain();
    assert!(rows.iter().all(|row| row.resource.starts_with("linked-")), "{rows:?}");
    assert!(app.watch.known(space.to_string().parse().expect("an id")).is_none());
    for id in ["8001", "8002", "500"] {
        assert!(app.x.users().get(id.parse().expect("an id")).is_none(), "{id}");
    }
    assert!(app.x.users().unsaved().drain().is_empty());
    // A page again costs nothing more that day.
    let spent = app.x.spending().spent_today().total;
    asks(&linked, &space).await;
    assert_eq!(app.x.spending().spent_today().total, spent);
}

#[tokio::test]
async fn each_refusal_is_explained() {
    let linked = Linked::set().await;
    let space = sold(&linked, 1);
    assert!(asks(&linked, &space).await.contains("linked no account"));
    linked.links().await;
    let rival = linked.stage.x.add_user("600", "rival", "Rival");
    let other = linked.stage.x.start_now(&rival, "Not hers").expect("a Space");
    linked.stage.x.set_ticketed(&other, true).expect("it is there");
    assert!(asks(&linked, &other).await.contains("Only who created a Space"));
    let free = linked.stage.x.start_now(&linked.ada, "Free").expect("a Space");
    linked.stage.x.set_ticketed(&free, false).expect("it is there");
    assert!(asks(&linked, &free).await.contains("has no tickets"));
    assert!(asks(&linked, "1gone").await.contains("X has no Space with that id"));
    let empty = sold(&linked, 0);
    linked.pass(11);
    assert!(asks(&linked, &empty).await.contains("Nobody has bought a ticket"));
}

#[tokio::test]
async fn a_missing_scope_limits_and_silence_are_explained() {
    let linked = Linked::set().await;
    linked.links().await;
    let space = sold(&linked, 1);
    let fault = |fault| linked.stage.x.fault(fault, x::Scope::on(x::Endpoint::SpaceBuyers).next(1));
    fault(x::Fault::status(403));
    let said = asks(&linked, &space).await;
    assert!(said.contains("X doesn’t let your linked account see these buyers"), "{said}");
    fault(x::Fault::status(503));
    assert!(asks(&linked, &space).await.contains("X isn’t answering"));
    fault(x::Fault::status(429));
    let said = asks(&linked, &space).await;
    assert!(said.contains("X takes no more questions"), "{said}");
    // A person's own limit: X isn't asked before it is over, and the bot's own questions go on.
    let asked = linked.asked(x::Endpoint::SpaceBuyers).len();
    assert!(asks(&linked, &space).await.contains("X takes no more questions"));
    assert_eq!(linked.asked(x::Endpoint::SpaceBuyers).len(), asked);
    let card = linked.stage.say("space", "show", json!({ "space": space.to_string() })).await;
    assert!(show(&card).contains("An evening"), "{}", show(&card));
}
