//! The choice of the slots.

use std::collections::HashSet;

use proptest::prelude::*;
use spacebell::domain::ids::UserId;
use spacebell::push::slots::{CLEARLY, Candidate, Choice, choose};

use crate::world::user;

/// More moves than there are hosts.
const ANY: usize = 1_000;

fn candidate(host: u64, followers: usize, rate: f64) -> Candidate {
    Candidate { host: user(host), followers, rate, is_live: false }
}

fn set(hosts: &[UserId]) -> HashSet<UserId> {
    hosts.iter().copied().collect()
}

fn ids(hosts: impl IntoIterator<Item = u64>) -> Vec<UserId> {
    hosts.into_iter().map(user).collect()
}

#[test]
fn the_slots_go_to_hosts_with_many_followers_here_who_begin_often() {
    let hosts = [candidate(1, 1, 1.0), candidate(2, 9, 1.0), candidate(3, 1, 16.0), candidate(4, 2, 9.0)];
    let choice = choose(&hosts, &HashSet::new(), 3, 0);
    assert_eq!(choice, Choice { hosts: ids([2, 4, 3]), moves: 0 });
    assert_eq!(choose(&hosts, &HashSet::new(), 0, ANY).hosts, []);
    assert_eq!(choose(&hosts, &HashSet::new(), 9, 0).hosts.len(), 4);
}

#[test]
fn a_host_whom_nobody_has_heard_yet_is_worth_something_and_nonsense_no_more() {
    let hosts = [
        candidate(1, 3, f64::NAN),
        candidate(2, 2, 0.0),
        candidate(3, 1, -5.0),
        candidate(4, 4, f64::INFINITY),
    ];
    assert_eq!(choose(&hosts, &HashSet::new(), 4, 0).hosts, ids([4, 1, 2, 3]));
}

#[test]
fn a_slot_moves_only_to_a_host_who_is_clearly_worth_more() {
    let holders = set(&ids([1]));
    let slightly = [candidate(1, 10, 1.0), candidate(2, 14, 1.0)];
    assert_eq!(choose(&slightly, &holders, 1, ANY), Choice { hosts: ids([1]), moves: 0 });
    let clearly = [candidate(1, 10, 1.0), candidate(2, 15, 1.0)];
    assert_eq!(choose(&clearly, &holders, 1, ANY), Choice { hosts: ids([2]), moves: 1 });
    assert_eq!(choose(&clearly, &holders, 1, 0).hosts, ids([1]), "no more moves this hour");
}

#[test]
fn a_host_who_is_live_keeps_the_slot_and_one_whom_nobody_follows_loses_it_at_once() {
    let live = Candidate { is_live: true, ..candidate(1, 1, 0.1) };
    let hosts = [live, candidate(2, 99, 9.0)];
    assert_eq!(choose(&hosts, &set(&ids([1])), 1, ANY).hosts, ids([1]));
    let choice = choose(&hosts[1..], &set(&ids([1])), 1, 0);
    assert_eq!(choice, Choice { hosts: ids([2]), moves: 0 }, "a slot that got free is no move");
}

#[test]
fn when_there_are_fewer_slots_those_worth_least_go_first_and_those_who_are_live_last() {
    let live = Candidate { is_live: true, ..candidate(3, 1, 1.0) };
    let hosts = [candidate(1, 9, 1.0), candidate(2, 5, 1.0), live];
    assert_eq!(choose(&hosts, &set(&ids([1, 2, 3])), 2, 0).hosts, ids([1, 3]));
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (1_u64..60, 0_usize..50, 0.0_f64..21.0, prop::bool::weighted(0.1));
    let one = one.prop_map(|(host, followers, rate, is_live)| Candidate {
        host: user(host),
        followers,
        rate,
        is_live,
    });
    prop::collection::vec(one, 0..50).prop_map(|mut all| {
        let mut seen = HashSet::new();
        all.retain(|one: &Candidate| seen.insert(one.host));
        all
    })
}

proptest! {
    #[test]
    fn there_are_never_more_than_the_slots_nor_more_moves_than_allowed_nor_strangers(
        hosts in candidates(),
        holders in prop::collection::hash_set(1_u64..60, 0..40),
        slots in 0_usize..30,
        moves in 0_usize..5,
    ) {
        let holders: HashSet<UserId> = holders.into_iter().map(user).collect();
        let choice = choose(&hosts, &holders, slots, moves);
        let known: HashSet<UserId> = hosts.iter().map(|one| one.host).collect();
        let chosen = set(&choice.hosts);
        prop_assert_eq!(chosen.len(), choice.hosts.len(), "each once");
        prop_assert_eq!(chosen.len(), slots.min(known.len()), "no slot is left empty");
        prop_assert!(choice.moves <= moves);
        prop_assert!(chosen.is_subset(&known));
        let kept: HashSet<UserId> = holders.intersection(&known).copied().collect();
        if kept.len() <= slots {
            prop_assert_eq!(kept.difference(&chosen).count(), choice.moves, "who loses a slot gave it up in a move");
        }
    }

    #[test]
    fn the_choice_settles_and_then_stays(hosts in candidates(), slots in 1_usize..30, moves in 1_usize..5) {
        let mut held = HashSet::new();
        for _ in 0..200 {
            let choice = choose(&hosts, &held, slots, moves);
            let next = set(&choice.hosts);
            if next == held {
                break;
            }
            held = next;
        }
        let again = choose(&hosts, &held, slots, moves);
        prop_assert_eq!(set(&again.hosts), held.clone());
        prop_assert_eq!(again.moves, 0);
        let worth = |of: &dyn Fn(&Candidate) -> bool| -> Vec<f64> {
            hosts.iter().filter(|one| of(one)).map(Candidate::score).collect()
        };
        let least = worth(&|one| held.contains(&one.host) && !one.is_live).into_iter().reduce(f64::min);
        let best = worth(&|one| !held.contains(&one.host)).into_iter().reduce(f64::max);
        if let (Some(least), Some(best)) = (least, best) {
            prop_assert!(best < CLEARLY * least || best <= least, "{} and {}", best, least);
        }
    }

    #[test]
    fn noise_moves_nothing(hosts in candidates(), slots in 1_usize..30, noise in prop::collection::vec(0.85_f64..1.17, 60)) {
        let hosts: Vec<Candidate> = hosts.into_iter().map(|one| Candidate { rate: one.rate + 0.1, ..one }).collect();
        // Those in were at least as good as those out, so a fifth more here and less there isn't clearly more.
        let first: HashSet<UserId> = set(&choose(&hosts, &HashSet::new(), slots, 0).hosts);
        let shaken: Vec<Candidate> = hosts
            .iter()
            .zip(noise.iter().cycle())
            .map(|(one, factor)| Candidate { rate: one.rate * factor, ..*one })
            .collect();
        prop_assert_eq!(choose(&shaken, &first, slots, ANY).moves, 0);
    }
}
