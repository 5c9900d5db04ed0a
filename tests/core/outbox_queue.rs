//! The order of sending among claimed notices.

use std::collections::HashMap;

use proptest::prelude::*;
use spacebell::domain::ids::{NoticeId, SpaceId};
use spacebell::domain::notice::{Priority, Slot, Work};
use spacebell::outbox::queue::Queue;
use spacebell::store::Claimed;

use crate::support::claimed;

fn post(number: i64, text: &str) -> Claimed {
    claimed(number, text, number.unsigned_abs(), Work::Post, Slot::Live)
}

fn next(queue: &mut Queue) -> Option<Claimed> {
    let id = queue.in_order().next()?.id;
    queue.take(id)
}

fn rest(queue: &mut Queue) -> Vec<i64> {
    std::iter::from_fn(|| next(queue)).map(|notice| notice.id.0).collect()
}

#[test]
fn live_posts_go_first_then_scheduled_ones_then_edits_then_emptying() {
    let mut queue = Queue::default();
    queue.push(claimed(1, "1a", 1, Work::Empty, Slot::Live));
    queue.push(claimed(2, "1b", 2, Work::Edit, Slot::Live));
    queue.push(claimed(3, "1c", 3, Work::Post, Slot::Scheduled));
    queue.push(claimed(4, "1d", 4, Work::Post, Slot::Live));
    assert_eq!(rest(&mut queue), [4, 3, 2, 1]);
}

#[test]
fn a_second_host_s_post_overtakes_the_first_host_s_thousands() {
    let mut queue = Queue::default();
    (1..=2_000).for_each(|number| queue.push(post(number, "1big")));
    for _ in 0..500 {
        next(&mut queue).expect("thousands wait");
    }
    queue.push(post(9_000, "1small"));
    queue.push(post(9_001, "1small"));
    let served: Vec<i64> = (0..4).filter_map(|_| next(&mut queue)).map(|notice| notice.id.0).collect();
    assert!(served[..2].contains(&9_000), "{served:?}");
    assert!(served.contains(&9_001) && served.contains(&502), "they take turns: {served:?}");
}

#[test]
fn a_space_that_comes_late_gains_nothing_by_having_waited() {
    let mut queue = Queue::default();
    (1..=100).for_each(|number| queue.push(post(number, "1a")));
    for _ in 0..50 {
        next(&mut queue).expect("a hundred wait");
    }
    (201..=300).for_each(|number| queue.push(post(number, "1late")));
    let served: Vec<i64> = (0..40).filter_map(|_| next(&mut queue)).map(|notice| notice.id.0).collect();
    let late = served.iter().filter(|number| **number > 200).count();
    assert!((19..=21).contains(&late), "half of the turns are its, not all: {late}");
}

#[test]
fn a_notice_that_waits_already_is_lined_up_once() {
    let mut queue = Queue::default();
    queue.push(post(1, "1a"));
    queue.push(post(2, "1a"));
    queue.push(Claimed { version: 2, ..post(1, "1a") });
    assert_eq!(queue.len(), 2);
    assert_eq!(rest(&mut queue), [1, 2]);
    assert!(queue.take(NoticeId(1)).is_none());
    queue.push(post(1, "1a"));
    assert_eq!(queue.drain().len(), 1);
    queue.push(post(1, "1a"));
    assert_eq!(rest(&mut queue), [1], "what was drained may come back");
}

#[derive(Debug, Clone)]
enum Act {
    Push {
        space: usize,
        work: Work,
    },
    /// Takes the n-th in order: those before it have closed routes.
    Take(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let works = prop_oneof![Just(Work::Post), Just(Work::Edit), Just(Work::Empty)];
    let push = (0_usize..5, works).prop_map(|(space, work)| Act::Push { space, work });
    prop::collection::vec(prop_oneof![3 => push, 2 => (0_usize..3).prop_map(Act::Take)], 0..200)
}

proptest! {
    #[test]
    fn a_space_s_notices_keep_their_order_and_none_is_lost_or_doubled(acts in acts()) {
        let mut queue = Queue::default();
        let mut number = 0;
        let mut pushed: Vec<i64> = Vec::new();
        let mut taken: Vec<i64> = Vec::new();
        let mut last: HashMap<(Priority, SpaceId), i64> = HashMap::new();
        for act in acts {
            match act {
                Act::Push { space, work } => {
                    number += 1;
                    queue.push(claimed(number, &format!("1s{space}"), 1, work, Slot::Live));
                    pushed.push(number);
                }
                Act::Take(nth) => {
                    let Some(notice) = queue.in_order().nth(nth).cloned() else { continue };
                    // Within a Space and a priority, whatever is before it in the line was pushed before it.
                    let key = (notice.priority, notice.space);
                    let before: Vec<i64> = queue
                        .in_order()
                        .take(nth)
                        .filter(|other| (other.priority, other.space) == key)
                        .map(|other| other.id.0)
                        .collect();
                    prop_assert!(before.iter().all(|other| *other < notice.id.0));
                    if before.is_empty() && nth == 0 {
                        let earlier = last.insert(key, notice.id.0).unwrap_or(0);
                        prop_assert!(earlier < notice.id.0 || taken.contains(&earlier));
                    }
                    taken.push(queue.take(notice.id).expect("it waits").id.0);
                }
            }
            let mut line = queue.in_order().map(|notice| notice.priority);
            prop_assert!(line.by_ref().collect::<Vec<_>>().is_sorted());
            prop_assert_eq!(queue.len(), pushed.len() - taken.len());
            prop_assert_eq!(queue.is_empty(), queue.in_order().next().is_none());
        }
        taken.extend(rest(&mut queue));
        taken.sort_unstable();
        prop_assert_eq!(taken, pushed);
    }

    #[test]
    fn served_in_order_each_space_is_served_oldest_first(spaces in prop::collection::vec(0_usize..4, 0..100)) {
        let mut queue = Queue::default();
        let mut served: HashMap<SpaceId, i64> = HashMap::new();
        for (number, space) in (1_i64..).zip(&spaces) {
            queue.push(post(number, &format!("1s{space}")));
            // Some are served while others still come.
            if number % 3 == 0 {
                let notice = next(&mut queue).expect("some wait");
                prop_assert!(served.insert(notice.space, notice.id.0).unwrap_or(0) < notice.id.0);
            }
        }
        while let Some(notice) = next(&mut queue) {
            prop_assert!(served.insert(notice.space, notice.id.0).unwrap_or(0) < notice.id.0);
        }
    }
}
