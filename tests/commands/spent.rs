//! What commands answer when X can't be asked: what is known, how old it is, and why it is no newer.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spacebell::commands::{Reply, Request};
use spacebell::domain::ids::UserId;
use spacebell::watcher::lifecycle::{Observation, Sight};
use spacebell::x::{Cause, MicroDollars, SearchState, Want};
use spacebell_sim::x::{self, Scope};

use crate::stage::{MONA, OLA, Stage, show, typed};

const BANDS: [&str; 3] = ["700", "701", "702"];

/// A server that follows two bands, of which one plays, and a third that nobody follows.
async fn stage(locale: &'static str) -> (Stage, x::SpaceId) {
    let mut stage = Stage::set().await;
    stage.locale = locale;
    for (n, id) in BANDS.into_iter().enumerate() {
        stage.x.add_user(id, &format!("band_{n}"), "Band");
    }
    let space = stage.x.start_now("700", "Jazz tonight").expect("good test data");
    stage.say("follow", "host", json!({ "host": "band_0" })).await;
    stage.say("follow", "host", json!({ "host": "band_1" })).await;
    visit(&stage).await;
    (stage, space)
}

/// The watcher looks at whom somebody follows, as it does all the time.
async fn visit(stage: &Stage) {
    // Its turn comes at X's pace.
    stage.clock.advance(SignedDuration::from_secs(10));
    let coverage = &stage.app.coverage;
    let hosts = stage.app.watch.next_hosts(coverage, SignedDuration::from_secs(4));
    assert_eq!(hosts.len(), 2);
    let answer =
        stage.app.x.spaces_by_creators(&hosts, Want::WATCHED, Cause::Hosts).await.expect("an answer");
    stage.app.watch.visited(&hosts, answer.asked_at);
    let asked_at = answer.asked_at;
    let seen = answer.spaces.into_iter();
    let seen = seen.map(|space| Observation { sight: Sight::Present(Box::new(space)), asked_at });
    stage.app.watch.observe(seen.collect()).await.expect("kept");
}

fn asked(stage: &Stage) -> u64 {
    let endpoints = [
        x::Endpoint::SpacesByCreators,
        x::Endpoint::SpacesByIds,
        x::Endpoint::SpaceById,
        x::Endpoint::SpaceSearch,
        x::Endpoint::UsersByUsernames,
        x::Endpoint::UserByUsername,
        x::Endpoint::UsersByIds,
    ];
    endpoints.into_iter().map(|endpoint| stage.x.count(endpoint)).sum()
}

/// Commands have spent what is theirs.
fn spend(stage: &Stage) {
    spend_by(stage, MicroDollars(1_500_000));
    let cause = Cause::Command { guild: stage.guild };
    assert!(stage.app.x.spending().may_spend(cause).is_err());
}

/// Commands of this server have spent so much today.
pub fn spend_by(stage: &Stage, amount: MicroDollars) {
    let day = stage.app.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    stage.app.x.spending().restore([spacebell::x::cost::Row {
        day,
        kind: spacebell::x::Kind::Space,
        resource: "spent".to_owned(),
        cause: Cause::Command { guild: stage.guild },
        price: amount,
        keyword: None,
        shares: Vec::new(),
    }]);
}

async fn by(stage: &Stage, hosts: &str) -> Reply {
    stage.say("space", "by", json!({ "hosts": hosts })).await
}

fn redacted(replies: &[&Reply], space: &x::SpaceId) -> String {
    replies
        .iter()
        .map(|reply| show(reply))
        .collect::<Vec<_>>()
        .join("\n")
        .replace(&space.to_string(), "SPACE")
}

#[tokio::test]
async fn when_commands_have_spent_theirs_they_answer_from_what_is_known_and_say_so() {
    for locale in ["en-US", "ja"] {
        let (stage, space) = stage(locale).await;
        let before = asked(&stage);
        spend(&stage);
        let billed = stage.app.x.spending().spent_today().total;
        stage.clock.advance(SignedDuration::from_mins(3));
        let playing = by(&stage, "band_0").await;
        let silent = by(&stage, "band_1").await;
        let all = by(&stage, "band_0 band_1 band_2").await;
        let search = stage.say("space", "search", json!({ "query": "tonight jazz" })).await;
        let unknown = stage.say("space", "search", json!({ "query": "opera" })).await;
        let shown = stage.say("space", "show", json!({ "space": space.to_string() })).await;
        let now = stage.say("discover", "now", json!({})).await;
        // Questions that aren't asked don't count as a person's either.
        for _ in 0..6 {
            by(&stage, "band_1").await;
        }
        assert_eq!(by(&stage, "band_1").await.content, silent.content);
        // What is paid for today is asked for all the same, since it is free.
        assert_eq!(asked(&stage), before + 1);
        assert_eq!(stage.app.x.spending().spent_today().total, billed);
        let told = [&playing, &silent, &all, &search, &unknown, &shown, &now];
        insta::assert_snapshot!(format!("from_what_is_known_{locale}"), redacted(&told, &space));
    }
}

#[tokio::test]
async fn of_a_host_whom_nobody_looks_at_nothing_is_claimed() {
    let (stage, _) = stage("en-US").await;
    // It is known who this is, and not what they have.
    stage
        .app
        .x
        .users_by_ids(&["702".parse::<UserId>().expect("an id")], Cause::Hosts)
        .await
        .expect("an answer");
    spend(&stage);
    let stranger = by(&stage, "band_2").await;
    assert!(stranger.content.contains("budget for commands is used up"), "{}", show(&stranger));
    let both = by(&stage, "band_0 band_2").await;
    assert!(both.content.contains("I couldn’t look up @band\\_2"), "{}", show(&both));
    // Nor of one who hasn't been looked at for long.
    stage.clock.advance(SignedDuration::from_mins(16));
    let later = by(&stage, "band_1").await;
    assert!(!later.content.contains("no Space") && later.content.contains("used up"), "{}", show(&later));
}

#[tokio::test]
async fn posts_that_were_read_before_stand_in_with_their_age() {
    let (stage, space) = stage("en-US").await;
    for n in 0..3 {
        stage.x.share_post(&space, &format!("90{n}"), "701", "Listen to this").expect("good test data");
    }
    let posts = async || stage.say("space", "posts", json!({ "space": space.to_string() })).await;
    let first = posts().await;
    assert!(first.content.is_empty(), "{}", show(&first));
    stage.clock.advance(SignedDuration::from_mins(4));
    stage.x.fault(x::Fault::status(503), Scope::everywhere());
    let old = posts().await;
    assert_eq!(old.cards[0].description, first.cards[0].description);
    let footer = old.cards[0].footer.clone().unwrap_or_default();
    assert!(footer.contains("4 min") && !old.content.is_empty(), "{}", show(&old));
    stage.clock.advance(SignedDuration::from_mins(12));
    let too_old = posts().await;
    assert!(too_old.cards.is_empty(), "{}", show(&too_old));
}

#[tokio::test]
async fn a_space_that_somebody_looked_up_stands_in_for_a_quarter_of_an_hour() {
    let (stage, _) = stage("en-US").await;
    let other = stage.x.start_now("702", "Blues").expect("good test data");
    let card = async || stage.say("space", "show", json!({ "space": other.to_string() })).await;
    card().await;
    stage.x.fault(x::Fault::status(503), Scope::everywhere());
    stage.clock.advance(SignedDuration::from_mins(10));
    let old = card().await;
    assert!(show(&old).contains("Blues") && show(&old).contains("10 min"), "{}", show(&old));
    assert!(old.content.contains("X isn’t answering"), "{}", show(&old));
    stage.clock.advance(SignedDuration::from_mins(6));
    assert!(card().await.cards.is_empty());
}

#[tokio::test]
async fn a_spent_allowance_shows_in_the_list_and_in_why() {
    for locale in ["en-US", "ja"] {
        let (stage, _) = stage(locale).await;
        stage.say("follow", "keyword", json!({ "keyword": "opera" })).await;
        let why = async || stage.say("why", "", json!({ "space": "1unheard" })).await;
        let before = [stage.say("follow", "list", json!({})).await, why().await];
        let paying = stage.app.payments.now(&stage.app.follows);
        let allowance = paying.payers("opera").allowance(MicroDollars(5_000_000));
        let server = stage.guild.expect("a server");
        let now = stage.app.clock.now();
        let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        stage.app.x.spending().restore_shares(day, [(server, allowance)]);
        let spent = [stage.say("follow", "list", json!({})).await, why().await];
        stage.clock.advance(SignedDuration::from_hours(12));
        let next_day = [stage.say("follow", "list", json!({})).await, why().await];
        assert_eq!(before.each_ref().map(show), next_day.each_ref().map(show));
        insta::assert_snapshot!(format!("allowance_{locale}"), spent.each_ref().map(show).join("\n"));
    }
}

#[tokio::test]
async fn operators_see_what_a_day_costs_by_cause_and_kind_and_what_was_dear() {
    for locale in ["en-US", "ja"] {
        let (stage, _) = stage(locale).await;
        let payers = stage.app.payments.now(&stage.app.follows).with("jazz", stage.guild.expect("a server"));
        let keywords = stage.app.x.paid_by(payers);
        keywords
            .search("jazz", SearchState::All, 10, Want::WATCHED, Cause::Keywords)
            .await
            .expect("an answer");
        let other = stage.x.start_now("702", "Jazz & *blues*").expect("good test data");
        stage.clock.advance(SignedDuration::from_secs(10));
        keywords
            .search("jazz", SearchState::All, 10, Want::WATCHED, Cause::Keywords)
            .await
            .expect("an answer");
        stage.say("space", "show", json!({ "space": other.to_string() })).await;
        let status =
            Request::of_command(&typed("status", "", Value::Object(serde_json::Map::new()), json!({})));
        let told = stage.asks_as(OLA, status.clone()).await;
        let field = told.cards[0].fields.iter().find(|field| field.value.contains("$5.00"));
        insta::assert_snapshot!(format!("costs_{locale}"), field.expect("the costs").value);
        let member = stage.asks_as(MONA, status).await;
        assert!(member.cards[0].fields.is_empty(), "members see none of it");
    }
}

#[tokio::test]
async fn a_budget_of_nothing_is_said_in_status_and_spends_nothing() {
    let stage = Stage::with_budget(MicroDollars::ZERO).await;
    let status = Request::of_command(&typed("status", "", json!({}), json!({})));
    let told = stage.asks_as(OLA, status).await;
    assert!(show(&told).contains("A budget of 0 asks X for nothing that may cost"), "{}", show(&told));
    let list = stage.say("space", "search", json!({ "query": "jazz" })).await;
    assert!(list.cards.is_empty() && asked(&stage) == 0, "{}", show(&list));
}
