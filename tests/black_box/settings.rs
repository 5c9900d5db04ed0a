//! What servers decide for themselves, by the shipped program.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use spacebell_sim::discord::{Target, bits};

use crate::clocks::Clocks;
use crate::erasure::two_are_over;
use crate::support::{PATIENCE, World, described, links};

/// Discord's flag of messages that make no sound.
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// The time of day in so many minutes, as it is typed.
fn clock_in(minutes: i64) -> String {
    (Timestamp::now() + SignedDuration::from_mins(minutes)).strftime("%H:%M").to_string()
}

#[tokio::test]
async fn settings_are_typed_completed_shown_and_kept_over_a_restart() {
    let world = World::new().await;
    let bot = world.start().await;
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    let typing = person.autocomplete("settings set", "timezone", "toky", json!({})).unwrap();
    let offered = typing.reply(PATIENCE).await.unwrap().choices();
    assert_eq!(offered[0].1, "Asia/Tokyo");
    let typing = person.autocomplete("settings set", "language", "", json!({})).unwrap();
    assert_eq!(typing.reply(PATIENCE).await.unwrap().choices().len(), 3);
    let elsewhere = world.discord.add_channel(world.guild, "elsewhere", 0);
    let all = json!({
        "language": "ja", "timezone": "Asia/Tokyo", "channel": elsewhere, "events": true, "ended": "delete",
        "merge_minutes": 0, "quiet_from": "23:00", "quiet_to": "07:00", "remind_before": 15,
    });
    let set = world.says("settings set", all).await;
    assert!(set.is_ephemeral() && set.content().contains("Create Events"), "{}", set.content());
    let bot = world.while_down(bot, || ()).await;
    let shown = world.says("settings show", json!({})).await.embeds()[0].to_string();
    for word in
        ["Japanese", "Asia/Tokyo", "23:00 to 07:00", &elsewhere.to_string(), "15 min before the start"]
    {
        assert!(shown.contains(word), "{word} in {shown}");
    }
    // What nobody names goes to the server's channel, in the server's language.
    world.says("follow host", json!({ "host": "@nasa" })).await;
    let space = world.x.start_now(&world.nasa, "Artemis").unwrap();
    let post = world.message_in(elsewhere, |message| message.content.contains("ライブ中です")).await;
    assert!(links(&post)[0].ends_with(&space.to_string()));
    assert!(world.posts().is_empty());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn the_server_s_channel_takes_follows_of_those_alone_who_may_send_there() {
    let world = World::new().await;
    let bot = world.start().await;
    let staff = world.discord.add_channel(world.guild, "staff", 0);
    world.says("settings set", json!({ "channel": staff })).await;
    world.discord.set_overwrite(staff, Target::Member(world.moderator), 0, bits::SEND_MESSAGES);
    let refused = world.says("follow host", json!({ "host": "@nasa" })).await;
    assert!(refused.content().contains("You can’t send messages"), "{}", refused.content());
    world.discord.delete_channel(staff);
    let refused = world.says("follow host", json!({ "host": "@nasa" })).await;
    assert!(refused.content().contains("is gone"), "{}", refused.content());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_post_in_quiet_hours_makes_no_sound_and_the_digest_comes_after_a_restart_once() {
    let world = World::new().await;
    let bot = world.start().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    world.follow_with(json!({ "host": "@nasa", "role": role })).await;
    let quiet = json!({ "quiet_from": clock_in(-60), "quiet_to": clock_in(120) });
    world.says("settings set", quiet).await;
    let space = world.x.start_now(&world.nasa, "Artemis").unwrap();
    let post = world.rings_once(&space).await;
    assert!(post.pings.is_empty(), "{:?}", post.pings);
    assert_eq!(post.flags & SUPPRESS_NOTIFICATIONS, SUPPRESS_NOTIFICATIONS);
    world.x.end(&space).unwrap();
    world.message(|message| message.id == post.id && message.content.contains("ended")).await;
    let bot = world.while_down(bot, || ()).await;
    assert_eq!(world.posts().len(), 1);
    world.says("settings set", json!({ "quiet_from": "04:00", "quiet_to": "04:00" })).await;
    let digest = world.message(|message| message.content.starts_with('🌙')).await;
    assert!(digest.pings.is_empty() && digest.flags & SUPPRESS_NOTIFICATIONS == 0);
    assert!(digest.content.contains(&format!("/{}/{}", world.channel, post.id)), "{}", digest.content);
    assert!(digest.content.contains("over by now") && !digest.content.contains("Artemis"));
    let bot = world.while_down(bot, || ()).await;
    // By day it rings again.
    world.says("settings set", json!({ "merge_minutes": 0 })).await;
    let next = world.x.start_now(&world.nasa, "Artemis again").unwrap();
    let post = world.rings_once(&next).await;
    assert!(post.pings.roles.contains(&role), "{:?}", post.pings);
    assert_eq!(world.posts().iter().filter(|message| message.content.starts_with('🌙')).count(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn where_a_server_wants_it_a_day_after_the_end_the_messages_are_deleted() {
    let world = World::new().await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&clocks.env()).await;
    world.says("settings set", json!({ "ended": "delete" })).await;
    two_are_over(&world).await;
    assert!(bot.stop().await.success());
    clocks.go_on(&world, Duration::from_hours(25));
    let bot = world.start_with(&clocks.env()).await;
    let gone = world.discord.wait_for(PATIENCE, |_| world.posts().is_empty().then_some(())).await;
    assert!(gone.is_ok(), "{:#?}", world.posts());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_host_who_drops_out_rings_again_where_a_server_merges_nothing() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    world.says("settings set", json!({ "merge_minutes": 0 })).await;
    let first = world.x.start_now(&world.nasa, "Artemis").unwrap();
    world.rings_once(&first).await;
    world.x.end(&first).unwrap();
    world.message(|message| message.content.contains("ended")).await;
    let second = world.x.start_now(&world.nasa, "Artemis again").unwrap();
    let post = world.rings_once(&second).await;
    assert_eq!(world.posts().len(), 2);
    assert!(!described(&post).contains("Reopened"));
    assert!(bot.stop().await.success());
}
