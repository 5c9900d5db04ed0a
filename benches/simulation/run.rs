//! One run: a contender asks X in virtual time, and what it sees goes through the shipped lifecycle.
//!
//! Two lanes, each as the shipped ones do it: hosts by creators, known Spaces by id. When one may ask is the shipped
//! gate's to say; what it costs is the shipped ledger's. An answer takes 150 to 400 ms and shows what was so half-way.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use spacebell::domain::ids::SpaceId;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::watcher::lifecycle::{self, Event, Observation, Sight};
use spacebell::watcher::planner::BATCH;
use spacebell::watcher::planner::spaces::{LookUp, next_look_up};
use spacebell::x::cost::Ledger;
use spacebell::x::gate::{Gate, Outcome};
use spacebell::x::limits::{Endpoint, Urgency};
use spacebell::x::{Cause, FRESH_FOR, Kind, MicroDollars, Prices};

use crate::plans::{Plan, user};
use crate::tally::Tally;
use crate::world::{DAY, Planned, SECOND, World};
use crate::x::Counter;

/// How long an event takes that X pushes.
const PUSH: i64 = 300;
/// How long a lane sleeps that has nothing to ask.
const IDLE: i64 = SECOND;
/// The longest that it sleeps.
const LONGEST: i64 = 30 * SECOND;

/// A Space by its host and its number there.
type Place = (usize, usize);

/// A contender at work.
#[derive(Debug)]
pub struct Run<'a> {
    world: &'a World,
    plan: Plan,
    pushed: HashSet<usize>,
    gate: Gate,
    x: Counter,
    ledger: Ledger,
    rng: StdRng,
    /// What is known of Spaces that aren't over.
    known: HashMap<SpaceId, Known>,
    open: HashMap<usize, BTreeSet<usize>>,
    wanted: HashSet<SpaceId>,
    /// When accounts were shown.
    people: HashMap<usize, i64>,
    /// Each host's first Space that may still be seen or missed.
    cursors: Vec<usize>,
    visited: Vec<i64>,
    events: BinaryHeap<Reverse<(i64, bool, Place)>>,
    began_at: i64,
    hosts_at: i64,
    spaces_at: i64,
    tally: Tally,
}

impl<'a> Run<'a> {
    /// `plan` begins at `now`, with `limit` requests a window and `pushed` hosts.
    pub fn new(world: &'a World, mut plan: Plan, pushed: HashSet<usize>, limit: u32, now: i64) -> Self {
        plan.cover(&pushed, moment(now));
        let mut events = BinaryHeap::new();
        for host in &pushed {
            for (number, space) in world.spaces[*host].iter().enumerate() {
                events.push(Reverse((space.start + PUSH, false, (*host, number))));
                events.push(Reverse((space.end + PUSH, true, (*host, number))));
            }
        }
        let cursors = world.spaces.iter().map(|spaces| spaces.partition_point(|space| space.end <= now));
        Self {
            world,
            plan,
            pushed,
            gate: Gate::default(),
            x: Counter::new(limit),
            ledger: Ledger::new(Prices::default(), MicroDollars(u64::MAX / 1_000), moment(now)),
            rng: StdRng::seed_from_u64(7),
            known: HashMap::new(),
            open: HashMap::new(),
            wanted: HashSet::new(),
            people: HashMap::new(),
            cursors: cursors.collect(),
            visited: vec![now; world.spaces.len()],
            events,
            began_at: now,
            hosts_at: now,
            spaces_at: now,
            tally: Tally::default(),
        }
    }

    /// Goes on until `until`. Only Spaces that begin from the run's beginning until `counted_until` are counted.
    pub fn go(mut self, counted_until: i64, until: i64) -> (Plan, Tally) {
        self.tally.window = (self.began_at, counted_until);
        loop {
            let pushed_at = self.events.peek().map_or(i64::MAX, |Reverse((at, ..))| *at);
            let now = self.hosts_at.min(self.spaces_at).min(pushed_at);
            if now >= until {
                break;
            }
            if now == pushed_at {
                self.hear();
            } else if now == self.hosts_at {
                self.hosts_at = self.visit(now).max(now + 1);
            } else {
                self.spaces_at = self.look_up(now).max(now + 1);
            }
        }
        for visited in &self.visited {
            self.tally.longest_unvisited = self.tally.longest_unvisited.max(until - visited);
        }
        self.tally.requests = self.x.requests;
        self.tally.refusals = self.x.refusals;
        (self.plan, self.tally)
    }

    /// The lane for hosts; answers when to come again.
    fn visit(&mut self, now: i64) -> i64 {
        let at = self.may_ask(Endpoint::SpacesByCreators, now);
        if at > now {
            return at;
        }
        let pace = self.gate.pace(Endpoint::SpacesByCreators);
        let batch = self.plan.next(pace, now, moment(now));
        if batch.is_empty() {
            return now + IDLE;
        }
        let (seen_at, answered_at) = self.ask(Endpoint::SpacesByCreators, now);
        let mut seen = Vec::new();
        for host in &batch {
            let unvisited = now - self.visited[*host];
            self.tally.longest_unvisited = self.tally.longest_unvisited.max(unvisited);
            self.visited[*host] = now;
            self.list(*host, seen_at, answered_at, &mut seen);
        }
        let open = batch.iter().flat_map(|host| self.open_of(*host));
        let absent = open.filter(|place| !seen.iter().any(|(seen, _)| seen == place)).map(id);
        let absent: Vec<SpaceId> = absent.collect();
        self.wanted.extend(absent);
        let done_at = self.take(seen, now, answered_at);
        self.may_ask(Endpoint::SpacesByCreators, done_at)
    }

    /// What a list shows of a host; what it would have shown before it was over is missed.
    fn list(&mut self, host: usize, seen_at: i64, answered_at: i64, seen: &mut Vec<(Place, Sight)>) {
        let spaces = &self.world.spaces[host];
        while spaces.get(self.cursors[host]).is_some_and(|space| space.end <= seen_at) {
            let (number, space) = (self.cursors[host], spaces[self.cursors[host]]);
            self.tally.missed((host, number), &space, answered_at);
            self.cursors[host] += 1;
        }
        for (number, space) in spaces.iter().enumerate().skip(self.cursors[host]) {
            if space.start - 3 * DAY > seen_at {
                break;
            }
            if let Some(state) = state(space, seen_at) {
                seen.push(((host, number), present((host, number), space, state)));
            }
        }
    }

    /// The lane for known Spaces.
    fn look_up(&mut self, now: i64) -> i64 {
        let (ids, again) =
            match next_look_up(self.known.values(), &self.wanted, |_| true, |_, _| true, moment(now)) {
                LookUp::Now { ids, .. } => (ids, now),
                LookUp::At(next) => (Vec::new(), next.map_or(now + LONGEST, Timestamp::as_millisecond)),
            };
        if ids.is_empty() {
            return again.clamp(now + IDLE, now + LONGEST);
        }
        let at = self.may_ask(Endpoint::Spaces, now);
        if at > now {
            return at;
        }
        let (seen_at, answered_at) = self.ask(Endpoint::Spaces, now);
        let mut seen = Vec::new();
        for id in ids {
            self.wanted.remove(&id);
            let place = place(id);
            let space = &self.world.spaces[place.0][place.1];
            let sight = match state(space, seen_at) {
                Some(state) => present(place, space, state),
                None => Sight::Gone(id),
            };
            seen.push((place, sight));
        }
        let done_at = self.take(seen, now, answered_at);
        self.may_ask(Endpoint::Spaces, done_at).max(done_at + IDLE)
    }

    /// The next event that X pushes.
    fn hear(&mut self) {
        let Some(Reverse((now, ended, place))) = self.events.pop() else { return };
        if now < self.began_at {
            return;
        }
        let (id, host) = (id(place), user(place.0));
        let word = if ended { "end" } else { "start" };
        self.ledger.charge(Kind::Event, &format!("{id}{word}"), Cause::Hosts, moment(now));
        self.tally.events += 1;
        let sight = if ended { Sight::Ended { id, host } } else { Sight::Started { id, host } };
        self.judge(place, sight, now, now);
        self.spaces_at = self.spaces_at.min(now);
    }

    /// Takes an answer in, once the people in it are known; answers when that was.
    fn take(&mut self, seen: Vec<(Place, Sight)>, asked_at: i64, answered_at: i64) -> i64 {
        let mut done_at = answered_at;
        let mut strangers: Vec<Place> = Vec::new();
        for (place, sight) in &seen {
            let Sight::Present(space) = sight else { continue };
            if let Some(row) =
                self.ledger.charge(Kind::Space, space.id.as_str(), Cause::Hosts, moment(answered_at))
            {
                self.tally.spent(*place, row.price, answered_at);
            }
            let known = self.known.get(&space.id);
            let begins = |known: &Known| known.phase == Phase::Scheduled && space.state == SpaceState::Live;
            let shown = self.people.get(&place.0).is_some_and(|at| answered_at - at < fresh_for());
            let is_stranger = !self.people.contains_key(&place.0);
            if (known.is_none_or(begins) && !shown) || is_stranger {
                strangers.push(*place);
            }
        }
        strangers.dedup_by_key(|place| place.0);
        for some in strangers.chunks(BATCH) {
            // Without room for the question the post goes out without names, and the next look asks again.
            if self.may_ask(Endpoint::Users, done_at) > done_at {
                break;
            }
            (_, done_at) = self.ask(Endpoint::Users, done_at);
            for place in some {
                let resource = user(place.0).to_string();
                self.people.insert(place.0, done_at);
                if let Some(row) = self.ledger.charge(Kind::User, &resource, Cause::Hosts, moment(done_at)) {
                    self.tally.spent(*place, row.price, done_at);
                }
            }
        }
        for (place, sight) in seen {
            self.judge(place, sight, asked_at, done_at);
        }
        done_at
    }

    fn judge(&mut self, place: Place, sight: Sight, asked_at: i64, now: i64) {
        let id = id(place);
        let observation = Observation { sight, asked_at: moment(asked_at) };
        let Some(step) = lifecycle::step(self.known.get(&id), &observation, moment(now)) else { return };
        if step.look_up {
            self.wanted.insert(id);
        }
        let began = step.events.iter().any(|event| matches!(event, Event::Live { .. }));
        if began {
            let pushed = self.pushed.contains(&place.0);
            self.tally.began(place, &self.world.spaces[place.0][place.1], now, pushed);
        }
        self.plan.saw(&step.known, began, moment(now));
        if step.known.phase.is_over() {
            self.known.remove(&id);
            self.wanted.remove(&id);
            self.open.entry(place.0).or_default().remove(&place.1);
            self.tally.over(place, now);
        } else {
            self.known.insert(id, step.known);
            self.open.entry(place.0).or_default().insert(place.1);
        }
    }

    fn open_of(&self, host: usize) -> Vec<Place> {
        let open = self.open.get(&host);
        open.map(|open| open.iter().map(|number| (host, *number)).collect()).unwrap_or_default()
    }

    fn may_ask(&self, endpoint: Endpoint, now: i64) -> i64 {
        self.gate.next_background_at(endpoint, moment(now)).as_millisecond()
    }

    /// Asks; answers when X looked and when it answered.
    fn ask(&mut self, endpoint: Endpoint, now: i64) -> (i64, i64) {
        let taken = self.gate.reserve(endpoint, Urgency::Background, moment(now));
        assert!(taken.is_ok(), "whoever may ask gets a request");
        let delay = self.rng.random_range(150..400);
        let (seen_at, answered_at) = (now + delay / 2, now + delay);
        let (headers, answered) = self.x.count(endpoint, seen_at);
        let outcome = if answered { Outcome::Answered(headers) } else { Outcome::Limited(headers) };
        self.gate.settle(endpoint, moment(now), outcome, moment(answered_at), 0.5);
        (seen_at, answered_at)
    }
}

/// A moment of the simulation, which begins with Unix time.
pub fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).expect("a moment")
}

fn fresh_for() -> i64 {
    i64::try_from(FRESH_FOR.as_millis()).expect("a day")
}

fn state(space: &Planned, at: i64) -> Option<SpaceState> {
    if space.start <= at {
        return (at < space.end).then_some(SpaceState::Live);
    }
    space.announced_at.filter(|announced| *announced <= at).map(|_| SpaceState::Scheduled)
}

fn present(place: Place, planned: &Planned, state: SpaceState) -> Sight {
    let mut space = Space::bare(id(place), state);
    space.creator = Some(user(place.0));
    space.scheduled_start = planned.announced_at.map(|_| moment(planned.start));
    if space.state == SpaceState::Live {
        space.started_at = Some(moment(planned.start / SECOND * SECOND));
        space.participant_count = Some(50);
    }
    Sight::Present(Box::new(space))
}

fn id(place: Place) -> SpaceId {
    format!("{}x{}", place.0, place.1).parse().expect("an id")
}

fn place(id: SpaceId) -> Place {
    let (host, number) = id.as_str().split_once('x').expect("host and number");
    (host.parse().expect("a host"), number.parse().expect("a number"))
}
