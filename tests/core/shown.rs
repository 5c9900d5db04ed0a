//! Answers that were shown to others: when they are due to be emptied, and what is left of them.

use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::{Button, Choice, Menu, Place as At, Reply, Style};
use spacebell::domain::erasure::{Account, Whose};
use spacebell::domain::ids::{ChannelId, DiscordUserId, GuildId, MessageId, SpaceId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::EMPTIED_AFTER;
use spacebell::store::{Edits, NewShown, Place, Shown};

use crate::support::{Db, On, at, id, known, tests_on_each_database, user};

tests_on_each_database! {
    an_answer_is_due_within_a_day_of_the_end_of_any_of_its_spaces_and_no_sooner,
    an_answer_about_what_nobody_watches_is_due_within_a_day_of_its_being_shown,
    an_answer_that_can_t_be_emptied_waits_and_one_that_is_leaves_nothing,
    an_erasure_has_the_answers_of_a_server_a_person_or_an_account_emptied_at_once,
}

const HOUR: i64 = 3_600;

async fn show(db: &Db, message: u64, place: Place, spaces: &[&str], now: i64) {
    let spaces: Vec<SpaceId> = spaces.iter().map(|space| id(space)).collect();
    let (message, channel) = (MessageId::new(message), ChannelId::new(10));
    let new = NewShown { message, channel, place, locale: "ja", spaces: &spaces };
    db.store.add_shown(&new, at(now)).await.expect("kept");
}

async fn due(db: &Db, now: i64) -> Vec<u64> {
    let over_before = at(now) - EMPTIED_AFTER;
    let due = db.store.due_shown(9, over_before, at(now)).await.expect("answers");
    due.into_iter().map(|shown| shown.message.get()).collect()
}

fn server(number: u64) -> Place {
    Place::Server(GuildId::new(number))
}

fn over(text: &str, over_at: i64) -> Known {
    Known { over_at: Some(at(over_at)), ..known(text, Phase::Ended) }
}

async fn an_answer_is_due_within_a_day_of_the_end_of_any_of_its_spaces_and_no_sooner(on: On) {
    let db = Db::on(on).await;
    for text in ["1a", "1b"] {
        db.commit(&known(text, Phase::Live), &[], Edits::None, 0).await;
    }
    show(&db, 1, server(1), &["1a"], 0).await;
    show(&db, 2, server(1), &["1a", "1b"], 0).await;
    show(&db, 3, server(1), &["1b"], 0).await;
    // Another page of the second answer.
    show(&db, 2, server(1), &["1b"], 50 * HOUR).await;
    assert!(due(&db, 100 * HOUR).await.is_empty(), "they go on and on");
    db.commit(&over("1a", 100 * HOUR), &[], Edits::None, 100 * HOUR).await;
    assert!(due(&db, 120 * HOUR - 1).await.is_empty());
    assert_eq!(due(&db, 120 * HOUR).await, [1, 2]);
    // Erased from the store before it was emptied, it is due as well.
    db.store.erase_old(at(123 * HOUR), at(0), "2026-08-01").await.expect("erased");
    assert_eq!(due(&db, 123 * HOUR).await, [1, 2]);
}

async fn an_answer_about_what_nobody_watches_is_due_within_a_day_of_its_being_shown(on: On) {
    let db = Db::on(on).await;
    db.commit(&known("1a", Phase::Live), &[], Edits::None, 0).await;
    show(&db, 1, server(1), &["1zz"], HOUR).await;
    show(&db, 2, server(1), &["1a", "1zz"], HOUR).await;
    show(&db, 3, server(1), &[], HOUR).await;
    show(&db, 4, server(1), &["1a"], HOUR).await;
    assert!(due(&db, 21 * HOUR - 1).await.is_empty());
    assert_eq!(due(&db, 21 * HOUR).await, [1, 2, 3]);
}

async fn an_answer_that_can_t_be_emptied_waits_and_one_that_is_leaves_nothing(on: On) {
    let db = Db::on(on).await;
    show(&db, 1, server(1), &["1a"], 0).await;
    let message = MessageId::new(1);
    db.store.put_off_shown(message, at(30 * HOUR)).await.expect("put off");
    assert!(due(&db, 30 * HOUR - 1).await.is_empty());
    let shown = db.store.due_shown(9, at(0), at(30 * HOUR)).await.expect("answers");
    let (channel, locale) = (ChannelId::new(10), "ja".to_owned());
    assert_eq!(shown, [Shown { message, channel, locale, on_request: false, attempts: 1 }]);
    db.store.forget_shown(message).await.expect("forgotten");
    for table in ["SELECT COUNT(*) FROM shown_answers", "SELECT COUNT(*) FROM shown_spaces"] {
        assert_eq!(db.count(table).await, 0, "{table}");
    }
}

async fn an_erasure_has_the_answers_of_a_server_a_person_or_an_account_emptied_at_once(on: On) {
    let db = Db::on(on).await;
    for (text, creator) in [("1a", 77), ("1b", 78)] {
        let mut one = known(text, Phase::Live);
        one.space.creator = Some(user(creator));
        db.commit(&one, &[], Edits::None, 0).await;
    }
    show(&db, 1, server(1), &["1b"], 0).await;
    show(&db, 2, server(2), &["1b"], 0).await;
    show(&db, 3, Place::Person(DiscordUserId::new(5)), &["1b"], 0).await;
    show(&db, 4, Place::Person(DiscordUserId::new(6)), &["1b"], 0).await;
    show(&db, 5, server(2), &["1a", "1b"], 0).await;
    show(&db, 6, server(2), &["1zz"], 0).await;
    let kept = db.store.kept_for_guild(GuildId::new(1)).await.expect("counted");
    assert_eq!(kept.posts, 1);
    for (whose, emptied, all) in [
        (Whose::Server(GuildId::new(1)), 1, vec![1]),
        (Whose::Person(DiscordUserId::new(5)), 1, vec![1, 3]),
        // The one whose host nobody knows may be theirs.
        (Whose::Account(Account::Id(user(77))), 2, vec![1, 3, 5, 6]),
    ] {
        let erased = db.store.erase(&whose, at(1)).await.expect("erased").erased;
        assert_eq!((erased.posts, due(&db, 1).await), (emptied, all), "{whose}");
    }
    let shown = db.store.due_shown(9, at(0), at(1)).await.expect("answers");
    assert!(shown.iter().all(|shown| shown.on_request));
    assert_eq!(db.count("SELECT COUNT(*) FROM shown_spaces").await, 2, "those of the others");
}

#[test]
fn a_reply_tells_which_spaces_it_shows_others_wherever_they_stand() {
    let by = DiscordUserId::new(1);
    let press = |deed| Button::press("…".to_owned(), Style::Secondary, Press { by, deed });
    let card = |description: &str| spacebell::card::Card {
        url: Some(id("1url").url()),
        description: Some(description.to_owned()),
        ..spacebell::card::Card::default()
    };
    let reply = Reply {
        content: format!("{} and <https://twitter.com/i/spaces/1two/peek?s=20>", id("1one").url()),
        cards: vec![card("[Title](https://x.com/i/spaces/1three)")],
        rows: vec![vec![
            Button::link("…".to_owned(), id("1link").url()),
            press(Deed::Speakers(id("1press"))),
            press(Deed::KeepServer(1)),
        ]],
        menu: Some(Menu {
            by,
            placeholder: String::new(),
            choices: vec![Choice { label: String::new(), note: String::new(), space: id("1menu") }],
        }),
        ..Reply::default()
    };
    let shown = reply.shows_others().expect("others see it");
    let shown: Vec<&str> = shown.iter().map(SpaceId::as_str).collect();
    assert_eq!(shown, ["1link", "1menu", "1one", "1press", "1three", "1two", "1url"]);
    assert_eq!(Reply { private: true, ..reply }.shows_others(), None);
    let sentence = Reply { content: "Nothing is live.".to_owned(), ..Reply::default() };
    assert_eq!(sentence.shows_others(), None);
    // A card or a file may hold anything of X's.
    let bare =
        Reply { cards: vec![spacebell::card::Card::default()], place: At::InPlace, ..Reply::default() };
    assert_eq!(bare.shows_others(), Some(Vec::new()));
}
