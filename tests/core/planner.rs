//! Which known Spaces are looked up next. Hosts and keywords have files of their own.

use std::collections::HashSet;

use spacebell::domain::ids::SpaceId;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::space::SpaceState;
use spacebell::watcher::planner::spaces::{LookUp, look_up_at, next_look_up};
use spacebell::watcher::planner::{BATCH, Wanted};

use crate::support::{at, id, known, scheduled, space};

fn seen_at(seconds: i64, known: Known) -> Known {
    Known { seen_at: at(seconds), ..known }
}

fn due_to_begin(text: &str, start: i64, seen: i64) -> Known {
    seen_at(seen, Known::first_seen(scheduled(text, start), Phase::Scheduled, at(0)))
}

#[test]
fn a_space_is_looked_up_the_sooner_the_more_may_happen_to_it() {
    let start = 100_000;
    let table = [
        ("live", seen_at(0, known("1a", Phase::Live)), 10, Some(60)),
        ("no show", seen_at(0, known("1a", Phase::NoShow)), 10, Some(3_600)),
        ("ended", known("1a", Phase::Ended), 10, None),
        ("cancelled", known("1a", Phase::Cancelled), 10, None),
        ("far off", due_to_begin("1a", start, 0), 10, Some(3_600)),
        ("not so far off", due_to_begin("1a", 1_800, 0), 10, Some(1_200)),
        ("ten minutes before", due_to_begin("1a", start, start - 601), start - 600, Some(start - 596)),
        ("just before ten minutes", due_to_begin("1a", start, start - 601), start - 601, Some(start - 600)),
        ("at its start", due_to_begin("1a", start, start), start, Some(start + 5)),
        ("half an hour late", due_to_begin("1a", start, start + 1_799), start + 1_799, Some(start + 1_804)),
        ("later still", due_to_begin("1a", start, start + 1_800), start + 1_800, Some(start + 1_860)),
        (
            "without a start",
            Known::first_seen(space("1a", SpaceState::Scheduled), Phase::Scheduled, at(0)),
            10,
            Some(3_600),
        ),
    ];
    for (case, known, now, due) in table {
        assert_eq!(look_up_at(&known, at(now)), due.map(at), "{case}");
    }
}

#[test]
fn what_is_wanted_goes_first_then_the_most_overdue_hosts_and_keywords_apart() {
    let spaces = [
        seen_at(0, known("1late", Phase::Live)),
        seen_at(30, known("1soon", Phase::Live)),
        seen_at(-100, known("1found", Phase::Live)),
        known("1over", Phase::Ended),
    ];
    let of_host = |known: &Known| known.space.id != id("1found");
    let none = HashSet::new();
    let now =
        |ids: &[&str], of_hosts| LookUp::Now { ids: ids.iter().map(|text| id(text)).collect(), of_hosts };
    assert_eq!(next_look_up(&spaces, &none, of_host, |_, _| true, at(60)), now(&["1found"], false));
    assert_eq!(next_look_up(&spaces[..2], &none, of_host, |_, _| true, at(60)), now(&["1late"], true));
    assert_eq!(
        next_look_up(&spaces[..2], &none, of_host, |_, _| true, at(90)),
        now(&["1late", "1soon"], true)
    );
    assert_eq!(next_look_up(&spaces[..2], &none, of_host, |_, _| true, at(59)), LookUp::At(Some(at(60))));
    assert_eq!(next_look_up(&spaces[3..], &none, of_host, |_, _| true, at(900)), LookUp::At(None));
    // Pushed and unknown, or over and wanted all the same: hosts', and before anything that is overdue.
    let wanted = HashSet::from([id("1new"), id("1over")]);
    assert_eq!(
        next_look_up(&spaces, &wanted, of_host, |_, _| true, at(60)),
        now(&["1new", "1over", "1late"], true)
    );
}

#[test]
fn a_look_up_asks_for_no_more_than_a_batch() {
    let spaces: Vec<Known> =
        (0..150).map(|nth| seen_at(-nth, known(&format!("1x{nth}"), Phase::Live))).collect();
    let LookUp::Now { ids, .. } = next_look_up(&spaces, &HashSet::new(), |_| true, |_, _| true, at(60))
    else {
        panic!("all are due")
    };
    assert_eq!(ids.len(), BATCH);
    assert_eq!(ids[0], id("1x149"), "the most overdue first");
    assert!(!ids.contains(&id("1x0")));
}

#[tokio::test]
async fn who_waits_for_something_wanted_is_woken_even_if_it_came_before() {
    let wanted = Wanted::default();
    wanted.add(id("1a"), at(0));
    wanted.added().await;
    wanted.add(id("1b"), at(0));
    wanted.settle(&[id("1a")], at(0));
    assert_eq!(wanted.all(at(0)), HashSet::from([id("1b")]));
}

#[test]
fn what_is_wanted_while_a_look_is_under_way_isn_t_settled_by_it() {
    let wanted = Wanted::default();
    wanted.add(id("1a"), at(10));
    wanted.add(id("1a"), at(20));
    wanted.settle(&[id("1a")], at(15));
    assert_eq!(wanted.all(at(30)), HashSet::from([id("1a")]));
    // What was wanted an hour ahead is wanted now, once the clock is right.
    wanted.add(id("1b"), at(3_600));
    assert_eq!(wanted.all(at(30)).len(), 2);
    wanted.settle(&[id("1a"), id("1b")], at(30));
    assert!(wanted.all(at(31)).is_empty());
}

#[test]
fn what_can_t_be_paid_for_now_isn_t_due() {
    let spaces = [seen_at(0, known("1late", Phase::Live)), seen_at(-100, known("1found", Phase::Live))];
    let of_host = |known: &Known| known.space.id != id("1found");
    let wanted = HashSet::from([id("1new"), id("1late")]);
    let next = |may_pay: fn(SpaceId, bool) -> bool| next_look_up(&spaces, &wanted, of_host, may_pay, at(60));
    let now =
        |ids: &[&str], of_hosts| LookUp::Now { ids: ids.iter().map(|text| id(text)).collect(), of_hosts };
    assert_eq!(next(|_, of_host| of_host), now(&["1late", "1new"], true));
    assert_eq!(next(|_, of_host| !of_host), now(&["1found"], false));
    assert_eq!(next(|space, _| space == id("1late")), now(&["1late"], true));
    assert_eq!(next(|_, _| false), LookUp::At(None));
}
