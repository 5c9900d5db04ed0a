//! What X's client decides without network: limits, credits, money and the cache of accounts.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use spacebell::domain::ids::GuildId;
use spacebell::domain::space::XUser;
use spacebell::x::cost::{Ledger, Row};
use spacebell::x::gate::{Gate, Outcome, Refusal};
use spacebell::x::limits::{Endpoint, RateHeaders, Urgency, WINDOW, Window};
use spacebell::x::{Budget, CachedUser, Cause, Credits, Kind, MicroDollars, Prices, UserCache};

const GUILD: GuildId = GuildId::new(9);
const COMMAND: Cause = Cause::Command { guild: Some(GUILD) };

fn start() -> Timestamp {
    "2026-08-14T12:00:00Z".parse().expect("a time")
}

fn at(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

fn headers(remaining: u32, resets_in: i64) -> RateHeaders {
    RateHeaders { limit: Some(300), remaining: Some(remaining), resets_at: Some(at(resets_in)) }
}

#[test]
fn the_background_is_paced_over_four_fifths_of_the_window() {
    let mut window = Window::new(Endpoint::Spaces);
    assert_eq!(window.next_background_at(start()), start());
    assert_eq!(window.reserve(Urgency::Background, start()), Ok(start()));
    let next = start() + SignedDuration::from_millis(3_750);
    assert_eq!(window.next_background_at(start()), next);
    assert_eq!(window.reserve(Urgency::Background, at(1)), Err(next));
    assert_eq!(window.reserve(Urgency::Command, at(1)), Ok(at(1)), "a person needn't wait");
    assert_eq!(window.reserve(Urgency::Background, next), Ok(next));
}

#[test]
fn less_remaining_than_planned_slows_the_background() {
    let mut window = Window::new(Endpoint::Spaces);
    window.reserve(Urgency::Background, start()).expect("room");
    window.settle(start());
    window.observe(headers(69, 900), start());
    // Nine are left beside the sixty that are kept: one each ninety seconds.
    assert_eq!(window.next_background_at(start()), at(90));
    window.observe(headers(60, 900), start());
    assert_eq!(window.next_background_at(start()), at(901), "what is kept isn't touched");
    assert_eq!(window.reserve(Urgency::Command, start()), Ok(start()));
}

#[test]
fn a_reset_in_the_past_is_not_trusted() {
    let mut window = Window::new(Endpoint::Space);
    window.reserve(Urgency::Command, start()).expect("room");
    window.settle(start());
    window.observe(headers(0, -10), start());
    assert_eq!(window.remaining(start()), 299);
    assert_eq!(window.limited(headers(0, -3600), start()), at(60));
}

#[test]
fn a_reset_far_away_is_not_trusted() {
    let mut window = Window::new(Endpoint::Space);
    window.observe(headers(0, 1_000_000_000), start());
    assert_eq!(window.remaining(start()), 300);
    let far = RateHeaders { limit: None, remaining: None, resets_at: Some(Timestamp::MAX) };
    assert_eq!(window.limited(far, start()), at(60));
}

#[test]
fn blind_waits_double_up_to_a_window_and_an_answer_ends_them() {
    let mut window = Window::new(Endpoint::Space);
    let mut now = start();
    for wait in [60, 120, 240, 480, 900, 900] {
        let until = window.limited(RateHeaders::default(), now);
        assert_eq!(until.duration_since(now), SignedDuration::from_secs(wait));
        assert_eq!(window.reserve(Urgency::Command, now), Err(until));
        now = until;
    }
    window.observe(RateHeaders::default(), now);
    let until = window.limited(RateHeaders::default(), now);
    assert_eq!(until.duration_since(now), SignedDuration::from_secs(60));
}

#[test]
fn creators_are_asked_once_a_second_and_a_command_waits_for_its_turn() {
    let mut window = Window::new(Endpoint::SpacesByCreators);
    let spacing = SignedDuration::from_millis(1_100);
    assert_eq!(window.reserve(Urgency::Background, start()), Ok(start()));
    assert_eq!(window.reserve(Urgency::Command, start()), Ok(start() + spacing));
    let third = start() + spacing + spacing;
    assert_eq!(window.reserve(Urgency::Command, start()), Err(third), "not longer than two seconds");
}

/// X counts when a request comes in, which is somewhere between its being sent and its being answered.
#[test]
fn the_second_of_a_request_by_creators_begins_with_its_answer() {
    let spacing = SignedDuration::from_millis(1_100);
    let answered = start() + SignedDuration::from_millis(1_900);
    let mut window = Window::new(Endpoint::SpacesByCreators);
    window.reserve(Urgency::Background, start()).expect("room");
    window.settle(answered);
    assert_eq!(window.reserve(Urgency::Command, answered), Ok(answered + spacing));
    window.settle(answered + spacing);
    assert!(window.next_background_at(answered + spacing) >= answered + spacing + spacing);
    // An answer that comes before the clock was put back shortens nothing.
    let mut window = Window::new(Endpoint::SpacesByCreators);
    window.reserve(Urgency::Command, answered).expect("room");
    window.settle(start());
    assert_eq!(window.reserve(Urgency::Command, answered), Ok(answered + spacing));
    // Elsewhere nothing is counted by the second.
    let mut window = Window::new(Endpoint::Space);
    window.reserve(Urgency::Command, start()).expect("room");
    window.settle(answered);
    assert_eq!(window.reserve(Urgency::Command, answered), Ok(answered));
}

#[test]
fn an_older_answer_does_not_give_requests_back() {
    let mut window = Window::new(Endpoint::Space);
    window.observe(headers(300, 900), start());
    for _ in 0..3 {
        window.reserve(Urgency::Command, start()).expect("room");
    }
    for remaining in [297, 299, 298] {
        window.settle(start());
        window.observe(headers(remaining, 900), start());
    }
    assert_eq!(window.remaining(start()), 297);
}

#[test]
fn a_new_window_is_full_again() {
    let mut window = Window::new(Endpoint::Space);
    window.observe(headers(0, 30), start());
    assert_eq!(window.reserve(Urgency::Command, at(30)), Err(at(31)));
    assert_eq!(window.next_background_at(at(30)), at(31));
    assert_eq!(window.reserve(Urgency::Background, at(31)), Ok(at(31)));
}

#[test]
fn an_answer_from_before_does_not_prove_that_there_are_credits() {
    let mut gate = Gate::default();
    let none = RateHeaders::default();
    for _ in 0..2 {
        gate.reserve(Endpoint::Space, Urgency::Command, start()).expect("room");
    }
    gate.settle(Endpoint::Space, start(), Outcome::CreditsSpent(none), at(1), 0.5);
    gate.settle(Endpoint::Space, start(), Outcome::Answered(none), at(2), 0.5);
    assert!(matches!(gate.credits(), Credits::Spent { .. }));
    assert_eq!(gate.reserve(Endpoint::Users, Urgency::Command, at(3)), Err(Refusal::CreditsSpent(at(601))));
    assert_eq!(gate.reserve(Endpoint::Users, Urgency::Command, at(601)), Ok(at(601)));
    let second = gate.reserve(Endpoint::Space, Urgency::Command, at(601));
    assert_eq!(second, Err(Refusal::CreditsSpent(at(1201))), "one probe at a time");
    gate.settle(Endpoint::Users, at(601), Outcome::Answered(none), at(602), 0.5);
    assert_eq!(gate.credits(), Credits::Available);
}

/// A gate that has asked, failed, been limited and been told that there are no credits by a clock that is then put back.
#[test]
fn a_clock_that_is_put_back_closes_nothing_for_longer_than_it_would_be_anyway() {
    let none = RateHeaders::default();
    let resets = RateHeaders { limit: Some(300), remaining: Some(0), resets_at: Some(at(900)) };
    for back in [1_200, 3_600, 86_400] {
        let outcomes = [
            Outcome::Answered(none),
            Outcome::Answered(resets),
            Outcome::Limited(resets),
            Outcome::Limited(none),
            Outcome::Failed(none),
            Outcome::CreditsSpent(none),
            Outcome::Abandoned,
        ];
        for outcome in outcomes {
            let mut gate = Gate::opened(start());
            gate.reserve(Endpoint::SpacesByCreators, Urgency::Background, at(2)).expect("room");
            gate.settle(Endpoint::SpacesByCreators, at(2), outcome, at(2), 1.0);
            let next = gate.next_background_at(Endpoint::SpacesByCreators, at(2 - back));
            assert!(next <= at(2 - back + 2), "after {outcome:?} and {back} s back it is asked at {next}");
            let soon = SignedDuration::from_secs(2);
            // At the latest a little later, since the last one may have been sent just before.
            let asked = match gate.reserve(Endpoint::SpacesByCreators, Urgency::Background, next) {
                Err(Refusal::RateLimited(later)) if later <= next + soon => {
                    gate.reserve(Endpoint::SpacesByCreators, Urgency::Background, later)
                }
                asked => asked,
            };
            assert!(asked.is_ok_and(|at| at <= next + soon), "after {outcome:?}: {asked:?}");
        }
    }
}

#[test]
fn back_offs_grow_to_a_bound_and_hold_one_endpoint_alone() {
    let mut gate = Gate::default();
    let mut now = start();
    let mut waits = Vec::new();
    for _ in 0..10 {
        gate.reserve(Endpoint::Space, Urgency::Command, now).expect("a command may try");
        let failed = Outcome::Failed(RateHeaders::default());
        let until = gate.settle(Endpoint::Space, now, failed, now, 1.0).expect("a back-off");
        assert!(gate.reserve(Endpoint::Space, Urgency::Background, now).is_err());
        waits.push(until.duration_since(now).as_secs());
        now = until;
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 120, 120, 120, 120]);
    assert_eq!(gate.next_background_at(Endpoint::Search, now), now);
}

fn ledger(dollars: u64) -> Ledger {
    Ledger::new(Prices::default(), MicroDollars(dollars * 1_000_000), start())
}

fn spend(ledger: &mut Ledger, prefix: &str, count: u32, cause: Cause) {
    for number in 0..count {
        ledger.charge(Kind::Space, &format!("{prefix}{number}"), cause, start());
    }
}

#[test]
fn each_resource_is_billed_once_a_day_in_utc() {
    let mut ledger = ledger(5);
    let midnight: Timestamp = "2026-08-15T00:00:00Z".parse().expect("a time");
    let before = midnight - SignedDuration::from_millis(1);
    assert!(ledger.charge(Kind::Space, "1a", Cause::Hosts, start()).is_some());
    assert!(ledger.charge(Kind::Space, "1a", Cause::Keywords, before).is_none());
    assert!(ledger.charge(Kind::User, "1a", Cause::Hosts, before).is_some(), "another kind");
    assert_eq!(ledger.spent_today(before).total, MicroDollars(15_000));
    assert_eq!(ledger.spent_today(midnight).total, MicroDollars::ZERO);
    assert!(!ledger.is_paid(Kind::Space, "1a", midnight));
    let row = ledger.charge(Kind::Space, "1a", Cause::Hosts, midnight).expect("billed again");
    assert_eq!(row.day.to_string(), "2026-08-15");
    assert!(ledger.charge(Kind::Space, "1a", Cause::Hosts, before).is_none(), "a clock that is set back");
}

#[test]
fn commands_stop_first_then_keywords_and_hosts_last() {
    let direct = Cause::Command { guild: None };
    // Of 1,000 Spaces' worth, so many watched by hosts: who may still spend?
    let table = [
        (799, true, true, true),
        (800, false, true, true),
        (899, false, true, true),
        (900, false, false, true),
        (999, false, false, true),
        (1_000, false, false, false),
    ];
    for (spent, commands, keywords, hosts) in table {
        let mut ledger = ledger(5);
        spend(&mut ledger, "1a", spent, Cause::Hosts);
        let may =
            [direct, Cause::Keywords, Cause::Hosts].map(|cause| ledger.may_spend(cause, start()).is_ok());
        assert_eq!(may, [commands, keywords, hosts], "{spent}");
    }
}

#[test]
fn commands_have_three_tenths_and_one_server_one_tenth() {
    let mut ledger = ledger(5);
    spend(&mut ledger, "1a", 100, COMMAND);
    assert_eq!(ledger.may_spend(COMMAND, start()), Err(Budget::Guild));
    let other = Cause::Command { guild: Some(GuildId::new(8)) };
    assert_eq!(ledger.may_spend(other, start()), Ok(MicroDollars(500_000)));
    spend(&mut ledger, "1b", 200, Cause::Command { guild: None });
    assert_eq!(ledger.may_spend(other, start()), Err(Budget::Commands));
    assert!(ledger.may_spend(Cause::Keywords, start()).is_ok());
    assert_eq!(ledger.spent_by(GUILD), MicroDollars(500_000));
}

#[test]
fn a_share_that_never_buys_anything_is_too_small_and_not_used_up() {
    let prices = Prices { user: MicroDollars(10_000), ..Prices::default() };
    let ledger = Ledger::new(prices, MicroDollars(99_000), start());
    assert_eq!(ledger.affordable(Kind::User, COMMAND, start()), Err(Budget::TooSmall));
    assert_eq!(ledger.affordable(Kind::Space, COMMAND, start()), Ok(1));
    assert_eq!(ledger.affordable(Kind::User, Cause::Command { guild: None }, start()), Ok(2));
    let enough = Ledger::new(prices, MicroDollars(100_000), start());
    assert_eq!(enough.affordable(Kind::User, COMMAND, start()), Ok(1));
}

#[test]
fn a_rest_that_buys_nothing_is_spent() {
    let prices = Prices { user: MicroDollars(10_000), ..Prices::default() };
    let mut ledger = Ledger::new(prices, MicroDollars(14_000), start());
    ledger.charge(Kind::Space, "1a", Cause::Hosts, start());
    assert_eq!(ledger.affordable(Kind::Space, Cause::Hosts, start()), Ok(1));
    assert_eq!(ledger.affordable(Kind::User, Cause::Hosts, start()), Err(Budget::Day));
    let free = Prices { space: MicroDollars::ZERO, ..prices };
    let ledger = Ledger::new(free, MicroDollars(9_000), start());
    assert_eq!(ledger.affordable(Kind::Space, Cause::Hosts, start()), Ok(usize::MAX));
}

#[test]
fn money_is_read_and_written_exactly() {
    for (text, micro, shown) in [
        ("5", 5_000_000, "$5.00"),
        ("0.005", 5_000, "$0.005"),
        ("$1.5", 1_500_000, "$1.50"),
        ("0.000001", 1, "$0.000001"),
        ("0", 0, "$0.00"),
    ] {
        assert_eq!(text.parse(), Ok(MicroDollars(micro)));
        assert_eq!(MicroDollars(micro).to_string(), shown);
    }
    for text in ["", ".", "5.", "-1", "1e3", "0.0000001", "99999999999999999999", "five"] {
        assert!(text.parse::<MicroDollars>().is_err(), "{text}");
    }
}

fn account(id: &str, name: &str) -> XUser {
    XUser {
        id: id.parse().expect("an id"),
        username: name.parse().expect("a username"),
        name: name.to_owned(),
        picture_url: None,
    }
}

#[test]
fn a_name_that_passes_to_another_account_leads_there() {
    let cache = UserCache::default();
    let (first, second) = (account("1", "taken"), account("2", "Taken"));
    cache.remember([&first], at(0));
    cache.remember([&second], at(10));
    cache.remember([&account("1", "renamed")], at(20));
    let taken = "TAKEN".parse().expect("a username");
    assert_eq!(cache.by_username(&taken).expect("known").user.id, second.id);
    cache.remember([&first], at(5));
    assert_eq!(cache.get(first.id).expect("known").user.username.as_str(), "renamed", "older tells nothing");
    assert_eq!(cache.unsaved().drain().len(), 3);
    cache.remember([&second], at(30));
    assert!(cache.unsaved().drain().is_empty(), "nothing new");
    cache.remember([&second], at(3_600 + 10));
    assert_eq!(cache.unsaved().drain().len(), 1, "its age is news after an hour");
}

#[test]
fn an_account_is_fresh_for_a_day() {
    let cache = UserCache::default();
    cache.restore([CachedUser { user: account("1", "a"), fetched_at: start() }]);
    assert!(cache.unsaved().drain().is_empty(), "the store has it");
    let known = cache.get("1".parse().expect("an id")).expect("known");
    assert!(known.is_fresh(at(86_399)) && !known.is_fresh(at(86_400)));
}

proptest! {
    #[test]
    fn no_window_ever_holds_more_than_its_limit(steps in prop::collection::vec((0_i64..5_000, any::<bool>()), 1..1500)) {
        let mut window = Window::new(Endpoint::Space);
        let (mut now, mut opened, mut sent) = (start(), None, 0_u32);
        for (wait, command) in steps {
            now += SignedDuration::from_millis(wait);
            if opened.is_some_and(|opened| now >= opened + WINDOW) {
                (opened, sent) = (None, 0);
            }
            let urgency = if command { Urgency::Command } else { Urgency::Background };
            if window.reserve(urgency, now).is_ok() {
                let opened = *opened.get_or_insert(now);
                sent += 1;
                prop_assert!(sent <= 300);
                window.settle(now);
                let headers = RateHeaders { limit: Some(300), remaining: Some(300 - sent), resets_at: Some(opened + WINDOW) };
                window.observe(headers, now);
            }
        }
    }

    #[test]
    fn who_asks_when_told_may_go(
        told in prop::collection::vec((any::<Option<u32>>(), -2_000_i64..2_000, 0_u32..400, any::<bool>()), 1..200),
    ) {
        let mut gate = Gate::default();
        let mut now = start();
        for (limit, reset, remaining, limited) in told {
            now = gate.next_background_at(Endpoint::Search, now);
            prop_assert!(gate.reserve(Endpoint::Search, Urgency::Background, now).is_ok());
            let resets_at = now + SignedDuration::from_secs(reset);
            let headers = RateHeaders { limit, remaining: Some(remaining), resets_at: Some(resets_at) };
            let outcome = if limited { Outcome::Limited(headers) } else { Outcome::Answered(headers) };
            gate.settle(Endpoint::Search, now, outcome, now, 0.5);
            let wait = gate.next_background_at(Endpoint::Search, now).duration_since(now);
            prop_assert!(wait <= WINDOW + SignedDuration::from_secs(62), "{wait:?}");
        }
    }

    #[test]
    fn a_restored_ledger_is_the_same(charges in prop::collection::vec((0_u8..40, 0_usize..3, 0_usize..4), 0..200)) {
        let causes = [Cause::Hosts, Cause::Keywords, COMMAND, Cause::Command { guild: None }];
        let mut first = ledger(1);
        let rows: Vec<Row> = charges
            .into_iter()
            .filter_map(|(id, kind, cause)| first.charge(Kind::ALL[kind], &id.to_string(), causes[cause], start()))
            .collect();
        let mut second = ledger(1);
        second.restore(rows.iter().cloned().chain(rows.clone()), start());
        prop_assert_eq!(first.spent_today(start()), second.spent_today(start()));
        for cause in causes {
            prop_assert_eq!(first.may_spend(cause, start()), second.may_spend(cause, start()));
        }
        let total: MicroDollars = rows.iter().map(|row| row.price).sum();
        prop_assert_eq!(total, first.spent_today(start()).total);
    }
}
