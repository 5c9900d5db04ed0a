//! Reminders in the store: when they are due, what they follow, and what is left of them.

use spacebell::domain::erasure::{Account, Whose};
use spacebell::domain::ids::{DiscordUserId, MessageId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::reminder::{Form, OPEN_AT_MOST, form, next_look, nonce, plan};
use spacebell::store::{Edits, NewReminder, Remembered, Reminder};

use crate::support::{Db, On, at, channel, id, known, scheduled, secs, tests_on_each_database, user};

tests_on_each_database! {
    a_reminder_follows_its_space_wherever_it_is_moved,
    what_has_gone_out_goes_out_once_more_only_if_the_start_is_moved_to_later,
    a_space_that_begins_or_is_cancelled_makes_its_reminders_due_at_once,
    a_second_reminder_of_a_space_changes_the_first_and_each_person_has_a_bound,
    what_was_taken_back_or_changed_meanwhile_is_not_sent,
    what_changes_while_a_message_is_sent_is_told_by_an_edit,
    an_erasure_takes_what_waits_and_has_the_rest_emptied,
    a_reminder_goes_with_its_space,
}

const HOUR: i64 = 3_600;

fn person(number: u64) -> DiscordUserId {
    DiscordUserId::new(number)
}

fn new(text: &str, number: u64, before: u16) -> NewReminder {
    NewReminder {
        space: id(text),
        user: person(number),
        channel: channel(number + 100),
        locale: "ja".to_owned(),
        before,
    }
}

/// A Space that is to begin at `start`.
fn to_come(text: &str, start: i64) -> Known {
    Known::first_seen(scheduled(text, start), Phase::Scheduled, at(0))
}

async fn due(db: &Db, now: i64) -> Vec<Reminder> {
    db.store.due_reminders(50, at(now)).await.expect("reminders")
}

async fn next(db: &Db) -> Option<jiff::Timestamp> {
    db.store.next_reminder().await.expect("an answer")
}

async fn rung(db: &Db, reminder: &Reminder, message: u64, now: i64) {
    assert!(db.store.begin_reminder(reminder, at(now)).await.expect("begun"));
    db.store.settle_reminder(reminder, MessageId::new(message), None, at(now)).await.expect("settled");
}

async fn a_reminder_follows_its_space_wherever_it_is_moved(on: On) {
    let db = Db::on(on).await;
    db.commit(&to_come("1a", 10 * HOUR), &[], Edits::None, 0).await;
    let made = db.store.remind(&new("1a", 1, 15), at(0)).await.expect("kept");
    let Remembered::Made(plan) = made else { panic!("{made:?}") };
    assert_eq!(plan.at, Some(at(10 * HOUR - 900)));
    assert_eq!(next(&db).await, plan.at);
    for start in [20 * HOUR, 5 * HOUR] {
        db.commit(&to_come("1a", start), &[], Edits::All, 10).await;
        assert_eq!(next(&db).await, Some(at(start - 900)), "moved to {start}");
    }
    // So early that the time for it is past.
    db.commit(&to_come("1a", 600), &[], Edits::All, 60).await;
    assert_eq!(due(&db, 60).await.len(), 1);
    assert_eq!(db.store.awaited().await.expect("Spaces"), [id("1a")]);
}

async fn what_has_gone_out_goes_out_once_more_only_if_the_start_is_moved_to_later(on: On) {
    let db = Db::on(on).await;
    db.commit(&to_come("1a", HOUR), &[], Edits::None, 0).await;
    for (number, before) in [(1, 15), (2, 15)] {
        db.store.remind(&new("1a", number, before), at(0)).await.expect("kept");
    }
    let now = HOUR - 900;
    for (message, reminder) in (7..).zip(due(&db, now).await) {
        rung(&db, &reminder, message, now).await;
    }
    assert_eq!(next(&db).await, None);
    assert!(!db.store.forget_reminder(id("1a"), person(2)).await.expect("an answer"), "it has gone out");
    db.commit(&to_come("1a", HOUR), &[], Edits::All, now + 1).await;
    let edits = due(&db, now + 1).await;
    assert_eq!(edits.iter().map(|edit| edit.message.is_some()).collect::<Vec<_>>(), [true, true]);
    for start in [5 * HOUR, 6 * HOUR] {
        db.commit(&to_come("1a", start), &[], Edits::All, now + 2).await;
    }
    let due = due(&db, 6 * HOUR - 900).await;
    let sends: Vec<&Reminder> = due.iter().filter(|reminder| reminder.message.is_none()).collect();
    let [again] = sends.as_slice() else { panic!("one goes out again: {due:?}") };
    assert_eq!((again.channel, again.due_at), (channel(101), at(6 * HOUR - 900)));
    assert_eq!(due.len(), 3, "the messages that are there are brought up to date");
    let nonces: std::collections::HashSet<_> = due.iter().map(|reminder| nonce(7, reminder.id)).collect();
    assert_eq!(nonces.len(), 3);
    assert!(nonces.iter().all(|nonce| nonce.len() <= 25));
}

async fn a_space_that_begins_or_is_cancelled_makes_its_reminders_due_at_once(on: On) {
    for phase in [Phase::Live, Phase::Cancelled, Phase::Ended, Phase::NoShow] {
        let db = Db::on(on).await;
        db.commit(&to_come("1a", 10 * HOUR), &[], Edits::None, 0).await;
        db.store.remind(&new("1a", 1, 0), at(0)).await.expect("kept");
        db.commit(&known("1a", phase), &[], Edits::All, 60).await;
        assert_eq!(due(&db, 60).await.len(), 1, "{phase:?}");
        assert_eq!(due(&db, 59).await.len(), 0, "{phase:?}");
        let refused = db.store.remind(&new("1a", 2, 0), at(61)).await.expect("an answer");
        assert_eq!(refused, Remembered::NotToCome(phase));
    }
}

async fn a_second_reminder_of_a_space_changes_the_first_and_each_person_has_a_bound(on: On) {
    let db = Db::on(on).await;
    for nth in 0..=OPEN_AT_MOST {
        db.commit(&to_come(&format!("s{nth}"), 10 * HOUR), &[], Edits::None, 0).await;
    }
    for nth in 0..OPEN_AT_MOST {
        let made = db.store.remind(&new(&format!("s{nth}"), 1, 0), at(0)).await.expect("kept");
        assert!(matches!(made, Remembered::Made(_)), "{made:?}");
    }
    let last = format!("s{OPEN_AT_MOST}");
    assert_eq!(db.store.remind(&new(&last, 1, 0), at(0)).await.expect("an answer"), Remembered::Full);
    let changed = db.store.remind(&new("s0", 1, 60), at(0)).await.expect("kept");
    let Remembered::Changed(plan) = changed else { panic!("{changed:?}") };
    assert_eq!(plan.at, Some(at(9 * HOUR)));
    assert_eq!(due(&db, 9 * HOUR).await.len(), 1);
    assert!(matches!(db.store.remind(&new(&last, 2, 0), at(0)).await, Ok(Remembered::Made(_))));
    assert!(db.store.forget_reminder(id("s0"), person(1)).await.expect("an answer"));
    assert!(!db.store.forget_reminder(id("s0"), person(1)).await.expect("an answer"));
    assert!(matches!(db.store.remind(&new(&last, 1, 0), at(0)).await, Ok(Remembered::Made(_))));
    assert_eq!(db.store.remind(&new("nope", 1, 0), at(0)).await.expect("an answer"), Remembered::Unknown);
    assert_eq!(db.store.reminded_in(person(1)).await.expect("an answer"), Some(channel(101)));
    assert_eq!(db.store.reminded_in(person(3)).await.expect("an answer"), None);
}

async fn what_was_taken_back_or_changed_meanwhile_is_not_sent(on: On) {
    let db = Db::on(on).await;
    db.commit(&to_come("1a", HOUR), &[], Edits::None, 0).await;
    db.store.remind(&new("1a", 1, 0), at(0)).await.expect("kept");
    let [claimed] = &due(&db, HOUR).await[..] else { panic!("one") };
    db.store.remind(&new("1a", 1, 30), at(0)).await.expect("changed");
    assert!(!db.store.begin_reminder(claimed, at(HOUR)).await.expect("an answer"), "it was changed");
    let [claimed] = &due(&db, HOUR).await[..] else { panic!("one") };
    db.store.forget_reminder(id("1a"), person(1)).await.expect("an answer");
    assert!(!db.store.begin_reminder(claimed, at(HOUR)).await.expect("an answer"), "it was taken back");
}

async fn what_changes_while_a_message_is_sent_is_told_by_an_edit(on: On) {
    let db = Db::on(on).await;
    db.commit(&to_come("1a", HOUR), &[], Edits::None, 0).await;
    db.store.remind(&new("1a", 1, 0), at(0)).await.expect("kept");
    let [sent] = &due(&db, HOUR).await[..] else { panic!("one") };
    assert!(db.store.begin_reminder(sent, at(HOUR)).await.expect("begun"));
    db.commit(&known("1a", Phase::Cancelled), &[], Edits::All, HOUR + 1).await;
    assert!(!db.store.forget_reminder(id("1a"), person(1)).await.expect("an answer"), "it is under way");
    db.store.settle_reminder(sent, MessageId::new(9), None, at(HOUR + 2)).await.expect("settled");
    let [edit] = &due(&db, HOUR + 2).await[..] else { panic!("one") };
    assert_eq!((edit.message, edit.attempts), (Some(MessageId::new(9)), 0));
    db.store
        .settle_reminder(edit, MessageId::new(9), Some(at(20 * HOUR)), at(HOUR + 3))
        .await
        .expect("settled");
    assert_eq!(next(&db).await, Some(at(20 * HOUR)));
}

async fn an_erasure_takes_what_waits_and_has_the_rest_emptied(on: On) {
    for whose in [Whose::Person(person(1)), Whose::Account(Account::Id(user(1)))] {
        let db = Db::on(on).await;
        for text in ["1a", "1b"] {
            db.commit(&to_come(text, HOUR), &[], Edits::None, 0).await;
            db.store.remind(&new(text, 1, 0), at(0)).await.expect("kept");
        }
        let sent = due(&db, HOUR).await.into_iter().find(|reminder| reminder.space == id("1a"));
        rung(&db, &sent.expect("one of it"), 9, HOUR).await;
        let erased = db.store.erase(&whose, at(HOUR)).await.expect("erased").erased;
        assert_eq!(erased.reminders, if matches!(whose, Whose::Person(_)) { 2 } else { 0 });
        let left = due(&db, HOUR).await;
        let [emptied] = &left[..] else { panic!("one message is left: {left:?}") };
        assert!(emptied.erased && emptied.message.is_some());
        if matches!(whose, Whose::Person(_)) {
            assert_eq!(db.count("SELECT COUNT(*) FROM reminders WHERE user_id <> 0").await, 0);
        }
        // Nothing brings it back.
        db.commit(&to_come("1a", 9 * HOUR), &[], Edits::All, HOUR).await;
        assert_eq!(due(&db, 9 * HOUR).await.len(), 1);
        db.store.drop_reminder(emptied.id).await.expect("forgotten");
        assert_eq!(db.count("SELECT COUNT(*) FROM reminders").await, 0);
    }
}

async fn a_reminder_goes_with_its_space(on: On) {
    let db = Db::on(on).await;
    db.commit(&to_come("1a", HOUR), &[], Edits::None, 0).await;
    for number in [1, 2] {
        db.store.remind(&new("1a", number, 0), at(0)).await.expect("kept");
    }
    let [first, _] = &due(&db, HOUR).await[..] else { panic!("two") };
    rung(&db, first, 9, HOUR).await;
    db.commit(&known("1a", Phase::Ended), &[], Edits::All, HOUR).await;
    db.store.erase_old(at(24 * HOUR), at(0), "2026-07-01").await.expect("erased");
    let left = due(&db, 24 * HOUR).await;
    assert_eq!(left.iter().map(|reminder| reminder.message).collect::<Vec<_>>(), [Some(MessageId::new(9))]);
}

#[test]
fn a_reminder_comes_before_the_start_or_at_it_or_when_it_begins() {
    let table = [
        // (start, before, now) -> (at, before)
        (Some(HOUR), 15, 0, Some(HOUR - 900), 15),
        (Some(HOUR), 0, 0, Some(HOUR), 0),
        (Some(HOUR), 60, 0, Some(HOUR), 0),
        (Some(HOUR), 1_440, 0, Some(HOUR), 0),
        (Some(0), 0, 0, None, 0),
        (Some(-60), 15, 0, None, 0),
    ];
    for (start, before, now, expected, by) in table {
        let plan = plan(start.map(at), before, at(now));
        assert_eq!((plan.at, plan.before), (expected.map(at), by), "{start:?} {before}");
    }
    assert_eq!(plan(None, 15, at(0)).at, None);
}

#[test]
fn a_message_says_what_is_so_and_nothing_of_x_twenty_hours_after_the_end() {
    let soon = to_come("1a", HOUR);
    let table = [
        (Some(&soon), false, 0, Some(Form::Soon)),
        (Some(&soon), true, HOUR, Some(Form::Overdue)),
        (Some(&known("1a", Phase::Live)), false, 0, Some(Form::Live)),
        (Some(&known("1a", Phase::NoShow)), false, 0, None),
        (Some(&known("1a", Phase::NoShow)), true, 0, Some(Form::NoShow)),
        (Some(&known("1a", Phase::Cancelled)), false, 0, Some(Form::Cancelled)),
        (Some(&known("1a", Phase::Ended)), false, 0, Some(Form::Missed)),
        (Some(&known("1a", Phase::Ended)), true, 20 * HOUR - 1, Some(Form::Ended)),
        (Some(&known("1a", Phase::Ended)), true, 20 * HOUR, Some(Form::Emptied)),
        (Some(&known("1a", Phase::Cancelled)), true, 20 * HOUR, Some(Form::Emptied)),
        (Some(&known("1a", Phase::Ended)), false, 20 * HOUR, None),
        (None, true, 0, Some(Form::Emptied)),
        (None, false, 0, None),
    ];
    for (known, is_there, now, expected) in table {
        assert_eq!(form(known, is_there, at(now)), expected, "{known:?} {is_there} {now}");
    }
    assert_eq!(next_look(&known("1a", Phase::Ended)), Some(at(0) + secs(20 * HOUR)));
    assert_eq!(next_look(&known("1a", Phase::Live)), None);
}
