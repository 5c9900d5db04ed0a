//! Whom to visit next: shares by the square root of how often hosts start, nobody for too long, cheaply and for any
//! number of hosts.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use spacebell::domain::ids::UserId;
use spacebell::domain::known::{Known, Phase};
use spacebell::watcher::planner::BATCH;
use spacebell::watcher::planner::hosts::{COVERED_REST, Hosts, UNVISITED_MAX};
use spacebell::watcher::planner::rates::Rate;

use crate::support::{at, by, known, live, user};

/// The time between two visits by X's documents.
const PACE: SignedDuration = SignedDuration::from_millis(3_750);

fn after(steps: i32) -> Timestamp {
    at(0) + PACE * steps
}

fn all(count: u64) -> Vec<UserId> {
    (1..=count).map(user).collect()
}

/// Hosts of whom it is known how many Spaces they started in the last four weeks.
fn learned(starts: &[f64]) -> Hosts {
    let since = at(-4 * 7 * 24 * 3_600);
    let kept = starts.iter().zip(1..).map(|(starts, number)| {
        (user(number), Rate { starts: *starts, updated_at: at(0), watched_since: since })
    });
    let mut hosts = Hosts::restored(kept);
    let followed: Vec<UserId> = starts.iter().zip(1..).map(|(_, number)| user(number)).collect();
    hosts.follow(&followed, at(0));
    hosts
}

/// Visits for so many paces; how often each was visited, and the longest that one wasn't.
fn visit(hosts: &mut Hosts, steps: i32) -> (HashMap<UserId, u32>, SignedDuration) {
    let (mut counts, mut last, mut longest) = (HashMap::new(), HashMap::new(), SignedDuration::ZERO);
    for step in 0..steps {
        let now = after(step);
        let batch = hosts.next(PACE, now);
        assert!(batch.len() <= BATCH, "more than one request holds");
        assert!(batch.windows(2).all(|two| two[0] < two[1]), "each once, in order");
        hosts.visited(&batch, now);
        for host in batch {
            *counts.entry(host).or_insert(0) += 1;
            let before = last.insert(host, now).unwrap_or(at(0));
            longest = longest.max(now.duration_since(before));
        }
    }
    (counts, longest)
}

fn live_of(text: &str, host: u64, since: i64) -> Known {
    let mut known = known(text, Phase::Live);
    known.space = by(host, live(text));
    known.live_since = Some(at(since));
    known.seen_at = at(since);
    known
}

#[test]
fn up_to_a_batch_all_hosts_are_visited_each_time() {
    let mut hosts = learned(&[0.0, 30.0, 2.0]);
    for step in 0..50 {
        let batch = hosts.next(PACE, after(step));
        assert_eq!(batch, all(3));
        hosts.visited(&batch, after(step));
    }
    assert_eq!(Hosts::default().next(PACE, at(0)), []);
}

#[test]
fn visits_follow_the_square_root_of_what_is_expected() {
    let starts: Vec<f64> = (0..2_000).map(|nth| if nth % 10 == 0 { 60.0 } else { 6.0 }).collect();
    let mut hosts = learned(&starts);
    let (counts, _) = visit(&mut hosts, 2_000);
    let mean = |nth: u64| {
        let visits = counts.iter().filter(|(host, _)| (host.get() - 1) % 10 == nth);
        let (sum, count) =
            visits.fold((0.0, 0.0), |(sum, count), (_, visits)| (sum + f64::from(*visits), count + 1.0));
        sum / count
    };
    let expected = (hosts.expected(user(1), at(0)) / hosts.expected(user(2), at(0))).sqrt();
    let seen = mean(0) / mean(1);
    assert!((seen / expected - 1.0).abs() < 0.05, "{seen} times as often, and not {expected}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn nobody_is_left_for_longer_than_promised_whatever_they_start(
        starts in proptest::collection::vec(prop_oneof![Just(0.0), 0.0..3.0, 0.0..200.0], 1..6_000)
    ) {
        let mut hosts = learned(&starts);
        let steps = 1_400;
        let (counts, longest) = visit(&mut hosts, steps);
        prop_assert_eq!(counts.len(), starts.len(), "everybody is visited");
        prop_assert!(longest <= UNVISITED_MAX + PACE * 3, "{longest:?}");
    }
}

#[test]
fn thirty_thousand_hosts_are_all_visited_within_35_minutes_and_busy_ones_far_more_often() {
    let starts: Vec<f64> = (1..=30_000).map(|rank| (20_000.0 / f64::from(rank)).min(84.0)).collect();
    let mut hosts = learned(&starts);
    let (counts, longest) = visit(&mut hosts, 1_700);
    assert_eq!(counts.len(), 30_000);
    assert!(longest <= SignedDuration::from_mins(35), "{longest:?}");
    assert!(counts[&user(1)] > 8 * counts[&user(29_000)], "{} visits", counts[&user(1)]);
}

#[test]
fn where_x_lets_nobody_visit_all_in_time_half_goes_to_the_busy_ones_and_the_rest_is_shared_evenly() {
    let starts: Vec<f64> = (0..4_000).map(|nth| if nth < 20 { 60.0 } else { 0.0 }).collect();
    let mut hosts = learned(&starts);
    // A pace at which a round takes 40 times as long as it may.
    let pace = UNVISITED_MAX;
    let mut counts: HashMap<UserId, i32> = HashMap::new();
    for step in 0..400 {
        let now = at(0) + pace * step;
        let batch = hosts.next(pace, now);
        hosts.visited(&batch, now);
        for host in batch {
            *counts.entry(host).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), 4_000, "nobody is given up");
    let quiet = counts.iter().filter(|(host, _)| host.get() > 20).map(|(_, visits)| *visits);
    let (least, most) = (quiet.clone().min().unwrap_or(0), quiet.max().unwrap_or(0));
    assert!(most - least <= 4, "between {least} and {most}");
    assert!(counts[&user(1)] > 2 * most, "{} visits", counts[&user(1)]);
}

#[test]
fn new_hosts_and_those_that_are_owed_a_look_go_first_even_if_a_visit_fails() {
    let mut hosts = learned(&vec![5.0; 3_000]);
    visit(&mut hosts, 40);
    let mut followed = all(3_002);
    hosts.follow(&followed, after(40));
    hosts.owe(&[user(17), user(9_999)]);
    let batch = hosts.next(PACE, after(40));
    for first in [17, 3_001, 3_002] {
        assert!(batch.contains(&user(first)), "{first} isn't among the first");
    }
    // X gave no answer: the same ones are asked for again.
    assert_eq!(hosts.next(PACE, after(41)), batch);
    hosts.visited(&batch, after(41));
    let next = hosts.next(PACE, after(42));
    assert!(!next.contains(&user(17)) && !next.contains(&user(3_001)), "once is enough");
    // Who isn't followed any more isn't asked for, not even out of what was given out.
    followed.truncate(2_000);
    hosts.follow(&followed, after(43));
    assert!(hosts.next(PACE, after(43)).iter().all(|host| host.get() <= 2_000));
}

#[test]
fn hosts_who_are_pushed_take_places_that_nobody_else_takes() {
    let mut hosts = learned(&vec![5.0; 60]);
    hosts.cover(&(1..=50).map(user).collect(), at(0));
    let (counts, _) = visit(&mut hosts, 100);
    assert_eq!(counts.values().copied().collect::<HashSet<_>>(), HashSet::from([100]), "all at each visit");
}

#[test]
fn hosts_who_are_pushed_rest_between_visits_and_are_visited_in_time_all_the_same() {
    // As many others as a visit has places.
    let mut hosts = learned(&vec![5.0; 150]);
    let covered: HashSet<UserId> = (1..=50).map(user).collect();
    hosts.cover(&covered, at(0));
    let (counts, longest) = visit(&mut hosts, 1_600);
    let most =
        i32::try_from(after(1_600).duration_since(at(0)).as_secs() / COVERED_REST.as_secs()).expect("few");
    assert!(
        counts[&user(1)] >= 3 && i64::from(counts[&user(1)]) <= i64::from(most) + 2,
        "{}",
        counts[&user(1)]
    );
    assert!(counts[&user(60)] > 1_500, "the others at nearly each");
    assert!(longest <= SignedDuration::from_mins(35), "{longest:?}");
    // Without push they are as all others at once.
    hosts.cover(&HashSet::new(), after(1_600));
    let next = hosts.next(PACE, after(1_600));
    assert!(next.iter().filter(|host| covered.contains(host)).count() > 25, "{next:?}");
}

#[test]
fn a_start_counts_once_and_neither_from_before_it_was_watched_nor_as_it_reopens() {
    let mut hosts = Hosts::default();
    hosts.follow(&all(1), at(0));
    let starts = |hosts: &Hosts, now: i64| hosts.rate(user(1)).expect("it is followed").starts_at(at(now));
    hosts.saw(&live_of("1old", 1, -60), true, at(10));
    assert!(starts(&hosts, 10) < 0.01, "it had begun before");
    hosts.saw(&live_of("1a", 1, 4_000), true, at(4_010));
    hosts.saw(&live_of("1a", 1, 4_000), false, at(4_070));
    assert!((starts(&hosts, 4_070) - 1.0).abs() < 0.01);
    let mut over = live_of("1a", 1, 4_000);
    over.phase = Phase::Ended;
    over.over_at = Some(at(5_000));
    hosts.saw(&over, false, at(5_000));
    hosts.saw(&live_of("1b", 1, 5_300), true, at(5_310));
    assert!((starts(&hosts, 5_310) - 1.0).abs() < 0.01, "five minutes later it is the same one");
    let mut over = live_of("1b", 1, 5_300);
    over.phase = Phase::Ended;
    over.over_at = Some(at(6_000));
    hosts.saw(&over, false, at(6_000));
    hosts.saw(&live_of("1c", 1, 9_000), true, at(9_001));
    assert!((starts(&hosts, 9_001) - 2.0).abs() < 0.01);
}

#[test]
fn a_host_who_is_live_is_visited_less_and_as_before_once_it_is_over() {
    let mut hosts = learned(&vec![5.0; 1_000]);
    hosts.saw(&live_of("1a", 1, 0), false, at(0));
    let (counts, _) = visit(&mut hosts, 400);
    assert!(counts[&user(1)] * 3 < counts[&user(2)] * 2, "{} and {}", counts[&user(1)], counts[&user(2)]);
    assert!(counts[&user(1)] * 3 > counts[&user(2)], "it isn't forgotten");
}

#[test]
fn the_same_history_gives_the_same_visits() {
    let starts: Vec<f64> = (0..500).map(|nth| f64::from(nth % 23)).collect();
    let run = || {
        let mut hosts = learned(&starts);
        let mut visits = Vec::new();
        for step in 0..100 {
            let batch = hosts.next(PACE, after(step));
            hosts.visited(&batch, after(step));
            visits.push(batch);
        }
        visits
    };
    assert_eq!(run(), run());
}

#[test]
fn a_clock_that_is_put_back_leaves_nobody_unvisited() {
    let mut hosts = learned(&vec![5.0; 500]);
    visit(&mut hosts, 100);
    let mut seen = HashSet::new();
    for step in 0..20 {
        let now = at(-3_600) + PACE * step;
        let batch = hosts.next(PACE, now);
        hosts.visited(&batch, now);
        seen.extend(batch);
    }
    assert_eq!(seen.len(), 500);
}

#[test]
fn a_host_counts_as_visited_only_when_somebody_was() {
    let mut hosts = learned(&[4.0, 4.0, 4.0]);
    assert_eq!((1..=3).filter_map(|host| hosts.last_visit(user(host))).count(), 0, "a restart is no visit");
    hosts.follow(&all(4), at(0));
    assert_eq!(hosts.last_visit(user(4)), None);
    hosts.visited(&[user(2), user(4)], at(60));
    let visited: Vec<Option<Timestamp>> = (1..=4).map(|host| hosts.last_visit(user(host))).collect();
    assert_eq!(visited, [None, Some(at(60)), None, Some(at(60))]);
}
