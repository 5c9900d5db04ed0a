//! Answers that were shown to others hold nothing of X a day after the end, or at somebody's word.

use std::time::Duration;

use serde_json::{Value, json};
use spacebell_sim::discord::{Message, Reply, Target, bits};
use sqlx::Row as _;

use crate::clocks::Clocks;
use crate::support::{PATIENCE, World, eventually};

fn id(reply: &Reply) -> u64 {
    reply.message.as_ref().expect("a message").id
}

fn text(message: &Message) -> String {
    format!(
        "{} {} {}",
        message.content,
        Value::from(message.embeds.clone()),
        Value::from(message.components.clone())
    )
}

/// Waits until a message shows only a sentence of the bot's own that holds `says`.
async fn emptied(world: &World, channel: u64, message: u64, says: &str) {
    let fits = |shown: &Message| {
        shown.id == message
            && shown.content.contains(says)
            && shown.embeds.is_empty()
            && shown.components.is_empty()
            && !text(shown).contains("Zebrafinch")
    };
    let found = world.discord.wait_for_message(channel, fits, PATIENCE).await;
    assert!(found.is_ok(), "{:?}\n{}", world.discord.message(channel, message), world.logs());
}

async fn rows(world: &World) -> i64 {
    count(world, "SELECT (SELECT COUNT(*) FROM shown_answers) + (SELECT COUNT(*) FROM shown_spaces)").await
}

async fn count(world: &World, sql: &'static str) -> i64 {
    let path = world.database_url();
    let options = path.strip_prefix("sqlite://").expect("a file").to_owned();
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{options}?mode=ro")).await.expect("the database");
    let row = sqlx::query(sql);
    let count = row.fetch_one(&pool).await.expect("a count").get(0);
    pool.close().await;
    count
}

#[tokio::test]
async fn a_day_after_the_end_what_was_shown_to_a_channel_says_nothing_of_it_over_a_restart() {
    let world = World::new().await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&clocks.env()).await;
    world.follow_host("@nasa").await;
    let rival = world.x.add_user("777", "rival", "A rival");
    let watched = world.x.start_now(&world.nasa, "Zebrafinch").unwrap();
    let unwatched = world.x.start_now(&rival, "Zebrafinch too").unwrap();
    let show = |space: &spacebell_sim::x::SpaceId| json!({ "space": space.to_string(), "private": false });
    // By the option, by Share, as a list, and in a direct message.
    let direct = world.says("space show", show(&watched)).await;
    assert!(!direct.is_ephemeral() && direct.embeds()[0]["title"] == "Zebrafinch");
    let other = world.says("space show", show(&unwatched)).await;
    let private = world.says("space show", json!({ "space": watched.to_string() })).await;
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    let shared = world.final_reply(&person.press(id(&private), "Share").unwrap()).await;
    assert!(!shared.is_ephemeral());
    let list = world.says("space search", json!({ "query": "zebrafinch", "private": false })).await;
    let dm = world.discord.direct_channel(world.member);
    let asked =
        world.discord.user(world.member).in_channel(dm).command("space show", show(&watched)).unwrap();
    let in_person = world.final_reply(&asked).await;
    assert!(rows(&world).await >= 5 + 5);

    world.x.end(&watched).unwrap();
    world.message(|message| message.content.contains("ended")).await;
    world.x.end(&unwatched).unwrap();
    assert!(bot.stop().await.success());
    clocks.go_on(&world, Duration::from_hours(21));
    let bot = world.start_with(&clocks.env()).await;
    for message in [&direct, &other, &shared, &list] {
        emptied(&world, world.channel, id(message), "out of date").await;
    }
    emptied(&world, dm, id(&in_person), "out of date").await;
    eventually("no row", async || (rows(&world).await == 0).then_some(())).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_was_shown_stays_while_it_is_on_and_goes_at_the_server_s_word() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let space = world.x.start_now(&world.nasa, "Zebrafinch").unwrap();
    let options = json!({ "space": space.to_string(), "private": false });
    let shown = world.says("space show", options.clone()).await;
    let removed = world.says("space show", options).await;
    world.discord.delete_message(world.channel, id(&removed));
    let bot = world.while_down(bot, || ()).await;
    world.visited().await;
    let still = world.discord.message(world.channel, id(&shown)).expect("it is there");
    assert!(text(&still).contains("Zebrafinch"));
    let question = world.says("settings erase", json!({})).await;
    assert!(question.content().contains("posts of mine"), "{}", question.content());
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    world.final_reply(&person.press(id(&question), "Erase everything").unwrap()).await;
    emptied(&world, world.channel, id(&shown), "on request").await;
    eventually("no row", async || (rows(&world).await == 0).then_some(())).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_answer_that_can_t_be_kept_isn_t_shown() {
    let world = World::new().await;
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "Zebrafinch").unwrap();
    let pool = sqlx::SqlitePool::connect(&world.database_url()).await.expect("the database");
    let broken = "CREATE TRIGGER full BEFORE INSERT ON shown_answers BEGIN SELECT RAISE(ABORT, 'full'); END";
    sqlx::query(broken).execute(&pool).await.expect("broken");
    let options = json!({ "space": space.to_string(), "private": false });
    let refused = world.says("space show", options.clone()).await;
    assert!(refused.content().contains("my memory") && refused.embeds().is_empty(), "{}", refused.content());
    sqlx::query("DROP TRIGGER full").execute(&pool).await.expect("mended");
    let shown = world.says("space show", options).await;
    assert_eq!(shown.embeds()[0]["title"], "Zebrafinch");
    pool.close().await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_channel_that_is_closed_refuses_one_edit_and_not_one_an_answer() {
    let world = World::new().await;
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "Zebrafinch").unwrap();
    let closed = world.discord.add_channel(world.guild, "closed", 0);
    let person = world.discord.user(world.moderator).in_channel(closed);
    let options = json!({ "space": space.to_string(), "private": false });
    for _ in 0..4 {
        let asked = person.command("space show", options.clone()).unwrap();
        assert!(!world.final_reply(&asked).await.is_ephemeral());
    }
    let me = world.discord.bot_id();
    world.discord.set_overwrite(closed, Target::Member(me), 0, bits::VIEW_CHANNEL);
    let question = world.says("settings erase", json!({})).await;
    let here = world.discord.user(world.moderator).in_channel(world.channel);
    world.final_reply(&here.press(id(&question), "Erase everything").unwrap()).await;
    let put_off = "SELECT COUNT(*) FROM shown_answers WHERE attempts > 0 AND due_at IS NOT NULL";
    eventually("all are put off", async || (count(&world, put_off).await == 4).then_some(())).await;
    let path = format!("/channels/{closed}/messages/*");
    let requests = world.discord.requests();
    let edits = requests.iter().filter(|request| request.is("PATCH", &path));
    let answers: Vec<_> = edits.map(|request| request.status).collect();
    assert_eq!(answers, [Some(403)], "one for all four");
    assert!(bot.stop().await.success());
}
