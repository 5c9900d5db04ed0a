//! Keeping: what is learned in memory is written to the store, and what is due to be erased is erased.
//!
//! Owns no rule but how long things are kept; each has its source beside it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::clock::SharedClock;
use crate::complaint::Complaint;
use crate::domain::ids::{GuildId, UserId};
use crate::follows::Follows;
use crate::health::Health;
use crate::store::{BilledRow, DaySum, LISTS_KEPT, Store, StoreError, UNDO_FOR, UserRow};
use crate::watcher::{Watcher, people};
use crate::x::cost::Row;
use crate::x::{CachedUser, Cause, Client, Credits, Kind, MicroDollars, UserChange};

/// Content of X goes within 24 hours of its being gone there. Source: X's developer policy.
const SPACES_KEPT: SignedDuration = SignedDuration::from_hours(23);
/// Decisions, which hold no content of X, are kept for `/why`; as long it is tried to empty a message.
const DECISIONS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Single billed resources are kept while X may still count them for their day, and one day on.
const BILLED_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// The ledger's sums by day: a year, and the month that it is compared with.
const DAY_SUMS_KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);
/// Follows of a server that the bot was removed from.
const LEFT_GUILDS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What was counted in Spaces whose host agreed to it.
const PAST_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// What people or operators asked to have erased, and didn't confirm or nobody read the end of.
const REQUESTS_KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How often it is looked what is due to be erased.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// After a start nothing is erased before it was heard which servers there are, and what time it is.
const FIRST_SWEEP_AFTER: Duration = Duration::from_secs(20);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(2);

/// Keeps what an X client learns, and erases what is old.
pub struct Keeper {
    /// Where it is kept.
    pub store: Store,
    /// Who learns it.
    pub x: Client,
    /// Whose names change with it.
    pub follows: Arc<Follows>,
    /// Who forgets with the store.
    pub watcher: Arc<Watcher>,
    /// Who is told whether the store works.
    pub health: Arc<Health>,
    /// The time.
    pub clock: SharedClock,
    /// What of its own failures was told: of the bill, of accounts, of hosts, of erasing.
    pub complaints: [Complaint; 4],
}

impl Keeper {
    /// Gives `x` back what `store` kept of the day's bill and of accounts, and `follows` the names that those bear now.
    pub async fn restore(
        store: &Store,
        x: &Client,
        follows: &Follows,
        clock: &SharedClock,
    ) -> Result<(), StoreError> {
        let today = day(clock.now());
        let rows = store.billed_on(&today).await?;
        x.spending().restore(rows.into_iter().filter_map(ledger_row));
        let sums = store.day_sums(&today, &today).await?;
        if let Ok(day) = today.parse() {
            x.spending().restore_shares(day, shares(sums));
        }
        let users = store.users().await?;
        x.users()
            .restore(users.into_iter().map(|row| CachedUser { user: row.user, fetched_at: row.fetched_at }));
        for host in follows.hosts().iter().copied() {
            if let Some(known) = x.users().get(host) {
                follows.rename_host(host, known.user.username).await?;
            }
        }
        Ok(())
    }

    /// Works until `stop`, then writes what is left.
    pub async fn run(self, stop: CancellationToken) {
        let mut sweep = tokio::time::interval_at(Instant::now() + FIRST_SWEEP_AFTER, SWEEP_EVERY);
        let mut credits = self.x.credits();
        let mut told = Credits::Available;
        loop {
            let stopping = tokio::select! {
                () = self.x.spending().unsaved().added() => false,
                () = self.x.users().unsaved().added() => false,
                () = self.watcher.learned() => false,
                _ = sweep.tick() => {
                    self.sweep().await;
                    false
                }
                Ok(()) = credits.changed() => {
                    tell_credits(&mut told, *credits.borrow_and_update());
                    false
                }
                () = stop.cancelled() => true,
            };
            let saved = self.save().await;
            if stopping {
                return;
            }
            if !saved {
                tokio::time::sleep(STORE_PAUSE).await;
                // What was put back wakes nobody.
                sweep.reset_immediately();
            }
        }
    }

    /// Writes what was learned; whether all of it is written.
    pub async fn save(&self) -> bool {
        let billed = self.x.spending().unsaved().drain();
        let mut whole = true;
        let [of_bill, of_accounts, of_hosts, _] = &self.complaints;
        if !billed.is_empty() {
            let rows: Vec<BilledRow> = billed.iter().map(billed_row).collect();
            if !self.kept(&self.store.add_billed(&rows).await, of_bill, "the bill of X") {
                self.x.spending().unsaved().put_back(billed);
                whole = false;
            }
        }
        let changes = self.x.users().unsaved().drain();
        if !changes.is_empty() && !self.kept(&self.save_users(&changes).await, of_accounts, "accounts of X") {
            self.x.users().unsaved().put_back(changes);
            whole = false;
        }
        match self.watcher.save_rates().await {
            Ok(false) => {}
            saved => whole &= self.kept(&saved.map(|_| ()), of_hosts, "how often hosts start Spaces"),
        }
        whole
    }

    /// Takes in how the store did what it was asked, and says it once if it fails; whether `what` is kept.
    fn kept(&self, done: &Result<(), StoreError>, complaint: &Complaint, what: &str) -> bool {
        self.health.saw_store(done.is_ok(), self.clock.now());
        let is_new = complaint.is_new(done);
        if let Err(error) = done
            && is_new
        {
            error!(error = error as &dyn std::error::Error, "{what} couldn't be kept; trying again");
        }
        done.is_ok()
    }

    async fn save_users(&self, changes: &[UserChange]) -> Result<(), StoreError> {
        let learned: Vec<UserRow> = changes
            .iter()
            .filter_map(|change| match change {
                UserChange::Learned(known) => Some(people::row(known.clone())),
                UserChange::Forgotten(_) => None,
            })
            .collect();
        self.store.save_users(&learned).await?;
        for change in changes {
            match change {
                UserChange::Learned(known) => {
                    self.follows.rename_host(known.user.id, known.user.username).await?;
                }
                UserChange::Forgotten(id) => self.store.forget_user(*id).await?,
            }
        }
        Ok(())
    }

    /// Erases what is due to be erased.
    pub async fn sweep(&self) {
        let now = self.clock.now();
        let before = |kept: SignedDuration| now.saturating_sub(kept).unwrap_or(now);
        let erased = self.erase(before, now).await;
        let [_, _, _, of_erasing] = &self.complaints;
        let is_new = of_erasing.is_new(&erased);
        match erased {
            Ok(0) => {}
            Ok(erased) => info!(erased, "erased {erased} Spaces that are over"),
            Err(error) if is_new => {
                error!(
                    error = &error as &dyn std::error::Error,
                    "what is old couldn't be erased; trying again"
                );
            }
            Err(_) => {}
        }
    }

    /// Erases what is older than what is kept; how many Spaces that were.
    async fn erase(
        &self,
        before: impl Fn(SignedDuration) -> Timestamp,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let billed_before = day(before(BILLED_KEPT));
        let agreed = self.store.hosts_who_agreed().await?;
        self.store.keep_past(&agreed, before(SPACES_KEPT), before(PAST_KEPT)).await?;
        let erased =
            self.watcher.erase_old(before(SPACES_KEPT), before(DECISIONS_KEPT), &billed_before).await?;
        self.store.erase_day_sums(&day(before(DAY_SUMS_KEPT))).await?;
        self.store.erase_lists(before(LISTS_KEPT)).await?;
        let given_up = self.store.give_up_emptying(before(DECISIONS_KEPT)).await?;
        if given_up > 0 {
            warn!(
                given_up,
                "{given_up} messages about Spaces that are over couldn't be emptied for a week: given up"
            );
        }
        self.store.erase_leftovers(before(UNDO_FOR), before(REQUESTS_KEPT)).await?;
        self.forget_accounts(before(SPACES_KEPT)).await?;
        let left = self.store.forget_left_hosts(before(UNDO_FOR), now).await?;
        self.watcher.forget_rates(&left);
        self.follows.erase_left_guilds(before(LEFT_GUILDS_KEPT), now).await?;
        Ok(erased)
    }

    /// Forgets accounts that X told before `before`: it may have changed or lost them since. Those that a Space which is
    /// kept is about stay as long as it does.
    async fn forget_accounts(&self, before: Timestamp) -> Result<(), StoreError> {
        let needed = self.watcher.people();
        let users = self.x.users();
        users.forget_old(before, |id| needed.contains(&id));
        // What didn't fit into memory, or waits there to be written.
        let is_fresh = |id: UserId| users.get(id).is_some_and(|known| known.fetched_at >= before);
        let mut old = self.store.users_told_before(before).await?;
        old.retain(|id| !needed.contains(id) && !is_fresh(*id));
        self.store.forget_users(&old).await
    }
}

/// Says once that X's credits are spent, and once that there are some again.
fn tell_credits(told: &mut Credits, now: Credits) {
    match (*told, now) {
        (Credits::Available, Credits::Spent { .. }) => error!(
            "X says that the credits are spent: buy some in X's developer console. Nothing rings meanwhile; X is asked \
             again every ten minutes"
        ),
        (Credits::Spent { .. }, Credits::Available) => info!("X has credits again"),
        _ => {}
    }
    *told = now;
}

/// The UTC day of a moment, `2026-08-01`.
fn day(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%d").to_string()
}

fn billed_row(row: &Row) -> BilledRow {
    BilledRow {
        day: row.day.to_string(),
        kind: row.kind.word().to_owned(),
        resource_id: row.resource.clone(),
        cause: row.cause.word().to_owned(),
        guild_id: row.cause.guild().map(GuildId::get),
        micro_dollars: micros(row.price),
        keyword: row.keyword.clone(),
        shares: row.shares.iter().map(|(guild, part)| (guild.get(), micros(*part))).collect(),
    }
}

fn micros(amount: MicroDollars) -> i64 {
    i64::try_from(amount.0).unwrap_or(i64::MAX)
}

/// Servers' parts of what keywords cost, of all kinds together.
fn shares(sums: Vec<DaySum>) -> HashMap<GuildId, MicroDollars> {
    let mut shares: HashMap<GuildId, MicroDollars> = HashMap::new();
    for sum in sums.into_iter().filter(|sum| sum.cause == Cause::Keywords.word()) {
        if let Some(guild) = sum.guild_id {
            let share = shares.entry(GuildId::new(guild)).or_default();
            *share = share.plus(MicroDollars(sum.micro_dollars.unsigned_abs()));
        }
    }
    shares
}

/// A kept row as the ledger's; `None` for kinds and causes that this version doesn't know.
fn ledger_row(row: BilledRow) -> Option<Row> {
    let guild = row.guild_id.filter(|id| *id != 0).map(GuildId::new);
    Some(Row {
        day: row.day.parse().ok()?,
        kind: Kind::from_word(&row.kind)?,
        resource: row.resource_id,
        cause: Cause::from_word(&row.cause, guild)?,
        price: MicroDollars(row.micro_dollars.unsigned_abs()),
        keyword: row.keyword,
        shares: Vec::new(),
    })
}
