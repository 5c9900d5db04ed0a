//! Many follows at once, and what waits to be confirmed: on each database.

use spacebell::domain::filter::Filter;
use spacebell::domain::follow::{PauseReason, When};
use spacebell::domain::ids::{DiscordUserId, FollowId};
use spacebell::follows::{AddError, Follows};
use spacebell::store::{Imported, NewFollow};

use crate::support::{CAPS, Db, On, at, guild, host, keyword, new_follow, tests_on_each_database};

tests_on_each_database! {
    many_follows_are_kept_at_once_in_memory_as_in_the_store,
    a_cap_that_an_import_would_break_leaves_all_as_it_was,
    what_waits_to_be_confirmed_is_its_server_s_and_goes_with_time_or_when_it_is_done,
}

fn imported(new: NewFollow) -> Imported {
    Imported { new, paused: false }
}

async fn many_follows_are_kept_at_once_in_memory_as_in_the_store(on: On) {
    let db = Db::on(on).await;
    let caps = spacebell::config::Caps { follows_per_guild: 1_000, follows_per_channel: 1_000, ..CAPS };
    let follows = Follows::load(db.store.clone(), caps).await.expect("an index");
    follows.add(&new_follow(10, host(3))).await.expect("added");
    let filter = Filter { min_listeners: Some(50), ..Filter::default() };
    let mut all: Vec<Imported> = (0..250)
        .map(|n| imported(NewFollow { filter: filter.clone(), when: When::Live, ..new_follow(10, host(n)) }))
        .collect();
    all.push(Imported { paused: true, ..imported(new_follow(20, keyword("Rust"))) });
    let kept = follows.add_all(guild(1), all, None).await.expect("an answer").expect("added");
    assert_eq!(kept.len(), 250, "one was there");
    assert!(kept.is_sorted_by_key(|follow| follow.id));
    assert_eq!(follows.of_guild(guild(1)).len(), 251);
    let again = Follows::load(db.store.clone(), caps).await.expect("an index");
    for follow in follows.of_guild(guild(1)) {
        assert_eq!(again.get(follow.id), Some(follow));
    }
    let [paused] = &follows.of_channel(crate::support::channel(20))[..] else { panic!("one follow") };
    assert_eq!(paused.paused, Some(PauseReason::Person));
}

async fn a_cap_that_an_import_would_break_leaves_all_as_it_was(on: On) {
    let db = Db::on(on).await;
    let caps = spacebell::config::Caps { follows_per_channel: 3, ..CAPS };
    let follows = Follows::load(db.store.clone(), caps).await.expect("an index");
    follows.add(&new_follow(10, host(0))).await.expect("added");
    // One that is there takes no room.
    let most: Vec<Imported> = (0..3).map(|n| imported(new_follow(10, host(n)))).collect();
    let more: Vec<Imported> = (0..4).map(|n| imported(new_follow(10, host(n)))).collect();
    let refused = follows.add_all(guild(1), more, None).await;
    assert!(matches!(refused, Err(AddError::ChannelFull(3))), "{refused:?}");
    assert_eq!((follows.len(), db.store.follows().await.expect("follows").len()), (1, 1));
    assert_eq!(follows.add_all(guild(1), most, None).await.expect("an answer").expect("added").len(), 2);
}

async fn what_waits_to_be_confirmed_is_its_server_s_and_goes_with_time_or_when_it_is_done(on: On) {
    let db = Db::on(on).await;
    let follows = Follows::load(db.store.clone(), CAPS).await.expect("an index");
    let store = &db.store;
    let by = DiscordUserId::new(9);
    let keep = async |asked_at| store.keep_import(guild(1), by, "[]", at(asked_at)).await.expect("kept");
    let (first, second, third) = (keep(0).await, keep(10).await, keep(20).await);
    let there = async |in_guild, number, since| {
        store.import(guild(in_guild), number, at(since)).await.expect("an answer").is_some()
    };
    assert!(there(1, first, -1).await && !there(2, first, -1).await && !there(1, first, 0).await);
    store.forget_import(guild(2), first).await.expect("nothing of another server's");
    assert!(there(1, first, -1).await);
    store.erase_leftovers(at(-9), at(5)).await.expect("erased");
    assert!(!there(1, first, -1).await && there(1, second, -1).await);
    let kept = follows.add_all(guild(1), vec![imported(new_follow(10, host(1)))], Some(second)).await;
    assert_eq!(kept.expect("an answer").expect("added")[0].id, FollowId(1));
    let twice = follows.add_all(guild(1), vec![imported(new_follow(20, host(1)))], Some(second)).await;
    assert!(twice.expect("an answer").is_none(), "it was made before");
    assert_eq!(follows.len(), 1, "so nothing is kept of it");
    assert!(!there(1, second, -1).await && there(1, third, -1).await);
    store.forget_import(guild(1), third).await.expect("forgotten");
    assert!(!there(1, third, -1).await);
}
