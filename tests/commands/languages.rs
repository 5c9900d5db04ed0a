//! What the commands for cards and follows answer, in each language: to be read as a stranger would.

use serde_json::json;
use spacebell::commands::Reply;
use spacebell::commands::press::Press;
use spacebell::commands::reply::Does;

use crate::stage::{MONA, Stage, role, show};

#[tokio::test]
async fn cards_and_follows_read_well_in_both_languages() {
    for locale in ["en-US", "ja"] {
        let mut stage = Stage::set().await;
        stage.locale = locale;
        let nasa = stage.x.add_user("11348282", "NASA", "NASA");
        let jane = stage.x.add_user("2", "jane", "Jane");
        let live = stage.x.start_now(&nasa, "Artemis").expect("good test data");
        stage.x.add_cohost(&live, &jane).expect("good test data");
        stage.x.add_speaker(&live, &jane).expect("good test data");
        stage.x.set_count(&live, 1_234).expect("good test data");
        let card = stage.say("space", "show", json!({ "space": live.to_string() })).await;
        let speakers = stage.press(MONA, press_of(&card, "speakers")).await;
        let options = json!({ "host": "NASA", "role": "77" });
        let host = stage.says("follow", "host", options, role(77, true)).await;
        let again = stage.say("follow", "host", json!({ "host": "nasa" })).await;
        let posted = stage.press(MONA, press_of(&host, "post")).await;
        let options = json!({ "keyword": "artemis", "when": "live", "min_listeners": 50 });
        let keyword = stage.say("follow", "keyword", options).await;
        let paused = stage.say("follow", "pause", json!({ "follow": "1" })).await;
        let list = stage.say("follow", "list", json!({})).await;
        let resumed = stage.say("follow", "resume", json!({ "follow": "all" })).await;
        let removed = stage.say("follow", "remove", json!({ "follow": "2" })).await;
        let back = stage.press(MONA, press_of(&removed, "undo-remove")).await;
        let blocked = stage.say("follow", "block", json!({ "word": "free money" })).await;
        let blocks = stage.say("follow", "block", json!({})).await;
        let unblocked = stage.say("follow", "block", json!({ "word": "free money", "remove": true })).await;
        let test = stage.say("follow", "test", json!({})).await;
        let sample = stage.server.sent.lock().expect("good test data")[0].1.clone();
        let all = [
            card, speakers, host, again, posted, keyword, paused, list, resumed, removed, back, blocked,
            blocks, unblocked, test, sample,
        ];
        let said = all.each_ref().map(show).join("\n").replace(&live.to_string(), "SPACE");
        insta::assert_snapshot!(format!("cards_and_follows_{locale}"), said);
    }
}

/// The press of the button of this kind, whatever it is called.
fn press_of(reply: &Reply, kind: &str) -> Press {
    let presses = reply.rows.iter().flatten().filter_map(|button| match button.does {
        Does::Press(press) => Some(press),
        _ => None,
    });
    let mut fitting = presses.filter(|press| press.to_string().split(':').nth(2) == Some(kind));
    fitting.next().unwrap_or_else(|| panic!("no button {kind}: {}", show(reply)))
}
