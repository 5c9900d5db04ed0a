//! What an operator sees of the database: a server that goes and comes back, one process at a time, backups.

use std::path::Path;
use std::process::Output;
use std::str::FromStr;

use serde_json::json;
use spacebell::store::Store;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::{PATIENCE, World, in_minutes};

/// Stands between the program and its database's server, and can be cut.
struct Wire {
    url: String,
    whole: watch::Sender<bool>,
}

impl Wire {
    async fn to(url: &str) -> Self {
        let server = PgConnectOptions::from_str(url).expect("an address");
        let address = (server.get_host().to_owned(), server.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let url = server.host("127.0.0.1").port(port).to_url_lossy().to_string();
        let (whole, _) = watch::channel(true);
        let cuts = whole.clone();
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.expect("a connection");
                let mut cut = cuts.subscribe();
                if *cut.borrow_and_update() {
                    let address = address.clone();
                    tokio::spawn(async move {
                        tokio::select! {
                            _ = carry(near, address) => {}
                            _ = cut.wait_for(|whole| !whole) => {}
                        }
                    });
                }
            }
        });
        Self { url, whole }
    }

    /// Breaks off all connections, and refuses new ones.
    fn cut(&self) {
        self.whole.send_replace(false);
    }

    fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn carry(mut near: TcpStream, address: (String, u16)) -> std::io::Result<()> {
    let mut far = TcpStream::connect(address).await?;
    tokio::io::copy_bidirectional(&mut near, &mut far).await.map(drop)
}

#[tokio::test]
async fn a_database_server_that_goes_and_comes_back_loses_nothing_and_doubles_nothing() {
    let Some(world) = World::on_postgres().await else { return };
    let wire = Wire::to(&world.database_url()).await;
    let bot = world.start_with(&[("DATABASE_URL", &wire.url)]).await;
    world.follow_host("@nasa").await;
    let space = world.x.schedule(&world.nasa, "Artemis", in_minutes(30)).unwrap();
    let scheduled = world.message(|message| message.content.contains("has scheduled a Space")).await;

    wire.cut();
    world.x.start_space(&space).unwrap();
    world.visited().await;
    assert_eq!(world.posts().len(), 1, "what can't be kept isn't sent");
    wire.mend();

    let live =
        world.message(|message| message.content.contains("is live") && message.id != scheduled.id).await;
    world
        .message(|message| message.id == scheduled.id && message.content.contains(&live.id.to_string()))
        .await;

    // Gone again, in the midst of other work.
    wire.cut();
    world.x.end(&space).unwrap();
    world.visited().await;
    wire.mend();
    world.message(|message| message.id == live.id && message.content.contains("ended")).await;
    world.message(|message| message.id == scheduled.id && message.content.contains("ended")).await;
    assert_eq!(world.posts().len(), 2);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_bot_whose_database_another_one_took_meanwhile_ends() {
    let Some(world) = World::on_postgres().await else { return };
    let wire = Wire::to(&world.database_url()).await;
    let first = world.start_with(&[("DATABASE_URL", &wire.url)]).await;
    wire.cut();
    let second = world.start().await;
    wire.mend();
    let (status, logs) = first.ended().await;
    assert!(!status.success());
    assert!(logs.contains("another process has taken over the database"), "{logs}");

    world.follow_host("@nasa").await;
    assert!(second.stop().await.success());
}

#[tokio::test]
async fn a_bot_on_postgresql_is_alive_and_a_second_one_waits_until_it_is_dead() {
    let Some(world) = World::on_postgres().await else { return };
    let life = async || told(&world, &["check", "--live"]).await;
    let (code, words) = life().await;
    assert!(code == Some(1) && words.starts_with("Dead"), "nothing ever ran: {words}");
    let bot = world.start().await;
    assert_eq!(life().await, (Some(0), "Alive.\n".to_owned()));
    let second = world.spawn(&[]);
    let waits = async {
        while !second.logs().contains("another") {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waits).await.expect("it says that it waits");
    let identifies = world.discord.gateway().identifies.len();
    bot.kill().await;
    world
        .discord
        .wait_for(PATIENCE, |discord| (discord.gateway().identifies.len() > identifies).then_some(()))
        .await
        .expect("the second one takes over");
    assert!(second.stop().await.success());
    let (code, words) = life().await;
    assert!(code == Some(1) && words.starts_with("Dead"), "{words}");
}

async fn told(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, .. } =
        world.command(&[]).args(arguments).output().await.expect("the program runs");
    (status.code(), String::from_utf8(stdout).expect("text"))
}

#[tokio::test]
async fn a_backup_is_whole_though_the_bot_runs_and_overwrites_nothing() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let (code, words) = told(&world, &["backup", "copy.db"]).await;
    assert_eq!(code, Some(0), "{words}");
    let copy = world.path("copy.db");
    assert_private(&copy);
    let before = std::fs::read(&copy).expect("the copy");
    world.follow_with(json!({ "keyword": "moon" })).await;
    let (code, words) = told(&world, &["backup", "copy.db"]).await;
    assert!(code == Some(1) && words.contains("copy.db is there already"), "{words}");
    assert_eq!(std::fs::read(&copy).expect("the copy"), before);

    let store = Store::open(&format!("sqlite://{}", copy.display())).await.expect("a database");
    assert_eq!(store.follows().await.expect("follows").len(), 1);
    store.close().await;
    let (code, words) = told(&world, &["backup", "nowhere/copy.db"]).await;
    assert!(code == Some(1) && words.contains("can't be written"), "{words}");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_backup_of_postgresql_is_told_and_its_password_is_not() {
    let world = World::new().await;
    let url = "postgres://me:secret@127.0.0.1:1/bell";
    let output = world.command(&[("DATABASE_URL", url)]).args(["backup", "bell.dump"]).output().await;
    let output = output.expect("the program runs");
    let words = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1));
    assert!(words.contains("pg_dump --format=custom --file='bell.dump' \"$DATABASE_URL\""), "{words}");
    assert!(!words.contains("secret") && !world.path("bell.dump").exists());
}

#[cfg(unix)]
fn assert_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata().expect("the copy").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only its owner reads it");
}

#[cfg(not(unix))]
fn assert_private(_: &Path) {}
