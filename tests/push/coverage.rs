//! Which hosts count as told of, and who is owed a look.

use std::collections::HashSet;

use spacebell::domain::ids::UserId;
use spacebell::watcher::coverage::Coverage;

use crate::world::{debts, user};

fn users(numbers: impl IntoIterator<Item = u64>) -> HashSet<UserId> {
    numbers.into_iter().map(user).collect()
}

#[test]
fn a_host_is_told_of_only_while_subscribed_and_delivered() {
    let coverage = Coverage::default();
    coverage.subscribe(users([1, 2]));
    assert!(coverage.covered().is_empty(), "nothing is delivered");
    coverage.delivers(true);
    assert_eq!(coverage.covered(), users([1, 2]));
    coverage.subscribe(users([2]));
    assert_eq!(coverage.covered(), users([2]));
    coverage.is_cut();
    assert!(coverage.covered().is_empty());
}

#[test]
fn whoever_is_new_or_was_in_a_gap_is_owed_a_look_until_it_was_had() {
    let coverage = Coverage::default();
    coverage.subscribe(users([1, 2]));
    assert_eq!(coverage.owed(), [user(1), user(2)], "they may have begun before");
    coverage.settle(debts(&coverage, [1, 2]));
    coverage.delivers(true);
    assert!(coverage.owed().is_empty(), "nothing was missed");
    coverage.is_cut();
    coverage.delivers(false);
    assert_eq!(coverage.owed(), [user(1), user(2)]);
    coverage.settle(debts(&coverage, [2]));
    coverage.owe(user(7));
    assert_eq!(coverage.owed(), [user(1), user(7)]);
}

#[test]
fn a_look_that_was_under_way_settles_no_debt_that_came_after_it() {
    let coverage = Coverage::default();
    coverage.owe(user(7));
    let looking = coverage.debts();
    coverage.owe(user(7));
    coverage.settle(looking);
    assert_eq!(coverage.owed(), [user(7)]);
    coverage.settle(coverage.debts());
    assert!(coverage.owed().is_empty());
}
