//! Filters of follows and their edits, typed at the shipped program.

use serde_json::json;
use spacebell_sim::discord::Reply;

use crate::support::{PATIENCE, World, links};

fn shown(reply: &Reply) -> String {
    let embeds: Vec<String> = reply.embeds().iter().map(ToString::to_string).collect();
    format!("{}\n{}", reply.content(), embeds.join("\n"))
}

/// Waits until X was asked about this Space's room again, twice.
async fn room_seen(world: &World) {
    world.visited().await;
    world.visited().await;
}

#[tokio::test]
async fn a_room_that_fills_is_posted_with_its_ping_also_after_a_restart_and_once() {
    let world = World::new().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let bot = world.start().await;
    let confirmed =
        world.says("follow host", json!({ "host": "nasa", "role": role, "min_listeners": 50 })).await;
    assert!(confirmed.content().contains("50"), "{}", confirmed.content());
    let space = world.x.start_now(&world.nasa, "A small room").unwrap();
    world.x.set_count(&space, 5).unwrap();
    room_seen(&world).await;
    assert!(world.posts().is_empty(), "the room isn't full enough");
    assert!(bot.stop().await.success());
    let bot = world.start().await;
    world.x.set_count(&space, 49).unwrap();
    room_seen(&world).await;
    assert!(world.posts().is_empty(), "the room isn't full enough");
    world.x.set_count(&space, 50).unwrap();
    let post = world.message(|message| !links(message).is_empty()).await;
    assert_eq!(post.pings.roles, [role].into());
    world.x.set_count(&space, 10).unwrap();
    room_seen(&world).await;
    world.x.set_count(&space, 80).unwrap();
    room_seen(&world).await;
    assert_eq!(world.posts().len(), 1, "once is enough");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_rename_that_a_filter_waited_for_is_posted() {
    let world = World::new().await;
    let bot = world.start().await;
    world
        .says("follow host", json!({ "host": "nasa", "title_has": "moon, mars", "title_lacks": "rerun" }))
        .await;
    let space = world.x.start_now(&world.nasa, "Nothing yet").unwrap();
    room_seen(&world).await;
    world.x.rename(&space, Some("MARS, a rerun")).unwrap();
    room_seen(&world).await;
    assert!(world.posts().is_empty());
    world.x.rename(&space, Some("Live from Mars")).unwrap();
    world.rings_once(&space).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_follow_is_edited_by_a_pick_and_posts_where_it_was_moved_to() {
    let world = World::new().await;
    let other = world.discord.add_channel(world.guild, "other", 0);
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let person = || world.discord.user(world.moderator).in_channel(world.channel);
    let picks = person().autocomplete("follow edit", "follow", "nasa", json!({})).unwrap();
    let (name, id) = picks.reply(PATIENCE).await.unwrap().choices()[0].clone();
    assert!(name.contains("nasa") || name.contains("NASA"), "{name}");
    let languages = person().autocomplete("follow edit", "language", "jap", json!({ "follow": id })).unwrap();
    assert_eq!(languages.reply(PATIENCE).await.unwrap().choices()[0].1, "ja");
    let edit = json!({ "follow": id, "channel": other, "title_lacks": "rerun", "when": "live" });
    let edited = world.says("follow edit", edit).await;
    assert!(edited.is_ephemeral() && edited.content().contains(&other.to_string()), "{}", edited.content());
    let list = shown(&world.says("follow list", json!({})).await);
    assert!(list.contains("rerun") && list.contains(&other.to_string()), "{list}");
    assert!(bot.stop().await.success());
    let bot = world.start().await;
    world.x.start_now(&world.nasa, "Live from orbit").unwrap();
    world.message_in(other, |message| !links(message).is_empty()).await;
    assert!(world.posts().is_empty(), "it moved");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn why_tells_where_a_space_was_posted_or_what_kept_it_away_also_after_a_restart() {
    let world = World::new().await;
    let other = world.discord.add_channel(world.guild, "other", 0);
    let bot = world.start().await;
    world.follow_host("nasa").await;
    world.says("follow host", json!({ "host": "nasa", "channel": other, "min_listeners": 1000 })).await;
    world.says("follow keyword", json!({ "keyword": "orbit", "when": "scheduled" })).await;
    let space = world.x.start_now(&world.nasa, "Live from orbit").unwrap();
    let post = world.rings_once(&space).await;
    let unheard = world.says("why", json!({ "space": "1NobodyKnows" })).await;
    assert!(unheard.is_ephemeral() && unheard.content().contains("heard"), "{}", unheard.content());
    assert!(bot.stop().await.success());
    let bot = world.start().await;
    let link = format!("https://discord.com/channels/{}/{}/{}", world.guild, world.channel, post.id);
    let person = || world.discord.user(world.moderator).in_channel(world.channel);
    let picks = person().autocomplete("why", "space", "orbit", json!({})).unwrap();
    let (_, picked) = picks.reply(PATIENCE).await.unwrap().choices()[0].clone();
    assert_eq!(picked, space.to_string());
    let why = world.says("why", json!({ "space": picked })).await;
    let said = shown(&why);
    assert!(why.is_ephemeral() && said.contains(&link), "{said}");
    assert!(said.contains("1,000") && said.contains("kind of post"), "{said}");
    assert!(!said.contains("Live from orbit"), "no content of X: {said}");
    // A member hears of this channel alone.
    let member = world.discord.user(world.member).in_channel(world.channel);
    let asked = member.command("why", json!({ "space": space.to_string() })).unwrap();
    let said = shown(&world.final_reply(&asked).await);
    assert!(said.contains(&link) && !said.contains("1,000"), "{said}");
    assert!(bot.stop().await.success());
}
