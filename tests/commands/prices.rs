//! What `/follow keyword` says of its price, and when it asks first.

use jiff::SignedDuration;
use serde_json::{Value, json};
use serenity::model::permissions::Permissions;
use spacebell::commands::follow::Estimate;
use spacebell::commands::press::{Deed, Press};
use spacebell::domain::ids::{DiscordUserId, GuildId};
use spacebell::domain::keyword::KeywordSet;
use spacebell::x::{Cause, MicroDollars, Prices, SearchState, Want};
use spacebell_sim::x::{self, Scope};

use crate::exchange::surveyed;
use crate::stage::{ELSEWHERE, GUILD, HERE, MONA, Stage, everything, press_of, show};

/// So many Spaces with a keyword in the title, each by another host.
async fn stage(spaces: usize, title: &str) -> Stage {
    let stage = Stage::set().await;
    *stage.server.surveyed.lock().expect("good test data") = surveyed();
    for n in 0..spaces {
        let host = stage.x.add_user(format!("80{n}"), &format!("band_{n}"), "Band");
        stage.x.start_now(&host, title).expect("good test data");
    }
    stage
}

/// A keyword for a channel that another server has.
fn elsewhere(keyword: &str) -> Value {
    json!({ "keyword": keyword, "channel": ELSEWHERE.to_string() })
}

fn in_another_channel() -> Value {
    let channel =
        json!({ "id": ELSEWHERE.to_string(), "type": 0, "name": "b", "permissions": "274877991936" });
    json!({ "channels": { ELSEWHERE.to_string(): channel } })
}

fn searches(stage: &Stage) -> u64 {
    stage.x.count(x::Endpoint::SpaceSearch)
}

#[tokio::test]
async fn a_dear_keyword_is_followed_only_after_its_price_was_told() {
    for locale in ["en-US", "ja"] {
        let label = if locale == "ja" { "フォローする" } else { "Follow it" };
        let mut stage = stage(10, "Jazz tonight").await;
        stage.locale = locale;
        let asked = stage.say("follow", "keyword", json!({ "keyword": "jazz", "when": "live" })).await;
        assert!(stage.nobody_follows(), "{}", show(&asked));
        assert!(stage.app.watch.all_known().is_empty(), "nor is anything watched that nobody follows");
        let kept = stage.press(MONA, press_of(&asked, label)).await;
        assert!(!stage.nobody_follows(), "{}", show(&kept));
        assert!(show(&kept).contains("InPlace"), "{}", show(&kept));
        let billed = stage.app.x.spending().spent_today().total;
        assert_eq!(billed, MicroDollars(50_000), "ten Spaces, once");
        let again = stage.press(MONA, press_of(&asked, label)).await;
        let twice = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
        assert_eq!(searches(&stage), 2, "what is there isn't searched for");
        insta::assert_snapshot!(
            format!("dear_{locale}"),
            [&asked, &kept, &again, &twice].map(show).join("\n")
        );
    }
}

#[tokio::test]
async fn what_was_live_before_the_price_was_agreed_to_rings_nobody() {
    let stage = stage(20, "Jazz tonight").await;
    let asked = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    assert!(asked.content.contains("at least **$0.30**"), "{}", asked.content);
    stage.press(MONA, press_of(&asked, "Follow it")).await;
    assert_eq!(stage.app.watch.all_known().len(), 20);
    let due = stage.app.store.queue_depth(stage.app.clock.now()).await.expect("a store").due;
    assert_eq!(due, 0, "they are listed, and posted if somebody wants that");
}

#[tokio::test]
async fn a_dear_keyword_that_somebody_declines_leaves_nothing() {
    let stage = stage(10, "Jazz tonight").await;
    let asked = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    let dropped = stage.press(MONA, press_of(&asked, "Cancel")).await;
    assert!(stage.nobody_follows() && stage.app.watch.all_known().is_empty());
    let late = stage.press(MONA, press_of(&asked, "Follow it")).await;
    assert!(stage.nobody_follows());
    insta::assert_snapshot!([&dropped, &late].map(show).join("\n"));
}

#[tokio::test]
async fn the_question_ends_after_an_hour_and_isn_t_anybodys() {
    let mut stage = stage(10, "Jazz tonight").await;
    let asked = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    let keep = press_of(&asked, "Follow it");
    // Another server's, another kind's and a number that there isn't.
    stage.guild = Some(GuildId::new(GUILD + 1));
    stage.press(MONA, keep).await;
    stage.guild = Some(GuildId::new(GUILD));
    stage.press(MONA, Press { by: keep.by, deed: Deed::KeepKeyword(4_711) }).await;
    let Deed::KeepKeyword(number) = keep.deed else { panic!("a question: {keep:?}") };
    stage.permissions = everything();
    stage.press(31, Press { by: DiscordUserId::new(31), deed: Deed::KeepKeyword(number) }).await;
    assert!(stage.nobody_follows(), "who may not manage the server presses another's button in vain");
    stage.permissions |= Permissions::MANAGE_GUILD;
    stage.clock.advance(SignedDuration::from_mins(61));
    let late = stage.press(MONA, keep).await;
    assert!(late.content.contains("more than an hour old") && stage.nobody_follows(), "{}", late.content);
}

#[tokio::test]
async fn what_changed_until_the_press_is_weighed_again() {
    let stage = stage(10, "Jazz tonight").await;
    let asked = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    let here = HERE.into();
    stage.server.surveyed.lock().expect("good test data").channels.get_mut(&here).expect("it").ours =
        Permissions::VIEW_CHANNEL;
    let refused = stage.press(MONA, press_of(&asked, "Follow it")).await;
    assert!(stage.nobody_follows());
    assert_eq!(
        refused.content,
        "the keyword “jazz” can’t be followed now: I lack Send Messages in its channel."
    );
}

#[tokio::test]
async fn a_full_server_is_told_before_anything_is_searched_for() {
    let stage = stage(1, "Jazz tonight").await;
    for n in 0..20 {
        stage.say("follow", "keyword", json!({ "keyword": format!("opera {n}") })).await;
    }
    let before = searches(&stage);
    let full = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    assert!(full.content.contains("20"), "{}", full.content);
    assert_eq!(searches(&stage), before);
}

#[tokio::test]
async fn a_price_that_nobody_knows_is_said_to_be_unknown_and_the_follow_is_kept() {
    for locale in ["en-US", "ja"] {
        let mut stage = stage(10, "Jazz tonight").await;
        stage.locale = locale;
        stage.x.fault(x::Fault::status(503), Scope::everywhere());
        let kept = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
        assert!(!stage.nobody_follows(), "{}", show(&kept));
        insta::assert_snapshot!(format!("unknown_{locale}"), show(&kept));
    }
}

#[tokio::test]
async fn a_budget_of_nothing_follows_keywords_and_says_that_they_find_nothing_by_search() {
    let stage = Stage::with_budget(MicroDollars::ZERO).await;
    let kept = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    assert!(kept.content.contains("isn’t searched for keywords at all"), "{}", kept.content);
    let list = stage.say("follow", "list", json!({})).await;
    assert!(show(&list).contains("budget for X is too small"), "{}", show(&list));
    assert_eq!(searches(&stage), 0);
}

#[tokio::test]
async fn servers_that_follow_the_same_keyword_share_its_price() {
    let mut stage = stage(2, "Jazz tonight").await;
    stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    stage.guild = Some(GuildId::new(GUILD + 1));
    let second = stage.says("follow", "keyword", elsewhere("JAZZ"), in_another_channel()).await;
    assert!(second.content.contains("this one pays half"), "{}", show(&second));
    assert!(second.content.contains("$2.25 a day"), "an even part for each: {}", show(&second));
}

#[tokio::test]
async fn an_estimate_counts_what_x_shows_and_the_hosts_that_posts_would_name() {
    let stage = stage(3, "Jazz tonight").await;
    let other = stage.x.add_user("900", "singer", "Singer");
    // X's words are looser than a phrase.
    stage.x.start_now(&other, "Tonight, jazz").expect("good test data");
    let cause = Cause::Command { guild: None };
    let found = stage.app.x.search("jazz tonight", SearchState::All, 20, Want::WATCHED, cause).await;
    let found = found.expect("an answer");
    assert_eq!(found.spaces.len(), 4, "the stand-in finds words");
    let keyword = KeywordSet::new(["jazz tonight"]);
    let estimate = |already| Estimate::of(&found, &keyword, Prices::default(), MicroDollars(already));
    let cost = MicroDollars(4 * 5_000 + 3 * 10_000);
    let seen = Estimate { spaces: 4, hosts: 3, is_cut: false, cost, is_known: false };
    assert_eq!(estimate(0), seen);
    let known = Estimate { cost: MicroDollars(90_000), is_known: true, ..seen };
    assert_eq!(estimate(90_000), known, "what it has cost others today is known better");
    stage.clock.advance(SignedDuration::from_secs(5));
    let cut = stage.app.x.search("jazz tonight", SearchState::All, 4, Want::WATCHED, cause).await;
    let cut = Estimate::of(&cut.expect("an answer"), &keyword, Prices::default(), MicroDollars::ZERO);
    assert!(cut.is_cut);
}

#[tokio::test]
async fn a_keyword_of_which_the_budget_let_little_through_counts_as_dear() {
    let stage = stage(20, "Jazz tonight").await;
    // A server's commands have a tenth of $5: three Spaces are left of it.
    crate::spent::spend_by(&stage, MicroDollars(485_000));
    let asked = stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    assert!(stage.nobody_follows() && asked.content.contains("at least **$0.045**"), "{}", show(&asked));
}

#[tokio::test]
async fn what_searches_have_cost_today_is_told_as_that() {
    let mut stage = stage(2, "Jazz tonight").await;
    stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    let paying = stage.app.payments.now(&stage.app.follows).client("jazz", &stage.app.x);
    for n in 0..12 {
        let host = stage.x.add_user(format!("81{n}"), &format!("choir_{n}"), "Choir");
        stage.x.start_now(&host, "Jazz choir").expect("good test data");
    }
    stage.clock.advance(SignedDuration::from_secs(5));
    paying.search("jazz", SearchState::All, 20, Want::WATCHED, Cause::Keywords).await.expect("an answer");
    // They are over, and were paid for.
    stage.x.set_credits(None);
    stage.x.fault(x::Fault::EmptyLists, Scope::everywhere());
    stage.guild = Some(GuildId::new(GUILD + 1));
    let told = stage.says("follow", "keyword", elsewhere("jazz"), in_another_channel()).await;
    assert!(told.content.contains("have cost this bot **$0.06** today already"), "{}", show(&told));
}
