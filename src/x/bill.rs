//! What the ledger tells of a day: its rows, what it came to in parts, its dearest. Plain values.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serenity::model::id::GuildId;

use super::allowance::KEYWORDS_PERCENT;
use super::cost::{COMMANDS_STOP_PERCENT, Cause};
use super::money::MicroDollars;
use super::prices::Kind;

/// A cent: what is projected is no more exact.
const CENT: u128 = 10_000;
/// Seconds in a day.
const DAY_SECONDS: u128 = 86_400;

/// One resource that was billed: what is kept of it in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The day in UTC; shown as YYYY-MM-DD.
    pub day: Date,
    /// What it was.
    pub kind: Kind,
    /// Its id on X.
    pub resource: String,
    /// On whose behalf it was asked first that day.
    pub cause: Cause,
    /// What it cost.
    pub price: MicroDollars,
    /// The keyword whose search found it, folded, if one did.
    pub keyword: Option<String>,
    /// Which servers' keywords pay for it, and how much: together its price, or nobody. Rows that come from the store
    /// don't tell.
    pub shares: Vec<(GuildId, MicroDollars)>,
}

/// What a day has cost so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The day in UTC.
    pub day: Date,
    /// What it may cost.
    pub budget: MicroDollars,
    /// All of it.
    pub total: MicroDollars,
    /// Watching hosts.
    pub hosts: MicroDollars,
    /// Searching for keywords.
    pub keywords: MicroDollars,
    /// People's commands.
    pub commands: MicroDollars,
    /// By what it was, in the order of [`Kind::ALL`].
    pub kinds: [(Kind, MicroDollars); Kind::ALL.len()],
}

impl Spent {
    /// From which total on commands, keyword searches and watching hosts stop.
    #[must_use]
    pub const fn steps(&self) -> [MicroDollars; 3] {
        [
            self.budget.percent(COMMANDS_STOP_PERCENT),
            self.budget.percent(KEYWORDS_PERCENT),
            self.budget.percent(100),
        ]
    }

    /// What the month has come to, of which the store has `kept` micro-dollars: what isn't written down yet is of today.
    #[must_use]
    pub fn month(&self, kept: i64) -> MicroDollars {
        MicroDollars(u64::try_from(kept).unwrap_or_default()).max(self.total)
    }

    /// From which total on what stops, for those who run the bot.
    #[must_use]
    pub fn stops(&self) -> String {
        let [commands, keywords, hosts] = self.steps();
        format!(
            "people's commands ask nothing new from {commands} on, keywords aren't searched for from {keywords} on, new \
             Spaces of hosts aren't found from {hosts} on"
        )
    }

    /// Whether the budget nears its end: the first step is reached.
    #[must_use]
    pub const fn is_near(&self) -> bool {
        self.budget.0 > 0 && self.total.0 >= self.budget.percent(COMMANDS_STOP_PERCENT).0
    }

    /// What the whole day comes to if it goes on as it went until `now`, to the next cent; `None` within its first hour,
    /// from which nothing can be told.
    #[must_use]
    pub fn projected(&self, now: Timestamp) -> Option<MicroDollars> {
        let began = self.day.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let passed = u128::try_from(now.duration_since(began).as_secs()).ok()?;
        if !(3_600..=DAY_SECONDS).contains(&passed) {
            return None;
        }
        let whole = (u128::from(self.total.0) * DAY_SECONDS).div_ceil(passed).div_ceil(CENT);
        Some(MicroDollars(u64::try_from(whole.saturating_mul(CENT)).unwrap_or(u64::MAX)))
    }
}

/// A day's dearest, the dearest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dearest {
    /// Keywords in their folded form, and what was found by them.
    pub keywords: Vec<(Box<str>, MicroDollars)>,
    /// Servers: their commands, and their parts of what keywords cost.
    pub servers: Vec<(GuildId, MicroDollars)>,
}
