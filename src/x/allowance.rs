//! What one server's keywords may cost a day, and how the servers that follow a keyword share its price.
//!
//! Owns both rules. Pure; what was spent is `cost`'s.
//!
//! The price of what a search finds is shared evenly by the servers that follow its keyword and have allowance
//! left; micro-dollars that can't be shared go to the first of them by id, so that the parts are the whole. Where
//! nobody has allowance left, all of them pay: what was found costs, whoever may afford it.

use std::sync::Arc;

use serenity::model::id::GuildId;

use super::money::MicroDollars;

/// Percent of the day's budget from which keyword searches stop, whoever spent it; so much they have together.
pub(super) const KEYWORDS_PERCENT: u64 = 90;
/// Percent of the day's budget that one server's keywords have at least, however many servers there are.
const LEAST_PERCENT: u64 = 10;

/// Who pays for what a keyword's search finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payers {
    keyword: Arc<str>,
    servers: Arc<[GuildId]>,
    among: usize,
}

impl Payers {
    /// The servers that follow `keyword` (in its folded form); `among` is how many servers have keywords at all.
    #[must_use]
    pub fn new(keyword: &str, servers: impl IntoIterator<Item = GuildId>, among: usize) -> Self {
        let mut servers: Vec<GuildId> = servers.into_iter().collect();
        servers.sort_unstable();
        servers.dedup();
        let among = among.max(servers.len());
        Self { keyword: keyword.into(), servers: servers.into(), among }
    }

    /// The keyword, in its folded form.
    #[must_use]
    pub fn keyword(&self) -> &str {
        &self.keyword
    }

    /// The servers, each once, by their ids.
    #[must_use]
    pub fn servers(&self) -> &[GuildId] {
        &self.servers
    }

    /// What each of them may spend on keywords a day.
    #[must_use]
    pub fn allowance(&self, budget: MicroDollars) -> MicroDollars {
        allowance(budget, self.among)
    }
}

/// What one server's keywords may cost of a day's budget where `among` servers have keywords: an even part of what
/// keywords have together, and a tenth of the budget at least.
#[must_use]
pub fn allowance(budget: MicroDollars, among: usize) -> MicroDollars {
    let among = u64::try_from(among.max(1)).unwrap_or(u64::MAX);
    let even = MicroDollars(budget.percent(KEYWORDS_PERCENT).0 / among);
    even.max(budget.percent(LEAST_PERCENT))
}

/// The parts of `price` that these servers pay: together exactly `price`, and no two differ by more than a
/// micro-dollar. No parts where there are no servers.
#[must_use]
pub fn split(price: MicroDollars, servers: &[GuildId]) -> Vec<(GuildId, MicroDollars)> {
    let count = u64::try_from(servers.len()).unwrap_or(u64::MAX).max(1);
    let (each, rest) = (price.0 / count, price.0 % count);
    (0..).zip(servers).map(|(nth, server)| (*server, MicroDollars(each + u64::from(nth < rest)))).collect()
}
