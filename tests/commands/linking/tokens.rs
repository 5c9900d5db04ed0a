//! Tokens: encrypted, renewed once, given back, and gone with what they were for.

use serde_json::json;
use spacebell::domain::erasure::{Account, Whose};
use spacebell_sim::x;

use super::{KEY, Linked, OTHER_KEY, linker};
use crate::stage::MONA;

const HOURS: i64 = 60;

/// A link that is used: who buys tickets of a Space.
async fn uses(linked: &Linked, space: &x::SpaceId) -> String {
    linked.stage.say("space", "buyers", json!({ "space": space.to_string() })).await.content
}

fn ticketed(linked: &Linked) -> x::SpaceId {
    let space = linked.stage.x.start_now(&linked.ada, "Mine").expect("a Space");
    linked.stage.x.set_ticketed(&space, true).expect("it is there");
    space
}

#[tokio::test]
async fn no_token_can_be_read_in_the_database_or_used_from_another_row() {
    let linked = Linked::set().await;
    linked.links().await;
    let link = linked.stage.app.store.link_of(MONA.into()).await.expect("an answer").expect("a link");
    for kept in [&link.sealed, &link.revocation.sealed, &link.revocation.handle] {
        assert!(!kept.contains("ada") && !kept.contains("access"), "{kept}");
    }
    // Moved to another person's row it can't be opened.
    let keys = spacebell::seal::Keyring::new(&[KEY]);
    assert!(keys.open(&format!("link:{MONA}"), &link.sealed).is_ok());
    assert!(keys.open("link:31", &link.sealed).is_err());
    assert!(keys.open(&format!("link:{MONA}"), &link.sealed.replace('A', "B")).is_err());
}

#[tokio::test]
async fn tokens_are_renewed_when_they_end_and_once_though_two_ask_at_once() {
    let linked = Linked::set().await;
    linked.links().await;
    let space = ticketed(&linked);
    linked.pass(2 * HOURS);
    let (one, other) = tokio::join!(uses(&linked, &space), uses(&linked, &space));
    for said in [one, other] {
        assert!(said.contains("Nobody has bought"), "{said}");
    }
    assert_eq!(linked.asked(x::Endpoint::OauthToken), [200, 200], "the code and one renewal");
    // The new one rotates as well.
    linked.pass(2 * HOURS);
    assert!(uses(&linked, &space).await.contains("Nobody has bought"));
    assert_eq!(linked.asked(x::Endpoint::OauthToken), [200, 200, 200]);
}

#[tokio::test]
async fn x_not_answering_a_renewal_ends_no_link() {
    let linked = Linked::set().await;
    linked.links().await;
    let space = ticketed(&linked);
    linked.pass(2 * HOURS);
    linked.stage.x.fault(x::Fault::status(503), x::Scope::on(x::Endpoint::OauthToken).next(1));
    let said = uses(&linked, &space).await;
    assert!(said.contains("X isn’t answering"), "{said}");
    assert!(uses(&linked, &space).await.contains("Nobody has bought"));
}

#[tokio::test]
async fn consent_that_is_withdrawn_on_x_ends_the_link_and_is_told_once() {
    for renews in [false, true] {
        let linked = Linked::set().await;
        linked.links().await;
        let space = ticketed(&linked);
        linked.stage.x.withdraw_consent(&linked.ada);
        if renews {
            linked.pass(2 * HOURS);
        }
        let said = uses(&linked, &space).await;
        assert!(said.contains("X doesn’t take your link any more"), "{said}");
        let said = uses(&linked, &space).await;
        assert!(said.contains("linked no account"), "{said}");
    }
}

#[tokio::test]
async fn an_event_of_withdrawn_consent_ends_the_link_and_is_told_at_the_next_use() {
    let linked = Linked::set().await;
    linked.links().await;
    linked.linker().withdrawn("500".parse().expect("an id")).await.expect("kept");
    let said = linked.says("account", "show").await;
    assert!(said.contains("X doesn’t take your link any more"), "{said}");
    assert!(linked.says("account", "show").await.contains("linked no account"));
}

#[tokio::test]
async fn a_renewal_that_nobody_wrote_down_is_told_as_what_it_was() {
    let linked = Linked::set().await;
    linked.links().await;
    let space = ticketed(&linked);
    linked.pass(2 * HOURS);
    let store = &linked.stage.app.store;
    let was = store.link_of(MONA.into()).await.expect("an answer").expect("a link");
    store.begin_renewal(&was, linked.stage.app.clock.now()).await.expect("kept");
    let begun = store.link_of(MONA.into()).await.expect("an answer").expect("a link");
    assert!(uses(&linked, &space).await.contains("Nobody has bought"), "X renews it");
    // The program died just then: the row is as it was, and X has spent its token.
    store.renew_link(&was, linked.stage.app.clock.now()).await.expect("kept");
    store.begin_renewal(&begun, linked.stage.app.clock.now()).await.expect("kept");
    let said = uses(&linked, &space).await;
    assert!(said.contains("Your link got lost"), "{said}");
    assert!(uses(&linked, &space).await.contains("linked no account"));
}

#[tokio::test]
async fn a_new_key_seals_and_the_old_one_can_go() {
    let mut linked = Linked::set().await;
    linked.links().await;
    let both = linker(&linked.stage, &linked.base, &[OTHER_KEY, KEY], 3);
    both.seal_anew().await.expect("sealed");
    linked.stage.app.linker = Some(linker(&linked.stage, &linked.base, &[OTHER_KEY], 3));
    assert!(linked.says("account", "show").await.contains("**Linked** to [@ada]"));
    linked.says("account", "unlink").await;
    linked.linker().tick().await.expect("X is told");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [200], "by the token that the new key sealed");
}

#[tokio::test]
async fn a_lost_key_asks_for_a_new_link_and_erases_nothing() {
    let mut linked = Linked::set().await;
    linked.links().await;
    linked.stage.app.linker = Some(linker(&linked.stage, &linked.base, &[OTHER_KEY], 3));
    linked.linker().seal_anew().await.expect("seen");
    assert!(linked.says("account", "show").await.contains("can’t open your link"));
    linked.stage.app.linker = Some(linker(&linked.stage, &linked.base, &[OTHER_KEY, KEY], 3));
    assert!(linked.says("account", "show").await.contains("**Linked** to [@ada]"));
}

#[tokio::test]
async fn x_is_told_later_where_it_doesn_t_answer_and_not_for_ever() {
    let linked = Linked::set().await;
    linked.links().await;
    linked.stage.x.fault(x::Fault::status(503), x::Scope::on(x::Endpoint::OauthRevoke));
    linked.says("account", "unlink").await;
    for _ in 0..2 {
        linked.linker().tick().await.expect("tried");
    }
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [503], "not twice within a minute");
    linked.pass(1);
    linked.linker().tick().await.expect("tried");
    linked.pass(24 * HOURS);
    linked.linker().tick().await.expect("tried");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [503, 503, 503]);
    linked.pass(2);
    linked.linker().tick().await.expect("nothing is left");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke).len(), 3, "given up");
}

#[tokio::test]
async fn linking_another_account_gives_the_first_one_s_tokens_back() {
    let mut linked = Linked::set().await;
    linked.links().await;
    linked.ada = linked.stage.x.add_user("501", "grace", "Grace");
    let code = linked.gets_code(MONA, false).await;
    assert!(linked.types(MONA, &code).await.content.starts_with("Linked: [@grace]"));
    linked.linker().tick().await.expect("X is told");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [200]);
    assert!(linked.says("account", "show").await.contains("[@grace]"));
}

#[tokio::test]
async fn erasing_a_person_or_an_account_ends_the_link_and_x_is_told() {
    let mona = Whose::Person(MONA.into());
    let ada = Whose::Account(Account::Id("500".parse().expect("an id")));
    for whose in [mona, ada] {
        let linked = Linked::set().await;
        linked.links().await;
        let erased = linked.stage.app.erase(&whose).await.expect("erased");
        assert_eq!(erased.links, 1, "{whose}");
        assert!(linked.says("account", "show").await.contains("linked no account"), "{whose}");
        linked.linker().tick().await.expect("X is told");
        assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [200], "{whose}");
    }
}
