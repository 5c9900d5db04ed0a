//! What a stranger sees of a Space.

use jiff::{SignedDuration, Timestamp};
use spacebell::card::{Card, Subject, space};
use spacebell::domain::known::Phase;
use spacebell::domain::space::{Space, SpaceState, XUser};
use spacebell::texts::{Locale, Texts};

use crate::stage::{NOON, show_card};

fn noon() -> Timestamp {
    NOON.parse().expect("good test data")
}

fn user(id: &str, username: &str, name: &str) -> XUser {
    XUser {
        id: id.parse().expect("good test data"),
        username: username.parse().expect("good test data"),
        name: name.to_owned(),
        picture_url: Some(format!("https://pbs.twimg.com/{username}.jpg")),
    }
}

fn full() -> Space {
    Space {
        title: Some("Artemis: the next step".to_owned()),
        lang: Some("en".to_owned()),
        creator: Some("1".parse().expect("good test data")),
        hosts: vec![
            "1".parse().expect("good test data"),
            "2".parse().expect("good test data"),
            "3".parse().expect("good test data"),
        ],
        speaker_count: Some(7),
        topics: vec!["Space".to_owned(), "Technology".to_owned()],
        participant_count: Some(12_345),
        subscriber_count: Some(88),
        is_ticketed: Some(true),
        scheduled_start: Some(noon() + SignedDuration::from_mins(30)),
        started_at: Some(noon() - SignedDuration::from_mins(12)),
        ..Space::bare("1abcDEF".parse().expect("good test data"), SpaceState::Live)
    }
}

fn people() -> Vec<XUser> {
    vec![user("1", "NASA", "NASA"), user("2", "Astro_Jane_", "Jane 👩‍🚀")]
}

fn card(space_: &Space, phase: Phase, people: &[XUser], age_s: i64) -> Card {
    let subject = Subject {
        space: space_,
        phase,
        live_since: None,
        over_at: (phase == Phase::Ended).then(noon),
        people,
        age: Some(SignedDuration::from_secs(age_s)),
    };
    space(&subject, &Texts::load().expect("good test data"), Locale::ENGLISH)
}

#[test]
fn a_live_space_with_everything() {
    insta::assert_snapshot!(show_card(&card(&full(), Phase::Live, &people(), 25)));
}

#[test]
fn a_scheduled_space() {
    let space = Space { started_at: None, participant_count: None, is_ticketed: Some(false), ..full() };
    insta::assert_snapshot!(show_card(&card(&space, Phase::Scheduled, &people(), 0)));
}

#[test]
fn a_space_that_is_over_and_one_that_was_cancelled() {
    let over = show_card(&card(&full(), Phase::Ended, &people(), 0));
    let cancelled = show_card(&card(&full(), Phase::Cancelled, &people(), 0));
    insta::assert_snapshot!(format!("{over}\n{cancelled}"));
}

#[test]
fn a_space_of_which_nothing_is_known() {
    let bare = Space::bare("1abcDEF".parse().expect("good test data"), SpaceState::Live);
    let of_somebody = Space { creator: Some("42".parse().expect("good test data")), ..bare.clone() };
    let bare = show_card(&card(&bare, Phase::Live, &[], 0));
    let of_somebody = show_card(&card(&of_somebody, Phase::Scheduled, &[], 0));
    insta::assert_snapshot!(format!("{bare}\n{of_somebody}"));
}

#[test]
fn other_people_s_words_are_only_words() {
    let space = Space {
        title: Some("**free** [money](https://evil.test) @everyone <@&1> \u{202e}gnp".to_owned()),
        topics: vec!["# big".to_owned(), "\u{200b}".to_owned(), "x".repeat(500)],
        lang: Some("**".to_owned()),
        ..full()
    };
    let mut people = people();
    people[0].name = "@everyone `x` \u{202e}".to_owned();
    people[0].picture_url = Some("javascript:alert(1)".to_owned());
    let shown = show_card(&card(&space, Phase::Live, &people, 0));
    // Authors are shown as they are; nothing there pings.
    assert!(!shown.replace("by @everyone", "").contains("@everyone"), "{shown}");
    assert!(!shown.contains("javascript"));
    insta::assert_snapshot!(shown);
}
