//! What the operators' channel is told: one message when something needs a person, one when it is over.
//!
//! Pure. A trouble must last before it is told, and be away for a while before it is over, so that what comes and
//! goes says nothing; and of one kind no second trouble is told within an hour. What was told outlives the process.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Kind, Trouble};

/// How long a trouble lasts before it is told, where one failure doesn't make it.
const HOLDS_FOR: SignedDuration = SignedDuration::from_secs(15);
/// How long it is away before it is over.
const CALM_FOR: SignedDuration = SignedDuration::from_secs(15);
/// Troubles of one kind are told this far apart.
const APART: SignedDuration = SignedDuration::from_hours(1);

/// A message to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// Something needs a person.
    Begun(Trouble),
    /// It doesn't any more.
    Over {
        /// What.
        kind: Kind,
        /// When it was told.
        told_at: Timestamp,
    },
}

/// What was told, and what is seen of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bulletin(BTreeMap<Kind, Case>);

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Case {
    /// When a trouble of this kind was last told.
    told_at: Option<Timestamp>,
    /// Whether its end wasn't told yet.
    is_open: bool,
    #[serde(skip)]
    ill_since: Option<Timestamp>,
    #[serde(skip)]
    well_since: Option<Timestamp>,
}

/// How long a trouble lasts before it is told; `None` for those that no person is needed for.
const fn hold(kind: Kind) -> Option<SignedDuration> {
    match kind {
        Kind::Store | Kind::XToken | Kind::XPush | Kind::XPushCap => Some(HOLDS_FOR),
        // X's own word, or a sum of ours.
        Kind::XCredits | Kind::XBudget | Kind::XBudgetNear => Some(SignedDuration::ZERO),
        // X's and Discord's troubles pass by themselves; and of the latter nothing could be sent.
        Kind::XSilent | Kind::Gateway | Kind::Discord => None,
    }
}

impl Bulletin {
    /// Takes in what is the matter at `now`, and answers what is to be told. `is_proven` says of a kind that isn't
    /// among the troubles whether it is known to be well. The same items come again until they are [told](Self::told).
    pub fn see(
        &mut self,
        troubles: &[Trouble],
        is_proven: impl Fn(Kind) -> bool,
        now: Timestamp,
    ) -> Vec<Item> {
        for trouble in troubles.iter().filter(|trouble| hold(trouble.kind).is_some()) {
            self.0.entry(trouble.kind).or_default();
        }
        let mut items = Vec::new();
        for (kind, case) in &mut self.0 {
            let Some(hold) = hold(*kind) else { continue };
            if let Some(trouble) = troubles.iter().find(|trouble| trouble.kind == *kind) {
                case.well_since = None;
                let lasted = now.duration_since(*case.ill_since.get_or_insert(now));
                let apart = case.told_at.is_none_or(|told_at| now.duration_since(told_at) >= APART);
                if !case.is_open && lasted >= hold && apart {
                    items.push(Item::Begun(*trouble));
                }
            } else if is_proven(*kind) {
                case.ill_since = None;
                let lasted = now.duration_since(*case.well_since.get_or_insert(now));
                if let (true, Some(told_at), true) = (case.is_open, case.told_at, lasted >= CALM_FOR) {
                    items.push(Item::Over { kind: *kind, told_at });
                }
            }
        }
        items
    }

    /// An item was told.
    pub fn told(&mut self, item: Item, now: Timestamp) {
        match item {
            Item::Begun(Trouble { kind, .. }) => {
                let case = self.0.entry(kind).or_default();
                (case.is_open, case.told_at) = (true, Some(now));
            }
            Item::Over { kind, .. } => self.0.entry(kind).or_default().is_open = false,
        }
    }
}
