//! What the store keeps of lists, of servers' languages and of their settings, and what the gate knows of X's answers.

use jiff::{SignedDuration, Timestamp};
use spacebell::domain::ids::GuildId;
use spacebell::domain::settings::GuildSettings;
use spacebell::guilds::Guilds;
use spacebell::store::LISTS_KEPT;
use spacebell::x::Endpoint;
use spacebell::x::gate::{Gate, Outcome, Standing};
use spacebell::x::limits::RateHeaders;

use crate::support::{Db, On, tests_on_each_database};

tests_on_each_database! {
    a_list_s_question_is_its_own_place_s_for_a_day,
    a_server_s_settings_outlive_a_restart_and_its_language_goes_before_discord_s,
    a_server_s_language_is_kept_unless_it_is_english_and_goes_with_the_server,
}

fn noon() -> Timestamp {
    "2026-08-01T12:00:00Z".parse().expect("a moment")
}

async fn a_list_s_question_is_its_own_place_s_for_a_day(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    let first = store.add_list(7, "one", noon()).await.expect("kept");
    let second = store.add_list(8, "two", noon() + LISTS_KEPT / 2).await.expect("kept");
    assert_ne!(first, second);
    assert_eq!(store.list(7, first).await.expect("an answer").as_deref(), Some("one"));
    assert_eq!(store.list(8, first).await.expect("an answer"), None, "another place's");
    store.erase_lists(noon() + SignedDuration::from_secs(1)).await.expect("erased");
    assert_eq!(store.list(7, first).await.expect("an answer"), None, "a day old");
    assert_eq!(store.list(8, second).await.expect("an answer").as_deref(), Some("two"));
}

async fn a_server_s_language_is_kept_unless_it_is_english_and_goes_with_the_server(on: On) {
    let db = Db::on(on).await;
    let store = &db.store;
    let guilds = Guilds::load(store.clone()).await.expect("loaded");
    let (one, two) = (GuildId::new(1), GuildId::new(2));
    guilds.heard(one, "ja").await.expect("kept");
    guilds.heard(two, "en-GB").await.expect("kept");
    assert_eq!(store.guild_locales().await.expect("rows"), [(one, "ja".to_owned())]);
    let again = Guilds::load(store.clone()).await.expect("loaded");
    assert_eq!((again.locale(one).code(), again.locale(two).code()), ("ja", "en"));
    assert_eq!(again.kept(), [one]);
    again.forget(one).await.expect("forgotten");
    assert!(store.guild_locales().await.expect("rows").is_empty());
    guilds.heard(one, "xx").await.expect("a language that isn't spoken here is English");
    assert_eq!(guilds.locale(one).code(), "en");
}

async fn a_server_s_settings_outlive_a_restart_and_its_language_goes_before_discord_s(on: On) {
    let db = Db::on(on).await;
    let guilds = Guilds::load(db.store.clone()).await.expect("loaded");
    let (one, two) = (GuildId::new(1), GuildId::new(2));
    guilds.heard(one, "ja").await.expect("kept");
    guilds.set(one, |settings| settings.language = Some("en".to_owned())).await.expect("kept");
    let set = guilds.set(one, |settings| settings.merge_minutes = Some(5)).await.expect("kept");
    assert_eq!((set.language.as_deref(), set.merge_minutes), (Some("en"), Some(5)));
    let again = Guilds::load(db.store.clone()).await.expect("loaded");
    assert_eq!((again.settings(one), again.locale(one).code()), (set, "en"));
    assert_eq!(again.settings(two), GuildSettings::default());
    assert_eq!(again.settings(two).merge_minutes, None);
    again.set(one, |settings| settings.language = None).await.expect("kept");
    assert_eq!(again.locale(one).code(), "ja", "what Discord tells");
    again.erased(one);
    assert_eq!((again.settings(one), again.locale(one).code()), (GuildSettings::default(), "en"));
}

#[test]
fn a_failure_stands_until_an_answer_follows_it() {
    let mut gate = Gate::default();
    let at = |seconds| noon() + SignedDuration::from_secs(seconds);
    let mut settle = |outcome, seconds| {
        gate.settle(Endpoint::Search, at(seconds), outcome, at(seconds), 0.5);
        gate.standing(Endpoint::Search)
    };
    let answered = settle(Outcome::Answered(RateHeaders::default()), 1);
    assert_eq!(answered, Standing { answered_at: Some(at(1)), ..Standing::default() });
    settle(Outcome::Failed(RateHeaders::default()), 2);
    let failing = settle(Outcome::Failed(RateHeaders::default()), 3);
    assert_eq!((failing.fails_since, failing.failed_at), (Some(at(2)), Some(at(3))));
    let recovered = settle(Outcome::Answered(RateHeaders::default()), 4);
    assert_eq!((recovered.fails_since, recovered.recovered_at), (None, Some(at(4))));
}
