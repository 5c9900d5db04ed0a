//! Which hosts X is to tell of, where it doesn't tell of all: the choice of the slots. Pure.
//!
//! A slot is a subscription to both events of a host. It is worth what people gain by it: how many here follow the host,
//! times how long the host's Spaces would wait to be seen without it. The planner visits a host at a rate that grows with
//! the square root of how often the host begins, so what is begun in a week waits, taken together, for as long as that
//! square root says. A host keeps a slot unless another one is clearly worth more, and few slots move in an hour: each move
//! costs requests, and a look at both.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::domain::ids::UserId;

/// How many times as much a newcomer must be worth as whoever gives the slot up.
pub const CLEARLY: f64 = 1.5;
/// How often the quietest host is taken to begin, in Spaces a week: one that nobody has heard yet isn't worth nothing.
const RATE_LEAST: f64 = 0.01;

/// A host who could have a slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Who.
    pub host: UserId,
    /// How many follows here post about them: those that aren't paused.
    pub followers: usize,
    /// How often they begin, in Spaces a week, as far as was learned.
    pub rate: f64,
    /// Whether a Space of theirs is live: its end is to be told as well.
    pub is_live: bool,
}

impl Candidate {
    /// What a slot of theirs is worth, to be compared and nothing else.
    #[must_use]
    pub fn score(&self) -> f64 {
        let rate = if self.rate.is_finite() { self.rate.max(RATE_LEAST) } else { RATE_LEAST };
        let followers = u32::try_from(self.followers).unwrap_or(u32::MAX);
        f64::from(followers) * rate.sqrt()
    }
}

/// Who is to have a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// They, those worth most first.
    pub hosts: Vec<UserId>,
    /// How many slots moved from one host to another, which is bounded.
    pub moves: usize,
}

/// Gives out `slots` slots. `holders` have one now: whoever of them isn't among the candidates loses it, and the others
/// keep theirs but for `moves_at_most` at a time, and but for those beyond `slots`. Free slots go to whoever is worth
/// most, without counting as moves. Each host should be a candidate once.
#[must_use]
pub fn choose(
    candidates: &[Candidate],
    holders: &HashSet<UserId>,
    slots: usize,
    moves_at_most: usize,
) -> Choice {
    let mut ranked: Vec<Ranked> = candidates.iter().map(|one| (one.score(), *one)).collect();
    ranked.sort_by(by_worth);
    let mut once = HashSet::new();
    ranked.retain(|(_, one)| once.insert(one.host));
    let (mut kept, mut newcomers): (Vec<Ranked>, Vec<Ranked>) =
        ranked.into_iter().partition(|(_, one)| holders.contains(&one.host));
    // Fewer slots than before: those who are live go last.
    if kept.len() > slots {
        kept.sort_by_key(|(_, one)| !one.is_live);
        newcomers.extend(kept.split_off(slots));
        newcomers.sort_by(by_worth);
    }
    let free = slots.saturating_sub(kept.len()).min(newcomers.len());
    kept.extend(newcomers.drain(..free));
    // The least of them last; those who are live give nothing up.
    let (live, mut movable): (Vec<Ranked>, Vec<Ranked>) = kept.into_iter().partition(|(_, one)| one.is_live);
    movable.sort_by(by_worth);
    let wins = |best: &Ranked, least: &Ranked| best.0 > least.0 && best.0 >= CLEARLY * least.0;
    // The first of the one list against the last of the other, the second against the last but one, and so on.
    let moves = movable.iter().rev().zip(&newcomers).take(moves_at_most);
    let moves = moves.take_while(|(least, best)| wins(best, least)).count();
    movable.truncate(movable.len() - moves);
    let mut hosts: Vec<Ranked> = live.into_iter().chain(movable).chain(newcomers.drain(..moves)).collect();
    hosts.sort_by(by_worth);
    Choice { hosts: hosts.into_iter().map(|(_, one)| one.host).collect(), moves }
}

/// A host and what their slot is worth.
type Ranked = (f64, Candidate);

/// Those worth most first. The order among equals is the same each time, or they would change places.
fn by_worth((one, a): &Ranked, (other, b): &Ranked) -> Ordering {
    other.total_cmp(one).then(a.host.cmp(&b.host))
}
