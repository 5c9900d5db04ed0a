//! Titles and names that were made to do something, all the way from X to a channel.

use jiff::Timestamp;
use serde_json::{Value, json};
use spacebell::domain::space::XUser;
use spacebell::store::{Store, UserRow};
use spacebell_sim::discord::bits;
use spacebell_sim::x;

use crate::markdown::{Piece, calls, hold_direction, pieces};
use crate::nasty::NASTY;
use crate::support::{DISCORD_TOKEN, World, links};

/// Says something as the bot with nothing that keeps mentions from happening, as a careless bot would.
async fn careless(world: &World, content: &str) -> u64 {
    let client = reqwest::Client::builder().user_agent("DiscordBot (https://example.test, 1)").build();
    let answer = client
        .expect("a client")
        .post(format!("{}/api/v10/channels/{}/messages", world.discord.url(), world.channel))
        .header("authorization", format!("Bot {DISCORD_TOKEN}"))
        .json(&json!({ "content": content }))
        .send()
        .await
        .expect("an answer");
    let message: Value = answer.json().await.expect("a message");
    message["id"].as_str().expect("its id").parse().expect("a number")
}

/// Has the program know these hosts by these shown names.
async fn named(world: &World, hosts: &[(x::UserId, String)], names: &[String]) {
    let store = Store::open(&world.database_url()).await.expect("a store");
    for ((id, username), name) in hosts.iter().zip(names) {
        let (id, username) = (id.to_string().parse().expect("an id"), username.parse().expect("a name"));
        let user = XUser { id, username, name: name.clone(), picture_url: None };
        store.save_users(&[UserRow { user, fetched_at: Timestamp::now() }]).await.expect("kept");
    }
    store.close().await;
}

#[tokio::test]
async fn nasty_titles_and_names_ping_nobody_though_the_bot_might() {
    let world = World::new().await;
    world.discord.set_bot_permissions(world.guild, bits::ALL);
    let chosen = world.discord.add_role(world.guild, "listeners", 0, true);
    let other = world.discord.add_role(world.guild, "everybody else", 0, true);
    let calls_all = format!("@everyone @here <@{}> <@!{}> <@&{other}> <#1>", world.member, world.moderator);

    // Whoever says that without care rings everybody: the stand-in counts as Discord does.
    let rung = world.discord.message(world.channel, careless(&world, &calls_all).await).expect("it is there");
    assert!(rung.pings.everyone && rung.pings.roles.contains(&other));
    assert_eq!(rung.pings.users.len(), 2);

    let words: Vec<String> = NASTY.iter().map(|word| (*word).to_owned()).chain([calls_all]).collect();
    let hosts: Vec<(x::UserId, String)> = (1..)
        .zip(&words)
        .map(|(n, word)| {
            let name = if n == 1 { "everyone".to_owned() } else { format!("host_{n}_") };
            (world.x.add_user(format!("9{n:05}"), &name, word), name)
        })
        .collect();
    let followed: Vec<(String, &str)> =
        hosts.iter().map(|(id, name)| (id.to_string(), name.as_str())).collect();
    // A few a channel: Discord takes five messages in five seconds there.
    let mut channels = Vec::new();
    for some in followed.chunks(5) {
        let channel = world.discord.add_channel(world.guild, "nasty", 0);
        world.seed_follows(&[channel], some).await;
        channels.extend(some.iter().map(|_| channel));
    }
    named(&world, &hosts, &words).await;
    // This one's name comes from X.
    world.x.rename_user(&world.nasa, "NASA", words.last().expect("one")).expect("X takes it");
    let bot = world.start().await;
    world.follow_with(json!({ "host": "nasa", "role": chosen })).await;

    let mut spaces: Vec<x::SpaceId> = Vec::new();
    for ((host, _), word) in hosts.iter().zip(&words) {
        spaces.push(world.x.start_now(host, word).expect("X takes it"));
    }
    let called = world.x.start_now(&world.nasa, words.last().expect("one")).expect("X takes it");
    for (space, channel) in spaces.iter().zip(channels) {
        let link = format!("https://x.com/i/spaces/{space}");
        let post = world.message_in(channel, |message| links(message).contains(&link)).await;
        assert!(post.pings.is_empty(), "{:?} of {:?}", post.pings, post.content);
        assert_eq!(calls(&post.content), Vec::<String>::new());
        assert_eq!(post.content.lines().count(), 1, "{:?}", post.content);
        hold_direction(&post.content);
        assert_eq!(post.allowed_mentions.as_ref().expect("always sent")["parse"], json!([]));
        let title = post.embeds[0]["title"].as_str().expect("a title");
        assert!(pieces(title).iter().all(|piece| matches!(piece, Piece::Letter(_))), "{title:?}");
        assert!(!title.trim().is_empty() && title.lines().count() == 1, "{title:?}");
        hold_direction(title);
    }
    let post = world.rings_once(&called).await;
    assert_eq!(post.pings.roles.iter().copied().collect::<Vec<_>>(), [chosen], "the one that was chosen");
    assert!(!post.pings.everyone && post.pings.users.is_empty());
    assert_eq!(calls(&post.content), [format!("<@&{chosen}>")]);
    assert!(post.content.contains("everyone"), "its name is shown: {:?}", post.content);

    // Answers for everybody, which list the same titles.
    for (command, options) in [
        ("space show", json!({ "space": called.to_string(), "private": false })),
        ("space by", json!({ "hosts": "nasa everyone host_2_ host_3_", "private": false })),
    ] {
        let reply = world.says(command, options).await;
        assert!(reply.message.as_ref().is_some_and(|message| message.pings.is_empty()), "/{command}");
    }
    assert!(bot.stop().await.success());
}
