//! What a fault makes of a reply.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    faults::{Fault, Reset},
    limits::Standing,
    reply::{Delivery, HTML, JSON, Reply},
    state::State,
    wire::problems,
};

/// Whether a fault leaves nothing of the true answer.
pub(super) fn replaces_the_answer(fault: &Fault) -> bool {
    !matches!(fault, Fault::Truncated | Fault::Stall)
}

/// Does to a reply what a fault does.
pub(super) fn spoil(state: &State, reply: &mut Reply, fault: &Fault, now: Timestamp) {
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
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX / 2);
    let now = now.as_second();
    let reset = match reset {
        Reset::Absent => return None,
        Reset::Garbage => None,
        Reset::Past => Some(now - 3600),
        Reset::Far => Some(now.saturating_add(seconds(state.settings.far_reset))),
        Reset::In(time) => Some(now.saturating_add(seconds(time))),
    };
    Some(Standing { limit, remaining: 0, reset })
}
