//! What each kind of input holds, tried with what chance makes of good ones and of nothing.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::Value;
use spacebell::commands::Request;
use spacebell::commands::press::Press;
use spacebell::config::setting;
use spacebell::domain::ids::{FollowId, SpaceId, UserId, Username};
use spacebell::x::answer::{Verdict, judge};

use crate::corpus::files;
use crate::held::{interaction, keyword, settings, space_input, stream, x_answer};
use crate::json::{any_json, mutated};

/// The JSON bodies in a target's corpus.
fn good(target: &str) -> Vec<Value> {
    let bodies = files(target).into_iter().filter_map(|(_, file)| {
        let start = file.iter().position(|byte| *byte == b'{')?;
        // A stream's files have more than one.
        serde_json::Deserializer::from_slice(&file[start..]).into_iter().next()?.ok()
    });
    bodies.collect()
}

fn with_status(status: u16, body: &Value) -> Vec<u8> {
    format!("{status}\n{body}").into_bytes()
}

/// Each kind of status that X's client tells apart.
fn statuses() -> impl Strategy<Value = u16> {
    prop_oneof![
        Just(200),
        Just(404),
        prop::sample::select(vec![201, 301, 400, 401, 402, 403, 408, 429, 500, 503])
    ]
}

#[test]
fn json_nested_without_end_is_broken_and_not_a_crash() {
    for (open, close) in [("[", "]"), ("{\"data\":", "}"), ("{\"includes\":{\"users\":[", "]}}")] {
        for body in [open.repeat(100_000), format!("{}1{}", open.repeat(50_000), close.repeat(50_000))] {
            let verdict = judge(200, Ok(body.clone().into_bytes()));
            assert!(matches!(verdict, Verdict::Failed(_)), "{open} was understood");
            x_answer::hold(body.as_bytes());
            interaction::hold(body.as_bytes());
        }
    }
}

#[test]
fn a_hundred_thousand_broken_spaces_cost_none_of_the_good_ones() {
    let broken = "{\"id\":null},".repeat(100_000);
    let body = format!("{{\"data\":[{broken}{{\"id\":\"1good\",\"state\":\"live\"}}]}}");
    let Verdict::Answered(read) = judge(200, Ok(body.into_bytes())) else { panic!("an answer") };
    assert_eq!(read.spaces().0.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_as_x_s_answer_invent_nothing(status in statuses(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        x_answer::hold(&[format!("{status}\n").into_bytes(), bytes].concat());
    }

    #[test]
    fn any_json_as_x_s_answer_invents_nothing(status in statuses(), json in any_json()) {
        x_answer::hold(&with_status(status, &json));
    }

    #[test]
    fn a_good_answer_with_wrong_values_keeps_the_rest_and_ends_nothing(
        status in statuses(),
        json in mutated(good("x_answer")),
    ) {
        x_answer::hold(&with_status(status, &json));
    }

    #[test]
    fn an_answer_that_breaks_off_says_nothing(json in prop::sample::select(good("x_answer")), at in any::<prop::sample::Index>()) {
        let whole = json.to_string();
        let length = at.index(whole.len());
        let verdict = judge(200, Ok(whole.as_bytes()[..length].to_vec()));
        prop_assert!(matches!(verdict, Verdict::Failed(_)), "{:?}", &whole[..length]);
    }

    #[test]
    fn a_stream_of_good_events_with_wrong_values_and_torn_lines_tells_nothing_but_what_stands_there(
        events in prop::collection::vec((mutated(good("stream")), "(\r?\n){1,3}|[\\x00-\\xff]{0,2}"), 0..5),
        torn in any::<prop::sample::Index>(),
    ) {
        let all = events.iter().flat_map(|(event, end)| [event.to_string(), end.clone()]).collect::<String>();
        stream::hold(all.as_bytes());
        stream::hold(&all.as_bytes()[torn.index(all.len() + 1)..]);
    }

    #[test]
    fn any_interaction_is_decoded_or_refused(json in mutated(good("interaction"))) {
        interaction::hold(json.to_string().as_bytes());
    }

    #[test]
    fn any_id_of_a_button_is_one_of_ours_or_unknown(
        id in "[12]?:?[0-9]{0,20}:?(speakers|share|open|page|share-list|undo-block|follow|undo-add|undo-remove|post|list|never)?(:[0-9a-zA-Z-]{0,20}){0,3}\n?.{0,4}",
    ) {
        interaction::hold(id.as_bytes());
        if let Ok(press) = id.parse::<Press>() {
            prop_assert!(matches!(Request::of_press(&id), Request::Press(same) if same == press));
        }
    }

    #[test]
    fn any_text_as_an_id_is_one_that_is_written_the_same_way_again_or_none(text in "[a-zA-Z0-9_+-]{0,22}|(?s).{0,8}") {
        if let Ok(id) = text.parse::<SpaceId>() {
            prop_assert_eq!(id.as_str(), text.as_str());
        }
        if let Ok(name) = text.parse::<Username>() {
            prop_assert_eq!(name.as_str(), text.as_str());
        }
        if let Ok(id) = text.parse::<UserId>() {
            let digits = text.trim_start_matches('0');
            prop_assert_eq!(id.to_string(), if digits.is_empty() { "0" } else { digits });
        }
        if let Ok(id) = text.parse::<FollowId>() {
            prop_assert!(id.0 > 0);
        }
    }

    #[test]
    fn any_value_of_any_setting_is_taken_or_refused_by_its_name(
        given in prop::collection::hash_map(
            prop::sample::select(setting::ALL.iter().map(|setting| setting.name).collect::<Vec<_>>()),
            "([0-9]{1,21}|(https?|sqlite|postgres|ftp)://[^\n]{0,20}|[0-9]-[0-9]/[0-9]|auto|off|json|[^\n]{0,30})",
            0..6,
        ),
    ) {
        let given: HashMap<&str, &str> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
        settings::hold_given(&given);
    }

    #[test]
    fn any_text_for_a_space_or_an_account_is_what_it_says_or_refused(
        text in "(?s)(<|>|@|/|:|\\.|%78|%2e|\\\\|,| |https?://|(www\\.|mobile\\.)?(x|twitter|t|evil)\\.com|:443|i/spaces/|peek|\\?|#|[a-zA-Z0-9_]{1,14}|.){0,12}",
    ) {
        space_input::hold(text.as_bytes());
    }

    #[test]
    fn any_keywords_find_what_they_say(
        text in "(?s)([a-zA-Z]{1,3}|[#@&%+.'-]|[ \n]|ß|İ|ı|ﬁ|ﷺ|日本|\u{301}|\u{200d}|\u{200b}|.){0,40}",
    ) {
        keyword::hold(text.as_bytes());
    }
}
