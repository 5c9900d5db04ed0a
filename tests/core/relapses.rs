//! Channels that look as if they took posts, and take none.

use jiff::SignedDuration;
use spacebell::domain::follow::PauseReason;
use spacebell::domain::known::Phase;
use spacebell::domain::notice::Slot;
use spacebell::mender::rest;
use spacebell::store::{Edits, Look};

use crate::support::{Db, On, at, channel, draft, guild, host, known, tests_on_each_database};

tests_on_each_database! {
    a_channel_that_refuses_after_it_looked_well_rests_before_it_is_looked_at_again,
    a_post_that_is_taken_ends_the_trial,
    a_change_of_what_it_looks_like_ends_a_rest_and_a_command_doesn_t,
    a_channel_that_is_gone_is_looked_at_at_once_whatever_it_looked_like,
}

#[test]
fn rests_double_up_to_six_hours() {
    let minutes: Vec<i64> = (1..=7).chain([40, u32::MAX]).map(|n| rest(n).as_secs() / 60).collect();
    assert_eq!(minutes, [15, 30, 60, 120, 240, 360, 360, 360, 360]);
}

async fn refuses(db: &Db, now: i64) {
    let forbidden = PauseReason::Forbidden;
    db.store.pause_channel(guild(1), channel(10), forbidden, at(now)).await.expect("paused");
}

/// It looks as if it took posts.
async fn looks_well(db: &Db, now: i64) {
    db.store.resume_channel(channel(10)).await.expect("resumed");
    db.store.looked(channel(10), at(now), true).await.expect("on trial");
}

async fn due(db: &Db, now: i64) -> Vec<(u32, bool)> {
    let looks: Vec<Look> = db.store.due_looks(9, at(now)).await.expect("looks");
    looks.into_iter().map(|look| (look.relapses, look.rests)).collect()
}

async fn a_channel_that_refuses_after_it_looked_well_rests_before_it_is_looked_at_again(on: On) {
    let db = Db::on(on).await;
    db.follow(10, host(1)).await;
    refuses(&db, 0).await;
    assert_eq!(due(&db, 0).await, [(0, false)]);
    let mut now = 0;
    for relapses in 1..=4 {
        looks_well(&db, now).await;
        assert_eq!(due(&db, now + 100_000).await, [], "it isn't looked at while it is on trial");
        assert_eq!(db.store.next_look().await.expect("an answer"), None);
        now += 660;
        refuses(&db, now).await;
        // It is one refusal, whoever tells of it.
        refuses(&db, now + 1).await;
        assert_eq!(due(&db, now).await, [(relapses, true)]);
        let until = at(now) + rest(relapses);
        db.store.rest(channel(10), until).await.expect("it rests");
        now += rest(relapses).as_secs();
        assert_eq!(due(&db, now - 1).await, []);
        assert_eq!(due(&db, now).await, [(relapses, false)]);
    }
    let told = db.store.untold(guild(1), 1).await.expect("an answer");
    assert_eq!(told, [channel(10)]);
    assert!(db.store.tell_of(channel(10), at(now)).await.expect("an answer"));
    looks_well(&db, now).await;
    refuses(&db, now).await;
    assert!(db.store.untold(guild(1), 1).await.expect("an answer").is_empty(), "told once");
}

async fn a_post_that_is_taken_ends_the_trial(on: On) {
    let db = Db::on(on).await;
    db.follow(10, host(1)).await;
    refuses(&db, 0).await;
    looks_well(&db, 0).await;
    refuses(&db, 1).await;
    db.store.rest(channel(10), at(2)).await.expect("it rests");
    looks_well(&db, 2).await;
    db.commit(&known("1a", Phase::Live), &[draft("1a", 10, Slot::Live)], Edits::None, 3).await;
    let post = db.claim_one(3).await;
    db.posted(&post, 77, 4).await;
    refuses(&db, 5).await;
    assert_eq!(due(&db, 5).await, [(0, false)], "as if it had never relapsed");
}

async fn a_change_of_what_it_looks_like_ends_a_rest_and_a_command_doesn_t(on: On) {
    let db = Db::on(on).await;
    db.follow(10, host(1)).await;
    refuses(&db, 0).await;
    looks_well(&db, 0).await;
    db.store.look_soon(guild(1), at(1), true).await.expect("asked");
    assert_eq!(due(&db, 9).await, [], "on trial");
    refuses(&db, 1).await;
    let until = at(1) + SignedDuration::from_mins(15);
    db.store.rest(channel(10), until).await.expect("it rests");
    db.store.look_soon(guild(1), at(2), false).await.expect("asked");
    assert_eq!(due(&db, 2).await, []);
    db.store.look_soon(guild(1), at(2), true).await.expect("asked");
    assert_eq!(due(&db, 2).await, [(1, false)]);
}

async fn a_channel_that_is_gone_is_looked_at_at_once_whatever_it_looked_like(on: On) {
    let db = Db::on(on).await;
    db.follow(10, host(1)).await;
    refuses(&db, 0).await;
    looks_well(&db, 0).await;
    let gone = PauseReason::ChannelGone;
    db.store.pause_channel(guild(1), channel(10), gone, at(1)).await.expect("paused");
    assert_eq!(due(&db, 1).await, [(0, false)]);
}
