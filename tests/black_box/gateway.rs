//! The gateway: closes that end the program, closes that don't, and servers that come and go.

use serde_json::json;
use spacebell_sim::discord::{Closing, Effect, Fault, bits};

use crate::support::{PATIENCE, World};

#[tokio::test]
async fn closes_that_nothing_but_a_person_can_mend_end_the_program_with_what_to_do() {
    for (code, exit, word) in [(4004, 2, "DISCORD_TOKEN"), (4013, 1, "intents"), (4014, 1, "intents")] {
        let world = World::new().await;
        let hosts = world.seed_hosts(1).await;
        let bot = world.start().await;
        world.discord.close_with(Closing::Code(code));
        let (status, log) = bot.ended().await;
        assert_eq!(status.code(), Some(exit), "{code}: {log}");
        assert!(log.contains(word), "{code}: {log}");

        let space = world.x.start_now(&hosts[0], "Meanwhile").expect("a Space");
        let bot = world.start().await;
        world.rings_once(&space).await;
        assert!(bot.stop().await.success());
    }
}

#[tokio::test]
async fn too_few_shards_end_the_program_though_serenity_would_try_for_ever() {
    let world = World::new().await;
    world.discord.configure(|settings| {
        settings.shards = 2;
        settings.required_shards = 2;
    });
    let (status, log) = world.spawn(&[("DISCORD_SHARDS", "1")]).ended().await;
    assert_eq!(status.code(), Some(2), "{log}");
    assert!(log.contains("Discord wants 2 shards"), "{log}");
}

#[tokio::test]
async fn shards_that_became_too_few_end_the_program_and_what_started_then_rings_once_after_the_next_start() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let bot = world.start_with(&[("DISCORD_SHARDS", "1")]).await;
    world.discord.configure(|settings| {
        settings.shards = 2;
        settings.required_shards = 2;
    });
    world.discord.close_with(Closing::Code(4011));
    let (status, log) = bot.ended().await;
    assert_eq!(status.code(), Some(2), "{log}");
    assert!(log.contains("Discord wants 2 shards"), "{log}");

    let space = world.x.start_now(&hosts[0], "Meanwhile").expect("a Space");
    let bot = world.start_with(&[("DISCORD_SHARDS", "2")]).await;
    world.rings_once(&space).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn where_nobody_chose_the_number_of_shards_there_are_soon_as_many_as_discord_wants() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let bot = world.start().await;
    world.discord.configure(|settings| {
        settings.shards = 2;
        settings.required_shards = 2;
    });
    world.discord.close_with(Closing::Code(4011));
    let space = world.x.start_now(&hosts[0], "Meanwhile").expect("a Space");
    let both = world.discord.wait_for(PATIENCE, |discord| (discord.connected() == 2).then_some(()));
    both.await.unwrap_or_else(|_| panic!("no two shards:\n{}", bot.logs()));
    world.rings_once(&space).await;
    world.says("help", json!({})).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_gateway_that_refuses_every_session_ends_the_program_with_what_to_look_at() {
    let refuses = async |code| {
        let world = World::new().await;
        world.discord.configure(|settings| settings.close_identify = Some(code));
        let (status, log) = world.spawn(&[]).ended().await;
        assert_eq!(status.code(), Some(1), "{code}: {log}");
        assert!(log.contains("Check DISCORD_SHARDS"), "{code}: {log}");
    };
    tokio::join!(refuses(4003), refuses(4010));
}

#[tokio::test]
async fn follows_of_a_server_that_was_left_wait_and_come_back_and_an_outage_isn_t_a_farewell() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let esa = world.x.add_user("7002", "esa", "ESA");
    world.follow_host("esa").await;

    // What begins while a server is out is posted once it is back.
    world.discord.make_unavailable(world.guild);
    world.discord.fault(Fault::new(Effect::html(502)).on("POST", "/channels/*/messages"));
    let space = world.x.start_now(&esa, "Amid an outage").expect("a Space");
    world.visited().await;
    world.discord.clear_faults();
    world.discord.make_available(world.guild);
    world.rings_once(&space).await;
    let list = list(&world).await;
    assert!(!list.contains("paused"), "{list}");
    world.x.end(&space).expect("it goes on");
    world.message(|message| message.content.contains("Space ended")).await;
    world.discord.remove_bot_from_guild(world.guild);
    assert!(bot.stop().await.success());

    // What it hears at its start is that it isn't there any more.
    let bot = world.spawn(&[]);
    world.discord.wait_for(PATIENCE, |discord| (discord.connected() > 0).then_some(())).await.expect("up");
    world.discord.add_bot_to_guild(world.guild, bits::ALL);
    world.x.start_now(&world.nasa, "Back again").expect("a Space");
    world.message(|message| message.content.contains("is live")).await;
    assert!(bot.stop().await.success());
}

async fn list(world: &World) -> String {
    let reply = world.says("follow list", json!({})).await;
    reply.embeds()[0].to_string()
}
