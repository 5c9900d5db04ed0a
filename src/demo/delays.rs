//! How long it took from a change on X to the message that shows it, by the stand-ins' own clocks. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use spacebell_sim::discord::{Message, Revision};
use spacebell_sim::x::SpaceId;

use super::record::Change;

/// A change and when a message first showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delay {
    /// The change.
    pub change: Change,
    /// From the change to the first message that was made or edited after it; `None` while there is none.
    pub milliseconds: Option<i64>,
}

/// The delay of each change, given all posts of the bot. A change that another one of the same Space overtook
/// before any message showed it has none: nobody could have seen it any more.
pub(super) fn delays(changes: &[Change], posts: &[Message]) -> Vec<Delay> {
    let mut seen: BTreeMap<&SpaceId, Vec<Timestamp>> = BTreeMap::new();
    for space in changes.iter().map(|change| &change.space) {
        seen.entry(space).or_insert_with(|| {
            let about = posts.iter().filter(|post| is_about(post, space));
            let mut shown: Vec<Timestamp> =
                about.flat_map(|post| &post.revisions).map(|revision| revision.at.timestamp).collect();
            shown.sort_unstable();
            shown
        });
    }
    let overtaken = |index: usize, shown: Timestamp| {
        let change = &changes[index];
        changes[index + 1..].iter().any(|later| later.space == change.space && later.at < shown)
    };
    let delay = |(index, change): (usize, &Change)| {
        let shown = seen.get(&change.space)?.iter().copied().find(|shown| *shown > change.at);
        if shown.is_some_and(|shown| overtaken(index, shown)) {
            return None;
        }
        let milliseconds = shown.map(|shown| shown.as_millisecond() - change.at.as_millisecond());
        Some(Delay { change: change.clone(), milliseconds })
    };
    changes.iter().enumerate().filter_map(delay).collect()
}

/// The delay in the middle; the later of two.
pub(super) fn median(delays: &[Delay]) -> Option<i64> {
    let mut known: Vec<i64> = delays.iter().filter_map(|delay| delay.milliseconds).collect();
    known.sort_unstable();
    known.get(known.len() / 2).copied()
}

/// Whether a post ever led to this Space.
fn is_about(post: &Message, space: &SpaceId) -> bool {
    post.revisions.iter().any(|revision| leads_to(revision, space.as_str()))
}

fn leads_to(revision: &Revision, id: &str) -> bool {
    revision.content.contains(id)
        || revision.components.iter().chain(&revision.embeds).any(|value| value.to_string().contains(id))
}
