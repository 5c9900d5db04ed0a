//! `/discover now`: what is live and known by now, what fits this server first.
//!
//! X is asked nothing for it: a search for "anything" doesn't exist there, and each Space that it returned would be
//! billed. What is live and fits a server is known anyway, and what others searched for lately is known too.

use std::cmp::Reverse;
use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::commands::app::App;
use crate::domain::filter::Language;
use crate::domain::follow::Target;
use crate::domain::ids::{GuildId, SpaceId};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::Slot;

/// Spaces that are listed at most.
const LISTED_MAX: usize = 50;
/// What wasn't seen for longer may be over by now.
const SEEN_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// How a Space fits what a server follows, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Somebody of it follows its host.
    Host,
    /// Its title holds a keyword.
    Keyword,
    /// Not at all.
    Neither,
}

/// What is live by all that is known at `now`, in order; `guild` is `None` in a direct message.
#[must_use]
pub fn live(app: &App, guild: Option<GuildId>, language: Option<&Language>, now: Timestamp) -> Vec<Known> {
    let found = app.finds.all_young(now);
    let found = found.iter().flat_map(|found| found.known());
    // What the watcher knows comes first: it has the last word of each.
    let all = app.watch.all_known().into_iter().chain(found);
    let candidates = all.filter_map(|known| Some((fit(app, guild, &known)?, known)));
    rank(candidates, language, now)
}

/// The live ones among these in this language, each once, the first that is met: what fits best, then the fullest rooms,
/// then what began last.
#[must_use]
pub fn rank(
    candidates: impl IntoIterator<Item = (Fit, Known)>,
    language: Option<&Language>,
    now: Timestamp,
) -> Vec<Known> {
    let mut met: HashSet<SpaceId> = HashSet::new();
    let mut live: Vec<(Fit, Known)> =
        candidates.into_iter().filter(|(_, known)| met.insert(known.space.id)).collect();
    live.retain(|(_, known)| {
        let is_seen = now.duration_since(known.seen_at) <= SEEN_WITHIN;
        known.phase == Phase::Live
            && known.continued_by.is_none()
            && is_seen
            && super::super::space::speaks(&known.space, language)
    });
    live.sort_by_key(|(fit, known)| {
        (*fit, Reverse(known.space.participant_count), Reverse(known.live_since), known.space.id)
    });
    live.truncate(LISTED_MAX);
    live.into_iter().map(|(_, known)| known).collect()
}

/// How a Space fits this server; `None` where it blocks its host or a word of its title, and doesn't follow its host.
fn fit(app: &App, guild: Option<GuildId>, known: &Known) -> Option<Fit> {
    let Some(guild) = guild else { return Some(Fit::Neither) };
    let concerned = app.follows.concerned(&known.space);
    let mut own = concerned.iter().filter(|follow| follow.guild == guild);
    if own.clone().any(|follow| matches!(follow.target, Target::Host { .. })) {
        return Some(Fit::Host);
    }
    if app.follows.blocks_space(guild, &known.space) {
        return None;
    }
    // A follow whose filters refuse the Space doesn't mean it.
    let means = |follow: &std::sync::Arc<crate::domain::follow::Follow>| {
        app.follows.matched(follow, known, Slot::Live).refused.is_none()
    };
    Some(if own.any(means) { Fit::Keyword } else { Fit::Neither })
}
