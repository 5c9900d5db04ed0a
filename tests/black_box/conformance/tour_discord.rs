//! The tour's stops at what Discord refuses on demand, and at the interactions endpoint.

use std::time::Duration;

use serde_json::{Value, json};
use spacebell_sim::discord::{Bucket, bits};

use super::tour::{Tour, id};

#[tokio::test]
async fn what_discord_refuses_on_demand_is_refused_as_described() {
    let tour = Tour::begin().await;
    let (discord, guild, channel) = (&tour.world.discord, tour.world.guild, tour.world.channel);
    discord.set_bot_permissions(guild, bits::SEND_MESSAGES);
    let messages = format!("/channels/{channel}/messages");
    let refused = |method: &'static str, path: String, body: Value, status: u16, code: u32| {
        let tour = &tour;
        async move {
            let (answered, body) = tour.discord(method, &path, body).await;
            assert_eq!((answered, &body["code"]), (status, &json!(code)), "{method} {path}: {body}");
        }
    };
    let hello = || json!({ "content": "clamour, https://evil.example" });
    discord.block_words(guild, &["clamour"]);
    refused("POST", messages.clone(), hello(), 400, 200_000).await;
    discord.block_links(&["evil.example"]);
    refused("POST", messages.clone(), hello(), 400, 240_000).await;
    discord.block_links(&[]);
    discord.block_words(guild, &[]);

    let thread = discord.add_thread(channel, "aside", 11);
    let in_thread = format!("/channels/{thread}/messages");
    let sent = tour.fine("POST", &in_thread, hello()).await;
    discord.archive_thread(thread, true);
    refused("PATCH", format!("{in_thread}/{}", id(&sent)), hello(), 400, 50083).await;
    discord.lock_thread(thread, true);
    refused("POST", in_thread, hello(), 403, 160_005).await;

    let open = |user: u64| json!({ "recipient_id": user.to_string() });
    let stranger = discord.add_user("stranger");
    let direct = tour.fine("POST", "/users/@me/channels", open(stranger)).await;
    refused("POST", format!("/channels/{}/messages", id(&direct)), hello(), 403, 50278).await;
    let none = Some(Bucket::new(0, Duration::from_hours(1)));
    discord.configure(|settings| settings.direct_opens = none);
    let path = "/users/@me/channels".to_owned();
    refused("POST", path, open(discord.add_user("another")), 403, 40003).await;

    let sent = tour.fine("POST", &messages, hello()).await;
    let one = format!("{messages}/{}", id(&sent));
    discord.age_message(
        channel,
        sent["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"),
        Duration::from_hours(2),
    );
    discord.configure(|settings| settings.old_edits = none);
    refused("PATCH", one, hello(), 429, 30046).await;
    discord.configure(|settings| settings.guild_writes = none);
    refused("POST", messages.clone(), hello(), 429, 20029).await;
    discord.configure(|settings| settings.channel_writes = none);
    refused("POST", messages, hello(), 429, 20028).await;
}

#[tokio::test]
async fn the_interactions_endpoint_is_set_and_refused_as_described() {
    let tour = Tour::begin().await;
    let set =
        |url: Value| tour.discord("PATCH", "/applications/@me", json!({ "interactions_endpoint_url": url }));
    let (status, body) = set(json!("http://127.0.0.1:1/")).await;
    assert_eq!((status, &body["code"]), (400, &json!(50035)));
    let (status, body) = set(Value::Null).await;
    assert_eq!((status, &body["interactions_endpoint_url"]), (200, &Value::Null));
    tour.world.discord.configure(|settings| {
        settings.interactions_endpoint = Some("https://example.org/".to_owned());
        settings.session_starts = Some(1000);
    });
    let shown = tour.fine("GET", "/applications/@me", Value::Null).await;
    assert_eq!(shown["interactions_endpoint_url"], "https://example.org/");
    tour.fine("GET", "/gateway/bot", Value::Null).await;
}
