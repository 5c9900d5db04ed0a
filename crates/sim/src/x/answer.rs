//! From a request to a reply.
//!
//! Owns the order of things: who asks, how often, what goes wrong, what is asked for, who pays. It changes
//! the state and touches no network. A request that a limit or the validation refuses bills nothing; one that
//! the validation refuses still counts against the limit.

use std::{collections::BTreeSet, time::Instant};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    attached,
    auth::{Bearer, authenticate},
    billing::Resource,
    endpoint::{Endpoint, Route, Way, way},
    faults::{Age, Hidden, Trouble},
    following,
    journal::Request,
    limits::Caller,
    oauth, push,
    query::Complaint,
    reply::{JSON, Reply},
    settings::{NotFound, ProblemHost},
    spaces,
    spoil::{replaces_the_answer, spoil},
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
    /// The body.
    pub body: Bytes,
}

impl Asked {
    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
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
    /// Somebody who may not see or do this.
    Forbidden,
    /// One stream too many.
    TooManyConnections,
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
    let way = way(&asked.method, &asked.path);
    let bearer = authenticate(state, asked.authorization.as_deref());
    let number = state.journal.arrive(
        now,
        Request {
            number: 0,
            at: now.instant,
            time: now.time,
            method: asked.method.clone(),
            path: asked.path.clone(),
            query: asked.query.clone(),
            body: asked.json(),
            endpoint: if let Way::To(route) = &way { Some(route.endpoint) } else { None },
            auth: bearer.auth.clone(),
            user_agent: asked.user_agent.clone(),
            status: None,
        },
    );
    let mut reply = match way {
        // X's answer to a path that it doesn't have is empty.
        Way::Nowhere => Reply::new(404, JSON, String::new()),
        Way::To(route) if route.endpoint == Endpoint::FollowingSpaces && !state.settings.following_spaces => {
            Reply::new(404, JSON, String::new())
        }
        Way::OtherMethod => Reply::json(405, &problems::plain(405)),
        Way::To(route) => {
            let trouble = state.faults.meet(route.endpoint, now.instant);
            let mut reply = known_endpoint(state, asked, &route, &bearer, &trouble);
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

fn known_endpoint(
    state: &mut State,
    asked: &Asked,
    route: &Route,
    bearer: &Bearer,
    trouble: &Trouble,
) -> Reply {
    let endpoint = route.endpoint;
    // What a fault replaces was never looked up: it costs nothing.
    let replaced = trouble.answer.as_ref().is_some_and(replaces_the_answer);
    let nothing = || Reply::new(200, JSON, String::new());
    if endpoint.is_oauth() {
        return if replaced { nothing() } else { oauth::answer(state, asked, endpoint) };
    }
    let Some(caller) = bearer.caller() else { return Reply::json(401, &problems::plain(401)) };
    let now = state.clock.now();
    let standing = match state.limits.take(&state.settings.rules, &caller, endpoint, now.time) {
        Ok(standing) => standing,
        Err(standing) => {
            let mut reply = Reply::json(429, &problems::plain(429));
            reply.standing = Some(standing);
            return reply;
        }
    };
    let mut reply = if replaced {
        nothing()
    } else if let Some(refusal) = bearer.refusal(state, endpoint) {
        refusal
    } else if state.credits.is_some_and(|credits| credits <= 0) {
        let status = state.settings.spent_status.code();
        Reply::json(status, &problems::usage_capped(state.settings.problem_host))
    } else if endpoint.is_push() {
        push::answer(state, asked, route)
            .unwrap_or_else(|refusal| refused(state.settings.problem_host, refusal))
    } else {
        look_up(state, asked, route, &caller, trouble)
    };
    reply.standing = Some(standing);
    reply
}

fn look_up(state: &mut State, asked: &Asked, route: &Route, caller: &Caller, trouble: &Trouble) -> Reply {
    let host = state.settings.problem_host;
    let question = Question {
        view: state.world.view(as_of(state, trouble.age)),
        query: &asked.query,
        subject: &route.subject,
        caller,
        hidden: &trouble.hidden,
        host,
        refused_fields: &state.settings.refused_fields,
        expansions_show_fields: state.settings.expansions_show_fields,
        not_found: state.settings.not_found,
    };
    let found = match route.endpoint {
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
        // Those that aren't about the world don't come here.
        _ => Err(Refusal::Forbidden),
    };
    match found {
        Ok(found) => {
            state.charge(found.billed);
            Reply::json(found.status, &found.body)
        }
        Err(refusal) => refused(host, refusal),
    }
}

fn refused(host: ProblemHost, refusal: Refusal) -> Reply {
    match refusal {
        Refusal::Invalid(complaints) => Reply::json(400, &problems::invalid(host, &complaints)),
        Refusal::AppForbidden => Reply::json(403, &problems::app_forbidden(host)),
        Refusal::Forbidden => Reply::json(403, &problems::plain(403)),
        Refusal::TooManyConnections => Reply::json(429, &problems::too_many_connections(host)),
    }
}

fn as_of(state: &State, age: Option<Age>) -> Option<Instant> {
    match age? {
        Age::Time(time) => state.clock.now().instant.checked_sub(time),
        Age::Requests(back) => state.journal.instant_before_last(back),
    }
}
