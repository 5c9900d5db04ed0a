//! What parts X's list from what is wanted.

use std::collections::HashSet;

use proptest::prelude::*;
use spacebell::domain::ids::UserId;
use spacebell::push::difference::{Difference, Held, Route};
use spacebell::x::activity::subscriptions::{Moment, PushId, Subscription};

use crate::world::user;

const OURS: &str = "spacebell-0badcafe";

fn push_id(number: usize) -> PushId {
    PushId::parse(&number.to_string()).expect("digits")
}

fn one(number: usize, host: u64, moment: Moment, tag: &str, webhook: Option<usize>) -> Subscription {
    Subscription {
        id: push_id(number),
        moment: Some(moment),
        host: Some(user(host)),
        tag: Some(tag.to_owned()),
        webhook: webhook.map(push_id),
    }
}

fn held(all: &[Subscription], route: Route) -> Held<'_> {
    Held { all, tag: OURS, route }
}

/// What X would hold after the difference was carried out; ids of what is made go on from `next`.
fn carried_out(
    all: &[Subscription],
    difference: &Difference,
    route: Route,
    next: usize,
) -> Vec<Subscription> {
    let replaced = difference.work.iter().flat_map(|work| &work.replace);
    let gone: HashSet<PushId> = difference.drop.iter().chain(replaced).copied().collect();
    let mut after: Vec<Subscription> = all.iter().filter(|one| !gone.contains(&one.id)).cloned().collect();
    for work in &difference.work {
        for moment in &work.make {
            let webhook = route.webhook();
            let (id, tag) = (push_id(next + after.len()), Some(OURS.to_owned()));
            after.push(Subscription { id, moment: Some(*moment), host: Some(work.host), tag, webhook });
        }
    }
    after
}

#[test]
fn a_host_gets_both_events_and_a_half_made_pair_its_other_half() {
    let half = [one(1, 7, Moment::Start, OURS, None)];
    let difference = held(&half, Route::Stream).difference(&[user(7), user(8)]);
    let makes: Vec<_> = difference.work.iter().map(|work| (work.host, work.make.clone())).collect();
    assert_eq!(makes, [(user(7), vec![Moment::End]), (user(8), Moment::ALL.to_vec())]);
    assert!(difference.drop.is_empty());
    assert!(held(&half, Route::Stream).covered().is_empty(), "one of two covers nobody");
}

#[test]
fn what_is_wanted_no_more_or_there_twice_is_dropped_and_what_is_others_never() {
    let all = [
        one(1, 7, Moment::Start, OURS, None),
        one(2, 7, Moment::End, OURS, None),
        one(3, 7, Moment::End, OURS, None),
        one(4, 8, Moment::Start, OURS, None),
        one(5, 9, Moment::Start, "spacebell-deadbeef", None),
        Subscription { tag: None, ..one(6, 9, Moment::End, "", None) },
        Subscription { moment: None, ..one(7, 7, Moment::End, OURS, None) },
    ];
    let difference = held(&all, Route::Stream).difference(&[user(7)]);
    assert_eq!(difference, Difference { drop: vec![push_id(3), push_id(4), push_id(7)], work: Vec::new() });
    assert_eq!(
        held(&all, Route::Stream).covered(),
        HashSet::from([user(7), user(9)]),
        "on a stream all comes"
    );
    assert_eq!(held(&all, Route::Stream).covered_by_others(), HashSet::from([user(9)]));
    assert_eq!(held(&all, Route::Stream).others(), 2);
}

#[test]
fn subscriptions_for_another_way_are_replaced_since_x_takes_no_second_one() {
    let all = [one(1, 7, Moment::Start, OURS, Some(50)), one(2, 7, Moment::End, OURS, None)];
    let difference = held(&all, Route::Webhook(push_id(60))).difference(&[user(7)]);
    assert_eq!(difference.work[0].replace, [push_id(1), push_id(2)]);
    assert_eq!(difference.work[0].make, Moment::ALL);
    let back = held(&all, Route::Stream).difference(&[user(7)]);
    assert_eq!(
        (&back.work[0].replace[..], &back.work[0].make[..]),
        (&[push_id(1)][..], &[Moment::Start][..])
    );
}

#[test]
fn anothers_subscription_for_another_webhook_bars_a_host() {
    let all = [one(1, 7, Moment::Start, "theirs", Some(50)), one(2, 8, Moment::Start, "theirs", Some(60))];
    assert_eq!(held(&all, Route::Webhook(push_id(60))).barred(), HashSet::from([user(7)]));
    assert!(held(&all, Route::Stream).barred().is_empty());
}

fn subscriptions() -> impl Strategy<Value = Vec<Subscription>> {
    let tag = prop_oneof![Just(Some(OURS)), Just(Some("theirs")), Just(None)];
    let moment = prop_oneof![Just(Some(Moment::Start)), Just(Some(Moment::End)), Just(None)];
    let webhook = prop_oneof![Just(None), Just(Some(50)), Just(Some(60))];
    prop::collection::vec((prop::option::weighted(0.9, 1_u64..8), moment, tag, webhook), 0..30).prop_map(
        |all| {
            let numbered = all.into_iter().enumerate();
            numbered
                .map(|(number, (host, moment, tag, webhook))| Subscription {
                    id: push_id(number),
                    moment,
                    host: host.map(user),
                    tag: tag.map(str::to_owned),
                    webhook: webhook.map(push_id),
                })
                .collect()
        },
    )
}

proptest! {
    #[test]
    fn once_carried_out_all_is_as_wanted_and_nothing_more_is_to_do(
        all in subscriptions(),
        wanted in prop::collection::btree_set(1_u64..8, 0..6),
        by_webhook in any::<bool>(),
        cut_at in 0_usize..12,
    ) {
        let route = if by_webhook { Route::Webhook(push_id(60)) } else { Route::Stream };
        let barred = held(&all, route).barred();
        let wanted: Vec<UserId> = wanted.into_iter().map(user).filter(|host| !barred.contains(host)).collect();
        let difference = held(&all, route).difference(&wanted);

        let ours: HashSet<PushId> =
            all.iter().filter(|one| one.tag.as_deref() == Some(OURS)).map(|one| one.id).collect();
        let replaced = difference.work.iter().flat_map(|work| &work.replace);
        prop_assert!(difference.drop.iter().chain(replaced).all(|id| ours.contains(id)), "only ours are touched");

        // A crash anywhere on the way heals by looking again.
        let mut first = difference.clone();
        first.drop.truncate(cut_at);
        first.work.truncate(cut_at / 2);
        if let Some(last) = first.work.last_mut() {
            last.make.truncate(cut_at % 3);
        }
        let midway = carried_out(&all, &first, route, 100);
        let rest = held(&midway, route).difference(&wanted);
        let after = carried_out(&midway, &rest, route, 1_000);

        let now = held(&after, route);
        prop_assert!(now.difference(&wanted).is_none(), "{:?}", now.difference(&wanted));
        let covered = now.covered();
        prop_assert!(wanted.iter().all(|host| covered.contains(host)));
        prop_assert!(now.holders().iter().all(|host| wanted.contains(host)));
        prop_assert_eq!(now.others(), held(&all, route).others());
    }
}
