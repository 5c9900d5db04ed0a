//! Spaces as scheduled events of servers that want them.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::discord::{Effect, Fault, ScheduledEvent, bits};
use spacebell_sim::x::SpaceId;

use crate::clocks::Clocks;
use crate::support::{Bot, PATIENCE, World, eventually, in_minutes};

const EVENTS: &str = "/guilds/*/scheduled-events";

fn url(space: &SpaceId) -> String {
    format!("https://x.com/i/spaces/{space}")
}

/// The server follows NASA and has Spaces become events.
async fn wants_events(world: &World) {
    world.discord.set_bot_permissions(world.guild, bits::CREATE_EVENTS);
    world.follow_host("@nasa").await;
    let set = world.says("settings set", json!({ "events": true })).await;
    assert!(json!(set.embeds()).to_string().contains("become events"), "{set:?}");
}

fn events(world: &World) -> Vec<ScheduledEvent> {
    world.discord.scheduled_events(world.guild)
}

/// Waits for the one event of the server to be so.
async fn event(world: &World, what: &str, fits: impl Fn(&ScheduledEvent) -> bool) -> ScheduledEvent {
    eventually(what, async || {
        let events = events(world);
        assert!(events.len() <= 1, "one event a Space: {events:#?}");
        events.into_iter().find(&fits)
    })
    .await
}

async fn no_event(world: &World) {
    eventually("no event", async || events(world).is_empty().then_some(())).await;
}

/// A world whose server wants events, and one of a Space that begins in an hour and a half.
async fn announced(world: &World) -> (Bot, SpaceId, ScheduledEvent) {
    let bot = world.start().await;
    wants_events(world).await;
    let space = world.x.schedule(&world.nasa, "Artemis", in_minutes(90)).expect("a Space");
    let event = event(world, "made", |_| true).await;
    (bot, space, event)
}

#[tokio::test]
async fn an_event_lives_as_its_space_does() {
    let world = World::new().await;
    let bot = world.start().await;
    wants_events(&world).await;
    let second = world.discord.add_channel(world.guild, "second", 0);
    world.follow_with(json!({ "host": "@nasa", "channel": second.to_string() })).await;
    let start = in_minutes(90);
    let title = format!("@everyone **Artemis** {}", "long ".repeat(40));
    let space = world.x.schedule(&world.nasa, &title, start).expect("a Space");
    let made = event(&world, "made", |_| true).await;
    assert_eq!((made.start, made.location.as_str(), made.status), (start, url(&space).as_str(), 1));
    assert_eq!(made.end.duration_since(made.start).as_hours(), 2);
    assert!(made.name.starts_with("@everyone **Artemis** long"), "{}", made.name);
    assert!(made.description.as_deref().is_some_and(|about| about.contains("@NASA")), "{made:?}");

    world.x.rename(&space, Some("Orion")).expect("renamed");
    event(&world, "renamed", |event| event.name == "Orion").await;
    let later = in_minutes(200);
    world.x.reschedule(&space, later).expect("moved");
    let moved = event(&world, "moved", |event| event.start == later).await;
    assert_eq!(moved.end.duration_since(later).as_hours(), 2);
    world.x.start_space(&space).expect("live");
    event(&world, "begun", |event| event.status == 2).await;
    let bot = world.while_down(bot, || world.x.end(&space).expect("over")).await;
    let over = event(&world, "over", |event| event.status == 3).await;
    assert_eq!(over.id, made.id);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_event_whose_start_was_told_without_an_answer_ends_with_its_space() {
    let world = World::new().await;
    let (bot, space, _) = announced(&world).await;
    let event_path = format!("{EVENTS}/*");
    world.discord.fault(Fault::new(Effect::DropAfter).on("PATCH", &event_path).times(1));
    world.x.start_space(&space).expect("live");
    event(&world, "begun", |event| event.status == 2).await;
    world.x.end(&space).expect("over");
    event(&world, "over", |event| event.status == 3).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_cancelled_space_s_event_is_cancelled_and_unwanted_ones_are_taken_away() {
    let world = World::new().await;
    let (bot, space, made) = announced(&world).await;
    world.x.cancel(&space).expect("cancelled");
    event(&world, "cancelled", |event| event.status == 4 && event.id == made.id).await;
    world.x.schedule(&world.nasa, "Another", in_minutes(95)).expect("a Space");
    let open = |world: &World| events(world).into_iter().filter(|event| event.status == 1).count();
    eventually("another", async || (open(&world) == 1).then_some(())).await;
    world.says("settings set", json!({ "events": false })).await;
    no_event(&world).await;
    world.says("settings set", json!({ "events": true })).await;
    eventually("back again", async || (open(&world) == 1).then_some(())).await;
    let list = world.says("follow pause", json!({ "follow": "all" })).await;
    assert!(!list.content().is_empty());
    no_event(&world).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_server_that_lets_the_bot_make_none_is_told_and_costs_no_refusal() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    world.says("settings set", json!({ "events": true })).await;
    world.x.schedule(&world.nasa, "Artemis", in_minutes(90)).expect("a Space");
    let told = async || {
        let shown = json!(world.says("settings show", json!({})).await.embeds()).to_string();
        shown.contains("may not create events here").then_some(())
    };
    eventually("told in the settings", told).await;
    assert!(events(&world).is_empty());
    assert_eq!(world.discord.refusals().invalid_requests, 0);
    let asked = world.discord.requests().into_iter().filter(|request| request.is("POST", EVENTS)).count();
    assert_eq!(asked, 0);
    assert!(bot.stop().await.success());
}

/// The program dies between Discord's making of an event and the record of it.
#[tokio::test]
async fn a_crash_amid_the_making_of_an_event_doubles_none() {
    let world = World::new().await;
    let bot = world.start().await;
    wants_events(&world).await;
    world.discord.fault(Fault::new(Effect::Delay(PATIENCE * 4)).on("POST", EVENTS).times(1));
    let space = world.x.schedule(&world.nasa, "Artemis", in_minutes(90)).expect("a Space");
    let made = event(&world, "made", |_| true).await;
    bot.kill().await;
    world.discord.clear_faults();
    let bot = world.start().await;
    world.x.rename(&space, Some("Orion")).expect("renamed");
    let renamed = event(&world, "renamed", |event| event.name == "Orion").await;
    assert_eq!(renamed.id, made.id);
    let asked = world.discord.requests().into_iter().filter(|request| request.is("POST", EVENTS)).count();
    assert_eq!(asked, 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_a_moderator_deletes_stays_deleted() {
    let world = World::new().await;
    let (bot, space, made) = announced(&world).await;
    assert!(world.discord.delete_scheduled_event(made.id));
    world.x.rename(&space, Some("Orion")).expect("renamed");
    let tried = |request: &spacebell_sim::discord::Request| {
        request.is("PATCH", "/guilds/*/scheduled-events/*") && request.status == Some(404)
    };
    world.discord.wait_for_request(tried, PATIENCE).await.expect("it is changed in vain");
    let bot = world.while_down(bot, || ()).await;
    world.x.rename(&space, Some("Orion and after")).expect("renamed");
    // Another one is made all the same, so the first would have been by then.
    world.x.schedule(&world.nasa, "Another", in_minutes(95)).expect("a Space");
    event(&world, "another", |event| event.name == "Another").await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_server_with_as_many_events_as_it_may_have_gets_the_rest_left_out_with_a_trace() {
    let world = World::new().await;
    let bot = world.start().await;
    wants_events(&world).await;
    let full = json!({ "message": "Maximum number of guild scheduled events reached (100)", "code": 30038 });
    world.discord.fault(Fault::new(Effect::json(400, &full)).on("POST", EVENTS).times(1));
    world.x.schedule(&world.nasa, "Left out", in_minutes(90)).expect("a Space");
    eventually("a trace", async || bot.logs().contains("as many open events").then_some(())).await;
    world.x.schedule(&world.nasa, "Another", in_minutes(95)).expect("a Space");
    event(&world, "another", |event| event.name == "Another").await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_server_that_erases_itself_loses_its_events() {
    let world = World::new().await;
    let (bot, _, _) = announced(&world).await;
    let question = world.says("settings erase", json!({})).await;
    let message = question.message.expect("a message with buttons").id;
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    world.final_reply(&person.press(message, "Erase everything").expect("a button")).await;
    no_event(&world).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_day_after_the_end_the_event_is_gone() {
    let world = World::new().await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&clocks.env()).await;
    wants_events(&world).await;
    let space = world.x.schedule(&world.nasa, "Artemis", in_minutes(90)).expect("a Space");
    event(&world, "made", |_| true).await;
    world.x.cancel(&space).expect("cancelled");
    event(&world, "cancelled", |event| event.status == 4).await;
    assert!(bot.stop().await.success());
    clocks.go_on(&world, Duration::from_hours(21));
    let bot = world.start_with(&clocks.env()).await;
    no_event(&world).await;
    assert!(bot.stop().await.success());
}
