//! Erasure by the shipped program: with time, by a server's people, and at an operator's word.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use spacebell::store::Store;
use spacebell_sim::discord::Message;

use crate::clocks::Clocks;
use crate::support::{World, eventually, in_minutes};

const ON_REQUEST: &str = "This post was emptied on request.";

async fn told(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let output = world.command(&[]).args(arguments).stdin(Stdio::null()).output().await;
    let output = output.expect("the program runs");
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).expect("text"))
}

fn shows(message: &Message, word: &str) -> bool {
    message.content.contains(word) || message.embeds.iter().any(|embed| embed.to_string().contains(word))
}

/// Everything that the database holds of X.
async fn assert_nothing_of_x_is_kept(world: &World) {
    let store = Store::open(&world.database_url()).await.expect("the database");
    eventually("an empty store", async || {
        let spaces = store.spaces().await.expect("Spaces");
        let users = store.users().await.expect("accounts");
        (spaces.is_empty() && users.is_empty()).then_some(())
    })
    .await;
    store.close().await;
}

/// One Space ends and one is cancelled: the messages that show them.
pub async fn two_are_over(world: &World) -> (Message, Message) {
    world.follow_with(json!({ "keyword": "zebrafinch" })).await;
    world.follow_host("@nasa").await;
    let space = world.x.start_now(&world.nasa, "About the zebrafinch").expect("a Space");
    let cancelled = world.x.schedule(&world.nasa, "Symposium", in_minutes(90)).expect("a Space");
    let live = world.message(|message| message.content.contains("is live")).await;
    let scheduled = world.message(|message| message.content.contains("has scheduled")).await;
    world.x.end(&space).expect("over");
    world.x.cancel(&cancelled).expect("cancelled");
    world.message(|message| message.id == live.id && message.content.contains("Space ended")).await;
    world.message(|message| message.id == scheduled.id && message.content.contains("cancelled")).await;
    (live, scheduled)
}

#[tokio::test]
async fn a_day_after_the_end_the_messages_are_emptied_and_the_database_is() {
    let world = World::new().await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&clocks.env()).await;
    let (live, scheduled) = two_are_over(&world).await;
    assert!(bot.stop().await.success());

    // It is down at the hour at which it would empty them, and starts when a day is over.
    clocks.go_on(&world, Duration::from_hours(25));
    let bot = world.start_with(&clocks.env()).await;
    let empty = |message: &Message| {
        message.content.starts_with("⏹ A Space by @NASA")
            && message.embeds.is_empty()
            && message.components.is_empty()
            && !shows(message, "zebrafinch")
    };
    world.message(|message| message.id == live.id && empty(message)).await;
    world.message(|message| message.id == scheduled.id && message.content.contains("A Space by @NASA")).await;
    assert_nothing_of_x_is_kept(&world).await;
    assert_eq!(world.posts().len(), 2);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_server_that_erases_itself_keeps_nothing_and_its_posts_say_nothing() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let space = world.x.start_now(&world.nasa, "Artemis").unwrap();
    let live = world.rings_once(&space).await;
    let question = world.says("settings erase", json!({})).await;
    assert!(question.is_ephemeral());
    assert!(question.content().contains("One follow goes"), "{}", question.content());
    let message = question.message.expect("a message with buttons").id;

    // The answer comes after a restart.
    let bot = world.while_down(bot, || ()).await;
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    let done = world.final_reply(&person.press(message, "Erase everything").unwrap()).await;
    assert!(done.content().contains("everything else that I kept"), "{}", done.content());
    let emptied = world.message(|message| message.id == live.id && message.content == ON_REQUEST).await;
    assert!(emptied.embeds.is_empty() && emptied.components.is_empty());
    let list = world.says("follow list", json!({})).await;
    assert!(list.content().contains("Nothing is followed"), "{}", list.content());

    // What goes on is none of its business any more, also after another restart.
    world.x.rename(&space, Some("Artemis and after")).unwrap();
    let bot = world.while_down(bot, || ()).await;
    world.follow_with(json!({ "keyword": "unrelated" })).await;
    assert_eq!(world.posts().len(), 1);
    assert!(!shows(&world.posts()[0], "Artemis"));
    assert!(bot.stop().await.success());
}

/// An operator erases an account and a server while the bot runs, and a person while it doesn't.
async fn operators_story(world: World) {
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    world.follow_with(json!({ "keyword": "artemis" })).await;
    let rival = world.x.add_user("777", "rival", "A rival");
    world.follow_host("@rival").await;
    let space = world.x.start_now(&world.nasa, "Artemis").expect("it is there");
    let other = world.x.start_now(&rival, "Soyuz").expect("it is there");
    let live = world.rings_once(&space).await;
    let others = world.rings_once(&other).await;

    let (code, words) = told(&world, &["erase", "--account", "@Nasa"]).await;
    assert!(code == Some(2) && words.contains("--yes"), "nobody can be asked: {words}");
    let (code, words) = told(&world, &["erase", "--account", "@Nasa", "--yes"]).await;
    assert_eq!(code, Some(0), "{words}");
    for line in ["X account @Nasa", "  1 follow\n", "  1 Space\n", "  1 account\n", "  1 post that"] {
        assert!(words.contains(line), "{line} in {words}");
    }
    world.message(|message| message.id == live.id && message.content == ON_REQUEST).await;
    // It is still live on X, and its title still holds the keyword.
    let bot = world.while_down(bot, || ()).await;
    world.visited().await;
    assert_eq!(world.posts().len(), 2, "it rings nobody again");
    assert!(!shows(&world.posts()[0], "Artemis"));

    let (code, words) = told(&world, &["erase", "--server", &world.guild.to_string(), "--yes"]).await;
    assert!(code == Some(0) && words.contains("  2 follows\n"), "{words}");
    world.message(|message| message.id == others.id && message.content == ON_REQUEST).await;
    let list = world.says("follow list", json!({})).await;
    assert!(list.content().contains("Nothing is followed"), "{}", list.content());
    world.follow_host("@rival").await;
    assert!(bot.stop().await.success());

    let user = world.moderator.to_string();
    let (code, words) = told(&world, &["erase", "--user", &user, "--yes"]).await;
    assert!(code == Some(0) && words.contains("1 follow that no longer says who made it"), "{words}");
    let (code, words) = told(&world, &["erase", "--user", &user, "--yes"]).await;
    assert_eq!((code, words), (Some(0), format!("Nothing was kept of Discord user {user}.\n")));
    // The follow is its server's, and rings as ever.
    let bot = world.start().await;
    world.x.end(&other).expect("it is there");
    let again = world.x.start_now(&rival, "Soyuz again").expect("it is there");
    world.rings_once(&again).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_operator_erases_while_the_bot_runs_and_while_it_doesn_t() {
    operators_story(World::new().await).await;
}

#[tokio::test]
async fn an_operator_erases_on_postgresql_while_the_bot_runs_and_while_it_doesn_t() {
    if let Some(world) = World::on_postgres().await {
        operators_story(world).await;
    }
}

#[tokio::test]
async fn an_erasure_of_nobody_of_two_or_of_what_is_no_id_is_refused() {
    let world = World::new().await;
    for arguments in [
        &["erase", "--yes"][..],
        &["erase", "--server", "1", "--user", "2", "--yes"],
        &["erase", "--server", "nasa", "--yes"],
        &["erase", "--server", "0", "--yes"],
        &["erase", "--account", "not a name", "--yes"],
    ] {
        let (code, words) = told(&world, arguments).await;
        assert_eq!(code, Some(2), "{arguments:?}: {words}");
    }
    let mut nowhere = world.command(&[("DATABASE_URL", "sqlite:///nowhere/at/all.db")]);
    let output = nowhere.args(["erase", "--user", "1", "--yes"]).output().await.expect("the program runs");
    let words = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("may not be erased") && words.contains("DATABASE_URL"), "{words}");
}
