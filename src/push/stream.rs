//! The stream, held open for as long as X and the day's budget allow.
//!
//! Owns when it is opened and given up. Whenever it isn't open hosts are polled, so that nothing is lost but seconds;
//! after a gap that X doesn't fill each host is looked at once.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::backoff::{Backoff, Ending};
use super::intake::{Intake, Taken};
use super::refusals::is_within;
use crate::clock::SharedClock;
use crate::health::{Health, PushPart};
use crate::pulse::Part;
use crate::watcher::coverage::Coverage;
use crate::x::activity::lines::{Line, Lines};
use crate::x::activity::stream::{BACKFILL_MAX, Stream, Unopened};
use crate::x::cost::next_day;
use crate::x::{Client, Outage, XError};

/// The longest sleep at once: what is waited for may change meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The most bytes that are taken in before what came before is dealt with.
const READ_MAX: usize = 1 << 20;

/// Streams that X counts for this app are ended at most once in so long: they may be another bot's on the same app, which
/// would end this one's in turn.
const FREED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// What holds the stream open.
pub struct Listener {
    /// Who is asked.
    pub x: Client,
    /// Who takes what comes.
    pub intake: Arc<Intake>,
    /// Who has to know whether it comes.
    pub coverage: Arc<Coverage>,
    /// Where it is recorded.
    pub health: Arc<Health>,
    /// The time.
    pub clock: SharedClock,
    /// Chance from 0.0 to 1.0.
    pub chance: fn() -> f64,
    /// Shows that this still turns.
    pub pulse: Part,
}

/// What is remembered from one stream to the next.
#[derive(Debug, Default)]
struct Memory {
    backoff: Backoff,
    /// When events last came in for sure, if they ever did.
    heard_at: Option<Timestamp>,
    /// X doesn't tell what was missed.
    no_backfill: bool,
    /// When connections that X counts were ended.
    freed_at: Option<Timestamp>,
    /// What was told of failing to open it, until it opens.
    told: Option<&'static str>,
}

impl Listener {
    /// Holds it open until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut memory = Memory::default();
        while !stop.is_cancelled() {
            self.pulse.turn();
            let wait = tokio::select! {
                wait = self.listen(&mut memory) => wait,
                () = stop.cancelled() => return,
            };
            self.rest(wait, &stop).await;
        }
    }

    /// Opens the stream and takes what comes until it ends. Answers how long to wait.
    async fn listen(&self, memory: &mut Memory) -> Duration {
        let now = self.clock.now();
        if !self.x.may_be_told() {
            memory.tell("the budget is spent", || {
                info!(
                    "X_DAILY_BUDGET_USD has no room for what X tells by itself: it rests until {}",
                    next_day(now)
                );
            });
            let until = next_day(now).duration_since(now);
            return Duration::try_from(until).unwrap_or_default();
        }
        let backfill = memory.backfill(now);
        let opened = self.x.open_stream(backfill).await;
        let ending = match opened {
            Ok(stream) => self.hear(stream, backfill > 0, memory).await,
            Err(unopened) => self.refused(unopened, memory).await,
        };
        match ending {
            Some(ending) => memory.backoff.after(ending, self.clock.now(), (self.chance)()),
            None => Duration::ZERO,
        }
    }

    async fn hear(&self, mut stream: Stream, filled: bool, memory: &mut Memory) -> Option<Ending> {
        let opened = Instant::now();
        let now = self.clock.now();
        self.health.saw_push_granted(PushPart::Channel, true, now);
        self.health.saw_push(true, now);
        // What came in the meantime is told first where X fills the gap, and looked up where it doesn't.
        self.coverage.delivers(filled && memory.heard_at.is_some());
        memory.heard_at = Some(now);
        info!("X tells of starts and ends by the stream");
        memory.told = None;
        let mut lines = Lines::default();
        let why = 'open: loop {
            self.pulse.turn();
            match self.pulse.through(stream.next()).await {
                Ok(Some(bytes)) => {
                    memory.heard_at = Some(self.clock.now());
                    for piece in bytes.chunks(READ_MAX) {
                        if self.take(&mut lines, piece).await {
                            break 'open "X said that it ends".to_owned();
                        }
                    }
                    if !self.x.may_be_told() {
                        break "the day's budget has no room for what it tells".to_owned();
                    }
                }
                Ok(None) => break "X closed it".to_owned(),
                Err(Outage::Silent) => break "X fell silent".to_owned(),
                Err(error) => break error.to_string(),
            }
        };
        self.coverage.is_cut();
        self.health.saw_push(false, self.clock.now());
        let meanwhile = if self.x.may_be_told() { "hosts are polled" } else { "it rests" };
        info!("the stream from X ended ({why}); {meanwhile} until it is open again");
        Some(Ending::Open(opened.elapsed()))
    }

    /// Takes the lines that these bytes end; whether X says that it is over.
    async fn take(&self, lines: &mut Lines, bytes: &[u8]) -> bool {
        let mut events = Vec::new();
        lines.feed(bytes, |line| match line {
            Line::Blank => {}
            Line::Full(line) => events.push(line.to_vec()),
            Line::TooLong => warn!("X sent a line that is too long to be an event; it is passed over"),
        });
        let mut over = false;
        for event in events {
            over |= self.intake.take(&event).await == Taken::Disconnect;
        }
        over
    }

    /// What a refusal means for the next try; `None` for at once, without what was refused.
    async fn refused(&self, unopened: Unopened, memory: &mut Memory) -> Option<Ending> {
        let now = self.clock.now();
        let error = match unopened {
            Unopened::NoBackfill => {
                memory.no_backfill = true;
                return None;
            }
            Unopened::TooMany => {
                if is_within(memory.freed_at, FREED_EVERY, now) {
                    memory.tell("in use", || {
                        warn!(
                            "X counts as many streams for this app as it may have: hosts are polled until one is free. \
                             Where another bot runs on the same app, one of the two needs X_PUSH=off"
                        );
                    });
                    return Some(Ending::Http);
                }
                memory.tell("too many", || info!("X counts a connection that may be dead: it is ended"));
                let ended = self.x.end_streams().await.inspect_err(|error| {
                    debug!(error = error as &dyn std::error::Error, "X didn't end a connection");
                });
                if ended.is_ok_and(|ended| ended > 0) {
                    memory.freed_at = Some(now);
                    return None;
                }
                return Some(Ending::Http);
            }
            Unopened::X(error) => error,
        };
        if let XError::Unauthorized | XError::Forbidden { .. } | XError::Refused { .. } = error {
            if self.health.saw_push_granted(PushPart::Channel, false, now) {
                warn!(
                    error = &error as &dyn std::error::Error,
                    "X doesn't let this app have the stream of starts and ends: hosts are polled, which loses seconds. \
                     X_PUSH=off stops asking; it is asked again every half hour"
                );
            }
            return Some(Ending::NotGranted);
        }
        memory.tell("no stream", || {
            warn!(
                error = &error as &dyn std::error::Error,
                "the stream from X isn't open; hosts are polled meanwhile"
            );
        });
        Some(match error {
            XError::RateLimited { until } => Ending::Limited(Some(until)),
            XError::CreditsSpent { .. } | XError::BudgetSpent { .. } => Ending::Limited(None),
            XError::Unavailable { source: Outage::Network(_) | Outage::Silent } => Ending::Network,
            _ => Ending::Http,
        })
    }

    async fn rest(&self, wait: Duration, stop: &CancellationToken) {
        let until = Instant::now() + wait;
        loop {
            self.pulse.turn();
            let left = until.saturating_duration_since(Instant::now()).min(LONGEST_WAIT);
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

impl Memory {
    /// How many minutes to ask for of what was missed: none where X doesn't tell, or the gap is longer than it tells of.
    fn backfill(&self, now: Timestamp) -> u8 {
        let Some(heard_at) = self.heard_at.filter(|_| !self.no_backfill) else { return 0 };
        let minutes = now.duration_since(heard_at).as_mins() + 1;
        u8::try_from(minutes).ok().filter(|minutes| *minutes <= BACKFILL_MAX).unwrap_or(0)
    }

    /// Says once what keeps the stream from being open, until something else does or it opens.
    fn tell(&mut self, what: &'static str, say: impl FnOnce()) {
        if self.told.replace(what) != Some(what) {
            say();
        }
    }
}
