//! Linked accounts in the store: each step once, and no token that X isn't told of.

use jiff::Timestamp;
use spacebell::domain::ids::DiscordUserId;
use spacebell::store::{Attempt, EndedBy, Link, Revocation, Stage, Store};

use crate::support::{Db, On, at, tests_on_each_database, user};

tests_on_each_database! {
    a_link_is_kept_renewed_and_ended_and_its_last_token_is_to_be_revoked,
    a_link_that_is_replaced_or_ended_by_x_leaves_its_token_to_be_revoked,
    each_step_of_an_attempt_is_taken_once_and_in_time,
    guesses_are_counted_and_bounded,
    an_attempt_that_comes_to_nothing_leaves_its_token_to_be_revoked,
    samples_are_kept_for_whoever_linked_the_account_and_agreed,
    whom_a_person_follows_goes_with_their_link_and_with_time,
    a_link_that_ended_is_told_once_and_not_after_a_month,
}

const MONA: DiscordUserId = DiscordUserId::new(30);

fn revocation(handle: &str) -> Revocation {
    Revocation { handle: handle.to_owned(), sealed: format!("token of {handle}") }
}

pub fn link(person: DiscordUserId, account: u64, handle: &str) -> Link {
    Link {
        user: person,
        account: user(account),
        sealed: format!("sealed for {handle}"),
        revocation: revocation(handle),
        keeps_insights: false,
        linked_at: at(0),
        renewal_begun_at: None,
    }
}

fn attempt(person: DiscordUserId, state: &str) -> Attempt {
    Attempt {
        user: person,
        state: state.to_owned(),
        stage: Stage::Begun,
        sealed: "draft".to_owned(),
        keeps_insights: false,
        guesses: 0,
        ends_at: at(600),
        revocation: None,
    }
}

/// Links, by the way that each link comes.
pub async fn linked(store: &Store, link: &Link) {
    let state = format!("state of {}", link.revocation.handle);
    store.begin_attempt(&attempt(link.user, &state), at(0)).await.expect("begun");
    assert!(store.take_attempt(&state, at(1)).await.expect("taken"));
    assert!(store.await_code(&state, "pending", &link.revocation, at(900), at(2)).await.expect("waits"));
    assert!(store.link(link, &state, at(3)).await.expect("linked"));
}

async fn to_revoke(store: &Store, now: Timestamp) -> Vec<String> {
    let due = store.due_revocations(9, now).await.expect("revocations");
    due.into_iter().map(|(it, _)| it.sealed).collect()
}

async fn a_link_is_kept_renewed_and_ended_and_its_last_token_is_to_be_revoked(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    let first = link(MONA, 7, "a");
    linked(store, &first).await;
    assert_eq!(store.link_of(MONA).await.expect("a read"), Some(first.clone()));
    store.begin_renewal(&first, at(5)).await.expect("kept");
    let begun = store.link_of(MONA).await.expect("a read").expect("a link");
    assert_eq!(begun.renewal_begun_at, Some(at(5)));
    let sealed = "sealed anew".to_owned();
    let newer = Revocation { sealed: "newer token".to_owned(), ..first.revocation.clone() };
    let renewed = Link { sealed, revocation: newer, ..first.clone() };
    assert!(store.renew_link(&renewed, at(6)).await.expect("kept"));
    assert_eq!(store.link_of(MONA).await.expect("a read"), Some(renewed.clone()));
    assert!(to_revoke(store, at(6)).await.is_empty());
    assert!(store.unlink(MONA, at(7)).await.expect("ended"));
    assert!(!store.unlink(MONA, at(7)).await.expect("ended before"));
    assert_eq!(to_revoke(store, at(7)).await, ["newer token"]);
    // A renewal was under way: its token comes in the place of the one that it ended.
    let latest = Revocation { sealed: "latest token".to_owned(), ..renewed.revocation.clone() };
    let late = Link { revocation: latest, ..renewed };
    assert!(!store.renew_link(&late, at(8)).await.expect("kept"));
    assert_eq!(to_revoke(store, at(8)).await, ["latest token"]);
    store.defer_revocation("a", at(60)).await.expect("deferred");
    assert!(to_revoke(store, at(59)).await.is_empty());
    store.forget_revocation(&first.revocation).await.expect("an older token's");
    assert_eq!(to_revoke(store, at(60)).await, ["latest token"]);
    store.forget_revocation(&late.revocation).await.expect("forgotten");
    assert!(to_revoke(store, at(60)).await.is_empty());
}

async fn a_link_that_is_replaced_or_ended_by_x_leaves_its_token_to_be_revoked(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    linked(store, &link(MONA, 7, "a")).await;
    let second = link(MONA, 8, "b");
    linked(store, &second).await;
    assert_eq!(store.link_of(MONA).await.expect("a read"), Some(second.clone()));
    assert_eq!(to_revoke(store, at(9)).await, ["token of a"]);
    // Two people with one account; its owner takes the consent back.
    linked(store, &link(DiscordUserId::new(31), 8, "c")).await;
    assert_eq!(store.end_links_with(user(8), at(9)).await.expect("ended"), 2);
    assert_eq!(to_revoke(store, at(9)).await.len(), 3);
    assert!(store.links().await.expect("links").is_empty());
    assert_eq!(store.tell_ended(MONA).await.expect("an answer"), Some(EndedBy::Refusal));
    // What a newer link replaced ends nothing of the newer one.
    linked(store, &link(MONA, 9, "d")).await;
    store.end_link(&second, EndedBy::Loss, at(9)).await.expect("nothing");
    assert!(store.link_of(MONA).await.expect("a read").is_some());
    assert_eq!(store.tell_ended(MONA).await.expect("an answer"), None);
}

async fn each_step_of_an_attempt_is_taken_once_and_in_time(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    store.begin_attempt(&attempt(MONA, "s"), at(0)).await.expect("begun");
    assert!(store.choose_insights("s", true).await.expect("kept"));
    assert!(!store.take_attempt("s", at(600)).await.expect("too late"));
    assert!(!store.take_attempt("t", at(1)).await.expect("another"));
    assert!(store.take_attempt("s", at(599)).await.expect("taken"));
    assert!(!store.take_attempt("s", at(599)).await.expect("once"));
    assert!(!store.choose_insights("s", false).await.expect("too late"));
    let read = store.attempt("s").await.expect("a read").expect("an attempt");
    assert_eq!((read.stage, read.keeps_insights), (Stage::Returned, true));
    assert_eq!(store.guess(MONA, 5, at(599)).await.expect("a read"), None, "no code is awaited");
    assert!(store.await_code("s", "pending", &revocation("a"), at(900), at(599)).await.expect("waits"));
    assert!(!store.await_code("s", "twice", &revocation("b"), at(900), at(599)).await.expect("once"));
    assert_eq!(to_revoke(store, at(599)).await, ["token of b"], "what came second isn't lost");
    let of_another = link(DiscordUserId::new(31), 7, "a");
    assert!(!store.link(&of_another, "s", at(600)).await.expect("not theirs"));
    assert!(store.link(&link(MONA, 7, "a"), "s", at(600)).await.expect("linked"));
    assert!(!store.link(&link(MONA, 7, "a"), "s", at(600)).await.expect("once"));
    assert_eq!(store.attempt_by(MONA).await.expect("a read"), None);
}

async fn guesses_are_counted_and_bounded(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    store.begin_attempt(&attempt(MONA, "s"), at(0)).await.expect("begun");
    assert!(store.take_attempt("s", at(1)).await.expect("taken"));
    store.await_code("s", "pending", &revocation("a"), at(900), at(2)).await.expect("waits");
    for nth in 1..=3 {
        let guessed = store.guess(MONA, 3, at(3)).await.expect("counted").expect("awaited");
        assert_eq!((guessed.guesses, guessed.stage), (nth, Stage::AwaitsCode));
        assert_eq!(guessed.revocation, Some(revocation("a")));
    }
    assert_eq!(store.guess(MONA, 3, at(3)).await.expect("counted"), None);
    assert_eq!(store.guess(MONA, 9, at(900)).await.expect("too late"), None);
    assert_eq!(store.guess(DiscordUserId::new(31), 9, at(3)).await.expect("not theirs"), None);
}

async fn an_attempt_that_comes_to_nothing_leaves_its_token_to_be_revoked(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    let awaits = async |state: &str, handle: &str| {
        store.begin_attempt(&attempt(MONA, state), at(0)).await.expect("begun");
        assert!(store.take_attempt(state, at(1)).await.expect("taken"));
        assert!(
            store.await_code(state, "pending", &revocation(handle), at(900), at(2)).await.expect("waits")
        );
    };
    awaits("s", "a").await;
    store.drop_attempt("s", at(3)).await.expect("dropped");
    assert_eq!(to_revoke(store, at(3)).await, ["token of a"]);
    awaits("t", "b").await;
    store.begin_attempt(&attempt(MONA, "u"), at(3)).await.expect("another begins");
    assert_eq!(to_revoke(store, at(3)).await, ["token of a", "token of b"]);
    assert_eq!(store.attempt("t").await.expect("a read"), None);
    awaits("v", "c").await;
    store.drop_old_attempts(at(899)).await.expect("nothing is old");
    assert!(store.attempt("v").await.expect("a read").is_some());
    store.drop_old_attempts(at(900)).await.expect("dropped");
    assert_eq!(store.attempt_by(MONA).await.expect("a read"), None);
    assert_eq!(to_revoke(store, at(900)).await.len(), 3);
}

async fn samples_are_kept_for_whoever_linked_the_account_and_agreed(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    let agreed = async || store.hosts_who_agreed().await.expect("a read");
    let past = async || store.past_spaces(user(7), 9).await.expect("a read").len();
    let keeps = async || {
        let sql =
            "INSERT INTO past_spaces (space_id, host_id, began_at, over_at) VALUES ('1a', '7', 0, 5000)";
        db.sql(sql).await;
    };
    linked(store, &link(MONA, 7, "a")).await;
    assert!(agreed().await.is_empty());
    assert!(store.set_keeps_insights(MONA, true).await.expect("kept"));
    assert!(!store.set_keeps_insights(DiscordUserId::new(31), true).await.expect("no link"));
    assert_eq!(agreed().await, [user(7)]);
    keeps().await;
    store.set_keeps_insights(MONA, true).await.expect("kept");
    assert_eq!(past().await, 1);
    store.set_keeps_insights(MONA, false).await.expect("kept");
    assert_eq!(past().await, 0, "what was kept goes with the consent");
    store.set_keeps_insights(MONA, true).await.expect("kept");
    keeps().await;
    let again = Link { keeps_insights: true, ..link(MONA, 7, "b") };
    linked(store, &again).await;
    assert_eq!(past().await, 1, "linked anew with the same consent");
    store.unlink(MONA, at(9)).await.expect("ended");
    assert!(agreed().await.is_empty());
    assert_eq!(past().await, 0, "and with the link");
}

async fn whom_a_person_follows_goes_with_their_link_and_with_time(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    let kept = async || store.following(MONA).await.expect("a read");
    store.keep_following(MONA, user(7), "list", at(0)).await.expect("no link, nothing kept");
    assert_eq!(kept().await, None);
    linked(store, &link(MONA, 7, "a")).await;
    store.keep_following(MONA, user(8), "list", at(0)).await.expect("another account's");
    assert_eq!(kept().await, None);
    store.keep_following(MONA, user(7), "list", at(0)).await.expect("kept");
    store.keep_following(MONA, user(7), "newer", at(5)).await.expect("kept");
    assert_eq!(kept().await, Some(("newer".to_owned(), at(5))));
    store.erase_old_links(at(5), at(0)).await.expect("not yet");
    assert!(kept().await.is_some());
    store.erase_old_links(at(6), at(0)).await.expect("erased");
    assert_eq!(kept().await, None);
    store.keep_following(MONA, user(7), "list", at(7)).await.expect("kept");
    linked(store, &link(MONA, 8, "b")).await;
    assert_eq!(kept().await, None, "it was another account's");
}

async fn a_link_that_ended_is_told_once_and_not_after_a_month(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    let first = link(MONA, 7, "a");
    linked(store, &first).await;
    store.end_link(&first, EndedBy::Loss, at(5)).await.expect("ended");
    assert_eq!(store.tell_ended(MONA).await.expect("told"), Some(EndedBy::Loss));
    assert_eq!(store.tell_ended(MONA).await.expect("told"), None);
    linked(store, &first).await;
    store.end_link(&first, EndedBy::Refusal, at(5)).await.expect("ended");
    store.erase_old_links(at(0), at(6)).await.expect("erased");
    assert_eq!(store.tell_ended(MONA).await.expect("a read"), None);
    linked(store, &first).await;
    store.end_link(&first, EndedBy::Refusal, at(5)).await.expect("ended");
    linked(store, &link(MONA, 8, "b")).await;
    assert_eq!(store.tell_ended(MONA).await.expect("a read"), None, "a new link says more");
}
