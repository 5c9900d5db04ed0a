//! The store fails: those who run the bot read what to do, those who use it that nothing was changed, and once it is
//! mended everything is posted once.

use std::fs;

use serde_json::json;
use spacebell_sim::x::SpaceId;
use sqlx::{Connection, SqliteConnection};
use tokio::process::Command;

use crate::support::{Bot, World, eventually};

/// A world that follows a host, and the program in it.
async fn followed() -> World {
    let world = World::new().await;
    world.seed_follows(&[world.channel], &[(world.nasa.to_string(), "NASA")]).await;
    world
}

/// Starts a Space that can't be kept, and has somebody type a command that can't be done.
async fn begins_unkept(world: &World, bot: &Bot) -> SpaceId {
    let space = world.x.start_now(&world.nasa, "Meanwhile").expect("a Space");
    let told = "what X showed couldn't be kept";
    eventually(told, async || bot.logs().contains(told).then_some(())).await;
    let reply = world.says("follow keyword", json!({ "keyword": "mars" })).await;
    assert!(
        reply.content().contains("I couldn’t reach my memory, so nothing was changed"),
        "{}",
        reply.content()
    );
    assert!(world.posts().is_empty());
    space
}

/// Holds that everything works again, and that the Space is posted once.
async fn recovers(world: &World, bot: Bot, space: &SpaceId) {
    world.rings_once(space).await;
    world.follow_with(json!({ "keyword": "mars" })).await;
    world.x.end(space).expect("it ends");
    world.message(|message| message.content.contains("ended")).await;
    assert_eq!(world.posts().len(), 1);
    assert!(bot.stop().await.success());
}

/// The end of a program that can't start: it isn't in order, and its log says what to do.
async fn refuses(world: &World, url: &str, advice: &str) {
    let (status, log) = world.spawn(&[("DATABASE_URL", url)]).ended().await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains(advice), "{log}");
}

fn database(world: &World) -> String {
    format!("sqlite://{}", world.path("spacebell.db").display())
}

#[tokio::test]
async fn while_another_process_locks_the_database_nothing_is_lost() {
    let world = followed().await;
    let bot = world.start().await;
    let mut other = SqliteConnection::connect(&database(&world)).await.expect("a connection");
    let lock = other.begin_with("BEGIN IMMEDIATE").await.expect("its lock");
    let space = begins_unkept(&world, &bot).await;
    lock.commit().await.expect("it lets go");
    recovers(&world, bot, &space).await;
}

#[tokio::test]
async fn while_the_file_system_takes_no_writes_nothing_is_lost() {
    let world = followed().await;
    let program = world.command(&[]);
    let mut command = Command::new("bash");
    // The log goes through a process that may write. The program is told of a refusal, instead of being killed.
    command
        .args(["-c", r#"trap "" XFSZ; exec "$0" 2> >(exec cat >&2)"#, env!("CARGO_BIN_EXE_spacebell")])
        .env_clear()
        .current_dir(world.path(""))
        .envs(program.as_std().get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("PATH", "/usr/bin:/bin")
        .kill_on_drop(true);
    let bot = world.start_as(command).await;
    let limit = async |most: &str| {
        let pid = bot.pid().to_string();
        let set = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={most}:")]).status().await;
        assert!(set.expect("prlimit").success());
    };
    limit("0").await;
    let space = begins_unkept(&world, &bot).await;
    limit("unlimited").await;
    recovers(&world, bot, &space).await;
}

#[tokio::test]
async fn a_database_that_may_only_be_read_refuses_to_start_with_what_to_do() {
    let world = followed().await;
    assert!(world.start().await.stop().await.success());
    let space = world.x.start_now(&world.nasa, "Meanwhile").expect("a Space");
    refuses(&world, &format!("{}?mode=ro", database(&world)), "Make room on the disk of DATABASE_URL").await;
    assert!(world.posts().is_empty());
    recovers(&world, world.start().await, &space).await;
}

#[tokio::test]
async fn a_damaged_database_refuses_to_start_with_what_to_do_and_its_copy_repeats_nothing() {
    let world = followed().await;
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "Before").expect("a Space");
    world.rings_once(&space).await;
    assert!(bot.stop().await.success());
    let (file, copy) = (world.path("spacebell.db"), world.path("copy"));
    fs::copy(&file, &copy).expect("a copy");
    fs::write(&file, "something else ".repeat(1_000)).expect("it is damaged");
    refuses(&world, &database(&world), "put a copy of it back").await;
    fs::copy(&copy, &file).expect("it is put back");
    recovers(&world, world.start().await, &space).await;
}

#[tokio::test]
async fn a_folder_that_doesn_t_exist_refuses_to_start_with_what_to_do() {
    let world = World::new().await;
    let folder = world.path("nowhere");
    let url = format!("sqlite://{}", folder.join("spacebell.db").display());
    refuses(&world, &url, "in a folder that exists and that Spacebell may write").await;
    fs::create_dir(&folder).expect("a folder");
    let bot = world.start_with(&[("DATABASE_URL", &url)]).await;
    world.follow_host("nasa").await;
    assert!(bot.stop().await.success());
}
