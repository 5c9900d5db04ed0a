//! The index of follows: store first, then memory; what it finds, it finds once.

use spacebell::config::Caps;
use spacebell::domain::follow::{Follow, PauseReason, Target};
use spacebell::domain::ids::FollowId;
use spacebell::follows::{AddError, Follows};
use spacebell::store::{AddFollow, Block, NewFollow};

use spacebell::domain::known::{Known, Phase};
use spacebell::domain::notice::Slot;

use crate::support::{
    CAPS, Db, Failure, On, at, by, channel, guild, host, keyword, known, live, new_follow,
    tests_on_each_database, titled, user,
};

tests_on_each_database! {
    a_space_concerns_follows_of_its_host_and_of_its_words_each_once,
    what_the_store_refuses_changes_nothing_in_memory,
    a_channel_has_each_target_once_however_it_is_written,
    a_full_server_or_channel_refuses_by_the_name_of_its_cap,
    a_removed_follow_is_restored_once_and_not_beside_its_like,
    a_host_that_is_renamed_is_so_in_each_of_its_follows,
    a_server_that_was_left_waits_and_comes_back_as_it_was,
    blocks_hold_for_their_server_alone_until_they_are_taken_back,
    keywords_are_counted_by_how_many_follow_them,
}

async fn index(db: &Db) -> Follows {
    Follows::load(db.store.clone(), CAPS).await.expect("an index")
}

async fn add(follows: &Follows, new: NewFollow) -> Follow {
    match follows.add(&new).await.expect("added") {
        AddFollow::Added(follow) => follow,
        AddFollow::Exists(_) => panic!("it was there already"),
    }
}

fn concerned(follows: &Follows, title: &str, creator: u64) -> Vec<i64> {
    let space = titled(title, by(creator, live("1a")));
    follows.concerned(&space).iter().map(|follow| follow.id.0).collect()
}

fn word(folded: &str) -> Block {
    Block::Word { folded: folded.to_owned(), typed: folded.to_uppercase() }
}

fn account(number: u64) -> Block {
    Block::Host { user: user(number), username: "blocked".parse().expect("a username") }
}

/// All that an index says, to be compared with another's.
fn contents(follows: &Follows) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        follows.of_guild(guild(1)),
        follows.hosts(),
        follows.keywords(),
        follows.blocks(guild(1)),
        concerned(follows, "Rust and go", 1),
    )
}

async fn a_space_concerns_follows_of_its_host_and_of_its_words_each_once(on: On) {
    let db = Db::on(on).await;
    let follows = index(&db).await;
    add(&follows, new_follow(10, host(1))).await;
    add(&follows, new_follow(10, keyword("Rust"))).await;
    add(&follows, new_follow(20, keyword("go"))).await;
    add(&follows, new_follow(20, host(2))).await;
    assert_eq!(concerned(&follows, "RUST: go, rust, go!", 1), [1, 2, 3]);
    assert_eq!(concerned(&follows, "trusty gophers", 2), [4]);
    assert_eq!(concerned(&follows, "nothing", 3), [0_i64; 0]);
    assert_eq!(contents(&follows), contents(&index(&db).await), "the store says the same");
    follows.remove(guild(1), FollowId(2), at(0)).await.expect("removed").expect("it was there");
    assert_eq!(concerned(&follows, "rust go", 1), [1, 3]);
    assert!(
        follows.remove(guild(2), FollowId(1), at(0)).await.expect("an answer").is_none(),
        "another server's"
    );
    assert_eq!(concerned(&follows, "rust go", 1), [1, 3]);
}

async fn what_the_store_refuses_changes_nothing_in_memory(on: On) {
    let db = Db::on(on).await;
    let follows = index(&db).await;
    let kept = add(&follows, new_follow(10, host(1))).await;
    let removed = add(&follows, new_follow(10, keyword("Rust"))).await;
    follows.remove(guild(1), removed.id, at(0)).await.expect("removed");
    follows.block(guild(1), word("go")).await.expect("blocked");
    let before = contents(&follows);
    for (what, table) in [
        ("INSERT", "follows"),
        ("UPDATE", "follows"),
        ("DELETE", "follows"),
        ("INSERT", "blocks"),
        ("DELETE", "blocks"),
    ] {
        db.fail(what, table, Failure::Odd).await;
    }
    assert!(matches!(follows.add(&new_follow(20, host(1))).await, Err(AddError::Store(_))));
    assert!(matches!(follows.restore(&removed).await, Err(AddError::Store(_))));
    assert!(follows.remove(guild(1), kept.id, at(0)).await.is_err());
    assert!(follows.rename_host(user(1), "renamed".parse().expect("a name")).await.is_err());
    assert!(follows.pause_guild(guild(1), at(0)).await.is_err());
    assert!(follows.block(guild(1), word("rust")).await.is_err());
    assert!(follows.unblock(guild(1), &word("go")).await.is_err());
    assert_eq!(contents(&follows), before);
}

async fn a_channel_has_each_target_once_however_it_is_written(on: On) {
    let db = Db::on(on).await;
    let follows =
        Follows::load(db.store.clone(), Caps { follows_per_channel: 2, ..CAPS }).await.expect("an index");
    let first = add(&follows, new_follow(10, keyword("Rust  Lang"))).await;
    add(&follows, new_follow(10, host(1))).await;
    // The channel is full, but what is there already is no refusal.
    for target in [keyword("RUST LANG"), keyword("rust lang")] {
        let again = follows.add(&new_follow(10, target)).await.expect("an answer");
        assert!(matches!(&again, AddFollow::Exists(follow) if *follow == first));
    }
    assert_eq!(follows.len(), 2);
}

async fn a_full_server_or_channel_refuses_by_the_name_of_its_cap(on: On) {
    let db = Db::on(on).await;
    let caps = Caps { follows_per_guild: 4, keywords_per_guild: 1, follows_per_channel: 2, ..CAPS };
    let follows = Follows::load(db.store.clone(), caps).await.expect("an index");
    let word = add(&follows, new_follow(10, keyword("rust"))).await;
    let refused = async |new: NewFollow| follows.add(&new).await.expect_err("refused");
    assert!(matches!(refused(new_follow(20, keyword("go"))).await, AddError::KeywordsFull(1)));
    add(&follows, new_follow(10, host(1))).await;
    assert!(matches!(refused(new_follow(10, host(2))).await, AddError::ChannelFull(2)));
    add(&follows, new_follow(20, host(1))).await;
    add(&follows, new_follow(20, host(2))).await;
    assert!(matches!(refused(new_follow(30, host(1))).await, AddError::GuildFull(4)));
    let elsewhere = NewFollow { guild: guild(2), ..new_follow(40, host(1)) };
    add(&follows, elsewhere).await;

    follows.remove(guild(1), word.id, at(0)).await.expect("removed");
    add(&follows, new_follow(30, host(1))).await;
    let error = follows.restore(&word).await.expect_err("no room");
    assert!(matches!(error, AddError::GuildFull(4)), "{error}");
}

async fn a_removed_follow_is_restored_once_and_not_beside_its_like(on: On) {
    let db = Db::on(on).await;
    let follows = index(&db).await;
    let first = add(&follows, new_follow(10, keyword("rust"))).await;
    follows.remove(guild(1), first.id, at(0)).await.expect("removed");
    assert_eq!(concerned(&follows, "rust", 9), [0_i64; 0]);
    assert!(follows.restore(&first).await.expect("restored"));
    assert!(follows.restore(&first).await.expect("it is there"));
    assert_eq!((concerned(&follows, "rust", 9), follows.len()), (vec![first.id.0], 1));
    follows.remove(guild(1), first.id, at(0)).await.expect("removed");
    let other = add(&follows, new_follow(10, keyword("Rust"))).await;
    assert!(!follows.restore(&first).await.expect("an answer"));
    assert_eq!(concerned(&follows, "rust", 9), [other.id.0]);
}

async fn a_host_that_is_renamed_is_so_in_each_of_its_follows(on: On) {
    let db = Db::on(on).await;
    let follows = index(&db).await;
    for number in [10, 20] {
        add(&follows, new_follow(number, host(1))).await;
    }
    follows.rename_host(user(1), "renamed".parse().expect("a name")).await.expect("renamed");
    follows.rename_host(user(9), "nobody".parse().expect("a name")).await.expect("nothing to do");
    let renamed = Target::Host { user: user(1), username: "renamed".parse().expect("a name") };
    assert!(follows.of_guild(guild(1)).iter().all(|follow| follow.target == renamed));
    let named = |name: &str| follows.host_named(&name.parse().expect("a name")).map(|(user, _)| user);
    assert_eq!((named("Renamed"), named("host1")), (Some(user(1)), None));
    follows.remove(guild(1), FollowId(1), at(0)).await.expect("removed");
    assert_eq!(named("renamed"), Some(user(1)), "another follow is left");
    follows.remove(guild(1), FollowId(2), at(0)).await.expect("removed");
    assert_eq!(named("renamed"), None);
    assert_eq!(contents(&follows), contents(&index(&db).await));
}

async fn a_server_that_was_left_waits_and_comes_back_as_it_was(on: On) {
    let db = Db::on(on).await;
    let follows = index(&db).await;
    add(&follows, new_follow(10, host(1))).await;
    add(&follows, new_follow(10, keyword("rust"))).await;
    let before = contents(&follows);
    follows.pause_guild(guild(1), at(0)).await.expect("paused");
    assert!(follows.hosts().is_empty() && follows.keywords().is_empty(), "nobody is asked for");
    let all_left = |follow: &_| -> bool {
        let follow: &std::sync::Arc<Follow> = follow;
        follow.paused == Some(PauseReason::GuildLeft)
    };
    assert!(follows.of_guild(guild(1)).iter().all(all_left));
    assert_eq!(contents(&follows), contents(&index(&db).await));
    follows.resume_guild(guild(1), at(1)).await.expect("resumed");
    assert_eq!(contents(&follows), before);
    assert_eq!(contents(&index(&db).await), before);

    // A channel's trouble ends by itself; what a person paused doesn't end with it, nor with a return to the server.
    let phrase =
        follows.of_guild(guild(1)).into_iter().find(|follow| matches!(follow.target, Target::Keyword(_)));
    follows.pause_for_person(&[phrase.expect("a keyword")], at(1)).await.expect("paused");
    assert!(follows.pause_channel(channel(10), PauseReason::Locked, at(1)).await.expect("paused"));
    assert!(follows.dead(channel(10)).is_some() && follows.any_dead(guild(1)));
    assert_eq!(contents(&follows), contents(&index(&db).await));
    assert_eq!(follows.resume_channel(channel(10)).await.expect("resumed"), 1);
    let paused = |follows: &Follows| -> Vec<Option<PauseReason>> {
        follows.of_guild(guild(1)).iter().map(|follow| follow.paused).collect()
    };
    assert_eq!(paused(&follows), [None, Some(PauseReason::Person)]);
    follows.pause_guild(guild(1), at(1)).await.expect("paused");
    assert_eq!(contents(&follows), contents(&index(&db).await));
    follows.resume_guild(guild(1), at(1)).await.expect("resumed");
    assert_eq!(paused(&follows), [None, Some(PauseReason::Person)]);
    assert_eq!(paused(&index(&db).await), [None, Some(PauseReason::Person)]);
    let all = follows.of_guild(guild(1));
    follows.resume_for_person(guild(1), &all, at(1)).await.expect("resumed");
    assert_eq!(contents(&follows), before);

    follows.pause_guild(guild(1), at(0)).await.expect("paused");
    follows.block(guild(1), word("go")).await.expect("blocked");
    follows.erase_left_guilds(at(1), at(1)).await.expect("erased");
    assert!(follows.is_empty() && follows.blocks(guild(1)).is_empty());
    assert_eq!(concerned(&follows, "rust", 1), [0_i64; 0]);
    assert!(!follows.is_followed(user(1)));
}

async fn blocks_hold_for_their_server_alone_until_they_are_taken_back(on: On) {
    let db = Db::on(on).await;
    let follows = index(&db).await;
    let mine = add(&follows, new_follow(10, keyword("rust"))).await;
    let theirs = add(&follows, NewFollow { guild: guild(2), ..new_follow(20, keyword("rust")) }).await;
    assert!(follows.block(guild(1), word("casino")).await.expect("blocked"));
    assert!(!follows.block(guild(1), word("casino")).await.expect("an answer"));
    assert!(follows.block(guild(1), account(5)).await.expect("blocked"));
    let blocked = |follows: &Follows, follow: &Follow, title: &str, creator| {
        let space = titled(title, by(creator, live("1a")));
        follows.matched(follow, &Known { space, ..known("1a", Phase::Live) }, Slot::Live).blocked
    };
    for follows in [&follows, &index(&db).await] {
        assert!(blocked(follows, &mine, "Rust CASINO", 1));
        assert!(blocked(follows, &mine, "Rust", 5));
        assert!(!blocked(follows, &mine, "Rust casinos", 1));
        assert!(!blocked(follows, &theirs, "Rust casino", 5));
        assert_eq!(follows.blocks(guild(1)).len(), 2);
    }
    assert!(follows.unblock(guild(1), &word("casino")).await.expect("unblocked"));
    assert!(!follows.unblock(guild(1), &word("casino")).await.expect("an answer"));
    assert!(!blocked(&follows, &mine, "Rust casino", 1) && blocked(&follows, &mine, "Rust", 5));
}

async fn keywords_are_counted_by_how_many_follow_them(on: On) {
    let db = Db::on(on).await;
    let follows = index(&db).await;
    for (number, typed) in [(10, "Rust"), (20, "RUST"), (30, "go")] {
        add(&follows, new_follow(number, keyword(typed))).await;
    }
    let expected = [("go".to_owned(), "go".to_owned(), 1), ("rust".to_owned(), "Rust".to_owned(), 2)];
    assert_eq!(*follows.keywords(), expected);
    assert_eq!(follows.of_channel(channel(20)).len(), 1);
    // Of those that are paused nobody is asked for, and what is shown is of one that isn't.
    let first = follows.of_channel(channel(10));
    follows.pause_for_person(&first, at(0)).await.expect("paused");
    follows.remove(guild(1), FollowId(3), at(0)).await.expect("removed");
    assert_eq!(*follows.keywords(), [("rust".to_owned(), "RUST".to_owned(), 1)]);
    assert_eq!(contents(&follows), contents(&index(&db).await));
    follows.resume_for_person(guild(1), &first, at(0)).await.expect("resumed");
    assert_eq!(*follows.keywords(), expected[1..]);
}
