//! `/settings`: what a server decides for itself.

use jiff::SignedDuration;
use serde_json::json;
use spacebell::commands::Reply;
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::Does;
use spacebell::domain::ids::{ChannelId, DiscordUserId, GuildId};

use crate::stage::{GUILD, HERE, MONA, Stage, everything, show};

/// Another person than the one who asks.
const LEE: u64 = 31;

fn presses(reply: &Reply) -> [Press; 2] {
    let presses = reply.rows[0].iter().map(|button| match button.does {
        Does::Press(press) => press,
        _ => panic!("it does nothing: {}", show(reply)),
    });
    presses.collect::<Vec<_>>().try_into().expect("two buttons")
}

async fn asked(stage: &Stage) -> [Press; 2] {
    presses(&stage.say("settings", "erase", json!({})).await)
}

#[tokio::test]
async fn erasing_says_what_goes_asks_first_and_leaves_nothing() {
    let mut stage = Stage::set().await;
    stage.x.add_user("11348282", "NASA", "NASA");
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    stage.say("follow", "keyword", json!({ "keyword": "moon landing" })).await;
    stage.say("follow", "block", json!({ "word": "spam" })).await;
    let mut shown = Vec::new();
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        let question = stage.say("settings", "erase", json!({})).await;
        let [erase, keep] = presses(&question);
        let kept = stage.press(MONA, keep).await;
        assert_eq!(stage.app.follows.len(), 2, "nothing was erased");
        let again = stage.press(MONA, erase).await;
        let [erase, _] = asked(&stage).await;
        let done = if locale == "ja" { Some(stage.press(MONA, erase).await) } else { None };
        shown.extend([question, kept, again].into_iter().chain(done));
    }
    assert!(stage.nobody_follows());
    assert!(stage.app.follows.blocks(GuildId::new(GUILD)).is_empty());
    stage.locale = "en-US";
    let [erase, _] = asked(&stage).await;
    shown.push(stage.press(MONA, erase).await);
    insta::assert_snapshot!(shown.iter().map(show).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn only_whoever_asked_or_manages_the_server_confirms_within_a_quarter_of_an_hour_and_there() {
    let mut stage = Stage::set().await;
    stage.say("follow", "keyword", json!({ "keyword": "moon landing" })).await;
    let still_there = |stage: &Stage| stage.app.follows.of_channel(ChannelId::new(HERE)).len() == 1;
    let [erase, _] = asked(&stage).await;

    // A member without Manage Server presses it, and makes up an id that says that they had asked.
    stage.permissions = everything();
    let forged = Press { by: DiscordUserId::new(LEE), ..erase };
    for press in [erase, forged] {
        let refused = stage.press(LEE, press).await;
        assert!(refused.private && still_there(&stage), "{}", show(&refused));
    }
    let unheard_of = Press { deed: Deed::EraseServer(99), ..erase };
    assert!(stage.press(MONA, unheard_of).await.content.contains("too old") && still_there(&stage));

    // In another server the number is nobody's.
    stage.guild = Some(GuildId::new(GUILD + 1));
    assert!(stage.press(MONA, erase).await.content.contains("too old") && still_there(&stage));
    stage.guild = Some(GuildId::new(GUILD));

    stage.clock.advance(SignedDuration::from_mins(15));
    assert!(stage.press(MONA, erase).await.content.contains("too old") && still_there(&stage));

    // Whoever asked needs no Manage Server: the server may have granted them the command. Others do.
    let [erase, _] = asked(&stage).await;
    stage.permissions = everything() | serenity::model::permissions::Permissions::MANAGE_GUILD;
    assert!(stage.press(LEE, erase).await.content.contains("Erased"));
    assert!(!still_there(&stage));

    stage.guild = None;
    let nowhere = stage.say("settings", "erase", json!({})).await;
    assert!(nowhere.content.contains("a server’s"), "{}", nowhere.content);
}

#[tokio::test]
async fn a_person_or_an_account_that_is_erased_is_forgotten_in_memory_too() {
    use spacebell::domain::erasure::{Account, Whose};

    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let space = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    stage.say("space", "by", json!({ "hosts": "nasa" })).await;
    stage.say("space", "show", json!({ "space": space.to_string() })).await;
    let mona = DiscordUserId::new(MONA);
    assert_eq!(stage.app.recent.of(mona).hosts.len(), 1);
    let account = Whose::Account(Account::Named("nasa".parse().expect("good test data")));
    stage.app.erase(&account).await.expect("erased");
    assert!(stage.app.recent.of(mona).hosts.is_empty());
    assert!(stage.app.x.users().by_username(&"nasa".parse().expect("good test data")).is_none());
    let asked = stage.x.requests().len();
    stage.say("space", "by", json!({ "hosts": "nasa" })).await;
    assert!(stage.x.requests().len() > asked, "no answer is left that would serve");

    stage.app.erase(&Whose::Person(mona)).await.expect("erased");
    assert!(stage.app.recent.of(mona).spaces.is_empty());
}
