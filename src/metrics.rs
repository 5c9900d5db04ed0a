//! Metrics: each that there is, with its labels and what it means, and where they are written down.
//!
//! Owns their names and the recorder; whoever sees something counts it here, and what is read off at the time of
//! asking is set by [`lookout`](crate::lookout). No label holds an id, a name or anything that people wrote. Where
//! nobody asked for metrics nothing records them, and counting costs nothing.

use metrics::{Label, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use thiserror::Error;

/// A metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name, a contract.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it means, a sentence.
    pub help: &'static str,
}

/// What a metric is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// It only grows, from 0 at each start.
    Counter,
    /// It is as it is.
    Gauge,
    /// How many there were up to each of these bounds.
    Histogram(&'static [f64]),
}

/// Bounds for what X's limits allow: seconds, or minutes at worst.
const SIGHT_SECONDS: &[f64] = &[1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0];
/// Bounds for what Discord's limits allow: a moment for one post, minutes for thousands.
const POST_SECONDS: &[f64] = &[0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0];

macro_rules! metrics {
    ($($constant:ident: $name:literal, $kind:expr, [$($label:literal),*], $help:literal;)*) => {
        $(
            #[doc = $help]
            pub const $constant: Metric =
                Metric { name: $name, kind: $kind, labels: &[$($label),*], help: $help };
        )*

        /// Each metric.
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

use Kind::{Counter, Gauge, Histogram};

metrics! {
    START_TO_SIGHT: "spacebell_start_to_sight_seconds", Histogram(SIGHT_SECONDS), [],
        "From the start of a followed Space, in X's words, until the bot saw it. Starts from before the bot's are left out.";
    SIGHT_TO_POST: "spacebell_sight_to_post_seconds", Histogram(POST_SECONDS), [],
        "From when the bot saw what a post tells until the post was in its channel. What was seen before the bot's start is left out.";
    OUTBOX_DUE: "spacebell_outbox_due", Gauge, [],
        "Posts and edits that are due and not done.";
    OUTBOX_OLDEST: "spacebell_outbox_oldest_age_seconds", Gauge, [],
        "How long the oldest of them has been due; 0 if none is.";
    X_REQUESTS: "spacebell_x_requests_total", Counter, ["endpoint", "status"],
        "Requests to X, by endpoint and HTTP status; none where no status came back.";
    X_REMAINING: "spacebell_x_limit_remaining", Gauge, ["endpoint"],
        "Requests that X allows before its window ends, by endpoint.";
    X_SPENT: "spacebell_x_spent_today_dollars", Gauge, ["cause"],
        "What X has cost this UTC day, by cause: hosts, keywords, commands.";
    X_SPENT_KIND: "spacebell_x_spent_today_by_kind_dollars", Gauge, ["kind"],
        "What X has cost this UTC day, by what it was: space, user, post, following, event.";
    X_SPENT_MONTH: "spacebell_x_spent_month_dollars", Gauge, [],
        "What X has cost this UTC month, today included.";
    ANNOUNCED: "spacebell_spaces_announced_today", Gauge, [],
        "Spaces that were announced as live this UTC day, each once, however many channels.";
    X_BUDGET: "spacebell_x_budget_dollars", Gauge, [],
        "What X may cost a UTC day.";
    X_CREDITS: "spacebell_x_has_credits", Gauge, [],
        "0 while X says that the credits are spent, else 1.";
    PUSH_EVENTS: "spacebell_x_push_events_total", Counter, ["event", "outcome"],
        "Events that X told by itself, by what they are (start, end, revoke, other) and what became of them (taken, again, passed, unreadable, failed).";
    PUSH_CONNECTED: "spacebell_x_push_connected", Gauge, [],
        "1 while what X tells by itself comes in, else 0.";
    PUSH_HOSTS: "spacebell_x_push_hosts", Gauge, [],
        "Hosts of whose starts and ends X would tell now.";
    X_WEBHOOK: "spacebell_x_webhook_requests_total", Counter, ["outcome"],
        "Requests to X's webhook, by outcome: challenged, taken, strange (not X's), too_large, broken, unkept.";
    DISCORD_REQUESTS: "spacebell_discord_requests_total", Counter, ["outcome"],
        "Requests to Discord, answers to interactions aside, by how they ended.";
    DISCORD_429: "spacebell_discord_rate_limited_total", Counter, ["scope"],
        "Answers of status 429 by Discord, by scope.";
    DISCORD_INVALID: "spacebell_discord_invalid_requests", Gauge, [],
        "Answers of 401, 403 and 429 by Discord within ten minutes. Discord bans at 10000; the bot rests at 2000.";
    GATEWAY: "spacebell_gateway_connected", Gauge, [],
        "1 while the bot has a session at Discord's gateway, else 0.";
    STORE: "spacebell_store_works", Gauge, [],
        "1 while the database can be written, else 0.";
    FOLLOWS: "spacebell_follows", Gauge, [],
        "Follows of all channels.";
    SERVERS: "spacebell_servers_with_follows", Gauge, [],
        "Servers that have follows.";
    SPACES: "spacebell_spaces_known", Gauge, [],
        "Spaces that are known: live, to come, or over since less than a day.";
}

/// How a request to Discord can end, in the words of [`DISCORD_REQUESTS`].
pub const DISCORD_OUTCOMES: [&str; 8] =
    ["done", "limited", "unauthorized", "forbidden", "missing", "refused", "unreachable", "uncertain"];
/// What a 429 of Discord can be about, in the words of [`DISCORD_429`].
pub const DISCORD_SCOPES: [&str; 4] = ["user", "global", "shared", "unknown"];

/// What X can tell by itself, in the words of [`PUSH_EVENTS`].
pub const PUSH_EVENT_WORDS: [&str; 4] = ["start", "end", "revoke", "other"];
/// What can become of it.
pub const PUSH_OUTCOMES: [&str; 5] = ["taken", "again", "passed", "unreadable", "failed"];
/// What can become of a request to X's webhook, in the words of [`X_WEBHOOK`].
pub const WEBHOOK_OUTCOMES: [&str; 6] = ["challenged", "taken", "strange", "too_large", "broken", "unkept"];

/// Why metrics can't be written down.
#[derive(Debug, Error)]
pub enum NoMetrics {
    /// Bounds that can't be used.
    #[error("the metrics' bounds can't be used")]
    Bounds(#[from] BuildError),
    /// Something else in the process records already.
    #[error("metrics are recorded already")]
    Taken,
}

/// What is written down, to be read.
#[derive(Debug, Clone)]
pub struct Exposition(PrometheusHandle);

impl Exposition {
    /// Begins to write metrics down, for the whole process.
    pub fn begin() -> Result<Self, NoMetrics> {
        let mut builder = PrometheusBuilder::new();
        for metric in ALL {
            if let Kind::Histogram(bounds) = metric.kind {
                builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), bounds)?;
            }
        }
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(|_| NoMetrics::Taken)?;
        for metric in ALL {
            match metric.kind {
                Kind::Counter => describe_counter!(metric.name, metric.help),
                Kind::Gauge => describe_gauge!(metric.name, metric.help),
                Kind::Histogram(_) => {
                    describe_histogram!(metric.name, metric.help);
                    // It is there, empty, before anything happened.
                    drop(histogram!(metric.name));
                }
            }
        }
        // A rate needs a beginning: what can be counted is there at 0.
        for outcome in DISCORD_OUTCOMES {
            DISCORD_REQUESTS.add(0, &[outcome]);
        }
        for scope in DISCORD_SCOPES {
            DISCORD_429.add(0, &[scope]);
        }
        for event in PUSH_EVENT_WORDS {
            for outcome in PUSH_OUTCOMES {
                PUSH_EVENTS.add(0, &[event, outcome]);
            }
        }
        for outcome in WEBHOOK_OUTCOMES {
            X_WEBHOOK.add(0, &[outcome]);
        }
        Ok(Self(handle))
    }

    /// All metrics in Prometheus' text format, version 0.0.4.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Tidies up what is measured while nobody reads it; to be called now and then.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

impl Metric {
    /// Counts one more, with these values of its labels.
    pub fn count(&self, values: &[&str]) {
        self.add(1, values);
    }

    /// Sets a gauge, with these values of its labels.
    pub fn set(&self, value: f64, values: &[&str]) {
        gauge!(self.name, self.labels(values)).set(value);
    }

    /// Puts a length of time, in seconds, into a histogram.
    pub fn measure(&self, seconds: f64) {
        histogram!(self.name).record(seconds);
    }

    fn add(&self, count: u64, values: &[&str]) {
        counter!(self.name, self.labels(values)).increment(count);
    }

    fn labels(&self, values: &[&str]) -> Vec<Label> {
        debug_assert_eq!(self.labels.len(), values.len(), "{}", self.name);
        self.labels.iter().zip(values).map(|(name, value)| Label::new(*name, (*value).to_owned())).collect()
    }
}
