//! Edits that bring only a count: a fifth of the rate, and never stale.

use spacebell::domain::notice::Slot;
use spacebell::outbox::counts::Counts;
use spacebell::store::Post;

use crate::support::{at, channel, guild, id};

fn posts(count: u64) -> Vec<Post> {
    let post = |number| Post {
        space: id("1a"),
        guild: guild(1),
        channel: channel(number),
        slot: Slot::Live,
        follows: Vec::new(),
        message: None,
        keywords_only: false,
        silent: false,
        more: 0,
        erased: false,
        formerly: Vec::new(),
    };
    (1..=count).map(post).collect()
}

fn taken(counts: &mut Counts, now: i64) -> usize {
    std::iter::from_fn(|| counts.take(at(now))).count()
}

#[test]
fn counts_take_a_fifth_of_the_rate_and_one_a_second_at_least() {
    for (per_second, share) in [(50, 10), (5, 1), (4, 1), (1, 1), (0, 1)] {
        let mut counts = Counts::new(per_second);
        counts.offer(posts(1_000), at(0));
        assert_eq!(taken(&mut counts, 0), share, "of {per_second}");
        assert_eq!(taken(&mut counts, 0), 0);
        assert_eq!(taken(&mut counts, 1), share);
    }
}

#[test]
fn only_as_many_are_kept_as_can_be_sent_before_they_are_stale() {
    let mut counts = Counts::new(50);
    counts.offer(posts(1_000), at(0));
    let sent: usize = (0..100).map(|second| taken(&mut counts, second)).sum();
    assert_eq!(sent, 100, "ten seconds' worth");
    assert!(counts.is_empty());
}

#[test]
fn a_stale_count_is_dropped_unsent() {
    let mut counts = Counts::new(50);
    counts.offer(posts(3), at(0));
    assert_eq!(taken(&mut counts, 10), 3);
    counts.offer(posts(3), at(20));
    assert_eq!(taken(&mut counts, 31), 0);
    assert!(counts.is_empty());
}

#[test]
fn counts_are_sent_in_the_order_they_came() {
    let mut counts = Counts::new(50);
    counts.offer(posts(3), at(0));
    let order: Vec<u64> = std::iter::from_fn(|| counts.take(at(0))).map(|post| post.channel.get()).collect();
    assert_eq!(order, [1, 2, 3]);
}
