//! How answers go wrong on demand.
//!
//! Owns the faults in force and decides which of them a request meets. What each does is carried out by who
//! answers and who sends; nothing here knows HTTP.

use std::{collections::HashMap, time::Duration, time::Instant};

use super::{endpoint::Endpoint, ids::SpaceId};

/// Something that goes wrong.
///
/// The last four change how or when the world is seen and go together with one another and with one of the
/// others; of the others a request meets the one that was set first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another status, with the given body or X's own problem for that status.
    Status {
        /// The status.
        status: u16,
        /// The body as JSON text; None for X's own.
        body: Option<String>,
    },
    /// A 429 whose headers say this.
    TooManyRequests(Reset),
    /// The problem of spent credits on any status.
    UsageCapped {
        /// The status.
        status: u16,
    },
    /// A page in HTML, as gateways send them.
    Html {
        /// The status.
        status: u16,
    },
    /// Status 200 with what isn't JSON, though it says so.
    Garbage,
    /// Half of the true answer, though its length is that of the whole; then the connection closes.
    Truncated,
    /// Nothing at all, on a connection that stays open.
    Hang,
    /// The connection closes without an answer.
    Close,
    /// The true headers, then nothing, on a connection that stays open.
    Stall,
    /// The true answer, made at once and sent late.
    Delay(Duration),
    /// A live or scheduled Space, or each of them, is missing from every other answer of the creators' list
    /// and the search, from the first one on.
    Flapping(Option<SpaceId>),
    /// The creators' list and the search find nothing.
    EmptyLists,
    /// The Spaces as they were.
    Stale(Age),
}

impl Fault {
    /// A status with X's own problem.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status { status, body: None }
    }
}

/// What the headers of a faulty 429 say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// Nothing: they are absent.
    Absent,
    /// A reset an hour ago.
    Past,
    /// A reset decades away.
    Far,
    /// A word instead of a number.
    Garbage,
    /// Nothing remaining, and the reset after this.
    In(Duration),
}

/// How old a stale answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// As of this long ago.
    Time(Duration),
    /// As of when the request came that is so many requests before this one.
    Requests(usize),
}

/// Which requests a fault meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    endpoint: Option<Endpoint>,
    requests: Option<u32>,
    lasts: Option<Duration>,
}

impl Scope {
    /// Every request until the fault is cleared.
    #[must_use]
    pub fn everywhere() -> Self {
        Self::default()
    }

    /// Requests to one endpoint.
    #[must_use]
    pub fn on(endpoint: Endpoint) -> Self {
        Self { endpoint: Some(endpoint), ..Self::default() }
    }

    /// Only the next `requests` of them.
    #[must_use]
    pub fn next(self, requests: u32) -> Self {
        Self { requests: Some(requests), ..self }
    }

    /// Only for so long, on the world's clock.
    #[must_use]
    pub fn lasting(self, time: Duration) -> Self {
        Self { lasts: Some(time), ..self }
    }
}

/// Names a fault that was set, to clear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultId(u64);

/// What goes wrong with one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What replaces or mangles the answer.
    pub answer: Option<Fault>,
    /// How late it is sent.
    pub delay: Duration,
    /// What the lists leave out.
    pub hidden: Hidden,
    /// How old the Spaces are that it shows.
    pub age: Option<Age>,
}

/// What the creators' list and the search leave out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Nothing.
    #[default]
    Nothing,
    /// One Space.
    One(SpaceId),
    /// All.
    Everything,
}

/// The faults in force, in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Faults {
    entries: Vec<Entry>,
    last: u64,
}

#[derive(Debug)]
struct Entry {
    id: FaultId,
    fault: Fault,
    scope: Scope,
    ends: Option<Instant>,
    met: HashMap<Endpoint, u64>,
}

impl Faults {
    /// Puts a fault in force.
    pub fn add(&mut self, fault: Fault, scope: Scope, now: Instant) -> FaultId {
        self.last += 1;
        let id = FaultId(self.last);
        let ends = scope.lasts.map(|time| now + time);
        self.entries.push(Entry { id, fault, scope, ends, met: HashMap::new() });
        id
    }

    /// Ends one fault; nothing happens when it is over.
    pub fn clear(&mut self, id: FaultId) {
        self.entries.retain(|entry| entry.id != id);
    }

    /// Ends all of them.
    pub fn clear_all(&mut self) {
        self.entries.clear();
    }

    /// What a request to an endpoint meets. Counts it for the faults that it meets.
    pub fn meet(&mut self, endpoint: Endpoint, now: Instant) -> Trouble {
        self.entries.retain(|entry| entry.ends.is_none_or(|ends| now < ends));
        let mut trouble = Trouble::default();
        for entry in &mut self.entries {
            if entry.scope.endpoint.is_some_and(|only| only != endpoint) {
                continue;
            }
            let met = match &entry.fault {
                Fault::Delay(time) => {
                    trouble.delay += *time;
                    true
                }
                Fault::Stale(age) => {
                    trouble.age = Some(*age);
                    true
                }
                Fault::EmptyLists if endpoint.lists_what_is_on() => {
                    trouble.hidden = Hidden::Everything;
                    true
                }
                Fault::Flapping(space) if endpoint.lists_what_is_on() => {
                    if entry.met.get(&endpoint).is_none_or(|met| met % 2 == 0)
                        && trouble.hidden != Hidden::Everything
                    {
                        trouble.hidden = space.clone().map_or(Hidden::Everything, Hidden::One);
                    }
                    true
                }
                Fault::EmptyLists | Fault::Flapping(_) => false,
                _ if trouble.answer.is_some() => false,
                fault => {
                    trouble.answer = Some(fault.clone());
                    true
                }
            };
            if met {
                *entry.met.entry(endpoint).or_default() += 1;
                entry.scope.requests = entry.scope.requests.map(|left| left.saturating_sub(1));
            }
        }
        self.entries.retain(|entry| entry.scope.requests != Some(0));
        trouble
    }
}
