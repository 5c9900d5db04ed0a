//! What a notice comes to at the moment of sending, and whom it pings.

use spacebell::domain::filter::Filter;
use spacebell::domain::follow::{Follow, PauseReason, When};
use spacebell::domain::ids::{MessageId, RoleId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::{Decision, Slot, Work};
use spacebell::outbox::telling::{Form, Told, roles, tell, tell_erased};
use spacebell::store::{Claimed, Post};

use crate::support::{arcs, at, channel, claimed, follow, guild, host, id, keyword, known};

const LIVE_MESSAGE: MessageId = MessageId::new(99);

fn told(notice: &Claimed, known: &Known, now: i64) -> Told {
    tell(notice, known, &arcs([follow(1, 10, host(1))]), None, at(now))
}

#[test]
fn a_post_tells_the_phase_of_this_moment_or_is_dropped_with_its_code() {
    use Phase::{Cancelled, Ended, Live, NoShow, Scheduled};
    for (slot, phase, expected) in [
        (Slot::Scheduled, Scheduled, Told::Say(Form::Scheduled)),
        (Slot::Scheduled, Live, Told::Drop(Decision::BegunBefore)),
        (Slot::Scheduled, NoShow, Told::Drop(Decision::OverBefore)),
        (Slot::Scheduled, Ended, Told::Drop(Decision::OverBefore)),
        (Slot::Scheduled, Cancelled, Told::Drop(Decision::OverBefore)),
        (Slot::Live, Live, Told::Say(Form::Live)),
        (Slot::Live, Scheduled, Told::Drop(Decision::OverBefore)),
        (Slot::Live, NoShow, Told::Drop(Decision::OverBefore)),
        (Slot::Live, Ended, Told::Drop(Decision::OverBefore)),
        (Slot::Live, Cancelled, Told::Drop(Decision::OverBefore)),
    ] {
        let notice = claimed(1, "1a", 10, Work::Post, slot);
        assert_eq!(told(&notice, &known("1a", phase), 10), expected, "{slot:?} {phase:?}");
    }
}

#[test]
fn a_live_post_is_late_after_an_hour() {
    let notice = claimed(1, "1a", 10, Work::Post, Slot::Live);
    assert_eq!(told(&notice, &known("1a", Phase::Live), 3_600), Told::Say(Form::Live));
    assert_eq!(told(&notice, &known("1a", Phase::Live), 3_601), Told::Say(Form::LiveSince));
}

#[test]
fn a_post_that_nobody_asks_for_any_more_is_dropped() {
    let notice = claimed(1, "1a", 10, Work::Post, Slot::Live);
    let known = known("1a", Phase::Live);
    let paused = Follow { paused: Some(PauseReason::GuildLeft), ..follow(1, 10, host(1)) };
    let none = arcs([]);
    assert_eq!(tell(&notice, &known, &none, None, at(0)), Told::Drop(Decision::Unfollowed));
    assert_eq!(tell(&notice, &known, &arcs([paused.clone()]), None, at(0)), Told::Drop(Decision::Paused));
    let one_left = arcs([paused, follow(2, 10, host(1))]);
    assert_eq!(tell(&notice, &known, &one_left, None, at(0)), Told::Say(Form::Live));
    // A message that is there stays true, whoever asked for it.
    let edit = claimed(1, "1a", 10, Work::Edit, Slot::Live);
    assert_eq!(tell(&edit, &known, &none, None, at(0)), Told::Say(Form::Live));
}

#[test]
fn an_edit_tells_the_phase_and_a_scheduled_post_points_to_the_live_one() {
    use Phase::{Cancelled, Ended, Live, NoShow, Scheduled};
    for (slot, phase, live_message, silent, form) in [
        (Slot::Scheduled, Scheduled, None, false, Form::Scheduled),
        (Slot::Scheduled, NoShow, None, false, Form::NoShow),
        (Slot::Scheduled, Live, Some(LIVE_MESSAGE), false, Form::Pointer(LIVE_MESSAGE)),
        (Slot::Scheduled, Live, None, false, Form::Live),
        (Slot::Scheduled, Ended, Some(LIVE_MESSAGE), false, Form::Ended),
        (Slot::Scheduled, Cancelled, None, false, Form::Cancelled),
        (Slot::Live, Live, Some(LIVE_MESSAGE), false, Form::Live),
        (Slot::Live, Live, None, true, Form::LiveSince),
        (Slot::Live, Ended, None, true, Form::Ended),
        (Slot::Live, Cancelled, None, false, Form::Cancelled),
    ] {
        let notice = Claimed { silent, ..claimed(1, "1a", 10, Work::Edit, slot) };
        let follows = arcs([follow(1, 10, host(1))]);
        let told = tell(&notice, &known("1a", phase), &follows, live_message, at(10));
        assert_eq!(told, Told::Say(form), "{slot:?} {phase:?}");
    }
}

#[test]
fn a_message_that_isnt_there_is_neither_edited_nor_emptied() {
    for work in [Work::Edit, Work::Empty] {
        let notice = Claimed { message: None, ..claimed(1, "1a", 10, work, Slot::Live) };
        assert_eq!(told(&notice, &known("1a", Phase::Ended), 10), Told::Nothing);
    }
}

#[test]
fn only_what_is_over_is_emptied_and_no_late_edit_brings_its_content_back() {
    let empty = claimed(1, "1a", 10, Work::Empty, Slot::Live);
    for phase in [Phase::Ended, Phase::Cancelled] {
        assert_eq!(told(&empty, &known("1a", phase), 72_000), Told::Say(Form::Emptied));
    }
    for phase in [Phase::Live, Phase::Scheduled, Phase::NoShow] {
        assert_eq!(told(&empty, &known("1a", phase), 72_000), Told::Nothing, "{phase:?}");
    }
    let edit = claimed(1, "1a", 10, Work::Edit, Slot::Live);
    assert_eq!(told(&edit, &known("1a", Phase::Ended), 71_999), Told::Say(Form::Ended));
    assert_eq!(told(&edit, &known("1a", Phase::Ended), 72_000), Told::Say(Form::Emptied));
    // The end was seen late: it may have been gone since it was last seen.
    let late = Known { last_up_at: Some(at(-72_000)), ..known("1a", Phase::Ended) };
    assert_eq!(told(&edit, &late, 10), Told::Say(Form::Emptied));
}

#[test]
fn what_is_erased_or_forgotten_is_told_without_any_content() {
    let stands = |erased| Post {
        space: id("1a"),
        guild: guild(1),
        channel: channel(10),
        slot: Slot::Live,
        follows: Vec::new(),
        message: Some(LIVE_MESSAGE),
        keywords_only: false,
        silent: false,
        more: 0,
        erased,
        formerly: Vec::new(),
    };
    for work in [Work::Edit, Work::Empty] {
        let notice = claimed(1, "1a", 10, work, Slot::Live);
        let told = |post: Option<&Post>, is_kept| tell_erased(&notice, post, is_kept);
        assert_eq!(told(None, true), Some(Told::Nothing), "its post is gone");
        assert_eq!(told(Some(&stands(true)), true), Some(Told::Say(Form::Erased)));
        assert_eq!(told(Some(&stands(false)), false), Some(Told::Say(Form::Forgotten)));
        assert_eq!(told(Some(&stands(false)), true), None, "as ever");
        let unsent = Post { message: None, ..stands(true) };
        assert_eq!(told(Some(&unsent), false), Some(Told::Nothing));
    }
    let post = claimed(1, "1a", 10, Work::Post, Slot::Live);
    assert_eq!(tell_erased(&post, Some(&stands(true)), true), Some(Told::Drop(Decision::Unfollowed)));
    assert_eq!(tell_erased(&post, Some(&stands(false)), false), Some(Told::Drop(Decision::OverBefore)));
    assert_eq!(tell_erased(&post, Some(&stands(false)), true), None);
}

#[test]
fn a_post_pings_each_role_once_for_hosts_alone_and_a_scheduled_one_only_who_wants_nothing_else() {
    let with =
        |number, when, role| Follow { when, role: Some(RoleId::new(role)), ..follow(number, 10, host(1)) };
    let follows = arcs([
        with(1, When::All, 30),
        with(2, When::Live, 20),
        with(3, When::LiveEnded, 20),
        with(4, When::Scheduled, 10),
        Follow { target: keyword("rust"), ..with(5, When::All, 40) },
        Follow { paused: Some(PauseReason::Forbidden), ..with(6, When::All, 50) },
        follow(7, 10, host(1)),
    ]);
    assert_eq!(roles(Slot::Live, &follows), [RoleId::new(20), RoleId::new(30)]);
    assert_eq!(roles(Slot::Scheduled, &follows), [RoleId::new(10)]);
}

#[test]
fn a_keyword_pings_only_if_it_waits_for_ten_people_or_more() {
    for (least, pings) in
        [(None, false), (Some(1), false), (Some(9), false), (Some(10), true), (Some(500), true)]
    {
        let filter = Filter { min_listeners: least, ..Filter::default() };
        let role = Some(RoleId::new(40));
        let follows = arcs([Follow { target: keyword("rust"), role, filter, ..follow(1, 10, host(1)) }]);
        assert_eq!(!roles(Slot::Live, &follows).is_empty(), pings, "{least:?}");
    }
}
