//! Which posts an event calls for: `fan_out`, lateness, nonces.

use std::collections::HashSet;

use proptest::prelude::*;
use spacebell::domain::follow::{Follow, PauseReason, When};
use spacebell::domain::ids::{ChannelId, FollowId, NoticeId};
use spacebell::domain::notice::{
    Decision, KEYWORD_POSTS_PER_HOUR, Match, Plan, Priority, Slot, Work, fan_out, is_late, nonce,
};

use crate::support::{at, channel, follow, host, id, keyword, live};

fn matched(follow: &Follow) -> Match<'_> {
    Match::new(follow, &live("1a"), Slot::Live)
}

fn plan(slot: Slot, follows: &[Follow]) -> Plan {
    let matches = follows.iter().map(|follow| matched(follow));
    fan_out(id("1a"), slot, matches, |_| false, |_| 0)
}

fn decided(plan: &Plan) -> Vec<(i64, Decision)> {
    plan.decided.iter().map(|decided| (decided.follow.0, decided.decision)).collect()
}

#[test]
fn a_channel_gets_one_post_however_many_follows_match() {
    let follows = [
        follow(3, 10, keyword("rust")),
        follow(1, 10, host(1)),
        follow(2, 20, keyword("rust")),
        follow(4, 10, keyword("bell")),
    ];
    let plan = plan(Slot::Live, &follows);
    assert_eq!(plan.drafts.len(), 2);
    assert_eq!(plan.drafts[0].channel, channel(10));
    assert_eq!(plan.drafts[0].follows, [FollowId(1), FollowId(3), FollowId(4)]);
    assert!(!plan.drafts[0].keywords_only && plan.drafts[1].keywords_only);
    assert!(plan.drafts.iter().all(|draft| !draft.silent));
    let planned = [1, 3, 4, 2].map(|follow| (follow, Decision::Planned));
    assert_eq!(decided(&plan), planned);
}

#[test]
fn a_channel_that_has_the_post_gets_no_second_one() {
    let follows = [follow(1, 10, host(1)), follow(2, 20, host(1))];
    let matches = follows.iter().map(|follow| matched(follow));
    let plan = fan_out(id("1a"), Slot::Live, matches, |at| at == channel(10), |_| 0);
    assert_eq!(plan.drafts.iter().map(|draft| draft.channel).collect::<Vec<ChannelId>>(), [channel(20)]);
    assert_eq!(decided(&plan), [(2, Decision::Planned)]);
}

#[test]
fn each_wish_is_heard_and_each_refusal_has_its_code() {
    let wish = |when| Follow { when, ..follow(1, 10, host(1)) };
    for (when, scheduled, live) in [
        (When::All, true, true),
        (When::Live, false, true),
        (When::Scheduled, true, false),
        (When::LiveEnded, false, true),
    ] {
        for (slot, wanted) in [(Slot::Scheduled, scheduled), (Slot::Live, live)] {
            let plan = plan(slot, &[wish(when)]);
            assert_eq!(plan.drafts.len(), usize::from(wanted), "{when:?} {slot:?}");
            let code = if wanted { Decision::Planned } else { Decision::NotWanted };
            assert_eq!(decided(&plan), [(1, code)]);
        }
    }
    let paused = Follow { paused: Some(PauseReason::Forbidden), when: When::Scheduled, ..wish(When::All) };
    let refused = plan(Slot::Live, &[paused]);
    assert_eq!((refused.drafts.len(), decided(&refused)), (0, vec![(1, Decision::Paused)]));
}

#[test]
fn a_block_holds_for_keywords_and_never_for_a_host_that_is_followed() {
    let follows = [follow(1, 10, keyword("rust")), follow(2, 10, host(1)), follow(3, 20, keyword("rust"))];
    let matches = follows.iter().map(|follow| Match { blocked: true, ..matched(follow) });
    let plan = fan_out(id("1a"), Slot::Live, matches, |_| false, |_| 0);
    assert_eq!(plan.drafts.len(), 1);
    assert_eq!(plan.drafts[0].follows, [FollowId(2)]);
    assert!(!plan.drafts[0].keywords_only);
    let mut codes = decided(&plan);
    codes.sort_by_key(|(follow, _)| *follow);
    assert_eq!(codes, [(1, Decision::Blocked), (2, Decision::Planned), (3, Decision::Blocked)]);
}

#[test]
fn the_cap_on_keyword_posts_stops_the_seventh_and_no_host_s() {
    for (posts, capped) in [(KEYWORD_POSTS_PER_HOUR - 1, false), (KEYWORD_POSTS_PER_HOUR, true)] {
        let follows =
            [follow(1, 10, keyword("rust")), follow(2, 20, keyword("rust")), follow(3, 20, host(1))];
        let matches = follows.iter().map(|follow| matched(follow));
        let plan = fan_out(id("1a"), Slot::Live, matches, |_| false, |_| posts);
        assert_eq!(plan.overflowing, if capped { vec![channel(10)] } else { vec![] });
        assert_eq!(plan.drafts.len(), if capped { 1 } else { 2 });
        let code = if capped { Decision::KeywordCap } else { Decision::Planned };
        assert_eq!(decided(&plan), [(1, code), (2, Decision::Planned), (3, Decision::Planned)]);
    }
}

#[test]
fn what_is_late_is_late_by_more_than_an_hour_since_it_began_or_fell_due() {
    for (since, fell_due, now, late) in [
        (Some(0), 0, 3_600, false),
        (Some(0), 0, 3_601, true),
        (Some(0), 3_000, 3_601, true),
        (None, 0, 3_600, false),
        (None, 0, 3_601, true),
        (Some(3_000), 0, 3_601, true),
        (Some(3_000), 3_000, 3_601, false),
    ] {
        assert_eq!(is_late(since.map(at), at(fell_due), at(now)), late, "{since:?} {fell_due} {now}");
    }
}

#[test]
fn live_goes_before_scheduled_before_edits_before_emptying() {
    let order = [
        Priority::of(Work::Post, Slot::Live),
        Priority::of(Work::Post, Slot::Scheduled),
        Priority::of(Work::Edit, Slot::Live),
        Priority::of(Work::Empty, Slot::Scheduled),
    ];
    assert!(order.is_sorted() && order.windows(2).all(|pair| pair[0] != pair[1]));
    for priority in order {
        assert_eq!(Priority::from_code(priority.code()), priority);
    }
    for code in Decision::ALL {
        assert_eq!(Decision::from_name(code.name()), Some(code));
    }
    assert_eq!(
        Decision::ALL.map(Decision::name).into_iter().collect::<HashSet<_>>().len(),
        Decision::ALL.len()
    );
}

proptest! {
    #[test]
    fn a_nonce_fits_and_is_this_notice_s_alone(
        salt: u32, other_salt: u32, one in 1..=i64::MAX, other in 1..=i64::MAX,
    ) {
        let mine = nonce(salt, NoticeId(one));
        prop_assert!(mine.len() <= 25 && mine.is_ascii());
        prop_assert_eq!(&mine, &nonce(salt, NoticeId(one)));
        prop_assert_eq!(mine == nonce(other_salt, NoticeId(other)), (salt, one) == (other_salt, other));
    }
}

#[test]
fn the_longest_nonce_has_25_characters() {
    assert_eq!(nonce(u32::MAX, NoticeId(i64::MAX)), "ffffffff-7fffffffffffffff");
}

#[test]
fn a_follow_made_while_the_space_was_live_is_told_then_and_not_rung() {
    let follows = [follow(1, 10, host(1))];
    for (began, drafts) in [(-600, 0), (-3, 1), (60, 1)] {
        let matches = follows.iter().map(|follow| Match { live_since: Some(at(began)), ..matched(follow) });
        let plan = fan_out(id("1a"), Slot::Live, matches, |_| false, |_| 0);
        assert_eq!(plan.drafts.len(), drafts, "began {began} s after the follow was made");
        assert_eq!(plan.decided.len(), 1);
        if drafts == 0 {
            assert_eq!(plan.decided[0].decision, Decision::LiveBefore);
        }
    }
}
