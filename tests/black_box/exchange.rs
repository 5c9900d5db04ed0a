//! Follows to a file and back, by the shipped program.

use serde_json::{Value, json};
use spacebell_sim::discord::{Served, Upload};
use spacebell_sim::x;

use crate::support::{World, links};

async fn give(world: &World, upload: Upload) -> spacebell_sim::discord::Reply {
    let file = world.discord.upload_file(upload);
    world.says("follow import", json!({ "file": file })).await
}

fn upload(follows: &[Value]) -> Upload {
    let file = json!({ "version": 1, "server": "1", "follows": follows });
    Upload::new("follows.json", "application/json", file.to_string())
}

#[tokio::test]
async fn follows_are_exported_changed_imported_after_a_restart_and_ring() {
    let world = World::new().await;
    let other = world.discord.add_channel(world.guild, "other", 0);
    world.x.add_user("71", "newcomer", "Newcomer");
    let bot = world.start().await;
    world.says("follow host", json!({ "host": "nasa", "title_lacks": "rerun" })).await;
    let exported = world.says("follow export", json!({})).await;
    assert!(exported.is_ephemeral());
    let [file] = exported.files() else { panic!("one file: {}", exported.content()) };
    let mut follows: Value = serde_json::from_slice(&file.bytes).expect("JSON");
    assert_eq!(follows["follows"][0]["host"], "@NASA");
    let list = follows["follows"].as_array_mut().expect("follows");
    list.push(json!({ "channel": other.to_string(), "host": "@NASA" }));
    list.push(json!({ "channel": other.to_string(), "host": "newcomer" }));
    list.push(json!({ "channel": "4711", "host": "newcomer" }));
    let changed = Upload::new("changed.json", "application/json", follows.to_string());
    let shown = give(&world, changed).await;
    let said = shown.content().to_owned();
    assert!(shown.is_ephemeral() && said.contains("2 new") && said.contains("1 there"), "{said}");
    assert!(said.contains("$0.01") && said.contains("Follow 4"), "{said}");
    assert_eq!(world.x.count(x::Endpoint::UsersByUsernames), 0);
    let message = shown.message.expect("a message").id;
    assert!(bot.stop().await.success());
    let bot = world.start().await;
    let pressed =
        world.discord.user(world.moderator).in_channel(world.channel).press(message, "Import").unwrap();
    let done = world.final_reply(&pressed).await;
    assert!(done.content().contains('2'), "{}", done.content());
    assert_eq!(world.x.count(x::Endpoint::UsersByUsernames), 1);
    world.x.start_now("71", "Hello").unwrap();
    world.message_in(other, |message| !links(message).is_empty()).await;
    assert!(world.posts().is_empty());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_file_that_means_harm_is_a_sentence_and_leaves_the_program_as_it_was() {
    let world = World::new().await;
    let bot = world.start().await;
    let good = || upload(&[json!({ "channel": world.channel.to_string(), "keyword": "jazz" })]);
    let elsewhere = world.x.url().clone();
    let large = vec![b' '; 2 << 20];
    for (what, harm, word) in [
        ("100 MB by its own word", good().claiming(100_000_000), "1 MiB"),
        ("a lying size", Upload::new("f", "text/plain", large).claiming(2), "1 MiB"),
        ("no end", good().served(Served::Endless), "1 MiB"),
        ("another place", good().served(Served::Redirects(elsewhere)), "couldn’t read"),
        ("gone", good().served(Served::Answers(404)), "couldn’t read"),
        ("broken", Upload::new("f", "text/plain", vec![0xff; 300]), "JSON"),
        ("deep", Upload::new("f", "text/plain", vec![b'['; 500_000]), "JSON"),
    ] {
        let reply = give(&world, harm).await;
        assert!(reply.is_ephemeral(), "{what}");
        assert!(
            reply.content().contains(word) && reply.content().ends_with('.'),
            "{what}: {}",
            reply.content()
        );
    }
    assert_eq!(world.x.requests().iter().filter(|request| request.path == "/").count(), 0);
    // It goes on as before.
    let shown = give(&world, good()).await;
    assert!(shown.content().contains("1 new"), "{}", shown.content());
    assert!(bot.stop().await.success());
}
