//! What those who run the bot see of it: health, readiness, metrics, and the operators' channel.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use spacebell::metrics::{self, Kind};
use spacebell_sim::discord::{Effect, Fault, Target, bits};
use spacebell_sim::x::{self, SpentStatus};
use sqlx::{Connection, SqliteConnection};

use crate::support::{Bot, PATIENCE, World, eventually, links};

/// Where a program answers: what its log said last.
pub async fn address(bot: &Bot) -> String {
    eventually("an address", async || {
        let log = bot.logs();
        let (_, told) = log.rsplit_once("METRICS_ADDR: http://")?;
        told.split_once('/').map(|(address, _)| address.to_owned())
    })
    .await
}

/// Status and body.
pub async fn get(address: &str, path: &str) -> Option<(u16, String)> {
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
    let answer = client.get(format!("http://{address}{path}")).send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.ok()?))
}

/// Waits until readiness says something that fits, and holds that the program is alive all the same.
pub async fn ready(address: &str, status: u16, words: &str) {
    let mut last = None;
    let says = eventually(words, async || {
        last = get(address, "/readyz").await;
        last.as_ref().filter(|(told, body)| *told == status && body.contains(words)).map(|_| ())
    });
    let said = tokio::time::timeout(PATIENCE, says).await;
    assert!(said.is_ok(), "/readyz doesn't say {words}, but {last:?}");
    assert_eq!(get(address, "/healthz").await, Some((200, "alive\n".to_owned())));
}

/// An exposition: the value of each series, and the types by name. Panics where the format isn't kept.
pub fn parsed(text: &str) -> (BTreeMap<String, f64>, BTreeMap<String, String>) {
    let (mut series, mut types, mut helped) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    assert!(text.ends_with('\n'), "the last line has no end");
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a help text");
            assert!(helped.insert(name.to_owned()) && !help.is_empty(), "{line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{line}");
        } else {
            let (key, value) = line.rsplit_once(' ').expect("a value");
            let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
            let name = key.split('{').next().expect("a name");
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
            assert!(!name.is_empty() && name.chars().all(is_name), "{line}");
            if let Some(labels) = key.strip_prefix(name).filter(|labels| !labels.is_empty()) {
                assert!(labels.starts_with('{') && labels.ends_with("\"}"), "{line}");
            }
            let family = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| name.strip_suffix(end).filter(|family| types.contains_key(*family)))
                .unwrap_or(name);
            assert!(types.contains_key(family) && helped.contains(family), "{line} has no type or help");
            assert!(series.insert(key.to_owned(), value).is_none(), "{line} is there twice");
        }
    }
    (series, types)
}

#[tokio::test]
async fn each_metric_is_there_after_a_story_and_names_nobody() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let address = address(&bot).await;
    let space = world.x.start_now(&world.nasa, "Webb").expect("a Space");
    let post = world.message(|message| message.content.contains("is live")).await;
    let text = eventually("a post that is counted", async || {
        let (status, text) = get(&address, "/metrics").await?;
        assert_eq!(status, 200);
        text.contains("spacebell_sight_to_post_seconds_count 1\n").then_some(text)
    })
    .await;
    let (series, types) = parsed(&text);
    for metric in metrics::ALL {
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        assert_eq!(types.get(metric.name).map(String::as_str), Some(kind), "{}", metric.name);
        assert!(text.contains(&format!("# HELP {} ", metric.name)), "{}", metric.name);
        let ends = ["", "{", "_bucket", "_sum", "_count"];
        let is_own = |key: &&String| {
            let rest = key.strip_prefix(metric.name);
            rest.is_some_and(|rest| {
                ends.iter().any(|end| rest == *end || (!end.is_empty() && rest.starts_with(end)))
            })
        };
        let own: Vec<&String> = series.keys().filter(is_own).collect();
        assert!(!own.is_empty(), "{} has no value", metric.name);
        for label in metric.labels {
            assert!(own.iter().all(|key| key.contains(&format!("{label}=\""))), "{own:?}");
        }
    }
    assert_eq!(types.len(), metrics::ALL.len(), "one that nobody declared");
    let value = |key: &str| *series.get(key).unwrap_or_else(|| panic!("no {key} in {series:#?}"));
    for (key, expected) in [
        ("spacebell_start_to_sight_seconds_count", 1.0),
        ("spacebell_start_to_sight_seconds_bucket{le=\"+Inf\"}", 1.0),
        ("spacebell_follows", 1.0),
        ("spacebell_servers_with_follows", 1.0),
        ("spacebell_gateway_connected", 1.0),
        ("spacebell_store_works", 1.0),
        ("spacebell_x_has_credits", 1.0),
        ("spacebell_x_budget_dollars", 5.0),
        ("spacebell_discord_requests_total{outcome=\"unauthorized\"}", 0.0),
        ("spacebell_discord_rate_limited_total{scope=\"global\"}", 0.0),
        ("spacebell_discord_invalid_requests", 0.0),
    ] {
        assert!((value(key) - expected).abs() < 1e-9, "{key} is {}", value(key));
    }
    for at_least_one in [
        "spacebell_x_requests_total{endpoint=\"spaces_by_creators\",status=\"200\"}",
        "spacebell_discord_requests_total{outcome=\"done\"}",
        "spacebell_x_limit_remaining{endpoint=\"spaces_by_creators\"}",
        "spacebell_spaces_known",
    ] {
        assert!(value(at_least_one) >= 1.0, "{at_least_one} is {}", value(at_least_one));
    }
    let today = value("spacebell_x_spent_today_dollars{cause=\"hosts\"}");
    assert!(today > 0.0);
    assert!(value("spacebell_x_spent_today_by_kind_dollars{kind=\"space\"}") > 0.0);
    assert!(value("spacebell_x_spent_month_dollars") >= today);
    let ids = [world.guild, world.channel, world.moderator, world.discord.bot_id(), post.id];
    for id in ids.iter().map(ToString::to_string).chain([space.to_string(), world.nasa.to_string()]) {
        assert!(!text.contains(&id), "{id} is in the metrics");
    }
    let lost = get(&address, "/elsewhere").await.expect("an answer");
    assert_eq!(lost.0, 404);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn refusals_of_both_sides_are_counted_by_what_they_are() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let address = address(&bot).await;
    let limited = Effect::rate_limited(Duration::from_millis(300), "shared", None);
    world.discord.fault(Fault::new(limited).on("POST", "/channels/*/messages").times(1));
    world.x.fault(x::Fault::status(503), x::Scope::everywhere().next(1));
    world.x.start_now(&world.nasa, "Webb").expect("a Space");
    world.message(|message| message.content.contains("is live")).await;
    let (status, text) = get(&address, "/metrics").await.expect("an answer");
    assert_eq!(status, 200);
    let (series, _) = parsed(&text);
    for key in [
        "spacebell_discord_rate_limited_total{scope=\"shared\"}",
        "spacebell_discord_requests_total{outcome=\"limited\"}",
    ] {
        assert!((series[key] - 1.0).abs() < 1e-9, "{key} is {}", series[key]);
    }
    let failed = series.iter().filter(|(key, _)| key.contains("status=\"503\"")).map(|(_, value)| value);
    assert!(failed.sum::<f64>() >= 1.0, "{text}");
    assert!(bot.stop().await.success());
}

/// Does something to the running program's database that it never would.
async fn meddle(world: &World, sql: &'static str) {
    let url = format!("sqlite://{}", world.path("spacebell.db").display());
    let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
    sqlx::query(sql).execute(&mut connection).await.expect(sql);
    connection.close().await.expect("closed");
}

const BREAK: &str = "CREATE TRIGGER broken BEFORE INSERT ON meta BEGIN SELECT RAISE(ABORT, 'no room'); END";
const MEND: &str = "DROP TRIGGER broken";

#[tokio::test]
async fn readyz_says_why_not_and_healthz_is_about_life_alone() {
    let world = World::new().await;
    world.x.configure(|settings| settings.spent_status = SpentStatus::PaymentRequired);
    world.discord.fault(Fault::new(Effect::DropBefore).on("GET", "/gateway/bot"));
    let bot = world.spawn(&[]);
    let address = address(&bot).await;
    ready(&address, 503, "gateway: no session with Discord since ").await;
    world.discord.clear_faults();
    ready(&address, 200, "ready").await;

    meddle(&world, BREAK).await;
    ready(&address, 503, "store: the database can't be written since ").await;
    meddle(&world, MEND).await;
    ready(&address, 200, "ready").await;

    eventually("commands", async || (!world.discord.commands(None).is_empty()).then_some(())).await;
    world.follow_host("nasa").await;
    world.x.set_credits(Some(0));
    ready(&address, 503, "x-credits: the credits with X are spent since ").await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_token_that_x_refuses_is_named_by_readyz_and_told_to_operators_once_as_is_its_end() {
    let world = World::new().await;
    let operators = world.discord.add_channel(world.guild, "operators", 0);
    let bot = world.start_with(&[("OPERATOR_CHANNEL_ID", operators.to_string().as_str())]).await;
    world.follow_host("nasa").await;
    let address = address(&bot).await;
    world.x.fault(x::Fault::status(401), x::Scope::everywhere());
    ready(&address, 503, "x-token: X refuses X_BEARER_TOKEN since ").await;
    world.message_in(operators, |message| message.content.contains("X_BEARER_TOKEN")).await;
    world.x.clear_faults();
    ready(&address, 200, "ready").await;
    world
        .discord
        .wait_for(PATIENCE, |_| (world.posts_in(operators).len() == 2).then_some(()))
        .await
        .expect("its end is told");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn operators_are_told_once_when_most_of_the_days_budget_is_spent_and_hosts_still_ring() {
    let world = World::new().await;
    let operators = world.discord.add_channel(world.guild, "operators", 0);
    let hosts = world.seed_hosts(5).await;
    // A Space is $0.005: four are 80 %, and there is room for one more. Their hosts are known.
    let channel = operators.to_string();
    let budget =
        [("OPERATOR_CHANNEL_ID", channel.as_str()), ("X_DAILY_BUDGET_USD", "0.025"), ("X_PUSH", "off")];
    let bot = world.start_with(&budget).await;
    for host in &hosts[..4] {
        let space = world.x.start_now(host, "Dear").expect("a Space");
        world.rings_once(&space).await;
    }
    world.message_in(operators, |message| message.content.contains("80 % of today’s budget")).await;
    assert_eq!(world.posts_in(operators).len(), 1);
    let last = world.x.start_now(&hosts[4], "Dear").expect("a Space");
    world.message(|message| links(message).iter().any(|link| link.ends_with(last.as_str()))).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn operators_are_told_once_of_spent_credits_and_once_when_there_are_some_again() {
    let world = World::new().await;
    world.x.configure(|settings| settings.spent_status = SpentStatus::PaymentRequired);
    let operators = world.discord.add_channel(world.guild, "operators", 0);
    let channel = operators.to_string();
    let more = [("OPERATOR_CHANNEL_ID", channel.as_str())];
    let bot = world.start_with(&more).await;
    world.follow_host("nasa").await;
    world.x.set_credits(Some(0));
    let spent = world.message_in(operators, |message| message.content.contains("credits are spent")).await;
    assert!(spent.pings.is_empty());
    assert_eq!(spent.allowed_mentions, Some(json!({ "parse": [] })));
    assert!(bot.stop().await.success());

    // A start knows what was told.
    world.x.set_credits(None);
    let bot = world.start_with(&more).await;
    eventually("an end", async || {
        let messages = world.discord.messages(operators);
        messages.iter().any(|message| message.content.contains("has credits again")).then_some(())
    })
    .await;
    let told: Vec<String> =
        world.discord.messages(operators).into_iter().map(|message| message.content).collect();
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(world.posts().is_empty(), "nobody else hears of it");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn operators_hear_of_a_store_that_fails_in_their_server_s_language() {
    let world = World::new().await;
    let operators = world.discord.add_channel(world.guild, "operators", 0);
    world.discord.set_guild_locale(world.guild, "ja");
    let bot = world.start_with(&[("OPERATOR_CHANNEL_ID", &operators.to_string())]).await;
    meddle(&world, BREAK).await;
    let told = eventually("a message", async || world.discord.messages(operators).pop()).await;
    assert!(told.content.contains("データベースに書き込めず"), "{}", told.content);
    meddle(&world, MEND).await;
    eventually("an end", async || {
        let messages = world.discord.messages(operators);
        messages
            .iter()
            .any(|message| message.content.contains("再び書き込めるようになりました"))
            .then_some(())
    })
    .await;
    assert_eq!(world.discord.messages(operators).len(), 2);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_channel_that_can_t_be_posted_in_is_logged_once_and_the_bot_rings_on() {
    let world = World::new().await;
    let hidden = world.discord.add_channel(world.guild, "hidden", 0);
    let bot_id = world.discord.bot_id();
    world.discord.set_overwrite(hidden, Target::Member(bot_id), 0, bits::SEND_MESSAGES);
    let bot = world.start_with(&[("OPERATOR_CHANNEL_ID", &hidden.to_string())]).await;
    world.follow_host("nasa").await;
    meddle(&world, BREAK).await;
    let complaint = "OPERATOR_CHANNEL_ID can't be posted in";
    eventually("a complaint", async || bot.logs().contains(complaint).then_some(())).await;
    meddle(&world, MEND).await;
    // The end can't be told either, and isn't complained of again.
    let address = address(&bot).await;
    let forbidden = async || {
        let (_, text) = get(&address, "/metrics").await?;
        let (series, _) = parsed(&text);
        (series["spacebell_discord_requests_total{outcome=\"forbidden\"}"] >= 2.0).then_some(())
    };
    eventually("a second refusal", forbidden).await;
    world.x.start_now(&world.nasa, "Webb").expect("a Space");
    world.message(|message| message.content.contains("is live")).await;
    assert_eq!(bot.logs().matches(complaint).count(), 1, "{}", bot.logs());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_and_taken_once_it_is_free() {
    let world = World::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = taken.local_addr().expect("its address").to_string();
    let bot = world.start_with(&[("METRICS_ADDR", &addr)]).await;
    let told = format!("METRICS_ADDR can't be listened at: {addr} is taken");
    eventually("a complaint", async || bot.logs().contains(&told).then_some(())).await;
    world.follow_host("nasa").await;
    drop(taken);
    assert_eq!(address(&bot).await, addr);
    ready(&addr, 200, "ready").await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn metrics_can_be_switched_off() {
    let world = World::new().await;
    for off in ["off", ""] {
        let bot = world.start_with(&[("METRICS_ADDR", off)]).await;
        world.says("help", json!({})).await;
        assert!(!bot.logs().contains("METRICS_ADDR"), "{}", bot.logs());
        assert!(bot.stop().await.success());
    }
}

#[tokio::test]
async fn check_looks_at_the_operators_channel_and_at_the_address() {
    let world = World::new().await;
    let check = async |more: &[(&str, &str)]| {
        let output =
            world.command(more).arg("check").stdin(Stdio::null()).output().await.expect("the program runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let channel = world.channel.to_string();
    let (code, told) = check(&[("OPERATOR_CHANNEL_ID", &channel)]).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("Operators' channel: ok.") && told.contains("Metrics: ok"), "{told}");

    let (code, told) = check(&[("OPERATOR_CHANNEL_ID", "99"), ("METRICS_ADDR", "off")]).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("OPERATOR_CHANNEL_ID names a channel that"), "{told}");
    assert!(!told.contains("Metrics"), "{told}");

    let bot_id = world.discord.bot_id();
    world.discord.set_overwrite(world.channel, Target::Member(bot_id), 0, bits::SEND_MESSAGES);
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = taken.local_addr().expect("its address").to_string();
    let (code, told) = check(&[("OPERATOR_CHANNEL_ID", &channel), ("METRICS_ADDR", &addr)]).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("where the bot may not post"), "{told}");
    assert!(told.contains(&format!("METRICS_ADDR names {addr}, which another program uses")), "{told}");
}
