//! The program itself: its arguments, its settings, its logs, its end.

use std::process::Stdio;

use serde_json::json;
use spacebell_sim::x::{EndLook, Endpoint, Fault, Scope, SpentStatus};

use crate::support::{DISCORD_TOKEN, PATIENCE, World, X_TOKEN, links};

async fn output(world: &World, arguments: &[&str], more: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output =
        world.command(more).args(arguments).stdin(Stdio::null()).output().await.expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn all_mistakes_in_the_settings_are_told_at_once_without_their_values() {
    let world = World::new().await;
    let wrong = [
        ("DISCORD_TOKEN", ""),
        ("X_BEARER_TOKEN", "two words"),
        ("X_DAILY_BUDGET_USD", "-1"),
        ("DISCORD_GLOBAL_RPS", "many"),
        ("LOG_FORMAT", "xml"),
    ];
    let (code, _, told) = output(&world, &["run"], &wrong).await;
    assert_eq!(code, Some(2), "{told}");
    for (name, value) in wrong {
        assert!(told.contains(name), "{name} isn't told:\n{told}");
        assert!(value.len() < 3 || !told.contains(value), "{value} is repeated:\n{told}");
    }
    assert!(told.contains("https://discord.com/developers/applications"), "{told}");
}

#[tokio::test]
async fn check_asks_both_sides_and_prints_the_invite_link() {
    let world = World::new().await;
    let (code, told, _) = output(&world, &["check"], &[]).await;
    assert_eq!(code, Some(0), "{told}");
    // View Channel, Send Messages, Send Messages in Threads, Embed Links, Attach Files, Read Message History.
    let needed = (1_u64 << 10) | (1 << 11) | (1 << 38) | (1 << 14) | (1 << 15) | (1 << 16);
    let application = world.discord.bot_id();
    assert!(told.contains(&format!("client_id={application}")), "{told}");
    assert!(told.contains(&format!("permissions={needed}\n")), "{told}");
    // With Mention Everyone and Create Events besides.
    assert!(told.contains(&format!("permissions={}\n", needed | (1 << 17) | (1 << 44))), "{told}");
    assert_eq!(world.x.bill().micros, 0, "checking costs nothing");
}

#[tokio::test]
async fn a_budget_is_told_with_where_it_stops_what_at_the_start_and_by_check() {
    let world = World::new().await;
    for (dollars, told) in [
        (
            "5",
            "X may cost $5.00 a UTC day (X_DAILY_BUDGET_USD): people's commands ask nothing new from $4.00 on",
        ),
        ("0", "X_DAILY_BUDGET_USD is 0: X is asked for nothing that may cost, so no Space is found"),
    ] {
        let budget = [("X_DAILY_BUDGET_USD", dollars)];
        let bot = world.start_with(&budget).await;
        assert!(bot.logs().contains(told), "{}", bot.logs());
        assert!(bot.stop().await.success());
        let (code, said, _) = output(&world, &["check"], &budget).await;
        let words = if dollars == "0" {
            "X_DAILY_BUDGET_USD is 0"
        } else {
            "keywords aren't searched for from $4.50"
        };
        assert!(code == Some(0) && said.contains(words), "{said}");
    }
}

#[tokio::test]
async fn check_says_how_x_would_tell_in_each_mode_and_changes_nothing() {
    let world = World::new().await;
    let webhook = |url: &'static str| {
        let secret = ("X_CONSUMER_SECRET", "stand-in-consumer-secret");
        [("X_PUSH", "webhook"), secret, ("PUBLIC_URL", url), ("HTTP_ADDR", "127.0.0.1:0")]
    };
    let (code, told, _) = output(&world, &["check"], &[("X_PUSH", "off")]).await;
    assert!(code == Some(0) && told.contains("Push: off"), "{told}");
    let (code, told, _) = output(&world, &["check"], &[("X_PUSH", "stream")]).await;
    assert!(code == Some(0) && told.contains("Push: ok, by a stream. X holds 0 subscriptions"), "{told}");
    let (code, told, _) = output(&world, &["check"], &webhook("https://bell.example.org")).await;
    assert!(code == Some(0) && told.contains("https://bell.example.org/x/webhook yet"), "{told}");
    let (code, told, _) = output(&world, &["check"], &webhook("https://bell.example.org:8443")).await;
    assert!(code == Some(2) && told.contains("it wants https and no port"), "{told}");
    world.x.fault(Fault::status(403), Scope::on(Endpoint::SubscriptionList));
    let (code, told, _) = output(&world, &["check"], &[("X_PUSH", "stream")]).await;
    assert!(code == Some(0) && told.contains("X doesn't grant it to this app"), "{told}");
    assert!(world.x.webhooks().is_empty() && world.x.subscriptions().is_empty());
    assert_eq!(world.x.bill().micros, 0, "checking costs nothing");
}

#[tokio::test]
async fn check_says_which_token_is_refused_and_where_to_get_one() {
    let world = World::new().await;
    let (code, told, _) =
        output(&world, &["check"], &[("DISCORD_TOKEN", "wrong.token.here"), ("X_BEARER_TOKEN", "wrong")])
            .await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("DISCORD_TOKEN is refused"), "{told}");
    assert!(told.contains("X_BEARER_TOKEN is refused"), "{told}");
    assert!(!told.contains("wrong.token.here"), "{told}");
}

#[tokio::test]
async fn check_tells_spent_credits_from_a_refused_token() {
    let world = World::new().await;
    world.x.configure(|settings| settings.spent_status = SpentStatus::PaymentRequired);
    world.x.set_credits(Some(0));
    let (code, told, _) = output(&world, &["check"], &[]).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("credits are spent"), "{told}");
}

#[tokio::test]
async fn a_refused_discord_token_ends_the_program_with_what_to_do() {
    let world = World::new().await;
    let (status, log) = world.spawn(&[("DISCORD_TOKEN", "wrong.token.here")]).ended().await;
    assert_eq!(status.code(), Some(2), "{log}");
    assert!(log.contains("DISCORD_TOKEN"), "{log}");
    assert!(!log.contains("wrong.token.here"), "{log}");
}

#[tokio::test]
async fn no_log_of_a_whole_run_holds_a_token() {
    for format in ["text", "json"] {
        let world = World::new().await;
        let bot = world.start_with(&[("LOG_FORMAT", format), ("RUST_LOG", "trace")]).await;
        world.follow_host("nasa").await;
        let space = world.x.start_now(&world.nasa, "Webb").unwrap();
        world.message(|message| !links(message).is_empty()).await;
        world.says("space show", json!({ "space": space.to_string() })).await;
        world.x.end_as(&space, EndLook::NotFound).unwrap();
        world.message(|message| message.content.contains("ended")).await;
        let log = world.path("log");
        assert!(bot.stop().await.success());
        let log = std::fs::read_to_string(log).unwrap();
        assert!(log.contains(&space.to_string()), "the log tells of the Space");
        assert!(!log.contains(DISCORD_TOKEN), "Discord's token is in the {format} log");
        assert!(!log.contains(X_TOKEN), "X's token is in the {format} log");
        if format == "json" {
            for line in log.lines() {
                serde_json::from_str::<serde_json::Value>(line)
                    .unwrap_or_else(|_| panic!("not JSON: {line}"));
            }
        }
    }
}

#[tokio::test]
async fn a_second_process_on_the_same_database_waits_for_the_first() {
    let world = World::new().await;
    let first = world.start().await;
    world.follow_host("nasa").await;
    let second = world.spawn(&[]);
    let mut waited = false;
    for _ in 0..400 {
        waited = second.logs().contains("another process holds the database");
        if waited {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(waited, "{}", second.logs());
    let identified = world.discord.gateway().identifies.len();
    assert!(first.stop().await.success());
    world
        .discord
        .wait_for(crate::support::PATIENCE, |discord| {
            (discord.gateway().identifies.len() > identified).then_some(())
        })
        .await
        .expect("the second one takes over");
    assert!(second.stop().await.success());
}

#[tokio::test]
async fn a_database_of_a_newer_version_refuses_to_start() {
    use sqlx::{Connection, Executor};
    let world = World::new().await;
    world.start().await.stop().await;
    let url = format!("sqlite://{}", world.path("spacebell.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    connection
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .await
        .unwrap();
    connection.close().await.unwrap();
    let (status, log) = world.spawn(&[]).ended().await;
    assert_eq!(status.code(), Some(1));
    assert!(log.contains("newer version of Spacebell"), "{log}");
}

#[tokio::test]
async fn commands_of_a_server_of_its_own_go_when_it_is_that_no_more() {
    let world = World::new().await;
    let guild = world.guild.to_string();
    let bot = world.spawn(&[("DISCORD_DEV_GUILD_ID", &guild)]);
    let here = |discord: &spacebell_sim::discord::Server| !discord.commands(Some(world.guild)).is_empty();
    world.discord.wait_for(PATIENCE, |discord| here(discord).then_some(())).await.expect("commands here");
    assert!(world.discord.commands(None).is_empty());
    world
        .discord
        .wait_for(PATIENCE, |discord| (discord.connected() > 0).then_some(()))
        .await
        .expect("a session");
    assert!(bot.stop().await.success());
    let bot = world.start().await;
    world.discord.wait_for(PATIENCE, |discord| (!here(discord)).then_some(())).await.expect("none here");
    assert!(!world.discord.commands(None).is_empty());
    assert!(bot.stop().await.success());
}
