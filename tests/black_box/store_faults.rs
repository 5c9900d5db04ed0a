//! The store fails: those who run the bot read what to do, those who use it that nothing was changed, and once it is
//! mended everything is posted once.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use spacebell_sim::discord::{Effect, Fault, Server};
use spacebell_sim::x::SpaceId;
use sqlx::{Connection, SqliteConnection};
use tokio::process::Command;

use crate::seeing::{address, ready};
use crate::shim;
use crate::support::{Bot, PATIENCE, World, eventually};

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

/// The program on a disk that is full while the first of these files is there, and fails while the second is.
async fn on_a_disk(world: &World, operators: u64) -> Option<(Bot, PathBuf, PathBuf)> {
    if !shim::WORKS {
        eprintln!("SKIPPED: a program's disk can be made to fail on Linux alone");
        return None;
    }
    let library = shim::build("disk").expect("a C compiler, as for SQLite");
    let (full, failing) = (world.path("full"), world.path("failing"));
    let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
    let (library, operators) = (text(&library), operators.to_string());
    let bot = world
        .start_with(&[
            ("LD_PRELOAD", &library),
            ("DISK_FULL", &text(&full)),
            ("DISK_FAILING", &text(&failing)),
            ("OPERATOR_CHANNEL_ID", &operators),
        ])
        .await;
    Some((bot, full, failing))
}

#[tokio::test]
async fn while_the_disk_is_full_or_fails_nothing_unkept_is_sent_it_is_told_once_and_afterwards_all_rings_once()
 {
    let causes = ["its disk is full", "disk is failing"];
    let stories = causes.into_iter().enumerate().map(|(which, cause)| async move {
        let world = followed().await;
        let ops = world.discord.add_channel(world.guild, "ops", 0);
        let Some((bot, full, failing)) = on_a_disk(&world, ops).await else { return };
        let address = address(&bot).await;
        let switch = [full, failing][which].clone();
        fs::write(&switch, "").expect("a file");
        let space = begins_unkept(&world, &bot).await;
        ready(&address, 503, "store: the database can't be written since").await;
        world.message_in(ops, |message| message.content.contains("The database stopped taking writes")).await;
        world.visited().await;
        assert!(world.posts().is_empty());
        let log = bot.logs();
        assert!(log.contains(cause), "{log}");
        for told in
            ["what X showed couldn't be kept", "the database can't be written err", "the outbox can't"]
        {
            assert!(log.matches(told).count() <= 1, "{told} is told again and again:\n{log}");
        }
        fs::remove_file(switch).expect("it is there");
        ready(&address, 200, "ready").await;
        world.message_in(ops, |message| message.content.contains("can be written again")).await;
        assert_eq!(world.posts_in(ops).len(), 2);
        recovers(&world, bot, &space).await;
    });
    futures_util::future::join_all(stories).await;
}

#[tokio::test]
async fn a_disk_that_is_full_when_a_message_is_there_has_it_recorded_once_it_isn_t() {
    let world = followed().await;
    let Some((bot, full, _)) = on_a_disk(&world, world.channel).await else { return };
    let slow = Effect::Delay(Duration::from_secs(3));
    world.discord.fault(Fault::new(slow).on("POST", "/channels/*/messages").times(1));
    let space = world.x.start_now(&world.nasa, "Meanwhile").expect("a Space");
    let path = format!("/channels/{}/messages", world.channel);
    let sends =
        |discord: &Server| discord.requests().iter().any(|request| request.is("POST", &path)).then_some(());
    world.discord.wait_for(PATIENCE, sends).await.expect("it is sent");
    fs::write(&full, "").expect("a file");
    let told = "the store fails amid a notice";
    eventually(told, async || bot.logs().contains(told).then_some(())).await;
    world.visited().await;
    assert_eq!(bot.logs().matches(told).count(), 1, "{}", bot.logs());
    fs::remove_file(full).expect("it is there");
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
