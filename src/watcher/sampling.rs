//! Counting: what an answer says of a live room is kept once a minute, for `/space insights`.
//!
//! No request is made for it, and nothing is made up: a minute whose answers held no count stays empty. Nor is it worth
//! failing for: what the store doesn't take is a gap like any other.

use jiff::Timestamp;
use tracing::error;

use super::Watcher;
use super::lifecycle::{Observation, Sight};
use crate::domain::ids::SpaceId;
use crate::domain::insights::Sample;
use crate::domain::known::{Known, Phase};

const MINUTE_MILLIS: i64 = 60_000;

/// What `observation` counted, if it is the newest and found the Space live.
pub(super) fn count(observation: &Observation, known: &Known) -> Option<Sample> {
    let Sight::Present(space) = &observation.sight else { return None };
    let is_news = known.phase == Phase::Live && known.seen_at == observation.asked_at;
    let people = space.participant_count.filter(|_| is_news)?;
    let cohosts = space.cohosts().count();
    Some(Sample {
        taken_at: minute(observation.asked_at),
        people,
        speakers: space.speaker_count,
        cohosts: (!space.hosts.is_empty()).then(|| u32::try_from(cohosts).unwrap_or(u32::MAX)),
    })
}

/// The beginning of the minute that `at` is in.
fn minute(at: Timestamp) -> Timestamp {
    let millis = at.as_millisecond();
    crate::clock::from_millis(millis - millis.rem_euclid(MINUTE_MILLIS))
}

impl Watcher {
    /// Keeps what was counted, of each Space the first count of a minute: all of an answer's in one statement.
    pub(super) async fn keep_counts(&self, mut counts: Vec<(SpaceId, Sample)>) {
        counts.retain(|(id, sample)| self.counted.get(id).is_none_or(|minute| *minute != sample.taken_at));
        if counts.is_empty() {
            return;
        }
        let kept = self.store.keep_samples(&counts).await;
        let is_new = self.uncounted.is_new(&kept);
        match kept {
            Ok(()) => {
                for (id, sample) in counts {
                    self.counted.insert(id, sample.taken_at);
                }
            }
            Err(error) if is_new => {
                error!(error = &error as &dyn std::error::Error, "how full rooms are couldn't be kept");
            }
            Err(_) => {}
        }
    }
}
