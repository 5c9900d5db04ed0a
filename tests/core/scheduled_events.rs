//! Scheduled events: what is to be done for one, and what is kept of it.

use jiff::Timestamp;
use spacebell::domain::erasure::{Account, Whose};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::scheduled_event::{Next, Odds, Standing, Status, Telling, Words, at_odds, next};
use spacebell::store::Edits;

use crate::support::{Db, On, at, guild, id, known, scheduled, tests_on_each_database, user};

tests_on_each_database! {
    what_was_told_of_an_event_is_kept,
    an_erasure_has_events_be_taken_away,
}

const HOUR: i64 = 3_600;

fn to_come(start: i64) -> Known {
    Known::first_seen(scheduled("1a", start), Phase::Scheduled, at(0))
}

fn none() -> Standing {
    Standing {
        guild: guild(1),
        space: id("1a"),
        event: None,
        status: None,
        shown: String::new(),
        end: None,
        due_at: at(0),
        attempts: 0,
        maybe_made: false,
        left_alone: false,
        erased: false,
    }
}

fn words(known: &Known) -> Words {
    Words { name: known.space.title.clone().unwrap_or_default(), description: String::new() }
}

fn decide(standing: &Standing, known: Option<&Known>, now: i64) -> Next {
    next(standing, known, true, true, words, at(now))
}

/// The event of a Space that begins in an hour, as it is told first.
fn made() -> Standing {
    let Next::Make(telling) = decide(&none(), Some(&to_come(HOUR)), 0) else { panic!("it is made") };
    told(&none(), &telling)
}

fn told(standing: &Standing, telling: &Telling) -> Standing {
    Standing {
        event: Some(7),
        status: telling.status.or(standing.status),
        end: telling.end.or(standing.end),
        shown: telling.shown.clone(),
        ..standing.clone()
    }
}

fn change(next: Next) -> Telling {
    let Next::Change(7, telling) = next else { panic!("it is changed: {next:?}") };
    telling
}

fn times(telling: &Telling) -> (Option<Timestamp>, Option<Timestamp>) {
    (telling.start, telling.end)
}

#[test]
fn only_a_space_to_come_is_made_an_event() {
    let Next::Make(telling) = decide(&none(), Some(&to_come(HOUR)), 0) else { panic!("it is made") };
    assert_eq!(times(&telling), (Some(at(HOUR)), Some(at(3 * HOUR))));
    assert_eq!(decide(&none(), Some(&to_come(HOUR)), HOUR), Next::Nothing, "Discord takes no past start");
    for phase in [Phase::Live, Phase::Ended, Phase::Cancelled, Phase::NoShow] {
        assert_eq!(decide(&none(), Some(&known("1a", phase)), 0), Next::Forget, "{phase:?}");
    }
    let unsure = Standing { maybe_made: true, ..none() };
    assert_eq!(decide(&unsure, Some(&to_come(HOUR)), 0), Next::Find, "never made again unseen");
    assert_eq!(decide(&unsure, None, 0), Next::Find);
}

#[test]
fn what_changes_is_told_once_and_alone() {
    let event = made();
    assert_eq!(decide(&event, Some(&to_come(HOUR)), 60), Next::Nothing);
    assert_eq!(decide(&event, Some(&to_come(HOUR)), HOUR + 60), Next::Nothing, "late, and nothing to tell");
    let moved = change(decide(&event, Some(&to_come(5 * HOUR)), 60));
    assert_eq!(times(&moved), (Some(at(5 * HOUR)), Some(at(7 * HOUR))));
    assert_eq!(moved.status, None);
    let event = told(&event, &moved);
    let mut renamed = to_come(5 * HOUR);
    renamed.space.title = Some("Another".to_owned());
    let renaming = change(decide(&event, Some(&renamed), 60));
    assert_eq!(renaming.words.as_ref().map(|words| words.name.as_str()), Some("Another"));
    assert_eq!(decide(&told(&event, &renaming), Some(&renamed), 60), Next::Nothing);
}

#[test]
fn it_lives_as_its_space_does_and_its_end_moves_on_meanwhile() {
    let live = known("1a", Phase::Live);
    let begun = change(decide(&made(), Some(&live), HOUR));
    assert_eq!((begun.status, begun.start), (Some(Status::Active), None));
    let event = told(&made(), &begun);
    assert_eq!(decide(&event, Some(&live), HOUR + 60), Next::Nothing);
    let longer = change(decide(&event, Some(&live), 3 * HOUR - 600));
    assert_eq!((longer.end, longer.status), (Some(at(4 * HOUR - 600)), None));
    let event = told(&event, &longer);
    assert_eq!(decide(&event, Some(&live), 3 * HOUR), Next::Nothing);
    let over = change(decide(&event, Some(&known("1a", Phase::Ended)), 3 * HOUR));
    assert_eq!(
        (over.status, over.words.clone(), times(&over)),
        (Some(Status::Completed), None, (None, None))
    );
    let event = told(&event, &over);
    let ended = known("1a", Phase::Ended);
    assert_eq!(decide(&event, Some(&ended), 4 * HOUR), Next::Nothing);
    assert_eq!(decide(&event, Some(&live), 4 * HOUR), Next::Nothing, "what is closed stays so");
    assert_eq!(decide(&event, Some(&ended), 20 * HOUR), Next::Delete(7), "nothing of X for longer");
    assert_eq!(decide(&event, None, 4 * HOUR), Next::Delete(7));
}

#[test]
fn a_refused_change_is_judged_by_what_the_event_is() {
    let active = Some(Status::Active);
    for (there, wanted, odds) in [
        (Some(2), active, Odds::Told),
        (Some(3), active, Odds::Closed),
        (Some(4), active, Odds::Closed),
        (Some(4), None, Odds::Closed),
        (Some(3), Some(Status::Completed), Odds::Told),
        (Some(1), active, Odds::Refused),
        (Some(2), None, Odds::Refused),
        (None, active, Odds::Refused),
    ] {
        assert_eq!(at_odds(there, wanted), odds, "{there:?} for {wanted:?}");
    }
}

#[test]
fn a_cancelled_one_is_cancelled_and_one_that_ran_unseen_begins_before_it_ends() {
    for phase in [Phase::Cancelled, Phase::NoShow] {
        let telling = change(decide(&made(), Some(&known("1a", phase)), HOUR));
        assert_eq!(telling.status, Some(Status::Cancelled), "{phase:?}");
    }
    let ended = known("1a", Phase::Ended);
    let begun = change(decide(&made(), Some(&ended), HOUR));
    assert_eq!(begun.status, Some(Status::Active));
    let over = change(decide(&told(&made(), &begun), Some(&ended), HOUR));
    assert_eq!(over.status, Some(Status::Completed));
}

#[test]
fn what_nobody_wants_goes_and_what_people_took_away_stays_away() {
    let space = to_come(HOUR);
    let now = at(60);
    assert_eq!(next(&made(), Some(&space), false, true, words, now), Next::Delete(7), "unfollowed");
    assert_eq!(next(&made(), Some(&space), false, false, words, now), Next::Delete(7), "switched off");
    assert_eq!(next(&none(), Some(&space), false, true, words, now), Next::Forget);
    let taken = Standing { left_alone: true, ..made() };
    for (wanted, on) in [(true, true), (false, true), (false, false)] {
        assert_eq!(next(&taken, Some(&space), wanted, on, words, now), Next::Nothing);
    }
    assert_eq!(next(&taken, None, false, true, words, now), Next::Delete(7));
    let erased = Standing { erased: true, ..taken };
    assert_eq!(next(&erased, Some(&space), true, true, words, now), Next::Delete(7));
}

async fn what_was_told_of_an_event_is_kept(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    store.add_scheduled_event(guild(1), id("1a"), at(0)).await.expect("kept");
    store.add_scheduled_event(guild(1), id("1a"), at(9)).await.expect("there already");
    let all = async || store.scheduled_events().await.expect("events");
    assert_eq!(all().await, [none()]);
    store.begin_scheduled_event(&none(), at(1)).await.expect("kept");
    assert_eq!(all().await, [Standing { maybe_made: true, ..none() }]);
    store.put_off_scheduled_event(&none(), at(60), true, true).await.expect("kept");
    assert_eq!(all().await, [Standing { due_at: at(60), attempts: 1, ..none() }]);
    let Next::Make(telling) = decide(&none(), Some(&to_come(HOUR)), 0) else { panic!("it is made") };
    store.settle_scheduled_event(&none(), 7, Some(&telling)).await.expect("kept");
    assert_eq!(all().await, [Standing { due_at: at(60), ..made() }]);
    let moved = change(decide(&made(), Some(&to_come(5 * HOUR)), 60));
    store.settle_scheduled_event(&none(), 7, Some(&moved)).await.expect("kept");
    assert_eq!(all().await, [Standing { due_at: at(60), ..told(&made(), &moved) }]);
    store.leave_scheduled_event(&none()).await.expect("kept");
    assert!(all().await[0].left_alone);
    store.forget_scheduled_event(&none()).await.expect("forgotten");
    assert_eq!(all().await, []);
}

async fn an_erasure_has_events_be_taken_away(on: On) {
    for whose in [Whose::Server(guild(1)), Whose::Account(Account::Id(user(1)))] {
        let db = Db::on(on).await;
        for text in ["1a", "1b", "1c"] {
            db.commit(&known(text, Phase::Live), &[], Edits::None, 0).await;
            db.store.add_scheduled_event(guild(1), id(text), at(0)).await.expect("kept");
        }
        db.store.settle_scheduled_event(&none(), 7, None).await.expect("kept");
        let unsure = Standing { space: id("1b"), ..none() };
        db.store.begin_scheduled_event(&unsure, at(1)).await.expect("kept");
        db.store.erase(&whose, at(2)).await.expect("erased");
        let left = db.store.scheduled_events().await.expect("events");
        assert_eq!(
            left.iter().map(|one| (one.space, one.erased)).collect::<Vec<_>>(),
            [(id("1a"), true), (id("1b"), true)]
        );
    }
}
