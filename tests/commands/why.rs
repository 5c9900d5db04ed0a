//! `/why`: each decision in words, in both languages, a page at a time.

use serde_json::json;
use serenity::model::permissions::Permissions;
use spacebell::commands::press::{Deed, Press};
use spacebell::domain::filter::Filter;
use spacebell::domain::follow::{Target, When};
use spacebell::domain::ids::{ChannelId, DiscordUserId, GuildId, SpaceId};
use spacebell::domain::notice::{Decided, Decision, Slot};
use spacebell::store::{AddFollow, NewFollow};
use spacebell_sim::x;

use crate::stage::{ELSEWHERE, GUILD, HERE, MONA, Stage, everything, show};

async fn follow(
    stage: &Stage,
    channel: u64,
    target: Target,
    guild: u64,
) -> spacebell::domain::follow::Follow {
    let folded = spacebell::follows::folded(&target);
    let new = NewFollow {
        guild: GuildId::new(guild),
        channel: ChannelId::new(channel),
        target,
        folded,
        when: When::All,
        filter: Filter { min_listeners: Some(50), ..Filter::default() },
        role: None,
        made_by: DiscordUserId::new(MONA),
        made_at: stage.app.clock.now(),
    };
    match stage.app.follows.add(&new).await.expect("added") {
        AddFollow::Added(follow) => follow,
        AddFollow::Exists(_) => panic!("it was there"),
    }
}

fn keyword(n: usize) -> Target {
    Target::Keyword(format!("word{n}"))
}

/// Fewer keywords than a server may have, and hosts.
fn target(n: usize) -> Target {
    let username = format!("host{n}").parse().expect("good test data");
    let user = format!("80{n}").parse().expect("good test data");
    if n < 4 { keyword(n) } else { Target::Host { user, username } }
}

fn space() -> SpaceId {
    "1why".parse().expect("good test data")
}

#[tokio::test]
async fn each_decision_is_told_in_words_and_pages_hold_them_all() {
    for locale in ["en-US", "ja"] {
        let mut stage = Stage::set().await;
        stage.locale = locale;
        let mut decided = Vec::new();
        for (n, decision) in Decision::ALL.into_iter().enumerate() {
            // Twelve a channel, so that no cap is met.
            let follow = follow(&stage, HERE + (n as u64) / 12, target(n), GUILD).await;
            let slot = if n % 5 == 0 { Slot::Scheduled } else { Slot::Live };
            decided.push(Decided {
                space: space(),
                channel: follow.channel,
                follow: follow.id,
                slot,
                decision,
            });
        }
        stage.app.store.decide(&decided, stage.app.clock.now()).await.expect("kept");
        stage
            .app
            .follows
            .remove(GuildId::new(GUILD), decided[0].follow, stage.app.clock.now())
            .await
            .expect("removed");
        let mut pages = vec![stage.say("why", "", json!({ "space": "1why" })).await];
        for page in 1..=4 {
            let press = Press { by: DiscordUserId::new(MONA), deed: Deed::Why { space: space(), page } };
            pages.push(stage.press(MONA, press).await);
        }
        insta::assert_snapshot!(
            format!("why_{locale}"),
            pages.iter().map(show).collect::<Vec<_>>().join("\n")
        );
        // A member hears of this channel alone.
        stage.permissions = everything();
        let here = stage.say("why", "", json!({ "space": "1why" })).await;
        let shown = show(&here);
        assert!(shown.contains("word1”") || shown.contains("word1」"), "{shown}");
        let elsewhere = format!("<#{ELSEWHERE}>");
        assert!(!shown.contains(&elsewhere), "{shown}");
    }
}

#[tokio::test]
async fn a_space_that_nobody_heard_of_is_told_so_and_another_server_s_is_as_unheard() {
    for locale in ["en-US", "ja"] {
        let mut stage = Stage::set().await;
        stage.locale = locale;
        let theirs = follow(&stage, 900, keyword(1), 77).await;
        let decided = Decided {
            space: space(),
            channel: theirs.channel,
            follow: theirs.id,
            slot: Slot::Live,
            decision: Decision::Posted,
        };
        stage.app.store.decide(&[decided], stage.app.clock.now()).await.expect("kept");
        let mut said = vec![stage.say("why", "", json!({ "space": "1why" })).await];
        stage.permissions = everything() & !Permissions::MANAGE_GUILD;
        said.push(stage.say("why", "", json!({ "space": "1why" })).await);
        said.push(stage.say("why", "", json!({ "space": "not a Space" })).await);
        stage.guild = None;
        said.push(stage.say("why", "", json!({ "space": "1why" })).await);
        insta::assert_snapshot!(
            format!("why_unheard_{locale}"),
            said.iter().map(show).collect::<Vec<_>>().join("\n")
        );
    }
}

#[tokio::test]
async fn what_matches_now_is_explained_though_nothing_was_decided_for_it() {
    let stage = Stage::set().await;
    let band = stage.x.add_user("700", "band", "The *Band*");
    let live = stage.x.start_now(&band, "Late jazz").expect("good test data");
    stage.x.set_count(&live, 40).expect("good test data");
    let start = stage.x.now() + jiff::SignedDuration::from_hours(1);
    let coming = stage.x.schedule(&band, "More jazz", start).expect("good test data");
    // The Spaces began before these follows were made.
    stage.clock.advance(jiff::SignedDuration::from_mins(5));
    stage.say("follow", "host", json!({ "host": "band" })).await;
    stage.say("follow", "keyword", json!({ "keyword": "jazz", "min_listeners": 50 })).await;
    stage.say("follow", "keyword", json!({ "keyword": "late jazz", "when": "scheduled" })).await;
    let why =
        async |space: &x::SpaceId| show(&stage.say("why", "", json!({ "space": space.to_string() })).await);
    let said = [why(&live).await, why(&coming).await].join("\n");
    insta::assert_snapshot!(said.replace(&live.to_string(), "LIVE").replace(&coming.to_string(), "COMING"));
}

#[tokio::test]
async fn a_page_of_the_longest_answers_fits_a_card() {
    for locale in ["en-US", "ja"] {
        let mut stage = Stage::set().await;
        stage.locale = locale;
        let mut decided = Vec::new();
        for n in 0..6 {
            let channel = 1 << 62;
            let follow =
                follow(&stage, channel, Target::Keyword("a*".repeat(24) + &n.to_string()), GUILD).await;
            for (slot, decision) in
                [(Slot::Scheduled, Decision::Uncertain), (Slot::Live, Decision::ToldAlready)]
            {
                decided.push(Decided {
                    space: space(),
                    channel: follow.channel,
                    follow: follow.id,
                    slot,
                    decision,
                });
            }
        }
        stage.app.store.decide(&decided, stage.app.clock.now()).await.expect("kept");
        // What is said is held to Discord's limits by the stage.
        stage.say("why", "", json!({ "space": "1why" })).await;
    }
}
