//! The main job: what happens on X is posted, once, and stays true.

use serde_json::json;
use spacebell_sim::discord::{Effect, Fault, Message, bits};
use spacebell_sim::x::{self, Scope};

use crate::support::{World, in_minutes, links};

#[tokio::test]
async fn a_followed_host_rings_when_scheduled_live_and_ended() {
    rings(World::new().await).await;
}

#[tokio::test]
async fn a_followed_host_rings_on_postgresql_too() {
    if let Some(world) = World::on_postgres().await {
        rings(world).await;
    }
}

async fn rings(world: World) {
    let bot = world.start().await;
    world.follow_host("@nasa").await;

    let space = world.x.schedule(&world.nasa, "Artemis, the next step", in_minutes(30)).expect("X takes it");
    let scheduled = world.message(|message| message.content.contains("has scheduled a Space")).await;
    assert!(scheduled.content.starts_with("📅"), "{}", scheduled.content);
    assert!(scheduled.content.contains("NASA"), "{}", scheduled.content);
    assert_eq!(scheduled.embeds[0]["title"], "Artemis, the next step");
    assert!(scheduled.pings.is_empty());

    world.x.start_space(&space).expect("X takes it");
    let live =
        world.message(|message| message.content.contains("is live") && message.id != scheduled.id).await;
    assert!(live.content.starts_with("🔴"), "{}", live.content);
    assert_eq!(links(&live), [format!("https://x.com/i/spaces/{space}")]);
    // The scheduled message points to the live one.
    world
        .message(|message| message.id == scheduled.id && message.content.contains(&live.id.to_string()))
        .await;

    world.x.end(&space).expect("X takes it");
    let ended = world.message(|message| message.id == live.id && message.content.contains("ended")).await;
    assert!(ended.content.starts_with("⏹"), "{}", ended.content);
    assert!(links(&ended).is_empty(), "nothing to listen to any more");
    world.message(|message| message.id == scheduled.id && message.content.contains("ended")).await;

    assert_eq!(world.posts().len(), 2);
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_keyword_rings_for_hosts_whom_nobody_follows_and_pings_nobody() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let bot = world.start().await;
    world.follow_with(json!({ "keyword": "moon landing", "role": role })).await;
    let bot = world
        .while_down(bot, || {
            world.x.start_now(&world.nasa, "moonlanding is one word").unwrap();
            world.x.start_now(&world.nasa, "A MOON   landing, live").unwrap();
        })
        .await;

    let post = world.message(|message| message.content.contains("is live")).await;
    assert_eq!(post.embeds[0]["title"], "A MOON landing, live");
    assert!(post.pings.is_empty());
    assert_eq!(world.posts().len(), 1);
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_role_is_pinged_once_when_it_goes_live_and_by_no_edit() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "role": role })).await;
    world.follow_with(json!({ "keyword": "mars" })).await;

    let space = world.x.schedule(&world.nasa, "Mars", in_minutes(5)).unwrap();
    let scheduled = world.message(|message| message.content.contains("scheduled")).await;
    assert!(scheduled.pings.is_empty(), "a scheduled post doesn't ping for when: all");
    world.x.start_space(&space).unwrap();
    let live =
        world.message(|message| message.content.contains("is live") && !links(message).is_empty()).await;
    assert_eq!(live.pings.roles.iter().copied().collect::<Vec<_>>(), [role]);
    world.x.rename(&space, Some("Mars, and beyond")).unwrap();
    let renamed = world.message(|message| message.id == live.id && message.edited.is_some()).await;
    assert_eq!(renamed.embeds[0]["title"], "Mars, and beyond");
    assert_eq!(world.posts().len(), 2, "one post for both follows, one for the announcement");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn when_decides_which_posts_there_are_and_whether_an_announcement_pings() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "planners", 0, true);
    let early = world.discord.add_channel(world.guild, "announcements", 0);
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "when": "live" })).await;
    world.follow_with(json!({ "host": "nasa", "when": "scheduled", "role": role, "channel": early })).await;

    let space = world.x.schedule(&world.nasa, "Europa", in_minutes(5)).unwrap();
    let announced = world.message_in(early, |message| message.content.contains("scheduled")).await;
    assert_eq!(announced.pings.roles.iter().copied().collect::<Vec<_>>(), [role]);
    assert!(world.posts().is_empty());
    world.x.start_space(&space).unwrap();
    world.message(|message| message.content.contains("is live")).await;
    // There is no live post here to point to: the announcement itself says that it is live.
    let told = world.message_in(early, |message| message.content.contains("is live")).await;
    assert_eq!(told.id, announced.id);
    assert_eq!(world.posts_in(early).len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_moved_renamed_and_cancelled_space_is_told_in_one_message() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("https://x.com/NASA").await;

    let space = world.x.schedule(&world.nasa, "Titan", in_minutes(60)).unwrap();
    let post = world.message(|message| message.content.contains("scheduled")).await;
    world.x.reschedule(&space, in_minutes(90)).unwrap();
    let moved = world
        .message(|m| {
            m.embeds.first().is_some_and(|e| e["description"].as_str().unwrap_or("").contains("Moved"))
        })
        .await;
    assert_eq!(moved.id, post.id);
    world.x.rename(&space, Some("Titan and Enceladus")).unwrap();
    let renamed =
        world.message(|m| m.embeds.first().is_some_and(|e| e["title"] == "Titan and Enceladus")).await;
    assert!(renamed.embeds[0]["description"].as_str().unwrap().contains("Titan"));
    world.x.cancel(&space).unwrap();
    let cancelled = world.message(|message| message.content.contains("was cancelled")).await;
    assert!(cancelled.content.starts_with('✖'));
    assert!(cancelled.embeds.is_empty(), "what was taken down is gone at once");
    assert_eq!(world.posts().len(), 1);
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_restart_announces_nothing_twice_and_catches_up_with_what_happened_meanwhile() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let space = world.x.start_now(&world.nasa, "Voyager").unwrap();
    let live = world.message(|message| message.content.contains("is live")).await;
    bot.kill().await;

    world.x.end(&space).unwrap();
    // People wait for what was scheduled, so it is no going on of the one that ended.
    let next = world.x.schedule(&world.nasa, "Pioneer", in_minutes(1)).unwrap();
    world.x.start_space(&next).unwrap();
    let bot = world.start().await;
    world.message(|message| message.id == live.id && message.content.contains("ended")).await;
    world.message(|message| links(message) == [format!("https://x.com/i/spaces/{next}")]).await;
    world.visited().await;
    assert_eq!(world.posts().len(), 2);
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_message_that_was_made_though_nobody_answered_isnt_made_again() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    world.discord.fault(Fault::new(Effect::DropAfter).on("POST", "/channels/*/messages").times(2));
    world.x.start_now(&world.nasa, "Cassini").unwrap();
    world.message(|message| message.content.contains("is live")).await;
    let requests = world
        .discord
        .wait_for(crate::support::PATIENCE, |discord| {
            let sent: Vec<_> =
                discord.requests().into_iter().filter(|r| r.is("POST", "/channels/*/messages")).collect();
            (sent.len() >= 3).then_some(sent)
        })
        .await
        .unwrap();
    let nonces: std::collections::BTreeSet<_> =
        requests.iter().map(|request| request.body["nonce"].to_string()).collect();
    assert_eq!(nonces.len(), 1, "each try has the same nonce");
    world.visited().await;
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_co_host_whom_x_didn_t_name_is_named_later_whatever_died_meanwhile() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let space = world.x.start_now(&world.nasa, "Artemis, the next step").expect("X takes it");
    let post = world.rings_once(&space).await;
    let shows = |message: &Message, what: &str| {
        message.id == post.id && serde_json::json!(message.embeds).to_string().contains(what)
    };

    let refused = world.x.fault(x::Fault::status(503), Scope::on(x::Endpoint::UsersByIds));
    let esa = world.x.add_user("7002", "esa", "ESA");
    world.x.add_cohost(&space, &esa).expect("X takes it");
    // Told without the name, and then killed.
    world.message(|message| shows(message, "Co-hosts")).await;
    assert!(!world.posts().iter().any(|message| shows(message, "esa")));
    bot.kill().await;
    world.x.clear_fault(refused);
    let bot = world.start().await;
    world.message(|message| shows(message, "@esa")).await;
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_message_that_a_moderator_deleted_stays_deleted() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let space = world.x.start_now(&world.nasa, "Juno").unwrap();
    let post = world.message(|message| message.content.contains("is live")).await;
    world.discord.delete_message(world.channel, post.id);
    world.x.rename(&space, Some("Juno at Jupiter")).unwrap();
    world
        .discord
        .wait_for_request(
            |r| r.is("PATCH", "/channels/*/messages/*") && r.status == Some(404),
            crate::support::PATIENCE,
        )
        .await
        .unwrap();
    world.x.end(&space).unwrap();
    world.visited().await;
    assert!(world.posts().is_empty());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn without_embed_links_a_post_is_one_plain_line() {
    let world = World::new().await;
    world.discord.set_bot_permissions(
        world.guild,
        bits::VIEW_CHANNEL
            | bits::SEND_MESSAGES
            | bits::READ_MESSAGE_HISTORY
            | bits::SEND_MESSAGES_IN_THREADS,
    );
    world.discord.set_role_permissions(
        world.guild,
        world.guild,
        bits::VIEW_CHANNEL | bits::SEND_MESSAGES | bits::USE_APPLICATION_COMMANDS,
    );
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let space = world.x.start_now(&world.nasa, "Kepler").unwrap();
    let post = world.message(|message| message.content.contains("is live")).await;
    assert!(post.content.contains(&format!("https://x.com/i/spaces/{space}")), "{}", post.content);
    assert!(post.embeds.is_empty());
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_host_with_many_channels_holds_nobody_up_and_nobody_is_limited() {
    let world = World::new().await;
    let other = world.x.add_user("777", "other", "Another host");
    let channels: Vec<u64> =
        (0..200).map(|n| world.discord.add_channel(world.guild, &format!("c{n}"), 0)).collect();
    world.seed_follows(&channels, &[(world.nasa.to_string(), "NASA")]).await;
    world.seed_follows(&[world.channel], &[(other.to_string(), "other")]).await;
    // Ten seconds' worth of posts, so that there is an amid however late the other host is noticed.
    let bot = world.start_with(&[("DISCORD_GLOBAL_RPS", "20")]).await;
    world.x.start_now(&world.nasa, "For everybody").unwrap();
    world.message_in(channels[0], |message| !links(message).is_empty()).await;
    world.x.start_now(&other, "Amid it").unwrap();
    let amid = world.message(|message| !links(message).is_empty()).await;
    let mut after = 0;
    for channel in channels {
        let post = world.message_in(channel, |message| !links(message).is_empty()).await;
        after += usize::from(post.created.instant > amid.created.instant);
    }
    assert!(after > 20, "only {after} of 200 posts came after the other host's");
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_hundred_hosts_are_one_request() {
    let world = World::new().await;
    let hosts = world.seed_hosts(100).await;
    let bot = world.start().await;
    world.visited().await;
    let visits = world.x.requests();
    let visit =
        visits.iter().find(|request| request.endpoint == Some(x::Endpoint::SpacesByCreators)).unwrap();
    assert_eq!(visit.list("user_ids").len(), hosts.len());
    assert!(bot.stop().await.success());
}
