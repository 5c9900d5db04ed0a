//! When a new count of people in the room is worth an edit. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::domain::known::Known;

/// While a Space is young its count is worth showing this often, later only each [`PAUSE_OLD`].
const PAUSE_YOUNG: SignedDuration = SignedDuration::from_secs(60);
/// See [`PAUSE_YOUNG`].
const PAUSE_OLD: SignedDuration = SignedDuration::from_mins(10);
/// How long a live Space is young.
const YOUNG_FOR: SignedDuration = SignedDuration::from_hours(1);
/// A count is worth showing when it changed by one part in this many.
const STEP: u32 = 5;

/// Whether the count of a live Space is worth showing now; if so it counts as shown.
pub(super) fn is_worth_showing(known: &mut Known, now: Timestamp) -> bool {
    let Some(people) = known.space.participant_count else { return false };
    let (shown, shown_at) = known.counted.unwrap_or((0, Timestamp::MIN));
    let young = known.live_since.is_some_and(|since| now.duration_since(since) < YOUNG_FOR);
    let pause = if young { PAUSE_YOUNG } else { PAUSE_OLD };
    let enough = people.abs_diff(shown).saturating_mul(STEP) >= shown.max(1);
    let worth = people != shown && enough && now.duration_since(shown_at).abs() >= pause;
    if worth {
        known.counted = Some((people, now));
    }
    worth
}
