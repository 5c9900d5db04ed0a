//! `/space insights`, `/space posts` and `/discover now`, typed and seen.

use serde_json::{Value, json};
use spacebell_sim::discord::Reply;
use spacebell_sim::x::{self, SpaceId};
use sqlx::Row as _;
use tiny_skia::Pixmap;

use crate::support::{World, eventually};

fn shown(reply: &Reply) -> String {
    let embeds: Vec<String> = reply.embeds().iter().map(Value::to_string).collect();
    format!("{}\n{}", reply.content(), embeds.join("\n"))
}

async fn pool(world: &World) -> sqlx::SqlitePool {
    sqlx::SqlitePool::connect(&world.database_url()).await.expect("the database")
}

async fn counts(pool: &sqlx::SqlitePool, space: &SpaceId) -> i64 {
    let sql = "SELECT COUNT(*) FROM samples WHERE space_id = $1";
    sqlx::query(sql).bind(space.to_string()).fetch_one(pool).await.expect("a count").get(0)
}

#[tokio::test]
async fn a_live_room_is_counted_and_its_picture_comes_as_a_file_with_a_description() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let space = world.x.start_now(&world.nasa, "=Artemis *live* @everyone").expect("a Space");
    world.x.set_count(&space, 240).expect("it is there");
    let pool = pool(&world).await;
    // By what is looked up anyway.
    eventually("a count", async || (counts(&pool, &space).await > 0).then_some(())).await;
    let early = world.says("space insights", json!({ "space": space.to_string() })).await;
    assert!(early.is_ephemeral() && early.files().is_empty(), "{}", shown(&early));
    assert!(early.content().contains("need 3"), "{}", shown(&early));
    // Minutes that have passed since it began, for the test.
    let sql = "INSERT INTO samples (space_id, taken_at, people, speakers) \
               SELECT space_id, MIN(taken_at) - $1 * 60000, 100 + $1, 3 FROM samples WHERE space_id = $2 GROUP BY 1";
    for minute in 1..=9 {
        let insert = sqlx::query(sql).bind(minute * 10).bind(space.to_string());
        insert.execute(&pool).await.expect("a count");
    }
    pool.close().await;
    let reply = world.says("space insights", json!({ "space": space.to_string() })).await;
    assert!(reply.is_ephemeral(), "{}", shown(&reply));
    let [picture, table] = reply.files() else { panic!("two files: {}", shown(&reply)) };
    let pixels = Pixmap::decode_png(&picture.bytes).expect("a PNG");
    assert_eq!((pixels.width(), pixels.height()), (1_000, 500));
    assert_eq!(picture.filename, "room.png");
    let described = picture.description.clone().unwrap_or_default();
    assert!(described.contains("Line chart") && described.contains("at most"), "{described}");
    let text = String::from_utf8(table.bytes.to_vec()).expect("text");
    assert!(text.starts_with("time_utc,people_in_room,speakers,cohosts\r\n"), "{text}");
    assert!(text.lines().count() > 9, "{text}");
    assert!(shown(&reply).contains("room.png") && shown(&reply).contains("Artemis"), "{}", shown(&reply));
    let shared = world.discord.user(world.moderator).in_channel(world.channel);
    let id = reply.message.as_ref().expect("a message").id;
    let shared = world.final_reply(&shared.press(id, "Share").expect("a button")).await;
    assert!(!shared.is_ephemeral() && shared.files().len() == 2, "{}", shown(&shared));
    let host = world.says("space insights", json!({ "host": "@nasa" })).await;
    assert_eq!(host.files().len(), 2, "{}", shown(&host));
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn posts_shared_in_a_space_are_paged_over_a_restart_and_billed_once() {
    let world = World::new().await;
    let space = world.x.start_now(&world.nasa, "Artemis").expect("a Space");
    for nth in 0..7 {
        let text = format!("Post {nth} @everyone https://evil.test");
        world.x.share_post(&space, &format!("9000{nth}"), &world.nasa, &text).expect("shared");
    }
    let bot = world.start().await;
    let first = world.says("space posts", json!({ "space": space.to_string() })).await;
    assert!(first.is_ephemeral() && shown(&first).contains("Post 4"), "{}", shown(&first));
    assert!(!shown(&first).contains("Post 5") && !shown(&first).contains("@everyone"), "{}", shown(&first));
    assert!(bot.stop().await.success());
    let bot = world.start().await;
    let id = first.message.as_ref().expect("a message").id;
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    world.final_reply(&person.press(id, "Next").expect("a button")).await;
    let is_turned =
        || world.discord.message(world.channel, id).map(|message| json!(message.embeds).to_string());
    let turned = is_turned().unwrap_or_default();
    assert!(turned.contains("Post 6") && !turned.contains("Post 4"), "{turned}");
    assert_eq!(world.x.bill().count(x::Resource::Post), 7, "each Post once");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_is_live_is_listed_in_a_server_and_in_a_direct_message() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let space = world.x.start_now(&world.nasa, "Artemis").expect("a Space");
    world.rings_once(&space).await;
    let here = world.says("discover now", json!({})).await;
    assert!(here.is_ephemeral() && shown(&here).contains("Artemis"), "{}", shown(&here));
    let dm = world.discord.direct_channel(world.member);
    let asked = world.discord.user(world.member).in_channel(dm).command("discover now", json!({}));
    let alone = world.final_reply(&asked.expect("it can be typed")).await;
    assert!(shown(&alone).contains("Artemis"), "{}", shown(&alone));
    assert!(bot.stop().await.success());
}
