//! Settings: whatever a variable holds is taken or refused by its name, and no secret is shown.
//!
//! An input is a line `NAME=value` a variable; a value may hold anything but a line break.

use std::collections::HashMap;

use spacebell::config::Settings;
use spacebell::config::setting::{self, Fallback};

/// These are set together, or none of them.
const LINKING: [&str; 4] = ["X_CLIENT_ID", "X_CLIENT_SECRET", "PUBLIC_URL", "SECRET_KEY"];

/// Holds what must hold of the settings in `data`.
pub fn hold(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let given: HashMap<&str, &str> = text.split('\n').filter_map(|line| line.split_once('=')).collect();
    hold_given(&given);
}

/// Holds what must hold where these variables are set.
pub fn hold_given(given: &HashMap<&str, &str>) {
    let read = |secret: &str| {
        Settings::read(|name| {
            let is_secret = setting::ALL.iter().any(|setting| setting.name == name && setting.is_secret);
            // Another token, to see whether it makes a difference that can be read.
            if is_secret { Some(secret.to_owned()) } else { given.get(name).map(|value| (*value).to_owned()) }
        })
    };
    let is_given = |name: &str| given.get(name).is_some_and(|value| !value.trim().is_empty());
    let as_given = Settings::read(|name| given.get(name).map(|value| (*value).to_owned()));
    match &as_given {
        Ok(settings) => {
            let secrets =
                setting::ALL.iter().filter(|setting| setting.is_secret && is_given(setting.name)).count();
            // One setting may hold several keys.
            assert!(settings.secrets().len() >= secrets);
            assert!((1..=10_000).contains(&settings.discord.global_rps.get()));
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a reason");
            for mistake in mistakes {
                let known = setting::ALL.iter().find(|setting| setting.name == mistake.name);
                let known = known.expect("a setting that there is");
                let is_half = LINKING.contains(&known.name) && LINKING.into_iter().any(is_given);
                let may_be_missing = !matches!(known.fallback, Fallback::Required) && !is_half;
                assert!(
                    is_given(known.name) || !may_be_missing,
                    "{mistake} of a setting that may be left out"
                );
                // What is said is fixed: nothing of the value is in it.
                assert_eq!(
                    mistake.to_string(),
                    format!("{} {}. {}", known.name, mistake.wrong, known.remedy)
                );
            }
        }
    }
    let (one, other) = (read("one-token-0123456789"), read("another-token-abcdef"));
    assert_eq!(format!("{one:?}"), format!("{other:?}"), "a token shows");
}
