//! `/discover now`: what fits the server first, then the largest rooms, from what is known without asking.

use jiff::SignedDuration;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use spacebell::commands::Reply;
use spacebell::commands::discover::now::{Fit, rank};
use spacebell::domain::filter::Language;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::space::{Space, SpaceState, XUser};
use spacebell::watcher::lifecycle::{Observation, Sight};

use crate::stage::{MONA, Stage, press_of, show};

fn space(text: &str, host: u64, title: &str, people: u32) -> Space {
    Space {
        creator: Some(host.to_string().parse().expect("good test data")),
        title: Some(title.to_owned()),
        participant_count: Some(people),
        ..Space::bare(text.parse().expect("good test data"), SpaceState::Live)
    }
}

/// Lets the watcher know of Spaces, whose hosts X has shown.
async fn learns(stage: &Stage, spaces: impl IntoIterator<Item = Space>) {
    let asked_at = stage.app.clock.now();
    let mut seen = Vec::new();
    for space in spaces {
        let id = space.creator.expect("a host");
        let user = XUser {
            id,
            username: format!("host_{id}").parse().expect("good test data"),
            name: "Host".to_owned(),
            picture_url: None,
        };
        stage.app.x.users().remember([&user], asked_at);
        seen.push(Observation { sight: Sight::Present(Box::new(space)), asked_at });
    }
    stage.app.watch.learn(seen).await.expect("judged");
}

/// A server that follows host 7 and the word jazz, and blocks a host and a word.
async fn server() -> Stage {
    let stage = Stage::set().await;
    for (id, name) in [("7", "host_7"), ("8", "host_8")] {
        stage.x.add_user(id, name, "Host");
    }
    stage.say("follow", "host", json!({ "host": "host_7" })).await;
    stage.say("follow", "keyword", json!({ "keyword": "jazz" })).await;
    stage.say("follow", "block", json!({ "host": "host_8" })).await;
    stage.say("follow", "block", json!({ "word": "crypto" })).await;
    learns(
        &stage,
        [
            space("1huge", 1, "Everybody", 90_000),
            space("1jazz", 2, "Late **jazz** @everyone", 12),
            space("1host", 7, "Crypto, by whom we follow", 3),
            space("1blocked", 8, "More jazz", 500),
            space("1word", 3, "Crypto all night", 70_000),
            Space { lang: Some("ja".to_owned()), ..space("1ja", 4, "音楽", 40) },
            space("1small", 5, "", 1),
            Space { state: SpaceState::Scheduled, ..space("1soon", 6, "Jazz tomorrow", 0) },
        ],
    )
    .await;
    stage
}

fn order(reply: &Reply) -> Vec<String> {
    let menu = reply.menu.iter().flat_map(|menu| &menu.choices);
    menu.map(|choice| choice.space.to_string()).collect()
}

#[tokio::test]
async fn what_fits_the_server_comes_first_and_then_the_largest_rooms_without_a_request() {
    for locale in ["en-US", "ja"] {
        let mut stage = server().await;
        stage.locale = locale;
        let asked_before = stage.x.requests().len();
        let now = stage.say("discover", "now", json!({})).await;
        assert_eq!(order(&now), ["1host", "1jazz", "1huge", "1ja", "1small"]);
        assert!(now.private, "{}", show(&now));
        let japanese = stage.say("discover", "now", json!({ "language": "en" })).await;
        assert_eq!(order(&japanese), ["1host", "1jazz", "1huge", "1small"], "an unknown language passes");
        let shared = stage.press(MONA, press_of(&now, if locale == "ja" { "共有" } else { "Share" })).await;
        assert!(!shared.private, "{}", show(&shared));
        stage.guild = None;
        let alone = stage.say("discover", "now", json!({})).await;
        assert_eq!(
            order(&alone),
            ["1huge", "1word", "1blocked", "1ja", "1jazz"],
            "the largest that are known"
        );
        assert_eq!(stage.x.requests().len(), asked_before, "X is asked nothing");
        stage.clock.advance(SignedDuration::from_mins(16));
        let nothing = stage.say("discover", "now", json!({})).await;
        let all = [&now, &alone, &nothing].map(show).join("\n");
        insta::assert_snapshot!(format!("discover_now_{locale}"), all);
    }
}

#[tokio::test]
async fn what_somebody_searched_for_lately_is_known_too() {
    let stage = Stage::set().await;
    let host = stage.x.add_user("70", "band", "Band");
    let found = stage.x.start_now(&host, "Jazz").expect("good test data").to_string();
    assert!(order(&stage.say("discover", "now", json!({})).await).is_empty());
    stage.say("space", "search", json!({ "query": "jazz" })).await;
    assert_eq!(order(&stage.say("discover", "now", json!({})).await), [found]);
}

fn known(number: u32, people: Option<u32>, live: bool, age_mins: i64) -> Known {
    let now: Timestamp = "2026-08-01T12:00:00Z".parse().expect("good test data");
    let mut space = space(&format!("1a{number}"), 1, "A title", 0);
    space.participant_count = people;
    let phase = if live { Phase::Live } else { Phase::Scheduled };
    Known::first_seen(space, phase, now - SignedDuration::from_mins(age_mins))
}

proptest! {
    #[test]
    fn a_rank_holds_live_spaces_once_the_fitting_first_and_each_sort_by_size(
        some in prop::collection::vec(
            (0..40_u32, prop::option::of(0..100_u32), any::<bool>(), 0..30_i64, 0..3_u8), 0..80)
    ) {
        let now: Timestamp = "2026-08-01T12:00:00Z".parse().expect("good test data");
        let fit = |fit: u8| [Fit::Host, Fit::Keyword, Fit::Neither][usize::from(fit)];
        let candidates: Vec<(Fit, Known)> = some
            .iter()
            .map(|(number, people, live, age, of)| (fit(*of), known(*number, *people, *live, *age)))
            .collect();
        let ranked = rank(candidates.clone(), None, now);
        let first = |id| candidates.iter().find(|(_, known)| known.space.id == id).expect("a candidate");
        let ids: Vec<_> = ranked.iter().map(|known| known.space.id).collect();
        let each: std::collections::HashSet<_> = ids.iter().collect();
        prop_assert_eq!(each.len(), ids.len());
        for known in &ranked {
            prop_assert_eq!(known.phase, Phase::Live);
            prop_assert!(now.duration_since(known.seen_at) <= SignedDuration::from_mins(15));
        }
        let place = |known: &Known| (first(known.space.id).0, std::cmp::Reverse(known.space.participant_count));
        prop_assert!(ranked.windows(2).all(|two| place(&two[0]) <= place(&two[1])));
        let met: std::collections::HashSet<_> = candidates.iter().map(|(_, known)| known.space.id).collect();
        let due = met.iter().filter(|id| {
            let (_, known) = first(**id);
            known.phase == Phase::Live && now.duration_since(known.seen_at) <= SignedDuration::from_mins(15)
        });
        prop_assert_eq!(ranked.len(), due.count(), "none is left out");
        // Nobody speaks a language that nobody knows of.
        let latin = Language::parse("la").expect("a code");
        prop_assert_eq!(rank(candidates, Some(&latin), now), ranked);
    }
}
