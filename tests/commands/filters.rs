//! Follows with filters, and `/follow edit`: what is said, kept and listed.

use serde_json::{Value, json};
use serenity::model::permissions::Permissions;
use spacebell::commands::Reply;
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::Does;
use spacebell::domain::filter::Filter;
use spacebell::domain::follow::Follow;
use spacebell::domain::ids::{ChannelId, DiscordUserId, RoleId};

use crate::stage::{ELSEWHERE, MONA, Stage, channel, everything, role, show};

const ROLE: u64 = 50;

fn filters() -> Value {
    json!({
        "keyword": "rust", "min_listeners": 50, "language": "JA", "tickets": "free", "role": ROLE.to_string(),
        "title_has": "async, *tokio*", "title_lacks": "@everyone's, [ads](https://x.test)",
    })
}

fn only(stage: &Stage) -> std::sync::Arc<Follow> {
    let all = stage.app.follows.of_guild(stage.guild.expect("a server"));
    let [follow] = all.as_slice() else { panic!("one follow: {all:?}") };
    follow.clone()
}

async fn on(locale: &'static str) -> Stage {
    let mut stage = Stage::set().await;
    stage.locale = locale;
    stage.x.add_user("700", "band", "The *Band*");
    stage
}

#[tokio::test]
async fn a_follow_with_filters_says_them_lists_them_and_has_them_after_undo() {
    for locale in ["en-US", "ja"] {
        let stage = on(locale).await;
        let mut said: Vec<Reply> = Vec::new();
        let hostile = stage.says("follow", "keyword", filters(), role(ROLE, true)).await;
        assert!(stage.nobody_follows(), "a mention is no term: {}", show(&hostile));
        let mut wish = filters();
        wish["title_lacks"] = json!("free **money**, 広告");
        said.extend([hostile, stage.says("follow", "keyword", wish, role(ROLE, true)).await]);
        let kept = only(&stage);
        assert_eq!(kept.filter.min_listeners, Some(50));
        said.push(stage.say("follow", "list", json!({})).await);
        stage.say("follow", "remove", json!({ "follow": kept.id.to_string() })).await;
        let undo = Press { by: DiscordUserId::new(MONA), deed: Deed::UndoRemove(kept.id) };
        stage.press(MONA, undo).await;
        assert_eq!(only(&stage), kept, "nothing is lost on the way");
        assert_eq!(stage.app.store.follows().await.expect("follows"), [Follow::clone(&kept)]);
        // A keyword that waits for fewer than ten pings nobody.
        let few = json!({ "keyword": "bells", "min_listeners": 9, "role": ROLE.to_string() });
        said.push(stage.says("follow", "keyword", few, role(ROLE, true)).await);
        insta::assert_snapshot!(
            format!("filters_{locale}"),
            said.iter().map(show).collect::<Vec<_>>().join("\n")
        );
    }
}

#[tokio::test]
async fn an_edit_says_what_changed_from_what_to_what() {
    for locale in ["en-US", "ja"] {
        let stage = on(locale).await;
        stage.say("follow", "host", json!({ "host": "band" })).await;
        let id = only(&stage).id.to_string();
        let with = |mut options: Value| {
            options["follow"] = json!(id);
            options
        };
        let elsewhere = |permissions| {
            let mut resolved = channel(ELSEWHERE, 0, permissions);
            resolved["roles"] = role(ROLE, true)["roles"].clone();
            resolved
        };
        let mut said = vec![
            stage.say("follow", "edit", with(json!({}))).await,
            stage.say("follow", "edit", with(json!({ "when": "all" }))).await,
        ];
        let everything_new = json!({
            "channel": ELSEWHERE.to_string(), "role": ROLE.to_string(), "when": "live", "min_listeners": 20,
            "language": "ja", "tickets": "ticketed", "title_has": "jazz", "title_lacks": "ads, **spam**",
        });
        said.push(stage.says("follow", "edit", with(everything_new), elsewhere(everything())).await);
        let kept = only(&stage);
        assert_eq!((kept.channel, kept.role), (ChannelId::new(ELSEWHERE), Some(RoleId::new(ROLE))));
        for clear in ["role", "min_listeners", "language", "tickets", "title_has", "title_lacks"] {
            said.push(stage.say("follow", "edit", with(json!({ "clear": clear }))).await);
        }
        assert_eq!((only(&stage).role, &only(&stage).filter), (None, &Filter::default()));
        let scheduled = with(json!({ "when": "scheduled" }));
        said.push(stage.say("follow", "edit", scheduled).await);
        said.push(stage.say("follow", "edit", with(json!({ "min_listeners": 5 }))).await);
        let at_last = only(&stage);
        assert_eq!(stage.app.store.follows().await.expect("follows"), [Follow::clone(&at_last)]);
        insta::assert_snapshot!(
            format!("edit_{locale}"),
            said.iter().map(show).collect::<Vec<_>>().join("\n")
        );
    }
}

#[tokio::test]
async fn an_edit_is_checked_as_a_new_follow_is() {
    let mut stage = on("en-US").await;
    stage.say("follow", "host", json!({ "host": "band" })).await;
    let id = only(&stage).id.to_string();
    let before = only(&stage);
    let hidden = channel(ELSEWHERE, 0, Permissions::empty());
    let to = json!({ "follow": id, "channel": ELSEWHERE.to_string() });
    let refused = [
        stage.says("follow", "edit", to.clone(), hidden).await,
        stage.says("follow", "edit", to.clone(), channel(ELSEWHERE, 2, everything())).await,
        stage
            .says("follow", "edit", json!({ "follow": id, "role": ROLE.to_string() }), role(ROLE, false))
            .await,
        stage.say("follow", "edit", json!({ "follow": "999", "when": "live" })).await,
    ];
    assert_eq!(only(&stage), before);
    // Another server's follow is as good as none.
    let own_guild = stage.guild.replace(spacebell::domain::ids::GuildId::new(77));
    let foreign = stage.say("follow", "edit", json!({ "follow": id, "when": "live" })).await;
    stage.guild = own_guild;
    assert_eq!(only(&stage), before);
    // Where the same is followed already it can't move to.
    stage
        .says(
            "follow",
            "host",
            json!({ "host": "band", "channel": ELSEWHERE.to_string() }),
            channel(ELSEWHERE, 0, everything()),
        )
        .await;
    let taken = stage.says("follow", "edit", to, channel(ELSEWHERE, 0, everything())).await;
    assert_eq!(stage.app.follows.get(before.id), Some(before));
    let said: Vec<String> = refused.iter().chain([&foreign, &taken]).map(show).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[tokio::test]
async fn a_page_of_the_longest_follows_fits_a_card() {
    for locale in ["en-US", "ja"] {
        let stage = on(locale).await;
        let longest = "a*".repeat(24);
        for n in 0..8 {
            let wish = json!({
                "keyword": format!("{longest}{n}"), "min_listeners": 1_000_000, "language": "pt", "tickets": "ticketed",
                "role": (1_u64 << 62).to_string(), "title_has": "**a_b**, ".repeat(11), "title_lacks": "__a_b__, ".repeat(11),
            });
            stage.says("follow", "keyword", wish, role(1 << 62, true)).await;
        }
        let follows = stage.app.follows.of_guild(stage.guild.expect("a server"));
        assert_eq!(follows.len(), 8);
        let now = stage.app.clock.now();
        stage.app.follows.pause_for_person(&follows, now).await.expect("paused");
        // What is said is held to Discord's limits by the stage.
        let first = stage.say("follow", "list", json!({})).await;
        assert!(
            first.rows.iter().flatten().any(|button| matches!(button.does, Does::Press(_))),
            "{}",
            show(&first)
        );
    }
}
