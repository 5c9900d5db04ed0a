//! Where posts go, when that place changes: archived, closed, gone, and back.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::discord::{Effect, Fault, Target, bits};

use crate::clocks::Clocks;
use crate::dead_channels::fan_out;
use crate::seeing::address;
use crate::support::{Bot, PATIENCE, World, eventually};

/// A server whose moderators hear of things in a channel of their own; the number of that channel.
async fn world_with_moderators() -> (World, u64, Bot) {
    let world = World::new().await;
    let mods = world.discord.add_channel(world.guild, "mods", 0);
    let hall = world.discord.add_channel(world.guild, "hall", 0);
    world.discord.set_notice_channels(world.guild, Some(hall), Some(mods));
    let bot = world.start().await;
    (world, mods, bot)
}

fn deny(world: &World, channel: u64, denied: u64) {
    world.discord.set_overwrite(channel, Target::Role(world.guild), 0, denied);
}

/// What `/follow list` says, typed where the bot can always be reached.
async fn list(world: &World, there: u64) -> String {
    let asked = world
        .discord
        .user(world.moderator)
        .in_channel(there)
        .command("follow list", json!({}))
        .expect("it can be typed");
    let reply = world.final_reply(&asked).await;
    reply.embeds()[0]["description"].as_str().expect("a list").to_owned()
}

#[tokio::test]
async fn a_deleted_channel_pauses_its_follows_and_the_moderators_are_told_once() {
    let (world, mods, bot) = world_with_moderators().await;
    let doomed = world.discord.add_channel(world.guild, "doomed", 0);
    world.follow_with(json!({ "host": "nasa", "channel": doomed })).await;
    world.discord.delete_channel(doomed);
    let told =
        world.message_in(mods, |message| message.content.contains(&format!("<#{doomed}> is gone"))).await;
    assert!(told.pings.is_empty());
    assert!(list(&world, mods).await.contains("**paused**: the channel is gone"));
    // Nobody is told twice, neither there nor by a command, nor after a restart.
    let bot = world.while_down(bot, || ()).await;
    let again = world.says("follow list", json!({})).await;
    assert!(!again.content().contains("is gone"), "{}", again.content());
    assert_eq!(world.posts_in(mods).len(), 1);
    assert_eq!(world.discord.refusals().invalid_requests, 0);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_is_live_when_a_channel_takes_posts_again_is_posted() {
    let (world, mods, bot) = world_with_moderators().await;
    let shy = world.discord.add_channel(world.guild, "shy", 0);
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    world.follow_with(json!({ "host": "nasa", "channel": shy, "role": role })).await;
    world.says("follow pause", json!({ "follow": "all" })).await;
    assert!(list(&world, mods).await.contains("until somebody resumes it"));
    deny(&world, shy, bits::SEND_MESSAGES);
    let resumed = world.says("follow resume", json!({ "follow": "all" })).await;
    assert!(resumed.content().contains("goes on"), "{}", resumed.content());
    // It was looked at, and can't be posted to.
    world.message_in(mods, |message| message.content.contains(&format!("may not post in <#{shy}>"))).await;
    assert!(list(&world, mods).await.contains("I may not post there"));
    // Another channel follows too, or nobody would ask X.
    world.follow_host("nasa").await;
    world.x.start_now(&world.nasa, "While it was shut").unwrap();
    world.message(|message| message.content.contains("is live")).await;
    assert!(world.posts_in(shy).is_empty());
    deny(&world, shy, 0);
    let post = world.message_in(shy, |message| message.content.contains("is live")).await;
    assert!(post.pings.roles.contains(&role), "it isn't late");
    assert_eq!(world.posts_in(mods).len(), 1, "told once");
    assert_eq!(world.discord.refusals().invalid_requests, 0, "it was only looked at");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_a_person_paused_stays_paused_until_a_person_resumes_it() {
    let (world, mods, bot) = world_with_moderators().await;
    world.follow_host("nasa").await;
    let offered = world
        .discord
        .user(world.moderator)
        .in_channel(world.channel)
        .autocomplete("follow pause", "follow", "", json!({}))
        .unwrap()
        .reply(PATIENCE)
        .await
        .unwrap();
    let choices = offered.choices();
    let [(_, all), (_, id)] = &choices[..] else { panic!("{choices:?}") };
    assert_eq!(all, "all");
    world.says("follow pause", json!({ "follow": id })).await;
    deny(&world, world.channel, bits::SEND_MESSAGES);
    deny(&world, world.channel, 0);
    world.discord.remove_bot_from_guild(world.guild);
    world.discord.add_bot_to_guild(world.guild, 0);
    let bot = world.while_down(bot, || ()).await;
    world.x.start_now(&world.nasa, "Unheard").unwrap();
    let other = world.x.add_user("777", "other", "Another host");
    world.follow_with(json!({ "host": "other" })).await;
    world.x.start_now(&other, "Heard").unwrap();
    world.message(|message| message.embeds.iter().any(|embed| embed["title"] == "Heard")).await;
    assert!(list(&world, mods).await.contains("until somebody resumes it"));
    assert_eq!(world.posts().len(), 1);
    world.says("follow resume", json!({ "follow": id })).await;
    world.message(|message| message.embeds.iter().any(|embed| embed["title"] == "Unheard")).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn without_a_place_for_it_whoever_manages_the_server_is_told_by_the_next_answer() {
    let world = World::new().await;
    let bot = world.start().await;
    let thread = world.discord.add_thread(world.channel, "talk", 11);
    world.follow_with(json!({ "host": "nasa", "channel": thread })).await;
    world.says("follow pause", json!({ "follow": "all" })).await;
    world.discord.lock_thread(thread, true);
    let resumed = world.says("follow resume", json!({ "follow": "all" })).await;
    assert!(resumed.content().contains("goes on"), "{}", resumed.content());
    let told = async |command: &str| world.says(command, json!({})).await.content().contains("is locked");
    let first = resumed.content().contains("is locked");
    let patience = tokio::time::timeout(PATIENCE, async { while !(first || told("status").await) {} });
    patience.await.expect("it is told");
    assert!(!told("follow list").await, "once");
    world.discord.lock_thread(thread, false);
    world.x.start_now(&world.nasa, "Unlocked").unwrap();
    world.message_in(thread, |message| message.content.contains("is live")).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_is_live_when_a_server_takes_the_bot_back_is_posted_there() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    world.discord.remove_bot_from_guild(world.guild);
    let other = world.discord.add_guild("Others");
    let elsewhere = world.discord.add_channel(other, "spaces", 0);
    world.discord.add_member(other, world.moderator, bits::MANAGE_GUILD);
    let asked = world.discord.user(world.moderator).in_channel(elsewhere);
    let asked = asked.command("follow host", json!({ "host": "nasa" })).unwrap();
    world.final_reply(&asked).await;
    world.x.start_now(&world.nasa, "Meanwhile").unwrap();
    world.message_in(elsewhere, |message| message.content.contains("is live")).await;
    world.discord.add_bot_to_guild(world.guild, 0);
    world.message(|message| message.content.contains("is live")).await;
    assert!(bot.stop().await.success());
}

/// How often the bot tried to send something to a channel.
fn sends(world: &World, channel: u64) -> usize {
    let path = format!("/channels/{channel}/messages");
    world.discord.requests().iter().filter(|request| request.is("POST", &path)).count()
}

/// A channel of the world with a host whom it follows, and the program on clocks that can be moved.
async fn clocked() -> Option<(World, Clocks, u64, u64, Bot, String)> {
    let world = World::new().await;
    let clocks = Clocks::of(&world)?;
    let mods = world.discord.add_channel(world.guild, "mods", 0);
    world.discord.set_notice_channels(world.guild, None, Some(mods));
    let shy = world.discord.add_channel(world.guild, "shy", 0);
    world.seed_follows(&[shy], &[(world.nasa.to_string(), "NASA")]).await;
    let bot = world.start_with(&clocks.env()).await;
    let address = address(&bot).await;
    Some((world, clocks, mods, shy, bot, address))
}

#[tokio::test]
async fn a_channel_that_goes_on_refusing_is_tried_over_eleven_minutes_and_then_paused() {
    let Some((world, clocks, mods, shy, bot, address)) = clocked().await else { return };
    let pass = async |time: Duration| clocks.pass(time, &address, |step| world.x.advance(step)).await;
    deny(&world, shy, bits::SEND_MESSAGES);
    let space = world.x.start_now(&world.nasa, "While it was shut").expect("a Space");
    let tries = async |count: usize| {
        let log = || bot.logs().matches("is tried again").count();
        eventually("another try", async || (log() >= count).then_some(())).await;
        assert!(!list(&world, mods).await.contains("paused"), "after {count} tries");
    };
    tries(1).await;
    pass(Duration::from_secs(7)).await;
    tries(2).await;
    pass(Duration::from_secs(75)).await;
    tries(3).await;
    pass(Duration::from_secs(750)).await;
    let told = world.message_in(mods, |message| message.content.contains(&format!("<#{shy}>"))).await;
    assert!(told.content.contains("may not post"), "{}", told.content);
    assert!(list(&world, mods).await.contains("I may not post there"));
    assert!(world.discord.refusals().invalid_requests <= 2, "it was looked at before it was tried again");
    deny(&world, shy, 0);
    world.message_in(shy, |message| message.content.contains("is live")).await;
    world.x.end(&space).expect("it ends");
    world.message_in(shy, |message| message.content.contains("ended")).await;
    assert_eq!(world.posts_in(shy).len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_channel_that_looks_well_and_refuses_every_send_is_tried_ever_less_often_until_it_changes() {
    let Some((world, clocks, _, shy, bot, address)) = clocked().await else { return };
    let pass = async |time: Duration| clocks.pass(time, &address, |step| world.x.advance(step)).await;
    let refusal = json!({ "message": "Missing Permissions", "code": 50013 });
    let path = format!("/channels/{shy}/messages");
    world.discord.fault(Fault::new(Effect::json(403, &refusal)).on("POST", &path));
    world.x.start_now(&world.nasa, "Unheard").expect("a Space");
    pass(Duration::from_mins(90)).await;
    let tried = sends(&world, shy);
    // Four tries at a time, over eleven minutes: at once, and after rests of 0, 15 and 30 minutes. A machine that is
    // busy makes fewer of them, since the clock doesn't wait.
    assert!((1..=20).contains(&tried), "{tried} tries in an hour and a half");
    world.discord.clear_faults();
    // A change of the channel ends its rest; a try that is put off comes with time.
    for _ in 0..20 {
        // A clock that moved on amid a send made its end unknown, as on a machine that is busy: rather none than two.
        if bot.logs().contains("Uncertain") && world.posts_in(shy).is_empty() {
            eprintln!("SKIPPED: the machine is too busy for clocks that are moved");
            return;
        }
        if world.posts_in(shy).is_empty() {
            deny(&world, shy, 0);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        if world.posts_in(shy).is_empty() {
            pass(Duration::from_mins(15)).await;
        }
    }
    world.message_in(shy, |message| message.content.contains("is live since")).await;
    assert_eq!(world.posts_in(shy).len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_dead_channel_costs_one_refusal_and_holds_up_no_living_one() {
    let refused = fan_out(400, 120, PATIENCE * 3).await;
    assert!(refused <= 120, "{refused} refusals");
}

#[tokio::test]
async fn a_message_in_an_archived_thread_is_edited_all_the_same() {
    let world = World::new().await;
    let thread = world.discord.add_thread(world.channel, "talk", 11);
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "channel": thread })).await;
    let space = world.x.start_now(&world.nasa, "In a thread").unwrap();
    let live = world.message_in(thread, |message| message.content.contains("is live")).await;
    world.discord.archive_thread(thread, true);
    world.x.end(&space).unwrap();
    world.message_in(thread, |message| message.id == live.id && message.content.contains("ended")).await;
    assert!(bot.stop().await.success());
}
