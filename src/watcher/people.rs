//! Whom a Space's posts name, and who of them nobody has shown yet: a stranger, asked for until X tells who it is.
//!
//! Pure.

use super::lifecycle::{Event, Step};
use crate::domain::ids::UserId;
use crate::domain::known::Known;
use crate::domain::space::Space;
use crate::store::UserRow;
use crate::x::CachedUser;

/// Accounts of one Space that are asked for, hosts first: a crowd of co-hosts isn't worth its price.
const NAMED_AT_MOST: usize = 10;

/// The accounts that a Space's posts name.
pub(super) fn named(space: &Space) -> impl Iterator<Item = UserId> + '_ {
    space.creator.into_iter().chain(space.cohosts()).take(NAMED_AT_MOST)
}

/// Those whom the posts of what is known should name and can't.
pub(super) fn strangers(known: &Known, is_shown: impl Fn(UserId) -> bool) -> Vec<UserId> {
    if known.phase.is_over() {
        return Vec::new();
    }
    named(&known.space).filter(|id| !is_shown(*id)).collect()
}

/// Notes who is a stranger after `step`. Where one of those `before` isn't any more, the posts are told anew.
#[must_use]
pub fn introduce(mut step: Step, before: Option<&Known>, is_shown: impl Fn(UserId) -> bool) -> Step {
    step.known.strangers = strangers(&step.known, &is_shown);
    let met = before.is_some_and(|before| before.strangers.iter().any(|id| is_shown(*id)));
    // Any other change tells the posts anew anyway.
    if met && !step.known.phase.is_over() && step.events.iter().all(|event| *event == Event::Counted) {
        step.events.push(Event::Retold);
    }
    step
}

/// An account as the store keeps it.
#[must_use]
pub fn row(shown: CachedUser) -> UserRow {
    UserRow { user: shown.user, fetched_at: shown.fetched_at }
}
