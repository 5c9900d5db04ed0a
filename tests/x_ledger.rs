//! The ledger: who pays for what keywords find, what a server's keywords may cost, and what a day comes to.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use spacebell::domain::ids::GuildId;
use spacebell::x::allowance::{allowance, split};
use spacebell::x::cost::{Ledger, Row};
use spacebell::x::{Budget, Cause, Kind, MicroDollars, Payers, Prices};

const KEYWORDS: Cause = Cause::Keywords;

fn start() -> Timestamp {
    "2026-08-14T12:00:00Z".parse().expect("a time")
}

fn ledger(dollars: u64) -> Ledger {
    Ledger::new(Prices::default(), MicroDollars(dollars * 1_000_000), start())
}

fn payers(keyword: &str, servers: &[u64], among: usize) -> Payers {
    Payers::new(keyword, servers.iter().map(|server| GuildId::new(*server)), among)
}

#[test]
fn an_allowance_is_an_even_part_of_what_keywords_have_and_a_tenth_at_least() {
    let five = MicroDollars(5_000_000);
    for (among, micro) in
        [(0, 4_500_000), (1, 4_500_000), (2, 2_250_000), (9, 500_000), (10, 500_000), (90_000, 500_000)]
    {
        assert_eq!(allowance(five, among), MicroDollars(micro), "{among}");
    }
    assert_eq!(allowance(MicroDollars::ZERO, 3), MicroDollars::ZERO);
}

#[test]
fn one_servers_broad_keyword_leaves_the_others_theirs() {
    let mut ledger = ledger(5);
    let (broad, narrow) = (payers("news", &[1], 2), payers("rust", &[2], 2));
    // 2.25 dollars are 450 Spaces.
    for number in 0..450 {
        assert!(ledger.may_search(&broad, start()).is_ok(), "{number}");
        ledger.charge_to(Kind::Space, &format!("a{number}"), KEYWORDS, Some(&broad), start());
    }
    assert_eq!(ledger.may_search(&broad, start()), Err(Budget::Allowance));
    assert_eq!(ledger.affordable_to(Kind::Space, &broad, start()), Err(Budget::Allowance));
    assert_eq!(ledger.may_search(&narrow, start()), Ok(MicroDollars(2_250_000)));
    // A keyword that both follow is searched while one of them has something left, and that one pays.
    let both = payers("space", &[1, 2], 2);
    let row = ledger.charge_to(Kind::Space, "b", KEYWORDS, Some(&both), start()).expect("billed");
    assert_eq!(row.shares, [(GuildId::new(2), MicroDollars(5_000))]);
    let tomorrow = start() + SignedDuration::from_hours(12);
    assert!(ledger.may_search(&broad, tomorrow).is_ok(), "another day");
}

#[test]
fn the_days_budget_stops_keywords_before_any_allowance_does() {
    let mut ledger = ledger(5);
    for number in 0..900 {
        ledger.charge(Kind::Space, &format!("a{number}"), Cause::Hosts, start());
    }
    assert_eq!(ledger.may_search(&payers("rust", &[1], 1), start()), Err(Budget::Day));
}

#[test]
fn what_was_restored_of_a_servers_part_counts_against_its_allowance() {
    let mut ledger = ledger(5);
    let alone = payers("rust", &[1], 2);
    let today = "2026-08-14".parse().expect("a day");
    ledger.restore_shares(today, [(GuildId::new(1), MicroDollars(2_250_000))], start());
    assert_eq!(ledger.may_search(&alone, start()), Err(Budget::Allowance));
    let mut ledger = self::ledger(5);
    let yesterday = "2026-08-13".parse().expect("a day");
    ledger.restore_shares(yesterday, [(GuildId::new(1), MicroDollars(2_250_000))], start());
    assert!(ledger.may_search(&alone, start()).is_ok());
}

#[test]
fn a_day_tells_its_steps_its_dearest_and_what_it_comes_to() {
    let mut ledger = ledger(5);
    let (news, rust) = (payers("news", &[1], 2), payers("rust", &[2], 2));
    for number in 0..3 {
        ledger.charge_to(Kind::Space, &format!("a{number}"), KEYWORDS, Some(&news), start());
    }
    ledger.charge_to(Kind::Space, "b", KEYWORDS, Some(&rust), start());
    ledger.charge(Kind::User, "1", Cause::Command { guild: Some(GuildId::new(2)) }, start());
    let spent = ledger.spent_today(start());
    assert_eq!(spent.steps(), [4_000_000, 4_500_000, 5_000_000].map(MicroDollars));
    assert!(!spent.is_near());
    assert_eq!(spent.projected(start()), Some(MicroDollars(60_000)), "30,000 by noon");
    assert_eq!(spent.projected(start() - SignedDuration::from_mins(11 * 60 + 1)), None);
    let dearest = ledger.dearest(1, start());
    assert_eq!(dearest.keywords, [("news".into(), MicroDollars(15_000))]);
    assert_eq!(dearest.servers, [(GuildId::new(1), MicroDollars(15_000))]);
    let all = ledger.dearest(9, start());
    assert_eq!(
        all.servers.last(),
        Some(&(GuildId::new(2), MicroDollars(15_000))),
        "its command and its keyword"
    );
}

proptest! {
    #[test]
    fn parts_are_the_whole_and_even(price in any::<u64>(), servers in 1_u64..200) {
        let servers: Vec<GuildId> = (1..=servers).map(GuildId::new).collect();
        let parts = split(MicroDollars(price), &servers);
        prop_assert_eq!(parts.iter().map(|(_, part)| part.0).sum::<u64>(), price);
        let (least, most) = (parts.iter().map(|(_, part)| part.0).min(), parts.iter().map(|(_, part)| part.0).max());
        prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1));
    }

    #[test]
    fn the_sum_of_all_parts_is_the_total_whatever_the_order(
        charges in prop::collection::vec((0_u8..40, prop::collection::vec(1_u64..6, 0..5), any::<bool>()), 0..200),
    ) {
        let mut ledger = ledger(1);
        let mut rows: Vec<Row> = Vec::new();
        for (id, servers, is_user) in charges {
            let kind = if is_user { Kind::User } else { Kind::Space };
            let payers = payers("a", &servers, 5);
            rows.extend(ledger.charge_to(kind, &id.to_string(), KEYWORDS, Some(&payers), start()));
            // Nothing is said to be paid that nobody pays.
            if let Some(row) = rows.last() {
                let parts: MicroDollars = row.shares.iter().map(|(_, part)| *part).sum();
                prop_assert!(row.shares.is_empty() || parts == row.price);
            }
        }
        let spent = ledger.spent_today(start());
        prop_assert_eq!(rows.iter().map(|row| row.price).sum::<MicroDollars>(), spent.total);
        prop_assert_eq!(spent.kinds.iter().map(|(_, part)| *part).sum::<MicroDollars>(), spent.total);
        let mut shares: HashMap<GuildId, MicroDollars> = HashMap::new();
        for (server, part) in rows.iter().flat_map(|row| &row.shares) {
            let share = shares.entry(*server).or_default();
            *share = share.plus(*part);
        }
        let dearest: HashMap<GuildId, MicroDollars> = ledger.dearest(9, start()).servers.into_iter().collect();
        prop_assert_eq!(dearest, shares);
    }
}

#[test]
fn the_example_of_the_document_is_what_the_ledger_comes_to() {
    let mut ledger = ledger(5);
    let kept = [
        (Kind::Space, "of_a_host", Cause::Hosts, 20),
        (Kind::Event, "told", Cause::Hosts, 40),
        (Kind::Space, "found", KEYWORDS, 42),
        (Kind::User, "host_of_found", KEYWORDS, 42),
    ];
    let document = include_str!("../docs/cost.md");
    for (kind, name, cause, count) in kept {
        for number in 0..count {
            // What is shown twice on a day is billed once.
            for _ in 0..2 {
                ledger.charge(kind, &format!("{name}{number}"), cause, start());
            }
        }
        let price = MicroDollars(Prices::default().of(kind).0 * count);
        let cells = format!("| {count} | ${:.3} | {price} |", dollars(Prices::default().of(kind)));
        assert!(document.contains(&cells), "{cells}");
    }
    let week = ledger.spent_today(start()).total;
    let (day, month) = (dollars(week) / 7.0, dollars(week) / 7.0 * 30.0);
    for told in [format!("**{week}**"), format!("${day:.3} a day"), format!("${month:.2} in 30 days")] {
        assert!(document.contains(&told), "{told}");
    }
}

fn dollars(amount: MicroDollars) -> f64 {
    f64::from(u32::try_from(amount.0).expect("small")) / 1e6
}
