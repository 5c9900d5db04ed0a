//! `/agenda`, typed, and the file that comes with it.

use serde_json::json;

use crate::support::{World, in_minutes, links};

#[tokio::test]
async fn a_member_gets_what_is_coming_and_a_file_for_a_calendar() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("@nasa").await;
    let space = world.x.schedule(&world.nasa, "Artemis, **bold**; @here", in_minutes(90)).expect("a Space");
    let link = format!("https://x.com/i/spaces/{space}");
    world.message(|post| links(post).contains(&link)).await;
    let member = world.discord.user(world.member).in_channel(world.channel);
    let asked = member.command("agenda", json!({ "days": 1 })).expect("it can be typed");
    let reply = world.final_reply(&asked).await;
    assert!(reply.is_ephemeral(), "{reply:?}");
    let shown = json!(reply.embeds()).to_string();
    assert!(shown.contains("Artemis") && shown.contains(&format!("<#{}>", world.channel)), "{shown}");
    let [file] = reply.files() else { panic!("one file: {reply:?}") };
    assert_eq!(file.filename, "spaces.ics");
    let text = String::from_utf8(file.bytes.to_vec()).expect("UTF-8");
    let unfolded = text.replace("\r\n ", "");
    for line in ["BEGIN:VCALENDAR", &format!("UID:{space}@spacebell"), &format!("URL:{link}")] {
        assert!(unfolded.split("\r\n").any(|other| other == line), "{line}: {unfolded}");
    }
    assert!(unfolded.contains("SUMMARY:Artemis\\, **bold**\\; @here\r\n"), "{unfolded}");
    assert!(bot.stop().await.success());
}
