//! What people are told when a command couldn't be done: what happened, and what to do. Never how.

use jiff::Timestamp;
use tracing::{error, warn};

use super::app::{Failure, Unseen, Unsent};
use super::reply::Reply;
use super::words::Words;
use crate::card::relative;
use crate::follows::AddError;
use crate::store::StoreError;
use crate::texts::{Arg, key};
use crate::x::{Budget, XError};

/// The sentence for a failure. Logs what only the operator can mend.
#[must_use]
pub fn failure(failure: &Failure, words: Words<'_>) -> String {
    match failure {
        Failure::X(error) => x(error, words),
        Failure::Store(error) => store(error, words),
        Failure::Quota { most, until } => words
            .with(key("sorry-quota"), &[("most", Arg::from(*most)), ("when", Arg::from(relative(*until)))]),
    }
}

/// The reply for a failure, for the asker alone.
#[must_use]
pub fn reply(error: &Failure, words: Words<'_>) -> Reply {
    Reply::private(failure(error, words))
}

/// The sentence for X's silence.
#[must_use]
pub fn x(error: &XError, words: Words<'_>) -> String {
    let until = |time: &Timestamp| [("when", Arg::from(relative(*time)))];
    match error {
        XError::RateLimited { until: time } => words.with(key("sorry-x-limited"), &until(time)),
        XError::CreditsSpent { .. } => words.say(key("sorry-x-credits")),
        XError::BudgetSpent { which, until: time } => {
            let key = match which {
                Budget::Day => key("sorry-budget-day"),
                Budget::Allowance => key("sorry-budget-keywords"),
                Budget::Commands => key("sorry-budget-commands"),
                Budget::Guild => key("sorry-budget-guild"),
                Budget::TooSmall => key("sorry-budget-too-small"),
            };
            words.with(key, &until(time))
        }
        XError::Unauthorized => {
            error!("X refuses X_BEARER_TOKEN: set a new one from the developer portal and start again");
            words.say(key("sorry-x-token"))
        }
        XError::Forbidden { detail } => {
            error!(%detail, "X doesn't allow X_BEARER_TOKEN to read Spaces: check the app's access level");
            words.say(key("sorry-x-token"))
        }
        XError::Refused { detail } => {
            error!(%detail, "X refused a command's question");
            words.say(key("sorry-x-refused"))
        }
        XError::Unavailable { source } => {
            warn!(error = source as &dyn std::error::Error, "X didn't answer a command");
            words.say(key("sorry-x-unavailable"))
        }
    }
}

/// The sentence for a failure of the store.
#[must_use]
pub fn store(error: &StoreError, words: Words<'_>) -> String {
    error!(error = error as &dyn std::error::Error, "the store failed a command");
    words.say(key("sorry-store"))
}

/// The sentence for a follow that wasn't added.
#[must_use]
pub fn add(error: &AddError, words: Words<'_>) -> String {
    let most = |most: &u32| [("most", Arg::from(*most))];
    match error {
        AddError::GuildFull(cap) => words.with(key("sorry-guild-full"), &most(cap)),
        AddError::KeywordsFull(0) => words.say(key("sorry-keywords-off")),
        AddError::KeywordsFull(cap) => words.with(key("sorry-keywords-full"), &most(cap)),
        AddError::ChannelFull(cap) => words.with(key("sorry-channel-full"), &most(cap)),
        AddError::Store(error) => store(error, words),
    }
}

/// The sentence for a channel of which the permissions aren't known. `channel` is its mention.
#[must_use]
pub fn unseen(error: Unseen, channel: &str, words: Words<'_>) -> String {
    let channel = [("channel", Arg::from(channel.to_owned()))];
    match error {
        Unseen::NotHere => words.say(key("option-channel-not-here")),
        Unseen::Hidden => words.with(key("target-bot-cannot-view"), &channel),
        Unseen::Unavailable => words.say(key("sorry-discord")),
    }
}

/// The sentence for a message that wasn't sent. `channel` is its channel's mention.
#[must_use]
pub fn unsent(error: Unsent, channel: &str, words: Words<'_>) -> String {
    let channel = [("channel", Arg::from(channel.to_owned()))];
    match error {
        Unsent::NotHere => words.say(key("option-channel-not-here")),
        Unsent::Forbidden => words.with(key("sorry-send-forbidden"), &channel),
        Unsent::Filtered => words.with(key("sorry-send-filtered"), &channel),
        Unsent::Unavailable => words.say(key("sorry-discord")),
    }
}
