//! One question to X, through the gate and past refused fields, until there is an answer or a reason.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::SemaphorePermit;

use super::answer::{Raw, Verdict, detail, judge};
use super::client::{Client, lock};
use super::cost::Cause;
use super::error::{Detail, Outage, XError};
use super::fields::{Query, Refused};
use super::gate::Outcome;
use super::limits::{COMMAND_WAIT_MAX, Endpoint, RateHeaders, Urgency, after};
use super::wire::Body;
use crate::metrics::X_REQUESTS;

/// How often one question is asked while X refuses one field after another.
const ATTEMPTS_MAX: usize = 4;
/// How many kinds of unknown problems are told apart in the log.
const LOGGED_PROBLEMS_MAX: usize = 64;

/// A body and when it was asked for.
pub(super) struct Answer {
    pub(super) body: Body,
    pub(super) asked_at: Timestamp,
}

/// One request: what is asked of which endpoint.
pub(super) struct Question<'a> {
    method: Method,
    endpoint: Endpoint,
    path: &'a [&'a str],
    query: &'a [(&'a str, &'a str)],
    body: Option<&'a Value>,
}

impl<'a> Question<'a> {
    pub(super) const fn new(
        method: Method,
        endpoint: Endpoint,
        path: &'a [&'a str],
        query: &'a [(&'a str, &'a str)],
    ) -> Self {
        Self { method, endpoint, path, query, body: None }
    }

    pub(super) const fn get(
        endpoint: Endpoint,
        path: &'a [&'a str],
        query: &'a [(&'a str, &'a str)],
    ) -> Self {
        Self::new(Method::GET, endpoint, path, query)
    }

    /// The same with a body.
    pub(super) fn with(self, body: &'a Value) -> Self {
        Self { body: Some(body), ..self }
    }
}

/// What a request that was reserved must give back, even when nobody waits for its answer any more.
pub(super) struct Ticket<'a> {
    client: &'a Client,
    endpoint: Endpoint,
    asked_at: Timestamp,
    settled: bool,
}

impl Client {
    pub(super) async fn ask(
        &self,
        endpoint: Endpoint,
        path: &[&str],
        params: &[(&str, &str)],
        fields: impl Fn(&Refused) -> Query,
        cause: Cause,
    ) -> Result<Answer, XError> {
        let mut urgency = match cause {
            Cause::Command { .. } => Urgency::Command,
            Cause::Hosts | Cause::Keywords => Urgency::Background,
        };
        let mut refusal = Detail::new("");
        for _ in 0..ATTEMPTS_MAX {
            let asked = fields(&lock(&self.inner.refused));
            let mut query = params.to_vec();
            query.extend(asked.iter().map(|(name, values)| (*name, values.as_str())));
            let question = Question::get(endpoint, path, &query);
            let (verdict, asked_at, until) = self.exchange(&question, urgency).await?;
            match verdict {
                Verdict::Answered(body) => {
                    self.log_unknown_problems(&body);
                    return Ok(Answer { body, asked_at });
                }
                Verdict::Missing(body) => return Ok(Answer { body, asked_at }),
                Verdict::BadQuestion(problems) => {
                    refusal = detail(400, &problems);
                    if !lock(&self.inner.refused).learn(&problems, &asked) {
                        break;
                    }
                    // The same question again, which has waited for its turn already.
                    urgency = Urgency::Command;
                }
                Verdict::Limited => return Err(XError::RateLimited { until }),
                Verdict::CreditsSpent => return Err(XError::CreditsSpent { probe_at: until }),
                Verdict::Failed(error) => return Err(error),
            }
        }
        Err(XError::Refused { detail: refusal })
    }

    /// Asks something that has no fields and that nobody waits for.
    pub(super) async fn ask_plainly(&self, question: &Question<'_>) -> Result<Body, XError> {
        let (verdict, _, until) = self.exchange(question, Urgency::Background).await?;
        match verdict {
            Verdict::Answered(body) | Verdict::Missing(body) => Ok(body),
            Verdict::BadQuestion(problems) => Err(XError::Refused { detail: detail(400, &problems) }),
            Verdict::Limited => Err(XError::RateLimited { until }),
            Verdict::CreditsSpent => Err(XError::CreditsSpent { probe_at: until }),
            Verdict::Failed(error) => Err(error),
        }
    }

    /// One request: reserved, sent, judged, and learned from. The last time is that before which X wants no
    /// more, for verdicts that have one.
    async fn exchange(
        &self,
        question: &Question<'_>,
        urgency: Urgency,
    ) -> Result<(Verdict, Timestamp, Timestamp), XError> {
        let endpoint = question.endpoint;
        let _turn = self.turn(endpoint, urgency).await?;
        let now = self.inner.clock.now();
        let go_at = lock(&self.inner.gate).reserve(endpoint, urgency, now)?;
        let mut ticket = Ticket::new(self, endpoint, go_at);
        if let Ok(wait) = Duration::try_from(go_at.duration_since(now))
            && !wait.is_zero()
        {
            tokio::time::sleep(wait).await;
        }
        let asked_at = self.inner.clock.now().max(now);
        ticket.asked_at = asked_at;
        let (status, headers, verdict) = match self.send(question).await {
            Ok(raw) => {
                if let Some(said_at) = raw.said_at {
                    self.inner.clock.hear(said_at);
                }
                (raw.status.to_string(), raw.headers, judge(raw.status, raw.body))
            }
            Err(outage) => ("none".to_owned(), RateHeaders::default(), Verdict::Failed(outage.into())),
        };
        let verdict = if endpoint.is_lookup() { verdict.of_lookup() } else { verdict };
        X_REQUESTS.count(&[endpoint.word(), &status]);
        self.learn_of_token(&verdict);
        let until = ticket.settle(verdict.outcome(headers));
        // The answer may have put the clock back.
        Ok((verdict, asked_at.min(self.inner.clock.now()), until))
    }

    async fn send(&self, question: &Question<'_>) -> Result<Raw, Outage> {
        let Question { method, path, query, body, .. } = question;
        self.inner.transport.send(method.clone(), path, query, *body).await
    }

    /// The turn to ask an endpoint that takes one request at a time; others need none. A person waits no longer for it
    /// than for anything else here.
    async fn turn(
        &self,
        endpoint: Endpoint,
        urgency: Urgency,
    ) -> Result<Option<SemaphorePermit<'_>>, XError> {
        if !endpoint.is_one_at_a_time() {
            return Ok(None);
        }
        let turn = self.inner.turn.acquire();
        let turn = match urgency {
            Urgency::Background => turn.await,
            Urgency::Command => {
                let patience = Duration::try_from(COMMAND_WAIT_MAX).unwrap_or_default();
                let later = || XError::RateLimited { until: after(self.inner.clock.now(), COMMAND_WAIT_MAX) };
                tokio::time::timeout(patience, turn).await.map_err(|_| later())?
            }
        };
        // It is never closed; without it the request would only be less careful.
        Ok(turn.ok())
    }

    /// A token that X refuses stays refused until X answers to it; what failed otherwise says nothing of it.
    fn learn_of_token(&self, verdict: &Verdict) {
        let mut refused_since = lock(&self.inner.token_refused_since);
        match verdict {
            Verdict::Failed(XError::Unauthorized) => {
                refused_since.get_or_insert(self.inner.clock.now());
            }
            Verdict::Answered(_) | Verdict::Missing(_) | Verdict::BadQuestion(_) | Verdict::CreditsSpent => {
                *refused_since = None;
            }
            Verdict::Limited | Verdict::Failed(_) => {}
        }
    }

    #[expect(clippy::disallowed_methods, reason = "jitter: the client is the shell that chance comes in by")]
    fn settle(&self, endpoint: Endpoint, asked_at: Timestamp, outcome: Outcome) -> Timestamp {
        let now = self.inner.clock.now();
        let mut gate = lock(&self.inner.gate);
        let until = gate.settle(endpoint, asked_at, outcome, now, rand::random());
        let credits = gate.credits();
        // Under the gate's lock, so that the last word is the latest.
        self.inner.credits.send_if_modified(|known| std::mem::replace(known, credits) != credits);
        until.unwrap_or(now)
    }

    fn log_unknown_problems(&self, body: &Body) {
        for problem in body.problems.iter().filter(|problem| !problem.is_not_found()) {
            let mut logged = lock(&self.inner.logged);
            if logged.len() < LOGGED_PROBLEMS_MAX && logged.insert(problem.kind.clone()) {
                let detail = detail(200, std::slice::from_ref(problem));
                tracing::warn!(kind = problem.kind, %detail, "X reports a problem along with its answer");
            }
        }
    }
}

impl<'a> Ticket<'a> {
    /// What a request to `endpoint` owes that was reserved to be sent at `asked_at`.
    pub(super) const fn new(client: &'a Client, endpoint: Endpoint, asked_at: Timestamp) -> Self {
        Self { client, endpoint, asked_at, settled: false }
    }

    pub(super) fn settle(mut self, outcome: Outcome) -> Timestamp {
        self.settled = true;
        self.client.settle(self.endpoint, self.asked_at, outcome)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.client.settle(self.endpoint, self.asked_at, Outcome::Abandoned);
        }
    }
}
