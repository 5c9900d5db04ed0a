//! Whether the program lives, as a health check asks: `spacebell check --live`.

use std::fs::File;
use std::time::Duration;

use tokio::process::Command;

use crate::support::{PATIENCE, World};

/// The exit code of `check --live`, and its words. It needs the database's address and no other setting.
async fn life(world: &World) -> (Option<i32>, String) {
    let mut command = world.command(&[]);
    command.env_remove("DISCORD_TOKEN").env_remove("X_BEARER_TOKEN");
    let output = command.args(["check", "--live"]).output().await.expect("the program runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

async fn signal(pid: u32, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().await;
    assert!(sent.expect("a shell").success());
}

#[tokio::test]
async fn a_running_bot_is_alive_and_one_that_ended_is_dead() {
    let world = World::new().await;
    let (code, told) = life(&world).await;
    assert_eq!(code, Some(1), "nothing ever ran: {told}");
    assert!(told.starts_with("Dead"), "{told}");
    assert!(!world.path("spacebell.db.lock").exists(), "looking leaves nothing behind");

    let bot = world.start().await;
    assert_eq!(life(&world).await, (Some(0), "Alive.\n".to_owned()));
    bot.kill().await;
    let (code, told) = life(&world).await;
    assert_eq!((code, told.starts_with("Dead")), (Some(1), true), "{told}");
}

#[tokio::test]
async fn a_bot_that_stands_still_is_hung_until_it_goes_on() {
    let world = World::new().await;
    let bot = world.start().await;
    signal(bot.pid(), "STOP").await;
    // Ten minutes go by.
    let lock = File::options().write(true).open(world.path("spacebell.db.lock")).expect("the lock file");
    let then = lock.metadata().and_then(|known| known.modified()).expect("its time");
    lock.set_modified(then - Duration::from_mins(10)).expect("it can be set");
    let (code, told) = life(&world).await;
    assert_eq!((code, told.starts_with("Hung")), (Some(1), true), "{told}");

    signal(bot.pid(), "CONT").await;
    let recovered = async {
        while life(&world).await.0 != Some(0) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(PATIENCE, recovered).await.expect("it beats again");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn looking_at_a_database_that_cant_be_looked_at_says_why() {
    let world = World::new().await;
    for (url, code, words) in
        [("sqlite::memory:", Some(1), "in memory"), ("mysql://elsewhere", Some(2), "DATABASE_URL")]
    {
        let mut command = world.command(&[("DATABASE_URL", url)]);
        let output = command.args(["check", "--live"]).output().await.expect("the program runs");
        let told = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        assert!(output.status.code() == code && told.contains(words), "{url}: {told}");
    }
}
