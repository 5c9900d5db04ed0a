//! The bulletin: what the operators' channel is told, once, and never in a flood.

use spacebell::lookout::bulletin::{Bulletin, Item};
use spacebell::lookout::{Kind, Trouble};

use crate::support::at;

const ALL: [Kind; 7] =
    [Kind::Store, Kind::XToken, Kind::XCredits, Kind::XBudget, Kind::Gateway, Kind::Discord, Kind::XSilent];

fn trouble(kind: Kind) -> Trouble {
    Trouble { kind, since: at(0) }
}

/// Looks each second from `from` to `to` while `troubles` hold, tells what is to be told, and answers it with its second.
fn look(bulletin: &mut Bulletin, troubles: &[Kind], from: i64, to: i64) -> Vec<(i64, bool, Kind)> {
    let troubles: Vec<Trouble> = troubles.iter().copied().map(trouble).collect();
    let mut told = Vec::new();
    for second in from..to {
        for item in bulletin.see(&troubles, |_| true, at(second)) {
            bulletin.told(item, at(second));
            told.push(match item {
                Item::Begun(trouble) => (second, true, trouble.kind),
                Item::Over { kind, .. } => (second, false, kind),
            });
        }
    }
    told
}

#[test]
fn what_needs_a_person_is_told_once_and_its_end_once() {
    for (kind, begins) in [(Kind::Store, 15), (Kind::XToken, 15), (Kind::XCredits, 0), (Kind::XBudget, 0)] {
        let mut bulletin = Bulletin::default();
        assert_eq!(look(&mut bulletin, &[], 0, 1), []);
        assert_eq!(look(&mut bulletin, &[kind], 100, 4_000), [(100 + begins, true, kind)]);
        assert_eq!(look(&mut bulletin, &[], 4_000, 8_000), [(4_015, false, kind)]);
    }
}

#[test]
fn what_discord_mends_itself_is_not_told() {
    assert_eq!(look(&mut Bulletin::default(), &[Kind::Gateway, Kind::Discord], 0, 5_000), []);
}

#[test]
fn a_trouble_that_passes_at_once_is_never_told() {
    let mut bulletin = Bulletin::default();
    for start in (0..600).step_by(20) {
        assert_eq!(look(&mut bulletin, &[Kind::Store], start, start + 10), []);
        assert_eq!(look(&mut bulletin, &[], start + 10, start + 20), []);
    }
}

#[test]
fn what_comes_and_goes_for_hours_is_two_messages_an_hour_at_most() {
    let mut bulletin = Bulletin::default();
    let mut told = Vec::new();
    for start in (0..4 * 3_600).step_by(120) {
        told.extend(look(&mut bulletin, &ALL[..4], start, start + 60));
        told.extend(look(&mut bulletin, &[], start + 60, start + 120));
    }
    for kind in &ALL[..4] {
        let seconds: Vec<(i64, bool)> =
            told.iter().filter(|(.., of)| of == kind).map(|(second, begins, _)| (*second, *begins)).collect();
        assert!(seconds.len() <= 8 && seconds.len() >= 6, "{kind:?}: {seconds:?}");
        for pair in seconds.chunks(2) {
            assert!(pair[0].1 && !pair[1].1, "a beginning and its end: {pair:?}");
        }
        for pair in seconds.iter().filter(|(_, begins)| *begins).collect::<Vec<_>>().windows(2) {
            assert!(pair[1].0 - pair[0].0 >= 3_600, "{kind:?}: {pair:?}");
        }
    }
}

#[test]
fn a_trouble_that_begins_again_within_the_hour_is_told_when_the_hour_is_over() {
    let mut bulletin = Bulletin::default();
    assert_eq!(look(&mut bulletin, &[Kind::XCredits], 0, 60).len(), 1);
    assert_eq!(look(&mut bulletin, &[], 60, 100).len(), 1);
    assert_eq!(look(&mut bulletin, &[Kind::XCredits], 100, 5_000), [(3_600, true, Kind::XCredits)]);
}

#[test]
fn what_couldn_t_be_sent_is_asked_for_again_and_what_is_over_by_then_is_not() {
    let mut bulletin = Bulletin::default();
    let credits = [trouble(Kind::XCredits)];
    let begun = [Item::Begun(credits[0])];
    assert_eq!(bulletin.see(&credits, |_| true, at(0)), begun);
    assert_eq!(bulletin.see(&credits, |_| true, at(30)), begun, "nobody said that it was told");
    assert_eq!(look(&mut bulletin, &[], 31, 200), [], "neither its beginning nor its end");
}

#[test]
fn what_was_told_outlives_the_process_and_an_end_must_be_seen() {
    let mut bulletin = Bulletin::default();
    assert_eq!(look(&mut bulletin, &[Kind::XCredits], 0, 5).len(), 1);
    let kept = serde_json::to_string(&bulletin).expect("JSON");
    let mut restarted: Bulletin = serde_json::from_str(&kept).expect("JSON");
    // X wasn't asked yet, so nobody knows.
    assert_eq!(restarted.see(&[], |_| false, at(10)), []);
    assert_eq!(restarted.see(&[], |_| false, at(100)), []);
    assert_eq!(look(&mut restarted, &[Kind::XCredits], 101, 110), [], "it goes on, and is told already");
    assert_eq!(look(&mut restarted, &[], 110, 200), [(125, false, Kind::XCredits)]);
}
