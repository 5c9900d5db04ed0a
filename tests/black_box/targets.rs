//! Where posts go, when that place changes: archived, closed, gone, and back.

use serde_json::json;

use crate::support::World;

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
