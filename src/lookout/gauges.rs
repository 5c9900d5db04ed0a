//! The gauges: what is read off when somebody asks for metrics.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};

use super::Lookout;
use crate::metrics;
use crate::store::ComeTo;
use crate::x::{Credits, Endpoint, MicroDollars};

/// How often sums over many rows are read.
const READ_EVERY: SignedDuration = SignedDuration::from_mins(1);

impl Lookout {
    /// Reads everything off that isn't counted as it happens.
    pub(super) async fn read_off(&self) {
        let now = self.clock.now();
        // Where the store can't be read, its last figures would be lies.
        let (due, age) = match self.store.queue_depth(now).await {
            Ok(queue) => {
                let age = queue.oldest.map_or(0.0, |oldest| now.duration_since(oldest).as_secs_f64());
                (whole(queue.due), age.max(0.0))
            }
            Err(_) => (f64::NAN, f64::NAN),
        };
        metrics::OUTBOX_DUE.set(due, &[]);
        metrics::OUTBOX_OLDEST.set(age, &[]);
        for endpoint in Endpoint::ALL {
            metrics::X_REMAINING.set(f64::from(self.x.remaining(endpoint)), &[endpoint.word()]);
        }
        let spent = self.x.spending().spent_today();
        for (cause, amount) in
            [("hosts", spent.hosts), ("keywords", spent.keywords), ("commands", spent.commands)]
        {
            metrics::X_SPENT.set(dollars(amount), &[cause]);
        }
        for (kind, amount) in spent.kinds {
            metrics::X_SPENT_KIND.set(dollars(amount), &[kind.word()]);
        }
        if let Some(kept) = self.come_to(now).await {
            metrics::X_SPENT_MONTH.set(dollars(spent.month(kept.month_micro_dollars)), &[]);
            metrics::ANNOUNCED.set(whole(kept.announced_today), &[]);
        }
        metrics::X_BUDGET.set(dollars(spent.budget), &[]);
        metrics::X_CREDITS.set(flag(*self.x.credits().borrow() == Credits::Available), &[]);
        metrics::PUSH_CONNECTED.set(flag(self.health.push().delivers.works), &[]);
        metrics::PUSH_HOSTS.set(count(self.coverage.covered().len()), &[]);
        metrics::DISCORD_INVALID.set(count(self.rest.limits().invalid()), &[]);
        metrics::GATEWAY.set(flag(self.health.gateway().works), &[]);
        metrics::STORE.set(flag(self.health.store().works), &[]);
        metrics::FOLLOWS.set(count(self.follows.len()), &[]);
        metrics::SERVERS.set(count(self.follows.guild_count()), &[]);
        metrics::SPACES.set(count(self.watcher.all_known().len()), &[]);
    }
}

impl Lookout {
    /// What month and day have come to, read anew every [`READ_EVERY`]: many rows are summed for it. `None` where nothing
    /// new is to be said.
    async fn come_to(&self, now: Timestamp) -> Option<ComeTo> {
        let due = |at: Timestamp| now.duration_since(at).abs() >= READ_EVERY;
        {
            let mut read_at = self.come_to_at.lock().unwrap_or_else(PoisonError::into_inner);
            if !read_at.is_none_or(due) {
                return None;
            }
            *read_at = Some(now);
        }
        // What can't be read now is told by the others.
        self.store.come_to(now).await.ok()
    }
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn count(count: usize) -> f64 {
    whole(u64::try_from(count).unwrap_or(u64::MAX))
}

fn dollars(amount: MicroDollars) -> f64 {
    whole(amount.0) / 1_000_000.0
}

#[expect(clippy::cast_precision_loss, reason = "nothing that is counted here comes near 2^53")]
fn whole(number: u64) -> f64 {
    number as f64
}
