//! Discord's answers: any status with any headers and any body is judged by what Discord documents, and by nothing else.

#![expect(clippy::disallowed_methods, reason = "a reset is told as a moment of the machine's clock")]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use spacebell::discord::answer::{Judged, LONGEST_RETRY_AFTER, RestError, judge, route_headers};

use crate::json::{any_json, mutated};

/// The headers that the client looks at.
const NAMES: [&str; 8] = [
    "retry-after",
    "x-ratelimit-bucket",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset-after",
    "x-ratelimit-reset",
    "x-ratelimit-scope",
    "x-ratelimit-global",
];

fn headers_of(pairs: &[(&str, &str)]) -> HeaderMap {
    let pairs = pairs.iter().filter_map(|(name, value)| {
        Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    pairs.collect()
}

fn any_headers() -> impl Strategy<Value = HeaderMap> {
    let numbers = "-?[0-9]{1,25}(\\.[0-9]{1,5})?|1e[0-9]{1,4}|inf|-inf|NaN|user|shared|global|true|.{0,6}";
    prop::collection::vec((prop::sample::select(NAMES.to_vec()), numbers), 0..8).prop_map(|pairs| {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers_of(&pairs)
    })
}

/// What Discord says when it refuses, in its own words.
fn refusals() -> Vec<Value> {
    vec![
        json!({ "code": 50_013, "message": "Missing Permissions" }),
        json!({ "message": "You are being rate limited.", "retry_after": 0.65, "global": false }),
        json!({ "code": 30_046, "message": "Maximum number of edits to old messages.", "retry_after": 9.5 }),
        json!({
            "code": 50_035, "message": "Invalid Form Body",
            "errors": { "content": { "_errors": [{ "code": "BASE_TYPE_MAX_LENGTH", "message": "Too long." }] } },
        }),
    ]
}

fn hold(status: u16, headers: &HeaderMap, body: &[u8]) {
    let Judged { outcome, is_invalid, limited_by, all_rest_for } = judge(status, headers, body);
    let is_object = serde_json::from_slice::<Value>(body).is_ok_and(|json| json.is_object());
    match &outcome {
        Ok(_) => assert!((200..300).contains(&status), "{status} is no success"),
        Err(RestError::Unauthorized) => assert_eq!(status, 401),
        Err(RestError::Limited(wait) | RestError::OldMessage(wait)) => {
            assert_eq!(status, 429);
            assert!(*wait <= LONGEST_RETRY_AFTER, "{wait:?}");
        }
        Err(RestError::Refused { status: told, .. }) => {
            assert!(is_object, "a refusal that isn't in Discord's words");
            assert!(*told == status && !(200..300).contains(&status) && status < 500);
        }
        Err(RestError::Uncertain(_)) => {
            assert!(!is_object || status >= 500, "Discord said {status} in so many words");
        }
        Err(RestError::Unreachable(_)) => panic!("it answered"),
    }
    assert!(!is_invalid || matches!(status, 401 | 403 | 429));
    assert_eq!(limited_by.is_some(), status == 429);
    assert!(all_rest_for.is_none_or(|rest| rest <= LONGEST_RETRY_AFTER));
    let now = Instant::now();
    if let Some(route) = route_headers(headers, now) {
        assert!((now..=now + LONGEST_RETRY_AFTER).contains(&route.reset_at));
    }
}

#[test]
fn a_reset_further_ahead_than_time_goes_is_held_to_an_hour() {
    let now = Instant::now();
    for far in ["1e19", "9007199254740993", "1e15", "3601"] {
        let headers = headers_of(&[
            ("x-ratelimit-bucket", "abc"),
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset-after", far),
            ("retry-after", far),
        ]);
        let route = route_headers(&headers, now).expect("all that is needed");
        assert_eq!(route.reset_at, now + Duration::from_hours(1), "{far}");
        let Err(RestError::Limited(wait)) = judge(429, &headers, b"").outcome else { panic!("a 429") };
        assert_eq!(wait, Duration::from_hours(1), "{far}");
    }
}

#[test]
fn a_wait_that_is_no_time_is_a_short_one() {
    for odd in ["-1", "NaN", "inf", "1e400", "", "soon"] {
        let headers = headers_of(&[("retry-after", odd)]);
        let Err(RestError::Limited(wait)) = judge(429, &headers, b"<html>").outcome else { panic!("a 429") };
        assert_eq!(wait, Duration::from_secs(5), "{odd}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_of_discord_is_judged(
        status in 100_u16..600,
        headers in any_headers(),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            any_json().prop_map(|json| json.to_string().into_bytes()),
            mutated(refusals()).prop_map(|json| json.to_string().into_bytes()),
        ],
    ) {
        hold(status, &headers, &body);
    }
}
