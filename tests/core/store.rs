//! The store, on real databases: what it keeps it keeps whole, and the outbox's rules are its.

use std::collections::HashSet;

use spacebell::domain::erasure::Whose;
use spacebell::domain::follow::{Follow, PauseReason, Target, When};
use spacebell::domain::ids::{FollowId, MessageId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::{Decided, Decision, Draft, Hush, Slot, Work};
use spacebell::domain::space::XUser;
use spacebell::store::{
    AddFollow, BilledRow, Block, Change, Claimed, DaySum, Edits, ProcessLock, Store, StoreError, UserRow,
};

use crate::support::{
    Db, Failure, On, at, channel, channels, draft, eventually, guild, host, id, keyword, known, new_follow,
    tests_on_each_database, titled, user,
};

tests_on_each_database! {
    a_follow_is_kept_whole_and_once_a_channel_and_target,
    a_removed_follow_comes_back_under_its_id_unless_its_place_is_taken,
    a_host_s_new_name_is_kept_in_all_its_follows,
    a_server_that_was_left_is_paused_resumed_and_after_a_while_erased,
    a_change_is_kept_whole_or_not_at_all,
    a_database_without_room_refuses_a_change_and_says_so,
    a_database_that_rolled_a_change_back_by_itself_takes_the_next_one,
    a_claim_takes_one_a_channel_the_most_urgent_first_and_none_twice,
    something_more_urgent_is_claimed_though_the_channel_has_an_edit_waiting,
    within_a_priority_spaces_take_turns_so_that_none_waits_for_another_s_thousands,
    nothing_is_claimed_before_it_is_due_and_leases_end_by_time_or_at_the_start,
    a_try_that_surely_sent_nothing_leaves_no_trace_and_any_other_does,
    an_edit_asked_for_again_while_it_is_in_flight_stays_due,
    an_edit_refused_while_a_newer_one_was_asked_for_leaves_the_newer_one_due,
    edits_that_wait_become_one,
    a_message_that_was_out_of_date_when_it_was_sent_is_edited,
    the_scheduled_post_is_edited_once_the_live_one_is_there_or_wont_be,
    a_dropped_post_leaves_its_code_and_is_gone,
    a_removed_message_is_never_posted_again_nor_edited,
    a_post_that_is_there_is_never_drafted_a_second_time,
    posts_are_emptied_twenty_hours_after_the_end_unless_the_space_comes_back,
    a_post_that_is_never_made_leaves_no_emptying_that_would_hold_up_its_channel,
    keyword_posts_are_counted_by_channel_within_the_hour_and_more_is_told_on_the_last_one,
    what_is_old_is_erased_and_only_that,
    a_resource_is_billed_once_a_day_however_often_it_is_told,
    sums_of_days_tell_who_paid_and_outlive_what_was_billed,
    accounts_are_kept_as_last_told_and_forgotten,
    what_is_kept_is_there_after_the_store_was_opened_again,
    each_wish_role_and_block_is_read_as_it_was_written,
    a_database_has_one_process_and_the_next_waits_until_it_is_gone,
}

const NOW: i64 = 1_000;
const HOUR: i64 = 3_600;

async fn a_follow_is_kept_whole_and_once_a_channel_and_target(on: On) {
    let db = Db::on(on).await;
    let first = db.follow(10, host(1)).await;
    let renamed = Target::Host { user: user(1), username: "renamed".parse().expect("a username") };
    let again = db.store.add_follow(&new_follow(10, renamed)).await.expect("an answer");
    assert!(matches!(&again, AddFollow::Exists(follow) if *follow == first), "{again:?}");
    let elsewhere = db.follow(20, host(1)).await;
    let word = db.follow(10, keyword("Rust  Lang")).await;
    let same_word = db.store.add_follow(&new_follow(10, keyword("RUST lang"))).await.expect("an answer");
    assert!(matches!(&same_word, AddFollow::Exists(follow) if *follow == word));
    assert_eq!(db.store.follows().await.expect("follows"), [first, elsewhere, word]);
}

async fn a_removed_follow_comes_back_under_its_id_unless_its_place_is_taken(on: On) {
    let db = Db::on(on).await;
    let first = db.follow(10, host(1)).await;
    let word = db.follow(10, keyword("Rust")).await;
    assert!(db.store.remove_follow(first.id, at(0)).await.expect("removed"));
    assert!(!db.store.remove_follow(first.id, at(0)).await.expect("an answer"));
    assert!(db.store.restore_follow(&first, "").await.expect("restored"));
    assert!(db.store.remove_follow(word.id, at(0)).await.expect("removed"));
    assert!(db.store.restore_follow(&word, "rust").await.expect("restored"));
    assert_eq!(db.store.follows().await.expect("follows"), [first.clone(), word]);

    db.store.remove_follow(first.id, at(0)).await.expect("removed");
    let other = db.follow(10, host(1)).await;
    assert!(other.id > first.id, "an id isn't given twice");
    assert!(!db.store.restore_follow(&first, "").await.expect("an answer"));
}

async fn a_host_s_new_name_is_kept_in_all_its_follows(on: On) {
    let db = Db::on(on).await;
    db.follow(10, host(1)).await;
    db.follow(20, host(1)).await;
    let other = db.follow(10, host(2)).await;
    db.store.rename_host(user(1), "renamed".parse().expect("a name")).await.expect("renamed");
    let names: Vec<String> = db
        .store
        .follows()
        .await
        .expect("follows")
        .into_iter()
        .map(|follow| match follow.target {
            Target::Host { username, .. } => username.to_string(),
            Target::Keyword(typed) => typed,
        })
        .collect();
    assert_eq!(names, ["renamed", "renamed", "host2"]);
    assert_eq!(other.target, host(2));
}

async fn a_server_that_was_left_is_paused_resumed_and_after_a_while_erased(on: On) {
    let db = Db::on(on).await;
    let kept = db.follow(10, host(1)).await;
    let elsewhere = spacebell::store::NewFollow { guild: guild(2), ..new_follow(20, host(1)) };
    db.store.add_follow(&elsewhere).await.expect("a follow");
    let block = Block::Host { user: user(5), username: "blocked".parse().expect("a name") };
    assert!(db.store.add_block(guild(1), &block).await.expect("blocked"));
    assert!(!db.store.add_block(guild(1), &block).await.expect("an answer"));
    let paused = async || -> Vec<Option<PauseReason>> {
        db.store.follows().await.expect("follows").into_iter().map(|follow: Follow| follow.paused).collect()
    };
    db.store.leave_guild(guild(1), at(0)).await.expect("paused");
    assert_eq!(paused().await, [Some(PauseReason::GuildLeft), None]);
    db.store.rejoin_guild(guild(1), at(9)).await.expect("resumed");
    assert_eq!(db.store.follows().await.expect("follows")[0], kept);
    assert_eq!(
        db.store.due_looks(9, at(9)).await.expect("looks").len(),
        1,
        "what went on meanwhile is made up for"
    );

    // What a person paused stays so, and is erased all the same.
    db.store.pause_follows(&[kept.id], at(10)).await.expect("paused");
    db.store.leave_guild(guild(1), at(20)).await.expect("paused");
    db.store.rejoin_guild(guild(1), at(30)).await.expect("resumed");
    assert_eq!(paused().await, [Some(PauseReason::Person), None]);
    db.store.leave_guild(guild(1), at(100)).await.expect("paused");
    assert!(db.store.erase_left_guilds(at(100), at(200)).await.expect("erased").is_empty());
    assert_eq!(db.store.erase_left_guilds(at(101), at(200)).await.expect("erased"), [guild(1)]);
    assert_eq!(db.store.follows().await.expect("follows").len(), 1);
    assert!(db.store.blocks().await.expect("blocks").is_empty());
}

fn full_change<'a>(known: &'a Known, drafts: &'a [Draft], decided: &'a [Decided]) -> Change<'a> {
    Change {
        known,
        people: &[],
        drafts,
        overflowing: &[],
        decided,
        reopened: None,
        edits: Edits::All,
        now: at(NOW),
    }
}

async fn a_change_is_kept_whole_or_not_at_all(on: On) {
    let known = known("1a", Phase::Live);
    let drafts = [draft("1a", 10, Slot::Live), draft("1a", 20, Slot::Live)];
    let decided = [Decided {
        space: id("1a"),
        channel: channel(10),
        follow: FollowId(1),
        slot: Slot::Live,
        decision: Decision::Planned,
    }];
    for table in ["posts", "notices", "decisions"] {
        let db = Db::on(on).await;
        db.fail("INSERT", table, Failure::Odd).await;
        let change = full_change(&known, &drafts, &decided);
        assert!(matches!(db.store.commit(&change).await, Err(StoreError::Failed(_))), "{table}");
        assert!(db.store.space(id("1a")).await.expect("a read").is_none(), "{table}");
        assert!(db.store.posts(id("1a")).await.expect("posts").is_empty());
        assert!(db.store.decisions(id("1a")).await.expect("decisions").is_empty());
        assert_eq!(db.claim(NOW).await, []);

        db.mend("INSERT", table).await;
        db.store.commit(&change).await.expect("now it works");
        assert_eq!(db.store.spaces().await.expect("spaces"), std::slice::from_ref(&known));
        assert_eq!(db.store.decisions(id("1a")).await.expect("decisions"), decided);
        assert_eq!(db.store.posts(id("1a")).await.expect("posts").len(), 2);
        assert_eq!(channels(&db.claim(NOW).await), [10, 20]);
    }
}

async fn a_database_without_room_refuses_a_change_and_says_so(on: On) {
    let db = Db::on(on).await;
    let before = known("1a", Phase::Scheduled);
    db.commit(&before, &[], Edits::None, 0).await;
    db.store.close().await;
    let read_only = match on {
        On::Sqlite => "mode=ro",
        On::Postgres => "options[default_transaction_read_only]=on",
    };
    let read_only = Store::open(&format!("{}?{read_only}", db.url)).await;
    let error = match read_only {
        Ok(store) => {
            store.commit(&full_change(&known("1a", Phase::Live), &[], &[])).await.expect_err("refused")
        }
        Err(error) => error,
    };
    assert!(matches!(error, StoreError::Unwritable(_) | StoreError::Migration(_)), "{error:?}");
    let store = Store::open(&db.url).await.expect("a store");
    assert_eq!(store.spaces().await.expect("spaces"), [before]);
}

async fn a_database_that_rolled_a_change_back_by_itself_takes_the_next_one(on: On) {
    let db = Db::on(on).await;
    db.fail("INSERT", "spaces", Failure::DiskFull).await;
    for _ in 0..3 {
        db.store.commit(&full_change(&known("1a", Phase::Live), &[], &[])).await.expect_err("refused");
    }
    db.mend("INSERT", "spaces").await;
    db.store.commit(&full_change(&known("1a", Phase::Live), &[], &[])).await.expect("there is room again");
    assert_eq!(db.store.claim(10, at(NOW), at(NOW + 60)).await.expect("a claim"), []);
}

async fn a_claim_takes_one_a_channel_the_most_urgent_first_and_none_twice(on: On) {
    let db = Db::on(on).await;
    let scheduled = known("1s", Phase::Scheduled);
    db.commit(
        &scheduled,
        &[draft("1s", 10, Slot::Scheduled), draft("1s", 20, Slot::Scheduled)],
        Edits::None,
        0,
    )
    .await;
    db.go_live("1a", [10, 30], 1).await;
    db.go_live("1b", [10], 2).await;
    let first = db.claim(NOW).await;
    let what: Vec<_> = first.iter().map(|notice| (notice.space, notice.channel.get())).collect();
    assert_eq!(what, [(id("1a"), 10), (id("1a"), 30), (id("1s"), 20)]);
    assert_eq!(db.claim(NOW).await, [], "each channel has one claimed");
    db.posted(&first[0], 501, NOW).await;
    let second = db.claim_one(NOW).await;
    assert_eq!((second.space, second.channel.get()), (id("1b"), 10));
}

async fn something_more_urgent_is_claimed_though_the_channel_has_an_edit_waiting(on: On) {
    let db = Db::on(on).await;
    let known = db.go_live("1a", [10], 0).await;
    let post = db.claim_one(0).await;
    db.posted(&post, 501, 0).await;
    db.commit(&known, &[], Edits::All, 1).await;
    assert_eq!(db.claim_one(1).await.work, Work::Edit);
    let scheduled = crate::support::known("1c", Phase::Scheduled);
    db.go_live("1b", [10], 2).await;
    db.commit(&scheduled, &[draft("1c", 10, Slot::Scheduled)], Edits::None, 2).await;
    assert_eq!(db.claim_one(2).await.space, id("1b"), "the live post doesn't wait for the edit");
    assert_eq!(db.claim(2).await, [], "and the scheduled one waits for the live one");
}

async fn within_a_priority_spaces_take_turns_so_that_none_waits_for_another_s_thousands(on: On) {
    let db = Db::on(on).await;
    db.go_live("1big", 1_000..3_000, 0).await;
    db.go_live("1small", [1, 2], 1).await;
    let claimed = db.claim(NOW).await;
    assert_eq!(claimed.len(), 100);
    let spaces: Vec<&str> = claimed[..4].iter().map(|notice| notice.space.as_str()).collect();
    assert_eq!(spaces, ["1big", "1small", "1big", "1small"]);
    let mut all: HashSet<_> = claimed.iter().map(|notice| notice.id).collect();
    for _ in 0..20 {
        let more = db.claim(NOW).await;
        assert!(more.iter().all(|notice| all.insert(notice.id)), "none is claimed twice");
    }
    assert_eq!(all.len(), 2_002);
}

async fn nothing_is_claimed_before_it_is_due_and_leases_end_by_time_or_at_the_start(on: On) {
    let db = Db::on(on).await;
    db.go_live("1a", [10], NOW).await;
    assert_eq!(db.claim(NOW - 1).await, []);
    assert_eq!(db.store.next_due().await.expect("a time"), Some(at(NOW)));
    let claimed = db.claim_one(NOW).await;
    db.store.begin_try(&claimed, 1, at(NOW)).await.expect("begun");
    assert_eq!(db.store.next_due().await.expect("a time"), None);
    assert_eq!(db.claim(NOW + 599).await, []);
    let again = db.claim_one(NOW + 600).await;
    assert_eq!((again.id, claimed.tried_at, again.tried_at), (claimed.id, None, Some(at(NOW))));
    db.store.clear_leases().await.expect("cleared");
    assert_eq!(db.claim_one(NOW + 601).await.tried_at, Some(at(NOW)), "the first try is what counts");
    db.store.release(&again, at(NOW + 700), true, true).await.expect("released");
    assert_eq!(db.claim(NOW + 699).await, []);
    let later = db.claim_one(NOW + 700).await;
    assert_eq!((later.attempts, later.tried_at, later.tried_revision), (1, Some(at(NOW)), Some(1)));
    let depth = db.store.queue_depth(at(NOW + 700)).await.expect("a depth");
    assert_eq!((depth.due, depth.oldest), (1, Some(at(NOW + 700))));
}

async fn a_try_that_surely_sent_nothing_leaves_no_trace_and_any_other_does(on: On) {
    for (tried_before, maybe_sent, traced) in
        [(false, false, false), (false, true, true), (true, false, true), (true, true, true)]
    {
        let db = Db::on(on).await;
        db.go_live("1a", [10], 0).await;
        let mut notice = db.claim_one(0).await;
        db.store.begin_try(&notice, 1, at(0)).await.expect("begun");
        if tried_before {
            db.store.release(&notice, at(5), true, true).await.expect("released");
            notice = db.claim_one(5).await;
            db.store.begin_try(&notice, 2, at(5)).await.expect("begun");
        }
        db.store.release(&notice, at(10), maybe_sent, false).await.expect("released");
        let again = db.claim_one(10).await;
        assert_eq!(again.tried_at.is_some(), traced, "{tried_before} {maybe_sent}");
        assert_eq!(again.tried_revision.is_some(), traced);
    }
}

/// A store with one live post, sent as message 501.
async fn with_post(on: On) -> (Db, Known) {
    let db = Db::on(on).await;
    let known = db.go_live("1a", [10], 0).await;
    let post = db.claim_one(0).await;
    db.posted(&post, 501, 0).await;
    (db, known)
}

async fn an_edit_asked_for_again_while_it_is_in_flight_stays_due(on: On) {
    let (db, known) = with_post(on).await;
    db.commit(&known, &[], Edits::All, 1).await;
    let edit = db.claim_one(1).await;
    assert_eq!((edit.work, edit.message), (Work::Edit, Some(MessageId::new(501))));
    db.commit(&known, &[], Edits::All, 2).await;
    db.store.settle_edited(&edit, at(3)).await.expect("settled");
    let again = db.claim_one(3).await;
    assert_eq!((again.id, again.version), (edit.id, edit.version + 1));
    db.store.settle_edited(&again, at(4)).await.expect("settled");
    assert_eq!(db.claim(9_999).await, []);
}

async fn an_edit_refused_while_a_newer_one_was_asked_for_leaves_the_newer_one_due(on: On) {
    let (db, known) = with_post(on).await;
    db.commit(&known, &[], Edits::All, 1).await;
    let edit = db.claim_one(1).await;
    db.commit(&known, &[], Edits::All, 2).await;
    db.store.settle_dropped(&edit, Decision::Rejected, at(3)).await.expect("settled");
    let again = db.claim_one(3).await;
    assert_eq!(again.work, Work::Edit);
    db.store.settle_dropped(&again, Decision::Rejected, at(4)).await.expect("settled");
    assert_eq!(db.claim(9_999).await, []);
}

async fn edits_that_wait_become_one(on: On) {
    let (db, known) = with_post(on).await;
    for second in 1..5 {
        db.commit(&known, &[], Edits::All, second).await;
    }
    let edit = db.claim_one(5).await;
    db.store.settle_edited(&edit, at(6)).await.expect("settled");
    assert_eq!(db.claim(9_999).await, []);
}

async fn a_message_that_was_out_of_date_when_it_was_sent_is_edited(on: On) {
    let db = Db::on(on).await;
    let known = db.go_live("1a", [10], 0).await;
    let post = db.claim_one(0).await;
    let (_, shown) = db.store.space(id("1a")).await.expect("a read").expect("the Space");
    db.commit(&known, &[], Edits::All, 1).await;
    assert_eq!(db.claim(1).await, [], "what isn't there isn't edited");
    db.store.settle_posted(&post, MessageId::new(501), shown, Hush::default(), at(2)).await.expect("settled");
    let edit = db.claim_one(2).await;
    assert_eq!((edit.work, edit.message), (Work::Edit, Some(MessageId::new(501))));
    db.store.settle_edited(&edit, at(3)).await.expect("settled");

    // What changed for nobody asks for no edit.
    db.go_live("1b", [20], 4).await;
    let post = db.claim_one(4).await;
    db.store.touch(&[crate::support::known("1b", Phase::Live)]).await.expect("touched");
    db.posted(&post, 502, 5).await;
    assert_eq!(db.claim(9_999).await, []);
    let decided = db.store.decisions(id("1b")).await.expect("decisions");
    assert_eq!(decided.iter().map(|one| one.decision).collect::<Vec<_>>(), [Decision::Posted]);
}

async fn the_scheduled_post_is_edited_once_the_live_one_is_there_or_wont_be(on: On) {
    for dropped in [false, true] {
        let db = Db::on(on).await;
        let scheduled = known("1a", Phase::Scheduled);
        db.commit(
            &scheduled,
            &[draft("1a", 10, Slot::Scheduled), draft("1a", 20, Slot::Scheduled)],
            Edits::None,
            0,
        )
        .await;
        for (post, message) in db.claim(0).await.iter().zip(501..) {
            db.posted(post, message, 0).await;
        }
        let live = known("1a", Phase::Live);
        db.commit(&live, &[draft("1a", 10, Slot::Live)], Edits::ScheduledAlone, 1).await;
        let claimed = db.claim(1).await;
        let [post, alone]: [Claimed; 2] = claimed.try_into().expect("a post and an edit");
        assert_eq!((post.channel.get(), post.work, post.slot), (10, Work::Post, Slot::Live));
        assert_eq!((alone.channel.get(), alone.work, alone.slot), (20, Work::Edit, Slot::Scheduled));
        if dropped {
            db.store.settle_dropped(&post, Decision::Forbidden, at(2)).await.expect("settled");
        } else {
            db.posted(&post, 601, 2).await;
        }
        let edit = db.claim_one(2).await;
        assert_eq!((edit.work, edit.slot, edit.channel.get()), (Work::Edit, Slot::Scheduled, 10));
    }
}

async fn a_dropped_post_leaves_its_code_and_is_gone(on: On) {
    let db = Db::on(on).await;
    db.go_live("1a", [10], 0).await;
    let post = db.claim_one(0).await;
    db.store.settle_dropped(&post, Decision::OverBefore, at(1)).await.expect("settled");
    assert_eq!(db.claim(9_999).await, []);
    let decided = db.store.decisions(id("1a")).await.expect("decisions");
    assert_eq!(decided[0].decision, Decision::OverBefore);
}

async fn a_removed_message_is_never_posted_again_nor_edited(on: On) {
    let (db, known) = with_post(on).await;
    db.commit(&known, &[], Edits::All, 1).await;
    let edit = db.claim_one(1).await;
    let ended = crate::support::known("1a", Phase::Ended);
    db.commit(&ended, &[], Edits::All, 2).await;
    db.store.settle_removed(&edit, at(0)).await.expect("settled");
    db.commit(&known, &[draft("1a", 10, Slot::Live)], Edits::All, 3).await;
    assert!(!db.store.add_draft(&draft("1a", 10, Slot::Live), at(4)).await.expect("an answer"));
    assert_eq!(db.claim(999_999).await, []);
}

async fn a_post_that_is_there_is_never_drafted_a_second_time(on: On) {
    let (db, known) = with_post(on).await;
    assert!(!db.store.add_draft(&draft("1a", 10, Slot::Live), at(1)).await.expect("an answer"));
    let drafts = [draft("1a", 10, Slot::Live), draft("1a", 20, Slot::Live)];
    db.commit(&known, &drafts, Edits::None, 2).await;
    let post = db.claim_one(2).await;
    assert_eq!((post.channel.get(), post.work), (20, Work::Post));
    assert_eq!(db.store.posts_in(id("1a"), channel(10)).await.expect("posts").len(), 1);
}

async fn posts_are_emptied_twenty_hours_after_the_end_unless_the_space_comes_back(on: On) {
    let (db, live) = with_post(on).await;
    let ended = Known { over_at: Some(at(100)), ..known("1a", Phase::Ended) };
    db.commit(&ended, &[], Edits::All, 200).await;
    let edit = db.claim_one(200).await;
    db.store.settle_edited(&edit, at(200)).await.expect("settled");
    assert_eq!(db.claim(100 + 20 * HOUR - 1).await, []);
    assert_eq!(db.claim_one(100 + 20 * HOUR).await.work, Work::Empty);

    let (db, _) = with_post(on).await;
    db.commit(&ended, &[], Edits::None, 200).await;
    db.commit(&live, &[], Edits::None, 300).await;
    assert_eq!(db.claim(999_999).await, [], "it came back, so nothing is emptied");
    // An end that lies in the future, by X's clock, delays nothing.
    let ahead = Known { over_at: Some(at(900_000)), ..ended };
    db.commit(&ahead, &[], Edits::None, 400).await;
    assert_eq!(db.claim_one(400 + 20 * HOUR).await.work, Work::Empty);
}

async fn a_post_that_is_never_made_leaves_no_emptying_that_would_hold_up_its_channel(on: On) {
    let db = Db::on(on).await;
    db.go_live("1a", [10], 0).await;
    let unsent = db.claim_one(0).await;
    db.go_live("1b", [10], 0).await;
    for text in ["1a", "1b"] {
        let over = Known { over_at: Some(at(10)), ..known(text, Phase::Ended) };
        db.commit(&over, &[], Edits::All, 10).await;
    }
    db.store.settle_dropped(&unsent, Decision::OverBefore, at(10)).await.expect("settled");
    let sent = db.claim_one(10).await;
    db.posted(&sent, 501, 10).await;
    for text in ["1b", "1b"] {
        for notice in db.claim(30 * HOUR).await {
            assert_eq!(notice.space, id(text));
            db.store.settle_edited(&notice, at(30 * HOUR)).await.expect("settled");
        }
    }
    assert_eq!(db.store.next_due().await.expect("an answer"), None, "nothing waits that nobody can do");
    assert_eq!(db.count("SELECT COUNT(*) FROM notices").await, 0);
}

async fn keyword_posts_are_counted_by_channel_within_the_hour_and_more_is_told_on_the_last_one(on: On) {
    let db = Db::on(on).await;
    let keyword_draft = |text, number| Draft { keywords_only: true, ..draft(text, number, Slot::Live) };
    for (text, second) in [("1a", 0), ("1b", 10), ("1c", 20)] {
        db.commit(&known(text, Phase::Live), &[keyword_draft(text, 10)], Edits::None, second).await;
    }
    db.go_live("1h", [10], 15).await;
    assert_eq!(db.store.keyword_posts_since(at(0)).await.expect("counts"), [(channel(10), 2)]);
    assert_eq!(db.store.keyword_posts_since(at(-1)).await.expect("counts"), [(channel(10), 3)]);

    let overflow = async |now: i64| {
        let known = known("1d", Phase::Live);
        let overflowing = [channel(10)];
        let change = Change {
            known: &known,
            people: &[],
            drafts: &[],
            overflowing: &overflowing,
            decided: &[],
            reopened: None,
            edits: Edits::None,
            now: at(now),
        };
        db.store.commit(&change).await.expect("a commit");
    };
    overflow(30).await;
    let more = async || -> Vec<u32> {
        let mut more = Vec::new();
        for text in ["1a", "1b", "1c", "1h"] {
            more.push(db.store.posts(id(text)).await.expect("posts")[0].more);
        }
        more
    };
    assert_eq!(more().await, [0, 0, 1, 0]);
    // The post isn't there yet: it is sent with what it knows, and edited if there is more by then.
    let mut edits = Vec::new();
    loop {
        let claimed = db.claim(40).await;
        let Some(notice) = claimed.first() else { break };
        match notice.work {
            Work::Post => {
                if notice.space == id("1c") {
                    overflow(32).await;
                }
                db.posted(notice, 600, 40).await;
            }
            Work::Edit | Work::Empty | Work::Digest => {
                edits.push((notice.space, notice.more));
                db.store.settle_edited(notice, at(40)).await.expect("settled");
            }
        }
    }
    assert_eq!(edits, [(id("1c"), 2)]);
    assert_eq!(more().await, [0, 0, 2, 0]);
}

async fn what_is_old_is_erased_and_only_that(on: On) {
    let db = Db::on(on).await;
    let ended = |text: &str, over_at: i64| Known { over_at: Some(at(over_at)), ..known(text, Phase::Ended) };
    for (text, number) in [("1old", 10), ("1new", 20), ("1live", 30)] {
        db.go_live(text, [number], 0).await;
    }
    db.commit(&ended("1old", 99), &[], Edits::All, 99).await;
    db.commit(&ended("1new", 100), &[], Edits::All, 100).await;
    for (post, message) in db.claim(100).await.iter().zip(501..) {
        db.posted(post, message, 100).await;
    }
    db.store.add_billed(&["2026-07-30", "2026-07-31"].map(|day| billed(day, "1"))).await.expect("billed");
    let erased = db.store.erase_old(at(100), at(100), "2026-07-31").await.expect("erased");
    assert_eq!(erased, [id("1old")]);
    let mut left: Vec<_> =
        db.store.spaces().await.expect("spaces").into_iter().map(|known| known.space.id).collect();
    left.sort_unstable();
    assert_eq!(left, [id("1live"), id("1new")]);
    // Which message is still to be emptied is kept until it is.
    assert_eq!(db.store.posts(id("1old")).await.expect("posts").len(), 1);
    assert_eq!(db.count("SELECT COUNT(*) FROM notices WHERE space_id = '1old'").await, 1);
    let empty = db.claim_one(99 + 20 * HOUR).await;
    assert_eq!((empty.space, empty.work), (id("1old"), Work::Empty));
    db.store.settle_edited(&empty, at(99 + 20 * HOUR)).await.expect("settled");
    assert!(db.store.posts(id("1old")).await.expect("posts").is_empty());
    assert_eq!(db.store.posts(id("1new")).await.expect("posts").len(), 1);
    // What was decided outlives the Space, until its own time is over.
    assert_eq!(db.store.decisions(id("1old")).await.expect("decisions").len(), 1);
    db.store.erase_old(at(0), at(101), "2026-07-31").await.expect("erased");
    assert!(db.store.decisions(id("1old")).await.expect("decisions").is_empty());
    assert!(db.store.billed_on("2026-07-30").await.expect("rows").is_empty());
    assert_eq!(db.store.billed_on("2026-07-31").await.expect("rows").len(), 1);
}

fn billed(day: &str, resource: &str) -> BilledRow {
    BilledRow {
        day: day.to_owned(),
        kind: "space".to_owned(),
        resource_id: resource.to_owned(),
        cause: "hosts".to_owned(),
        guild_id: Some(u64::MAX >> 1),
        micro_dollars: 5_000,
        keyword: Some("rust".to_owned()),
        shares: Vec::new(),
    }
}

async fn a_resource_is_billed_once_a_day_however_often_it_is_told(on: On) {
    let db = Db::on(on).await;
    let first = billed("2026-08-01", "1a");
    db.store.add_billed(std::slice::from_ref(&first)).await.expect("billed");
    let dearer = BilledRow { micro_dollars: 9_000, cause: "keywords".to_owned(), ..first.clone() };
    let tomorrow = billed("2026-08-02", "1a");
    let many: Vec<BilledRow> = (0..250).map(|nth| billed("2026-08-02", &format!("x{nth}"))).collect();
    db.store.add_billed(&[dearer, tomorrow]).await.expect("billed");
    db.store.add_billed(&many).await.expect("billed");
    assert_eq!(db.store.billed_on("2026-08-01").await.expect("rows"), [first]);
    assert_eq!(db.store.billed_on("2026-08-02").await.expect("rows").len(), 251);
    assert_eq!(db.store.billed_between("2026-08-01", "2026-08-01").await.expect("a sum"), 5_000, "once");
    assert_eq!(db.store.billed_between("2026-08-01", "2026-08-02").await.expect("a sum"), 252 * 5_000);
    let month = async |now: &str| {
        let come_to = db.store.come_to(now.parse().expect("a time")).await.expect("sums");
        (come_to.month_micro_dollars, come_to.announced_today)
    };
    assert_eq!(month("2026-08-01T23:59:59Z").await, (5_000, 0), "what is to come doesn't count");
    assert_eq!(month("2026-08-31T12:00:00Z").await, (252 * 5_000, 0));
    assert_eq!(month("2026-09-01T00:00:00Z").await, (0, 0), "another month");
}

async fn sums_of_days_tell_who_paid_and_outlive_what_was_billed(on: On) {
    let db = Db::on(on).await;
    let shares = vec![(1, 2_500), (2, 2_500)];
    let split =
        BilledRow { cause: "keywords".to_owned(), guild_id: None, shares, ..billed("2026-08-01", "1a") };
    let twice = BilledRow { shares: vec![(3, 5_000)], ..split.clone() };
    db.store.add_billed(&[split.clone(), twice]).await.expect("billed");
    db.store.add_billed(&[split]).await.expect("billed");
    let sums = async |day: &str| db.store.day_sums(day, day).await.expect("sums");
    let sum = |guild_id, micro_dollars| DaySum {
        day: "2026-08-01".to_owned(),
        cause: "keywords".to_owned(),
        kind: "space".to_owned(),
        guild_id,
        micro_dollars,
    };
    assert_eq!(sums("2026-08-01").await, [sum(Some(1), 2_500), sum(Some(2), 2_500)]);
    db.store.erase_old(at(0), at(0), "2026-08-02").await.expect("erased");
    assert!(db.store.billed_on("2026-08-01").await.expect("rows").is_empty());
    assert_eq!(sums("2026-08-01").await.len(), 2);
    // What a server spent becomes nobody's when the server is erased; the sums stay whole.
    db.store.erase(&Whose::Server(guild(1)), at(0)).await.expect("erased");
    assert_eq!(sums("2026-08-01").await, [sum(None, 2_500), sum(Some(2), 2_500)]);
    db.store.erase_day_sums("2026-08-02").await.expect("erased");
    assert!(sums("2026-08-01").await.is_empty());
}

async fn accounts_are_kept_as_last_told_and_forgotten(on: On) {
    let db = Db::on(on).await;
    let row = |name: &str, second| UserRow {
        user: XUser {
            id: user(1),
            username: "host1".parse().expect("a username"),
            name: name.to_owned(),
            picture_url: None,
        },
        fetched_at: at(second),
    };
    db.store.save_users(&[row("Old", 1)]).await.expect("saved");
    db.store.save_users(&[row("New", 2)]).await.expect("saved");
    db.store.save_users(&[row("Late", 1)]).await.expect("saved");
    assert_eq!(db.store.users().await.expect("users"), [row("New", 2)]);
    db.store.forget_user(user(1)).await.expect("forgotten");
    assert!(db.store.users().await.expect("users").is_empty());
}

async fn what_is_kept_is_there_after_the_store_was_opened_again(on: On) {
    let db = Db::on(on).await;
    let follow = db.follow(10, keyword("Rust")).await;
    let mut known = known("1a", Phase::Live);
    known.space = titled("日本語 \u{202E} \"quoted\"", known.space);
    known.counted = Some((5, at(3)));
    db.commit(&known, &[draft("1a", 10, Slot::Live)], Edits::None, 0).await;
    let salt = db.store.nonce_salt(17).await.expect("a salt");
    db.store.set_meta("a", "1").await.expect("kept");
    db.store.close().await;
    let store = Store::open(&db.url).await.expect("a store");
    assert_eq!(store.follows().await.expect("follows"), [follow]);
    assert_eq!(store.spaces().await.expect("spaces"), [known]);
    assert_eq!((salt, store.nonce_salt(18).await.expect("a salt")), (17, 17));
    assert_eq!(store.meta("a").await.expect("read").as_deref(), Some("1"));
    assert_eq!(store.claim(5, at(0), at(1)).await.expect("a claim").len(), 1);
}

async fn each_wish_role_and_block_is_read_as_it_was_written(on: On) {
    let db = Db::on(on).await;
    for (number, when) in (10..).zip(When::ALL) {
        let new = spacebell::store::NewFollow { when, role: None, ..new_follow(number, host(1)) };
        db.store.add_follow(&new).await.expect("a follow");
    }
    let follows = db.store.follows().await.expect("follows");
    assert_eq!(follows.iter().map(|follow| follow.when).collect::<Vec<_>>(), When::ALL);
    assert!(follows.iter().all(|follow| follow.role.is_none()));
    let word = Block::Word { folded: "rust".to_owned(), typed: "Rust".to_owned() };
    let account = Block::Host { user: user(5), username: "host5".parse().expect("a username") };
    for block in [&word, &account] {
        assert!(db.store.add_block(guild(1), block).await.expect("blocked"));
    }
    let expected = [(guild(1), account), (guild(1), word.clone())];
    assert_eq!(db.store.blocks().await.expect("blocks"), expected);
    assert!(db.store.remove_block(guild(1), &word).await.expect("unblocked"));
    assert!(!db.store.remove_block(guild(1), &word).await.expect("an answer"));
}

async fn a_database_has_one_process_and_the_next_waits_until_it_is_gone(on: On) {
    let db = Db::on(on).await;
    let lock = ProcessLock::try_take(&db.url).await.expect("a try").expect("the lock");
    assert!(ProcessLock::try_take(&db.url).await.expect("a try").is_none());
    drop(lock);
    // A server hears of the connection's end a little later.
    eventually("the lock", async || ProcessLock::try_take(&db.url).await.expect("a try").is_some()).await;
    assert!(db.folder().is_none_or(|folder| folder.join("bell.db.lock").exists()));
}

#[tokio::test]
async fn a_database_in_memory_is_locked_without_a_file() {
    let before = std::fs::read_dir(".").expect("a directory").count();
    let url = "sqlite::memory:";
    let lock = ProcessLock::try_take(url).await.expect("a try");
    assert!(lock.is_some() && ProcessLock::try_take(url).await.expect("a try").is_some());
    assert_eq!(std::fs::read_dir(".").expect("a directory").count(), before);
}
