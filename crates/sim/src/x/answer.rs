//! From a request to a reply.
//!
//! Owns the order of things: who asks, how often, what goes wrong, what is asked for, who pays. It changes
//! the state and touches no network. A request that a limit or the validation refuses bills nothing; one that
//! the validation refuses still counts against the limit.

use std::{collections::BTreeSet, time::Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    attached,
    billing::Resource,
    endpoint::{Endpoint, route},
    faults::{Age, Fault, Hidden, Reset, Trouble},
    following,
    journal::{Auth, Request},
    limits::{Caller, Standing},
    query::Complaint,
    reply::{Delivery, HTML, JSON, Reply},
    settings::{NotFound, ProblemHost},
    spaces,
    state::State,
    users,
    wire::problems::{self, Sought},
    world::{View, fields::SpaceField},
};

/// A request as it came off the wire, the token still in it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The `authorization` header.
    pub authorization: Option<String>,
    /// The `user-agent` header.
    pub user_agent: Option<String>,
    /// Whether a compressed answer is welcome.
    pub gzip: bool,
}

/// What an endpoint needs to answer.
pub(super) struct Question<'a> {
    /// The world to answer from.
    pub view: View<'a>,
    /// The query.
    pub query: &'a [(String, String)],
    /// The id or username of the path.
    pub subject: &'a str,
    /// Who asks.
    pub caller: &'a Caller,
    /// What lists leave out.
    pub hidden: &'a Hidden,
    /// The host of problems.
    pub host: ProblemHost,
    /// The fields that are refused.
    pub refused_fields: &'a BTreeSet<SpaceField>,
    /// Whether expansions show their field.
    pub expansions_show_fields: bool,
    /// How a lookup of one thing shows that there is none.
    pub not_found: NotFound,
}

impl Question<'_> {
    /// The answer of a lookup of one thing that isn't there.
    pub fn nothing(&self, sought: Sought, parameter: &str) -> Found {
        let problem = problems::not_found(self.host, sought, parameter, self.subject);
        let mut found = Found::new(json!({ "errors": [problem] }));
        if self.not_found == NotFound::Status404 {
            found.status = 404;
        }
        found
    }
}

/// An endpoint's answer.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// What was returned, for the bill; may repeat itself.
    pub billed: Vec<(Resource, String)>,
}

impl Found {
    /// A body with status 200 that returns nothing yet.
    pub fn new(body: Value) -> Self {
        Self { status: 200, body, billed: Vec::new() }
    }

    /// Puts a list into the body, unless it is empty: then it is absent.
    pub fn put(&mut self, name: &str, list: Vec<Value>) {
        if !list.is_empty() {
            self.body[name] = Value::Array(list);
        }
    }
}

/// Why an endpoint doesn't answer.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// The parameters.
    Invalid(Vec<Complaint>),
    /// An app's token where only a user's will do.
    AppForbidden,
    /// A user who may not see this.
    Forbidden,
}

impl From<Vec<Complaint>> for Refusal {
    fn from(complaints: Vec<Complaint>) -> Self {
        Self::Invalid(complaints)
    }
}

/// Answers a request, having written it down.
pub(super) fn answer(state: &mut State, asked: &Asked) -> Reply {
    let now = state.clock.now();
    state.bill.turn_to(now.time);
    let route = route(&asked.path);
    let auth = authenticate(state, asked.authorization.as_deref());
    let number = state.journal.arrive(
        now,
        Request {
            number: 0,
            at: now.instant,
            time: now.time,
            method: asked.method.clone(),
            path: asked.path.clone(),
            query: asked.query.clone(),
            endpoint: route.as_ref().map(|route| route.endpoint),
            auth: auth.clone(),
            user_agent: asked.user_agent.clone(),
            status: None,
        },
    );
    let mut reply = match route {
        // X's answer to a path that it doesn't have is empty.
        None => Reply::new(404, JSON, String::new()),
        Some(route) if route.endpoint == Endpoint::FollowingSpaces && !state.settings.following_spaces => {
            Reply::new(404, JSON, String::new())
        }
        Some(_) if asked.method != "GET" => Reply::json(405, &problems::plain(405)),
        Some(route) => {
            let trouble = state.faults.meet(route.endpoint, now.instant);
            let mut reply = known_endpoint(state, asked, route.endpoint, &route.subject, &auth, &trouble);
            reply.delay = trouble.delay;
            if let Some(fault) = &trouble.answer {
                spoil(state, &mut reply, fault, now.time);
                reply.by_fault = true;
            }
            reply
        }
    };
    reply.number = number;
    reply
}

fn authenticate(state: &State, authorization: Option<&str>) -> Auth {
    let Some(authorization) = authorization else { return Auth::Missing };
    let Some((scheme, token)) = authorization.split_once(' ') else { return Auth::OtherScheme };
    if !scheme.eq_ignore_ascii_case("bearer") {
        Auth::OtherScheme
    } else if token == state.settings.bearer_token {
        Auth::App
    } else {
        state.user_tokens.get(token).cloned().map_or(Auth::UnknownBearer, Auth::User)
    }
}

fn known_endpoint(
    state: &mut State,
    asked: &Asked,
    endpoint: Endpoint,
    subject: &str,
    auth: &Auth,
    trouble: &Trouble,
) -> Reply {
    let caller = match auth {
        Auth::App => Caller::App,
        Auth::User(id) => Caller::User(id.clone()),
        Auth::Missing | Auth::UnknownBearer | Auth::OtherScheme => {
            return Reply::json(401, &problems::plain(401));
        }
    };
    let now = state.clock.now();
    let standing = match state.limits.take(&state.settings.rules, &caller, endpoint, now.time) {
        Ok(standing) => standing,
        Err(standing) => {
            let mut reply = Reply::json(429, &problems::plain(429));
            reply.standing = Some(standing);
            return reply;
        }
    };
    // What a fault replaces was never looked up: it costs nothing.
    let replaced = trouble.answer.as_ref().is_some_and(replaces_the_answer);
    let mut reply = if replaced {
        Reply::new(200, JSON, String::new())
    } else if state.credits.is_some_and(|credits| credits <= 0) {
        let status = state.settings.spent_status.code();
        Reply::json(status, &problems::usage_capped(state.settings.problem_host))
    } else {
        look_up(state, asked, endpoint, subject, &caller, trouble)
    };
    reply.standing = Some(standing);
    reply
}

fn look_up(
    state: &mut State,
    asked: &Asked,
    endpoint: Endpoint,
    subject: &str,
    caller: &Caller,
    trouble: &Trouble,
) -> Reply {
    let host = state.settings.problem_host;
    let question = Question {
        view: state.world.view(as_of(state, trouble.age)),
        query: &asked.query,
        subject,
        caller,
        hidden: &trouble.hidden,
        host,
        refused_fields: &state.settings.refused_fields,
        expansions_show_fields: state.settings.expansions_show_fields,
        not_found: state.settings.not_found,
    };
    let found = match endpoint {
        Endpoint::SpaceById => spaces::by_id(&question),
        Endpoint::SpacesByIds => spaces::by_ids(&question),
        Endpoint::SpacesByCreators => spaces::by_creators(&question),
        Endpoint::SpaceSearch => spaces::search(&question),
        Endpoint::SpacePosts => attached::posts(&question),
        Endpoint::SpaceBuyers => attached::buyers(&question),
        Endpoint::UserById => users::by_id(&question),
        Endpoint::UsersByIds => users::by_ids(&question),
        Endpoint::UserByUsername => users::by_username(&question),
        Endpoint::UsersByUsernames => users::by_usernames(&question),
        Endpoint::UserMe => following::me(&question),
        Endpoint::UserFollowing => following::accounts(&question),
        Endpoint::FollowingSpaces => following::spaces(&question),
    };
    match found {
        Ok(found) => {
            let cost = state.bill.charge(&state.settings.prices, found.billed);
            if let Some(credits) = &mut state.credits {
                *credits = credits.saturating_sub_unsigned(cost);
            }
            Reply::json(found.status, &found.body)
        }
        Err(Refusal::Invalid(complaints)) => Reply::json(400, &problems::invalid(host, &complaints)),
        Err(Refusal::AppForbidden) => Reply::json(403, &problems::app_forbidden(host)),
        Err(Refusal::Forbidden) => Reply::json(403, &problems::plain(403)),
    }
}

fn as_of(state: &State, age: Option<Age>) -> Option<Instant> {
    match age? {
        Age::Time(time) => state.clock.now().instant.checked_sub(time),
        Age::Requests(back) => state.journal.instant_before_last(back),
    }
}

fn replaces_the_answer(fault: &Fault) -> bool {
    !matches!(fault, Fault::Truncated | Fault::Stall)
}

/// Does to a reply what a fault does.
fn spoil(state: &State, reply: &mut Reply, fault: &Fault, now: Timestamp) {
    let standing = reply.standing;
    let replace = |with: Reply| Reply { standing, delay: reply.delay, ..with };
    match fault {
        Fault::Status { status, body: None } => {
            *reply = replace(Reply::json(*status, &problems::plain(*status)));
        }
        Fault::Status { status, body: Some(body) } => {
            *reply = replace(Reply::new(*status, JSON, body.clone()));
        }
        Fault::TooManyRequests(reset) => {
            let shown = reset_standing(state, standing, *reset, now);
            *reply = replace(Reply::json(429, &problems::plain(429)));
            reply.standing = shown;
        }
        Fault::UsageCapped { status } => {
            let body = problems::usage_capped(state.settings.problem_host);
            *reply = replace(Reply::json(*status, &body));
        }
        Fault::Html { status } => {
            let page = "<!DOCTYPE html><html><head><title>X</title></head>\
                        <body><h1>Something went wrong</h1></body></html>";
            *reply = replace(Reply::new(*status, HTML, page.to_owned()));
        }
        Fault::Garbage => {
            *reply = replace(Reply::new(200, JSON, "{\"data\":[{\"id\":\u{fffd}}},".to_owned()));
        }
        Fault::Truncated => reply.delivery = Delivery::Truncated,
        Fault::Stall => reply.delivery = Delivery::Stalled,
        Fault::Hang => reply.delivery = Delivery::Never,
        Fault::Close => reply.delivery = Delivery::Closed,
        Fault::Delay(_) | Fault::Flapping(_) | Fault::EmptyLists | Fault::Stale(_) => {}
    }
}

fn reset_standing(
    state: &State,
    standing: Option<Standing>,
    reset: Reset,
    now: Timestamp,
) -> Option<Standing> {
    let limit = standing.map_or(state.settings.rules.requests, |standing| standing.limit);
    let seconds = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX / 2);
    let now = now.as_second();
    let reset = match reset {
        Reset::Absent => return None,
        Reset::Past => now - 3600,
        Reset::Far => now.saturating_add(seconds(state.settings.far_reset)),
        Reset::In(time) => now.saturating_add(seconds(time)),
    };
    Some(Standing { limit, remaining: 0, reset })
}
