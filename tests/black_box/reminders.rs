//! Reminders: asked for by command and by button, and what comes of them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use spacebell_sim::discord::{Effect, Fault, Interaction, Message, Reply};
use spacebell_sim::x::SpaceId;

use crate::clocks::Clocks;
use crate::support::{Bot, PATIENCE, World, eventually, in_minutes, links};

fn url(space: &SpaceId) -> String {
    format!("https://x.com/i/spaces/{space}")
}

/// What the member got, the first words that prove that something comes through left out.
fn got(world: &World) -> Vec<Message> {
    let direct = world.discord.direct_channel(world.member);
    let mut messages = world.discord.messages(direct);
    messages.retain(|message| !message.content.contains("Your reminders will come here"));
    messages
}

/// Waits for the one message that the member got to say this.
async fn told(world: &World, words: &str) -> Message {
    eventually(words, async || {
        let got = got(world);
        assert!(got.len() <= 1, "one message a reminder: {got:#?}");
        got.into_iter().find(|message| message.content.contains(words))
    })
    .await
}

async fn asks(world: &World, space: &SpaceId, options: serde_json::Value) -> Reply {
    let mut options = options;
    options["space"] = json!(space.to_string());
    let member = world.discord.user(world.member).in_channel(world.channel);
    let asked = member.command("space remind", options).expect("it can be typed");
    world.final_reply(&asked).await
}

async fn pressed(world: &World, message: u64, button: &str) -> Reply {
    let member = world.discord.user(world.member).in_channel(world.channel);
    let pressed: Interaction = member.press(message, button).expect("the button is there");
    world.final_reply(&pressed).await
}

/// The announcement of a Space that begins in an hour and a half, in a channel that follows its host.
async fn announced(world: &World) -> (Bot, SpaceId, Message) {
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let space = world.x.schedule(&world.nasa, "Artemis @everyone **bold**", in_minutes(90)).expect("a Space");
    let post = world.message(|post| links(post).contains(&url(&space))).await;
    (bot, space, post)
}

#[tokio::test]
async fn a_reminder_of_a_space_that_nobody_follows_comes_in_time_and_stays_true() {
    let world = World::new().await;
    let bot = world.start().await;
    let start = Timestamp::now() + SignedDuration::from_secs(20);
    let space = world.x.schedule(&world.nasa, "Artemis @everyone **bold**", start).expect("a Space");
    let reply = asks(&world, &space, json!({ "before": 0 })).await;
    assert!(reply.is_ephemeral() && reply.content().contains("direct message"), "{}", reply.content());
    let rung = told(&world, "was to begin by now").await;
    let late = rung.created.timestamp.duration_since(start);
    assert!(!late.is_negative(), "not before its time: {late}");
    assert_eq!(links(&rung), [url(&space)]);
    assert!(rung.pings.is_empty());
    assert!(json!(rung.embeds).to_string().contains("Artemis"));
    world.x.start_space(&space).expect("live");
    told(&world, "is live").await;
    assert!(world.posts().is_empty());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn the_button_of_an_announcement_works_after_a_restart_and_an_early_start_rings_at_once() {
    let world = World::new().await;
    let (bot, space, post) = announced(&world).await;
    let bot = world.while_down(bot, || ()).await;
    let reply = pressed(&world, post.id, "Remind me").await;
    assert!(reply.is_ephemeral() && reply.content().contains("direct message"), "{}", reply.content());
    let bot = world.while_down(bot, || ()).await;
    world.x.start_space(&space).expect("live");
    let rung = told(&world, "is live").await;
    assert!(links(&rung).contains(&url(&space)) && rung.pings.is_empty());
    // Whoever presses too late is told so.
    let reply = asks(&world, &space, json!({})).await;
    assert!(reply.content().contains("is live already"), "{}", reply.content());
    world.x.end(&space).expect("over");
    let over = told(&world, "is over").await;
    assert!(over.embeds.is_empty() && over.components.is_empty(), "{over:#?}");
    assert_eq!(over.id, rung.id);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn whoever_waits_is_told_of_a_cancellation_and_whoever_took_it_back_is_not() {
    let world = World::new().await;
    let (bot, space, post) = announced(&world).await;
    let kept = pressed(&world, post.id, "Remind me").await;
    assert!(!kept.content().is_empty());
    let undone = pressed(&world, kept.message.expect("a message").id, "Undo").await;
    assert!(undone.content().contains("won’t remind you"), "{}", undone.content());
    let other = world.x.schedule(&world.nasa, "Another", in_minutes(91)).expect("a Space");
    asks(&world, &other, json!({ "before": 30 })).await;
    world.x.cancel(&space).expect("cancelled");
    world.x.cancel(&other).expect("cancelled");
    let told = told(&world, "was cancelled").await;
    assert!(told.content.contains("NASA") && told.embeds.is_empty(), "{}", told.content);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn whoever_takes_no_direct_messages_is_told_at_the_press() {
    let world = World::new().await;
    let (bot, _, post) = announced(&world).await;
    world.discord.set_takes_messages(world.member, false);
    let refused = pressed(&world, post.id, "Remind me").await;
    assert!(refused.content().contains("can’t send you direct messages"), "{}", refused.content());
    world.discord.set_takes_messages(world.member, true);
    let made = pressed(&world, post.id, "Remind me").await;
    assert!(made.content().contains("I’ll send you"), "{}", made.content());
    assert!(bot.stop().await.success());
}

/// The program dies between Discord's taking the message and the record of it.
#[tokio::test]
async fn a_crash_amid_a_reminder_neither_loses_nor_doubles_it() {
    let world = World::new().await;
    let (bot, space, post) = announced(&world).await;
    pressed(&world, post.id, "Remind me").await;
    let direct = world.discord.direct_channel(world.member);
    let path = format!("/channels/{direct}/messages");
    world.discord.fault(Fault::new(Effect::Delay(PATIENCE * 4)).on("POST", &path).times(1));
    world.x.start_space(&space).expect("live");
    told(&world, "is live").await;
    bot.kill().await;
    world.discord.clear_faults();
    let bot = world.start().await;
    world.x.end(&space).expect("over");
    told(&world, "is over").await;
    let sends = world.discord.requests().into_iter().filter(|request| request.is("POST", &path));
    assert_eq!(sends.count(), 3, "the first words, a try, and one under the same nonce");
    assert!(bot.stop().await.success());
}

/// The same, so much later that no nonce guards it any more; and a day later nothing of X is left in it.
#[tokio::test]
async fn a_reminder_of_unknown_fate_is_looked_for_and_emptied_in_time() {
    let world = World::new().await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&clocks.env()).await;
    world.follow_host("@nasa").await;
    let space = world.x.schedule(&world.nasa, "Artemis", in_minutes(90)).expect("a Space");
    let post = world.message(|post| links(post).contains(&url(&space))).await;
    pressed(&world, post.id, "Remind me").await;
    let direct = world.discord.direct_channel(world.member);
    let path = format!("/channels/{direct}/messages");
    world.discord.fault(Fault::new(Effect::Delay(PATIENCE * 4)).on("POST", &path).times(1));
    world.x.start_space(&space).expect("live");
    told(&world, "is live").await;
    bot.kill().await;
    world.discord.clear_faults();
    clocks.go_on(&world, Duration::from_mins(10));
    let bot = world.start_with(&clocks.env()).await;
    world.x.end(&space).expect("over");
    told(&world, "is over").await;
    assert!(bot.stop().await.success());
    clocks.go_on(&world, Duration::from_hours(21));
    let bot = world.start_with(&clocks.env()).await;
    told(&world, "A Space that you asked to be reminded of is over").await;
    assert!(bot.stop().await.success());
}
