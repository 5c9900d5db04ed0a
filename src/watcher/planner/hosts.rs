//! Whom to visit next. Pure.
//!
//! A host is visited as often as the square root of how often it starts Spaces: that makes the mean delay the least for
//! a given number of visits. Each visit moves a host on by a step that is the smaller the more it starts, and whoever is
//! furthest behind is next: so shares hold whatever the pace is, and nothing has to be planned anew as hosts come and go
//! or X's limits change. A visit costs the logarithm of the number of hosts.
//!
//! - Whoever was never visited, or is owed a look, goes first.
//! - Nobody is left for longer than [`UNVISITED_MAX`]. Where hosts are too many for that, half of each visit goes to those
//!   who wait longest and half to whoever is furthest behind: the quiet ones share out what is missing evenly.
//! - Hosts who are pushed rest for [`COVERED_REST`] after each visit, and then weigh little: only what they schedule is
//!   found by asking. Where a visit has places that nobody else takes, they have those: asking for them costs nothing.
//! - Hosts who are live weigh less, since they seldom start a second Space; they are visited all the same.
//!
//! After a restart nobody knows who was visited when. Hosts of whom something is kept are taken to be anywhere between two
//! visits, as they would be had nothing happened.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::BATCH;
use super::host::{Host, part_of, scaled};
use super::rates::{Everybody, Rate};
use crate::domain::ids::UserId;
use crate::domain::known::{Known, Phase};
use crate::domain::reopening::MERGE_WINDOW;

/// The longest that a host is left unvisited, as far as X's limit lets all be visited in that time.
pub const UNVISITED_MAX: SignedDuration = SignedDuration::from_mins(34);
/// The least time between two visits to a host who is pushed.
pub const COVERED_REST: SignedDuration = SignedDuration::from_mins(10);
/// Entries of the order that count for nothing any more, for each host, before they are thrown out.
const STALE_MAX: usize = 4;

/// A host's place among all.
type Place = usize;

/// The hosts, what is learned of them, and in which order they are visited.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    places: HashMap<UserId, Place>,
    all: Vec<Host>,
    vacant: Vec<Place>,
    everybody: Everybody,
    /// Rates of hosts that nobody follows now.
    set_aside: HashMap<UserId, Rate>,
    /// Whether hosts were told since the start.
    begun: bool,
    covered: HashSet<UserId>,
    /// How far the order has come, and how far it will have once who was given out is visited.
    reached: u64,
    reaching: u64,
    order: BinaryHeap<Reverse<(u64, Place, u32)>>,
    resting: BinaryHeap<Reverse<(Timestamp, Place, u32)>>,
    /// By their last visit, the longest ago first.
    by_visit: VecDeque<(Timestamp, Place)>,
    first: VecDeque<(Place, UserId)>,
    /// Who was given out and isn't visited yet.
    asked: Vec<Place>,
    unsaved: HashSet<UserId>,
}

impl Hosts {
    /// Hosts of whom this is kept, none of them followed yet.
    #[must_use]
    pub fn restored(kept: impl IntoIterator<Item = (UserId, Rate)>) -> Self {
        Self { set_aside: kept.into_iter().collect(), ..Self::default() }
    }

    /// These hosts, and no others, are followed now.
    pub fn follow(&mut self, followed: &[UserId], now: Timestamp) {
        let wanted: HashSet<UserId> = followed.iter().copied().collect();
        let gone: Vec<UserId> = self.places.keys().filter(|id| !wanted.contains(id)).copied().collect();
        for id in gone {
            self.leave(id, now);
        }
        for id in followed {
            if !self.places.contains_key(id) {
                self.join(*id, now);
            }
        }
        if !self.begun {
            self.by_visit.make_contiguous().sort_unstable();
        }
        self.begun = true;
    }

    /// These hosts, and no others, are pushed now.
    pub fn cover(&mut self, covered: &HashSet<UserId>, now: Timestamp) {
        if self.covered == *covered {
            return;
        }
        let before = std::mem::replace(&mut self.covered, covered.clone());
        for id in before.symmetric_difference(covered) {
            if let Some(place) = self.places.get(id).copied() {
                self.all[place].covered = covered.contains(id);
                self.weigh_anew(place, now);
            }
        }
    }

    /// These hosts are to be visited at once.
    pub fn owe(&mut self, hosts: &[UserId]) {
        for id in hosts {
            if let Some(place) = self.places.get(id).copied() {
                self.put_first(place);
            }
        }
    }

    /// Takes in what is known of a Space by now; `began` tells that it was just called live.
    ///
    /// A start from before its host was watched doesn't count, nor does one within ten minutes of the last: that is the
    /// same Space under another id.
    pub fn saw(&mut self, known: &Known, began: bool, now: Timestamp) {
        let Some(place) = known.space.creator.and_then(|id| self.places.get(&id).copied()) else { return };
        let id = known.space.id;
        let host = &mut self.all[place];
        let since = known.live_since.unwrap_or(now);
        let reopened = host.live_at.is_some_and(|at| since.duration_since(at) < MERGE_WINDOW);
        let counts = began && !reopened && since >= host.rate.watched_since;
        let was_live = host.live;
        if known.phase == Phase::Live {
            host.live = Some(id);
            host.live_at = host.live_at.max(Some(known.seen_at));
        } else if was_live == Some(id) {
            host.live = None;
            host.live_at = host.live_at.max(known.over_at);
        }
        let changed = host.live.is_some() != was_live.is_some();
        if counts {
            host.rate.count(now);
            self.unsaved.insert(host.id);
            self.everybody.count(now);
        }
        if counts || changed {
            self.weigh_anew(place, now);
        }
    }

    /// The hosts to visit next, at most [`BATCH`], in the order of their ids. `pace` is the time between two visits by
    /// X's limit. Until [`Hosts::visited`] says so, they weren't.
    pub fn next(&mut self, pace: SignedDuration, now: Timestamp) -> Vec<UserId> {
        self.take_back();
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH
            && let Some((place, id)) = self.first.pop_front()
        {
            let host = &mut self.all[place];
            if host.is_first && host.id == id {
                host.is_first = false;
                batch.push(place);
            }
        }
        let for_waiting = if self.can_keep(pace) { BATCH } else { usize::midpoint(BATCH, batch.len()) };
        while batch.len() < for_waiting
            && let Some(place) = self.overdue(now)
        {
            batch.push(place);
        }
        self.wake(now);
        self.reaching = self.reached;
        while batch.len() < BATCH
            && let Some(Reverse((next, place, stamp))) = self.order.pop()
        {
            if self.all[place].stamp == stamp && !self.all[place].is_first {
                batch.push(place);
                self.reaching = self.reaching.max(next);
            }
        }
        // A place that nobody else takes costs nothing: whoever has rested longest has it.
        while batch.len() < BATCH
            && let Some(Reverse((_, place, stamp))) = self.resting.pop()
        {
            if self.all[place].stamp == stamp && !self.all[place].is_first {
                batch.push(place);
            }
        }
        // Who goes first or waited too long is in the order as well.
        batch.sort_unstable();
        batch.dedup();
        let mut ids: Vec<UserId> = batch.iter().map(|place| self.all[*place].id).collect();
        ids.sort_unstable();
        self.asked = batch;
        ids
    }

    /// When this host was last visited, if it was since the start.
    #[must_use]
    pub fn last_visit(&self, host: UserId) -> Option<Timestamp> {
        self.all[*self.places.get(&host)?].last_visit
    }

    /// These hosts were visited at `at`.
    pub fn visited(&mut self, hosts: &[UserId], at: Timestamp) {
        let places: Vec<Place> = hosts.iter().filter_map(|id| self.places.get(id).copied()).collect();
        let before = self.reached;
        self.reached = before.max(self.reaching);
        let mean = self.everybody.mean(at);
        for place in places {
            let host = &mut self.all[place];
            // Whoever was visited before its turn begins anew; the others keep what they are behind.
            host.from = if host.next > self.reached { self.reached } else { host.next.max(before) };
            host.next = host.from.saturating_add(host.step(mean, at));
            host.visited_at = at;
            host.last_visit = Some(at);
            host.is_first = false;
            self.by_visit.push_back((at, place));
            self.enter(place);
        }
        self.asked.retain(|place| self.all[*place].visited_at != at);
        self.tidy();
    }

    /// What is learned of a host.
    #[must_use]
    pub fn rate(&self, host: UserId) -> Option<Rate> {
        let place = self.places.get(&host)?;
        Some(self.all[*place].rate)
    }

    /// The starts a week to expect of a host; of one who isn't followed, as of anybody.
    #[must_use]
    pub fn expected(&self, host: UserId, now: Timestamp) -> f64 {
        let mean = self.everybody.mean(now);
        self.rate(host).map_or(mean, |rate| rate.expected(mean, now))
    }

    /// Whether something was learned that isn't written down.
    #[must_use]
    pub fn has_unsaved(&self) -> bool {
        !self.unsaved.is_empty()
    }

    /// What of hosts was learned and isn't written down yet; it counts as written from now on.
    pub fn drain_unsaved(&mut self) -> Vec<(UserId, Rate)> {
        let unsaved = std::mem::take(&mut self.unsaved);
        let rates = unsaved.into_iter().filter_map(|id| Some((id, self.rate(id)?)));
        let mut rates: Vec<_> = rates.collect();
        rates.sort_unstable_by_key(|(id, _)| *id);
        rates
    }

    /// Has what couldn't be written down written again.
    pub fn put_back(&mut self, hosts: impl IntoIterator<Item = UserId>) {
        self.unsaved.extend(hosts);
    }

    /// Forgets what was learned of hosts that nobody follows any more.
    pub fn forget(&mut self, hosts: &[UserId]) {
        for id in hosts {
            self.set_aside.remove(id);
        }
    }

    fn join(&mut self, id: UserId, now: Timestamp) {
        let kept = self.set_aside.remove(&id);
        let rate = kept.unwrap_or(Rate::new(now));
        self.everybody.add(&rate, now);
        if kept.is_none() {
            self.unsaved.insert(id);
        }
        let place = self.vacant.pop().unwrap_or(self.all.len());
        let stamp = self.all.get(place).map_or(0, |before| before.stamp.wrapping_add(1));
        let host = Host {
            id,
            rate,
            visited_at: now,
            last_visit: None,
            from: self.reached,
            next: self.reached,
            stamp,
            is_first: false,
            covered: self.covered.contains(&id),
            live: None,
            live_at: None,
            gone: false,
        };
        if place == self.all.len() {
            self.all.push(host);
        } else {
            self.all[place] = host;
        }
        self.places.insert(id, place);
        if kept.is_some() && !self.begun { self.go_on(place, now) } else { self.put_first(place) }
    }

    /// Puts a host who was visited before the start anywhere between two visits, always the same for the same host.
    fn go_on(&mut self, place: Place, now: Timestamp) {
        let mean = self.everybody.mean(now);
        let host = &mut self.all[place];
        let part = part_of(host.id);
        let whole = host.step(mean, now);
        host.next = self.reached.saturating_add(scaled(whole, part));
        host.from = self.reached;
        host.visited_at = now.saturating_sub(UNVISITED_MAX.mul_f64(1.0 - part)).unwrap_or(now);
        self.by_visit.push_back((host.visited_at, place));
        self.enter(place);
    }

    fn leave(&mut self, id: UserId, now: Timestamp) {
        let Some(place) = self.places.remove(&id) else { return };
        let host = &mut self.all[place];
        host.gone = true;
        host.is_first = false;
        host.stamp = host.stamp.wrapping_add(1);
        self.everybody.remove(&host.rate, now);
        self.set_aside.insert(id, host.rate);
        self.unsaved.remove(&id);
        self.asked.retain(|asked| *asked != place);
        self.vacant.push(place);
    }

    fn put_first(&mut self, place: Place) {
        let host = &mut self.all[place];
        if !host.is_first && !self.asked.contains(&place) {
            host.is_first = true;
            self.first.push_back((place, host.id));
        }
    }

    /// Puts a host into the order, or to rest.
    fn enter(&mut self, place: Place) {
        let host = &mut self.all[place];
        host.stamp = host.stamp.wrapping_add(1);
        if host.covered {
            let until = host.visited_at.saturating_add(COVERED_REST).unwrap_or(Timestamp::MAX);
            self.resting.push(Reverse((until, place, host.stamp)));
        } else {
            self.order.push(Reverse((host.next, place, host.stamp)));
        }
    }

    /// Lets those who have rested enter the order. What is further ahead than a rest was written before the clock was
    /// put back.
    fn wake(&mut self, now: Timestamp) {
        let latest = now.saturating_add(COVERED_REST).unwrap_or(now);
        while let Some(Reverse((until, place, stamp))) = self.resting.peek().copied() {
            if until > now && until <= latest {
                return;
            }
            self.resting.pop();
            if self.all[place].stamp == stamp {
                let next = self.all[place].next;
                self.order.push(Reverse((next, place, stamp)));
            }
        }
    }

    /// A host who waits for too long, if any does; it is out of the line then.
    fn overdue(&mut self, now: Timestamp) -> Option<Place> {
        while let Some((at, place)) = self.by_visit.front().copied() {
            let host = &self.all[place];
            if !host.gone && host.visited_at == at {
                // In the future: from before the clock was put back, nobody knows how long ago.
                if at <= now && now.duration_since(at) < UNVISITED_MAX {
                    return None;
                }
                self.by_visit.pop_front();
                if host.is_first {
                    continue;
                }
                return Some(place);
            }
            self.by_visit.pop_front();
        }
        None
    }

    /// Puts those back who were given out and not visited.
    fn take_back(&mut self) {
        for place in std::mem::take(&mut self.asked) {
            if !self.all[place].gone {
                self.put_first(place);
            }
        }
    }

    /// Whether all can be visited in time.
    fn can_keep(&self, pace: SignedDuration) -> bool {
        let visits = UNVISITED_MAX.as_millis() / pace.as_millis().max(1);
        let hosts = visits.saturating_mul(i128::try_from(BATCH).unwrap_or(i128::MAX));
        i128::try_from(self.places.len()).unwrap_or(i128::MAX) <= hosts
    }

    fn weigh_anew(&mut self, place: Place, now: Timestamp) {
        let mean = self.everybody.mean(now);
        let host = &mut self.all[place];
        if host.is_first || self.asked.contains(&place) {
            return;
        }
        host.next = host.from.saturating_add(host.step(mean, now));
        self.enter(place);
    }

    /// Throws out entries that count for nothing, once they are many.
    fn tidy(&mut self) {
        let most = STALE_MAX * self.all.len() + BATCH;
        let hosts = &self.all;
        if self.order.len() > most {
            self.order.retain(|Reverse((_, place, stamp))| hosts[*place].stamp == *stamp);
        }
        if self.by_visit.len() > most {
            self.by_visit.retain(|(at, place)| !hosts[*place].gone && hosts[*place].visited_at == *at);
        }
    }
}
