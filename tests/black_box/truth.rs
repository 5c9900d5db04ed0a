//! The whole life of a Space: each of its messages says what is so, and changes with it.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use spacebell::domain::notice::Decision;
use spacebell::store::Store;
use spacebell_sim::discord::{Bucket, Effect, Fault as DiscordFault, Message};
use spacebell_sim::x::{EndLook, Endpoint, Fault, Scope, SpaceId};

use crate::support::{PATIENCE, World, described, eventually, generous, in_minutes, links};

fn url(space: &SpaceId) -> String {
    format!("https://x.com/i/spaces/{space}")
}

/// Waits for the live post of a Space.
async fn rung(world: &World, space: &SpaceId) -> Message {
    let live = |post: &Message| post.content.contains("is live") && links(post).contains(&url(space));
    world.message(live).await
}

/// Waits until a message's text holds these words.
async fn says(world: &World, message: &Message, words: &str) -> Message {
    world.message(|post| post.id == message.id && post.content.contains(words)).await
}

/// Waits until a message's card holds this.
async fn shows(world: &World, message: &Message, what: &str) -> Message {
    world.message(|post| post.id == message.id && json!(post.embeds).to_string().contains(what)).await
}

fn roles(message: &Message) -> Vec<u64> {
    message.pings.roles.iter().copied().collect()
}

#[tokio::test]
async fn each_way_in_which_x_shows_an_end_is_told_as_an_end() {
    let world = World::new().await;
    let hosts = world.seed_hosts(5).await;
    let bot = world.start().await;
    let mut posts = Vec::new();
    for host in &hosts {
        let space = world.x.start_now(host, "Soon over").expect("a Space");
        posts.push((space.clone(), rung(&world, &space).await));
    }
    let [ended, canceled, unfound, removed, unfound_by_status] = &posts[..] else { panic!("five") };
    world.x.end_as(&ended.0, EndLook::Ended).expect("over");
    world.x.end_as(&canceled.0, EndLook::Canceled).expect("over");
    world.x.end_as(&unfound.0, EndLook::NotFound).expect("over");
    world.x.remove(&removed.0).expect("gone");
    for (_, post) in &posts[..4] {
        says(&world, post, "Space ended").await;
    }
    // As some servers say it: the same words, and 404.
    let body = json!({ "errors": [{
        "value": unfound_by_status.0.to_string(), "resource_id": unfound_by_status.0.to_string(),
        "resource_type": "space", "parameter": "ids", "title": "Not Found Error",
        "detail": "Could not find space.", "type": "https://api.twitter.com/2/problems/resource-not-found",
    }]});
    let said = Fault::Status { status: 404, body: Some(body.to_string()) };
    world.x.fault(said, Scope::on(Endpoint::SpacesByIds));
    world.x.remove(&unfound_by_status.0).expect("gone");
    says(&world, &unfound_by_status.1, "Space ended").await;
    assert_eq!(world.posts().len(), 5);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn each_way_of_taking_an_announced_space_away_is_told_as_a_cancellation_at_once() {
    let world = World::new().await;
    let hosts = world.seed_hosts(3).await;
    let bot = world.start().await;
    let mut posts = Vec::new();
    for host in &hosts {
        let space = world.x.schedule(host, "Never to be", in_minutes(90)).expect("a Space");
        let announced = |post: &Message| links(post).contains(&url(&space));
        posts.push((space.clone(), world.message(announced).await));
    }
    world.x.end_as(&posts[0].0, EndLook::Canceled).expect("over");
    world.x.end_as(&posts[1].0, EndLook::NotFound).expect("over");
    world.x.remove(&posts[2].0).expect("gone");
    for (_, post) in &posts {
        let post = says(&world, post, "was cancelled").await;
        assert!(post.embeds.is_empty() && links(&post).is_empty(), "what was taken down is gone");
    }
    assert_eq!(world.posts().len(), 3);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_flapping_list_ends_nothing_and_pings_nobody_a_second_time() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "role": role })).await;
    world.x.fault(Fault::Flapping(None), Scope::everywhere());
    let space = world.x.start_now(&world.nasa, "Now you see it").expect("a Space");
    let post = rung(&world, &space).await;
    assert_eq!(roles(&post), [role]);
    for _ in 0..3 {
        world.visited().await;
    }
    let posts = world.posts();
    assert_eq!(posts.len(), 1);
    assert!(posts[0].revisions.iter().all(|shown| shown.content.contains("is live")), "{posts:#?}");
    world.x.clear_faults();
    world.x.end(&space).expect("over");
    says(&world, &post, "ended").await;
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_space_that_doesn_t_begin_is_told_so_and_still_rings_when_it_does() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "role": role })).await;
    let space = world.x.schedule(&world.nasa, "Whenever", in_minutes(30)).expect("a Space");
    let announced = world.message(|post| post.content.contains("has scheduled")).await;
    // Nobody waits two hours here: it was planned for then.
    world.x.reschedule(&space, in_minutes(-150)).expect("moved");
    let told = says(&world, &announced, "didn’t begin as planned").await;
    assert!(told.content.starts_with('✖'), "{}", told.content);
    world.x.start_space(&space).expect("it begins");
    let live = rung(&world, &space).await;
    assert_ne!(live.id, announced.id);
    assert_eq!(roles(&live), [role], "it has just begun, however late");
    says(&world, &announced, &live.id.to_string()).await;
    assert_eq!(world.posts().len(), 2);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_start_early_late_or_unannounced_rings_alike() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let hosts = world.seed_hosts_since(Timestamp::now(), Some(role), 3).await;
    let bot = world.start().await;
    let early = world.x.schedule(&hosts[0], "Early", in_minutes(60)).expect("a Space");
    let late = world.x.schedule(&hosts[1], "Late", in_minutes(-90)).expect("a Space");
    let mut announced = BTreeSet::new();
    for space in [&early, &late] {
        announced.insert(world.message(|post| links(post).contains(&url(space))).await.id);
    }
    world.x.start_space(&early).expect("it begins");
    world.x.start_space(&late).expect("it begins");
    let sudden = world.x.start_now(&hosts[2], "Sudden").expect("a Space");
    for space in [&early, &late, &sudden] {
        let live = world.message(|post| {
            post.content.contains("is live")
                && links(post).contains(&url(space))
                && !announced.contains(&post.id)
        });
        assert_eq!(roles(&live.await), [role]);
    }
    assert_eq!(world.posts().len(), 5);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn co_hosts_who_come_and_go_are_shown_at_once() {
    let world = World::new().await;
    let guest = world.x.add_user("4242", "guest_star", "Guest");
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let space = world.x.start_now(&world.nasa, "Together").expect("a Space");
    let post = rung(&world, &space).await;
    assert!(!json!(post.embeds).to_string().contains("guest_star"));
    world.x.add_cohost(&space, &guest).expect("added");
    let shown = world.message(|message| message.id == post.id && message.edited.is_some()).await;
    assert!(json!(shown.embeds).to_string().contains("guest"), "{:?}", shown.embeds);
    world.x.remove_cohost(&space, &guest).expect("removed");
    world
        .message(|message| message.id == post.id && !json!(message.embeds).to_string().contains("guest"))
        .await;
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_end_tells_how_long_it_ran_and_the_most_who_came() {
    let half_an_hour = SignedDuration::from_mins(30);
    // It began half an hour before anybody looked.
    let then = Timestamp::now() - half_an_hour;
    let x = spacebell_sim::x::Settings { clock: Some(then), ..generous() };
    let world = World::with(x, spacebell_sim::discord::Settings::default()).await;
    let hosts = world.seed_hosts_since(then - half_an_hour, None, 1).await;
    let space = world.x.start_now(&hosts[0], "A good one").expect("a Space");
    world.x.set_count(&space, 240).expect("counted");
    world.x.advance(Duration::from_mins(30));
    let bot = world.start().await;
    let post = rung(&world, &space).await;
    world.x.set_count(&space, 12).expect("counted");
    world.visited().await;
    world.x.end(&space).expect("over");
    let ended = says(&world, &post, "ended").await;
    assert!(
        described(&ended).contains("min") && described(&ended).contains("peak 240"),
        "{:?}",
        ended.embeds
    );
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn however_many_follows_match_there_is_one_message_a_state_and_it_names_them() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "role": role })).await;
    world.follow_with(json!({ "keyword": "Moon" })).await;
    world.follow_with(json!({ "keyword": "landing site" })).await;
    let space = world.x.schedule(&world.nasa, "The moon's landing site", in_minutes(9)).expect("a Space");
    let announced = world.message(|post| links(post).contains(&url(&space))).await;
    world.x.start_space(&space).expect("it begins");
    let live = world.message(|post| post.content.contains("is live") && post.id != announced.id).await;
    assert_eq!(roles(&live), [role]);
    for post in [&announced, &live] {
        let card = json!(post.embeds).to_string();
        assert!(card.contains("Moon, landing site") && post.content.contains("NASA"), "{card}");
    }
    world.visited().await;
    assert_eq!(world.posts().len(), 2);
    assert!(bot.stop().await.success());
}

/// The codes that the program stored about a Space.
async fn decided(world: &World, space: &SpaceId) -> Vec<Decision> {
    let store = Store::open(&world.database_url()).await.expect("a store");
    let decided = store.decisions(space.to_string().parse().expect("an id")).await.expect("decisions");
    store.close().await;
    decided.into_iter().map(|one| one.decision).collect()
}

#[tokio::test]
async fn an_announcement_that_comes_too_late_becomes_the_live_post_and_one_of_what_is_gone_is_dropped() {
    let world = World::new().await;
    let hosts = world.seed_hosts(2).await;
    let bot = world.start().await;
    let limit = Effect::rate_limited(Duration::from_secs(1), "user", None);
    world.discord.fault(DiscordFault::new(limit).on("POST", "/channels/*/messages"));
    let begun = world.x.schedule(&hosts[0], "Begun by then", in_minutes(5)).expect("a Space");
    let gone = world.x.schedule(&hosts[1], "Gone by then", in_minutes(5)).expect("a Space");
    for space in [&begun, &gone] {
        eventually("it is to be announced", async || {
            decided(&world, space).await.contains(&Decision::Planned).then_some(())
        })
        .await;
    }
    world.x.start_space(&begun).expect("it begins");
    world.x.cancel(&gone).expect("cancelled");
    world.visited().await;
    world.discord.clear_faults();
    rung(&world, &begun).await;
    for (space, code) in [(&begun, Decision::BegunBefore), (&gone, Decision::OverBefore)] {
        eventually("the trace", async || decided(&world, space).await.contains(&code).then_some(())).await;
    }
    world.visited().await;
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_host_who_drops_and_reopens_goes_on_in_the_same_message_though_the_program_dies_between() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let other = world.discord.add_channel(world.guild, "words", 0);
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "role": role })).await;
    world.follow_with(json!({ "keyword": "again", "channel": other })).await;
    let first = world.x.start_now(&world.nasa, "Mind the gap").expect("a Space");
    let post = rung(&world, &first).await;
    assert_eq!(roles(&post), [role]);

    world.x.end(&first).expect("dropped");
    says(&world, &post, "ended").await;
    let second = world.x.start_now(&world.nasa, "Here again").expect("a Space");
    let reopened = says(&world, &post, "is live").await;
    assert!(links(&reopened).contains(&url(&second)), "{:?}", links(&reopened));
    assert_eq!(reopened.embeds[0]["title"], "Here again");
    assert!(described(&reopened).contains("Reopened"), "{}", described(&reopened));
    // Who had nothing of the first hears of the second as of any.
    world.message_in(other, |message| links(message).contains(&url(&second))).await;

    // It drops while nobody looks, and the edit of the next one meets a program that dies over and over.
    bot.kill().await;
    world.x.end_as(&second, EndLook::NotFound).expect("dropped");
    let third = world.x.start_now(&world.nasa, "And once more").expect("a Space");
    let cut = DiscordFault::new(Effect::DropAfter).on("PATCH", "/channels/*/messages/*").times(3);
    world.discord.fault(cut);
    let bot = world.start().await;
    let patch = |request: &spacebell_sim::discord::Request| request.is("PATCH", "/channels/*/messages/*");
    world.discord.wait_for_request(patch, PATIENCE).await.expect("an edit");
    bot.kill().await;
    let bot = world.start().await;
    shows(&world, &post, "And once more").await;
    world.x.rename(&third, Some("And still here")).expect("renamed");
    shows(&world, &post, "And still here").await;
    world.x.end(&third).expect("over");
    says(&world, &post, "ended").await;
    world.visited().await;
    let posts = world.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(world.posts_in(other).len(), 1, "a word that the third lacks");
    world.message_in(other, |message| message.content.contains("ended")).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_count_is_shown_once_a_minute_however_often_it_changes() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let space = world.x.start_now(&world.nasa, "Crowded").expect("a Space");
    world.x.set_count(&space, 100).expect("counted");
    let post = rung(&world, &space).await;
    for people in [150, 200, 250, 300] {
        world.x.set_count(&space, people).expect("counted");
        world.visited().await;
    }
    // The minute counts from when it was first seen.
    let last =
        |message: &Message| message.id == post.id && json!(message.embeds).to_string().contains("\"300\"");
    let counted = world.discord.wait_for_message(world.channel, last, PATIENCE * 4).await;
    let counted = counted.expect("the count");
    let counts = |message: &Message| {
        let cards = message.revisions.iter().map(|shown| json!(shown.embeds).to_string());
        cards.collect::<BTreeSet<_>>().len()
    };
    assert!(counts(&counted) <= 3, "the count at first, perhaps one amid, and the last");
    // Less than a fifth isn't worth an edit, whenever it comes.
    world.x.set_count(&space, 310).expect("counted");
    world.visited().await;
    assert_eq!(world.posts()[0].revisions.len(), counted.revisions.len());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_edit_that_discord_limits_since_its_message_is_old_is_kept_and_holds_up_no_other() {
    let world = World::new().await;
    let hosts = world.seed_hosts(2).await;
    let wait = Duration::from_secs(25);
    world.discord.configure(|settings| settings.old_edits = Some(Bucket::new(1, wait)));
    let bot = world.start().await;
    let old = world.x.start_now(&hosts[0], "Long talk").expect("a Space");
    let old_post = rung(&world, &old).await;
    let young = world.x.start_now(&hosts[1], "Short talk").expect("a Space");
    let young_post = rung(&world, &young).await;
    world.discord.age_message(world.channel, old_post.id, Duration::from_hours(2));
    world.x.rename(&old, Some("Longer talk")).expect("renamed");
    shows(&world, &old_post, "Longer talk").await;
    world.x.end(&old).expect("over");
    let limited = |request: &spacebell_sim::discord::Request| request.status == Some(429);
    let limited = world.discord.wait_for_request(limited, PATIENCE).await.expect("it is limited");
    world.x.rename(&young, Some("Shorter talk")).expect("renamed");
    let edited = shows(&world, &young_post, "Shorter talk").await;
    let ended = says(&world, &old_post, "ended").await;
    assert!(edited.edited.is_some_and(|at| at.since(limited.at) < wait), "it didn't wait");
    assert!(ended.edited.is_some(), "and this one was kept");
    assert_eq!(world.discord.refusals().rate_limited, 1, "Discord's time is kept");
    assert!(bot.stop().await.success());
}
