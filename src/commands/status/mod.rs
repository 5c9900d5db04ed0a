//! `/status`: whether the bot works, since when, and what it means for people if it doesn't. Those who run it see the
//! figures too.

mod costs;

use jiff::{SignedDuration, Timestamp};
use serenity::builder::CreateCommand;
use serenity::model::application::InteractionContext;

use crate::card::{Card, Field, Tone, relative};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::options::Definer;
use crate::commands::reply::Reply;
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::delays::Leg;
use crate::health::PushWay;
use crate::store::{ComeTo, QueueDepth};
use crate::texts::{Arg, Key, key};
use crate::x::cost::next_day;
use crate::x::{Budget, Cause, Credits, Endpoint, Kind};

/// The command's name.
pub const NAME: &str = "status";
/// A notice that has been due for longer is late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Below this, tenths of a second are told of a delay.
const TENTHS_BELOW: SignedDuration = SignedDuration::from_secs(10);
/// Below this, seconds.
const SECONDS_BELOW: SignedDuration = SignedDuration::from_mins(10);

/// The definition of `/status`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let command = CreateCommand::new(NAME)
        .description(definer.english(key("define-status")))
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm]);
    definer
        .others(key("define-status"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Tells how the bot is doing.
pub async fn execute(app: &App, invocation: &Invocation) -> Reply {
    let words = app.words(&invocation.locale);
    let now = app.clock.now();
    let queue = app.store.queue_depth(now).await;
    if let Err(error) = &queue {
        // That it can be read, on the other hand, says nothing of writing.
        app.health.saw_store(false, now);
        // Logs it; what it means is said below.
        let _ = sorry::store(error, words);
    }
    let queue = queue.ok();
    let troubles = troubles(app, invocation, queue, now, words);
    let state = if troubles.is_empty() {
        words.with(key("status-working"), &[("when", Arg::from(relative(works_since(app))))])
    } else {
        let troubles: Vec<String> = troubles.into_iter().map(|trouble| format!("- {trouble}")).collect();
        format!("{}\n{}", words.say(key("status-degraded")), troubles.join("\n"))
    };
    let is_operator = app.operators.has(invocation.asker.user);
    let kept = match is_operator.then(|| app.store.come_to(now)) {
        Some(kept) => kept.await.map_err(|error| sorry::store(&error, words)).ok(),
        None => None,
    };
    let card = Card {
        title: Some(words.say(key("status-title"))),
        description: Some(state),
        fields: if is_operator { figures(app, queue, kept, now, words) } else { Vec::new() },
        footer: is_operator.then(|| format!("Spacebell {}", env!("CARGO_PKG_VERSION"))),
        tone: Tone::Plain,
        ..Card::default()
    };
    Reply { cards: vec![card], private: true, ..Reply::default() }
}

/// What is wrong, a sentence each: what happened, since when, and what it means for members.
fn troubles(
    app: &App,
    invocation: &Invocation,
    queue: Option<QueueDepth>,
    now: Timestamp,
    words: Words<'_>,
) -> Vec<String> {
    let when = |sentence: Key, time: Timestamp| words.with(sentence, &[("when", Arg::from(relative(time)))]);
    let mut troubles = Vec::new();
    if let Credits::Spent { since, .. } = *app.x.credits().borrow() {
        troubles.push(when(key("status-credits"), since));
    } else if let Some(since) = x_fails_since(app, now) {
        troubles.push(when(key("status-x-fails"), since));
    }
    let rests = |cause: Cause| app.x.spending().rests(cause);
    let command = invocation.asker.cause();
    // What most commands begin with.
    let of_commands = app.x.spending().affordable(Kind::User, command).err();
    let budget = match (rests(Cause::Hosts), rests(Cause::Keywords), of_commands) {
        (Some(_), _, _) => Some(key("status-budget-day")),
        (_, Some(_), _) => Some(key("status-budget-keywords")),
        (_, _, Some(Budget::Guild)) => Some(key("sorry-budget-guild")),
        (_, _, Some(Budget::TooSmall)) => Some(key("sorry-budget-too-small")),
        (_, _, Some(Budget::Day | Budget::Commands | Budget::Allowance)) => {
            Some(key("sorry-budget-commands"))
        }
        (None, None, None) => None,
    };
    troubles.extend(budget.map(|sentence| when(sentence, next_day(now))));
    let gateway = app.health.gateway();
    if !gateway.works {
        troubles.push(when(key("status-gateway"), gateway.since));
    }
    if app.server.is_limited() {
        troubles.push(words.say(key("status-discord")));
    }
    let oldest = queue.and_then(|queue| queue.oldest).map(|oldest| now.duration_since(oldest));
    if let Some(age) = oldest.filter(|age| *age > LATE_AFTER) {
        troubles.push(words.with(key("status-late"), &[("age", Arg::from(words.duration(age)))]));
    }
    let store = app.health.store();
    if !store.works {
        troubles.push(when(key("status-store"), store.since));
    }
    troubles
}

/// Since when X doesn't answer something that it is asked. What fails of push is asked for instead.
fn x_fails_since(app: &App, now: Timestamp) -> Option<Timestamp> {
    let asked = Endpoint::ALL.into_iter().filter(|endpoint| !endpoint.is_of_push());
    asked.filter_map(|endpoint| app.x.standing(endpoint).fails(now)).min()
}

/// Since when all is well: the end of the last trouble, or the start.
fn works_since(app: &App) -> Timestamp {
    let ends = [app.health.started_at(), app.health.gateway().since, app.health.store().since];
    let asked = Endpoint::ALL.into_iter().filter(|endpoint| !endpoint.is_of_push());
    let recovered = asked.filter_map(|endpoint| app.x.standing(endpoint).recovered_at);
    ends.into_iter().chain(recovered).max().unwrap_or_else(|| app.health.started_at())
}

/// Delays, queues, limits and costs.
fn figures(
    app: &App,
    queue: Option<QueueDepth>,
    kept: Option<ComeTo>,
    now: Timestamp,
    words: Words<'_>,
) -> Vec<Field> {
    let field = |name: Key, value: String| Field { name: words.say(name), value, inline: false };
    let queue = match queue {
        None => words.say(key("status-queue-unknown")),
        Some(QueueDepth { due: 0, .. }) => words.say(key("status-queue-empty")),
        Some(QueueDepth { due, oldest }) => {
            let age = oldest.map_or(SignedDuration::ZERO, |oldest| now.duration_since(oldest));
            let age = ("age", Arg::from(words.duration(age)));
            words.with(key("status-queue-due"), &[("count", Arg::from(due)), age])
        }
    };
    let is_used = |endpoint: &Endpoint| {
        let standing = app.x.standing(*endpoint);
        !endpoint.is_of_push() || standing.answered_at.or(standing.fails_since).is_some()
    };
    let used = Endpoint::ALL.into_iter().filter(is_used);
    let limits: Vec<String> = used.map(|endpoint| limit(app, endpoint, words)).collect();
    let watching = [
        ("follows", Arg::from(app.follows.len())),
        ("servers", Arg::from(app.follows.guild_count())),
        ("spaces", Arg::from(app.watch.all_known().len())),
    ];
    let gateway = app.health.gateway();
    let connected = if gateway.works { key("status-connected") } else { key("status-gateway") };
    vec![
        field(key("status-field-delays"), delays(app, now, words)),
        field(key("status-field-queue"), queue),
        field(key("status-field-x"), limits.join("\n")),
        field(key("status-field-budget"), costs::said(app, kept, now, words)),
        field(key("status-field-push"), push(app, words)),
        field(
            key("status-field-discord"),
            words.with(connected, &[("when", Arg::from(relative(gateway.since)))]),
        ),
        field(key("status-field-watching"), words.with(key("status-watching"), &watching)),
    ]
}

/// How long news takes from the start of a Space until it is seen, and from then until it is posted.
fn delays(app: &App, now: Timestamp, words: Words<'_>) -> String {
    let line = |leg: Leg, some: Key, none: Key| match app.health.delays().summary(leg, now) {
        None => words.say(none),
        Some(summary) => words.with(
            some,
            &[
                ("median", Arg::from(delay(summary.median, words))),
                ("slow", Arg::from(delay(summary.p95, words))),
                ("last", Arg::from(delay(summary.last, words))),
                ("count", Arg::from(summary.count)),
            ],
        ),
    };
    let sight = line(Leg::StartToSight, key("status-delay-sight"), key("status-delay-sight-none"));
    let post = line(Leg::SightToPost, key("status-delay-post"), key("status-delay-post-none"));
    format!("{sight}\n{post}")
}

/// A delay, rounded up: to a tenth of a second where that is a difference, to the second for some minutes.
fn delay(delay: SignedDuration, words: Words<'_>) -> String {
    let tenths = (delay.as_millis() + 99) / 100;
    let seconds = if delay < TENTHS_BELOW {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else if delay < SECONDS_BELOW {
        tenths.div_euclid(10).saturating_add(i128::from(tenths % 10 != 0)).to_string()
    } else {
        return words.duration(delay.saturating_add(SignedDuration::from_secs(59)));
    };
    words.with(key("duration-seconds"), &[("seconds", Arg::from(seconds))])
}

/// What is left of an endpoint's limit, and when it last answered.
fn limit(app: &App, endpoint: Endpoint, words: Words<'_>) -> String {
    let name = ("endpoint", Arg::from(endpoint.word()));
    let left = ("left", Arg::from(app.x.remaining(endpoint)));
    let standing = app.x.standing(endpoint);
    let when = |time: Timestamp| ("when", Arg::from(relative(time)));
    match (standing.fails_since, standing.answered_at) {
        (Some(since), _) => words.with(key("status-limit-fails"), &[name, left, when(since)]),
        (None, Some(at)) => words.with(key("status-limit-answered"), &[name, left, when(at)]),
        (None, None) => words.with(key("status-limit-unasked"), &[name, left]),
    }
}

/// By what X tells of starts and ends, since when, and of how many hosts.
fn push(app: &App, words: Words<'_>) -> String {
    let push = app.health.push();
    let way = match push.way {
        PushWay::Off => return words.say(key("status-push-off")),
        PushWay::Stream => words.say(key("status-push-stream")),
        PushWay::Webhook => words.say(key("status-push-webhook")),
    };
    let now = app.clock.now();
    let (sentence, since) = match push.refused_since() {
        Some(since) => (key("status-push-refused"), since),
        None if !app.x.may_be_told() => (key("status-push-rests"), next_day(now)),
        None if push.delivers.works => (key("status-push-works"), push.delivers.since),
        None => (key("status-push-fails"), push.delivers.since),
    };
    let values = [
        ("way", Arg::from(way)),
        ("when", Arg::from(relative(since))),
        ("hosts", Arg::from(app.coverage.covered().len())),
    ];
    let stands = words.with(sentence, &values);
    match push.cap {
        Some((cap, _)) => {
            format!("{stands}\n{}", words.with(key("status-push-cap"), &[("cap", Arg::from(cap))]))
        }
        None => stands,
    }
}
