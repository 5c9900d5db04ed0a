//! What X bills, by the ledger: each distinct resource that X returns, once a day in UTC.
//!
//! Owns the day's budget, its shares and its steps. Pure: the time is an argument; `spending` shares it.
//! People's commands together get 30 % of a day's budget, one server 10 %, and what a server's keywords get is
//! `allowance`'s; as the budget nears its end, commands stop first (at 80 % of the day's total), then keyword
//! searches (at 90 %), and watching hosts last. What is paid for today stays free, so that a Space that rang can
//! still end.
//!
//! Accepted: a request is weighed before it is sent and billed when it is answered, so what is in flight
//! together, and a list of creators of whom more are live than were expected, may overshoot a share by that
//! much. Holding the worst case back instead would refuse people while there is money.
//!
//! Source of the counting: X's documentation, "Pay-per-use pricing" (August 2026).

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serenity::model::id::GuildId;

use super::allowance::{KEYWORDS_PERCENT, Payers, split};
pub use super::bill::{Dearest, Row, Spent};
use super::money::MicroDollars;
pub use super::prices::{Kind, Prices};

/// Percent of the day's budget that people's commands get together.
const COMMANDS_PERCENT: u64 = 30;
/// Percent of the day's budget that one server's commands get.
const GUILD_PERCENT: u64 = 10;
/// Percent of the day's budget from which commands stop, whoever spent it.
pub(super) const COMMANDS_STOP_PERCENT: u64 = 80;

/// On whose behalf X is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Watching followed hosts and the Spaces that are known.
    Hosts,
    /// Searching for followed keywords.
    Keywords,
    /// A person's command.
    Command {
        /// The server it was given in; `None` in a direct message.
        guild: Option<GuildId>,
    },
}

impl Cause {
    /// Its word in stored rows; the server is stored beside it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hosts => "hosts",
            Self::Keywords => "keywords",
            Self::Command { .. } => "command",
        }
    }

    /// The cause that [`Cause::word`] stands for, with the server stored beside it.
    #[must_use]
    pub fn from_word(word: &str, guild: Option<GuildId>) -> Option<Self> {
        match word {
            "hosts" => Some(Self::Hosts),
            "keywords" => Some(Self::Keywords),
            "command" => Some(Self::Command { guild }),
            _ => None,
        }
    }

    /// The server whose command it is.
    #[must_use]
    pub const fn guild(self) -> Option<GuildId> {
        match self {
            Self::Command { guild } => guild,
            Self::Hosts | Self::Keywords => None,
        }
    }
}

/// The share of the budget that is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Budget {
    /// What the whole day may cost, or its end that this cause has to leave to others.
    Day,
    /// What people's commands may cost together.
    Commands,
    /// What one server's commands may cost.
    Guild,
    /// What the keywords of the servers that follow one may cost.
    Allowance,
    /// The smallest share that this cause may spend: even untouched it doesn't pay for one resource.
    TooSmall,
}

/// The day's bill.
#[derive(Debug)]
pub struct Ledger {
    prices: Prices,
    budget: MicroDollars,
    day: Date,
    paid: [HashSet<Box<str>>; Kind::ALL.len()],
    kinds: [MicroDollars; Kind::ALL.len()],
    hosts: MicroDollars,
    keywords: MicroDollars,
    commands: MicroDollars,
    guilds: HashMap<GuildId, MicroDollars>,
    /// Each server's part of what keywords cost.
    shares: HashMap<GuildId, MicroDollars>,
    by_keyword: HashMap<Box<str>, MicroDollars>,
}

impl Ledger {
    /// An empty ledger for the day that `now` is in.
    #[must_use]
    pub fn new(prices: Prices, budget: MicroDollars, now: Timestamp) -> Self {
        Self {
            prices,
            budget,
            day: day_of(now),
            paid: <[HashSet<Box<str>>; Kind::ALL.len()]>::default(),
            kinds: [MicroDollars::ZERO; Kind::ALL.len()],
            hosts: MicroDollars::ZERO,
            keywords: MicroDollars::ZERO,
            commands: MicroDollars::ZERO,
            guilds: HashMap::new(),
            shares: HashMap::new(),
            by_keyword: HashMap::new(),
        }
    }

    /// What X asks.
    #[must_use]
    pub const fn prices(&self) -> Prices {
        self.prices
    }

    /// Takes in stored rows; those of other days than the one `now` is in count for nothing. Servers' parts are
    /// [apart](Self::restore_shares).
    pub fn restore(&mut self, rows: impl IntoIterator<Item = Row>, now: Timestamp) {
        self.roll(now);
        for row in rows {
            if row.day == self.day && self.paid[row.kind as usize].insert(row.resource.into_boxed_str()) {
                self.add(row.kind, row.cause, row.price);
                if let Some(keyword) = row.keyword {
                    add_to(&mut self.by_keyword, keyword.into_boxed_str(), row.price);
                }
            }
        }
    }

    /// Takes in what the store has of servers' parts of what keywords cost on `day`, in the stead of what is known.
    pub fn restore_shares(
        &mut self,
        day: Date,
        shares: impl IntoIterator<Item = (GuildId, MicroDollars)>,
        now: Timestamp,
    ) {
        self.roll(now);
        if day == self.day {
            self.shares = shares.into_iter().collect();
        }
    }

    /// Bills a resource that X returned; `None` where it is paid for today.
    pub fn charge(&mut self, kind: Kind, resource: &str, cause: Cause, now: Timestamp) -> Option<Row> {
        self.charge_to(kind, resource, cause, None, now)
    }

    /// The same, shared by `payers` where the cause is keywords.
    pub fn charge_to(
        &mut self,
        kind: Kind,
        resource: &str,
        cause: Cause,
        payers: Option<&Payers>,
        now: Timestamp,
    ) -> Option<Row> {
        self.roll(now);
        if self.is_paid(kind, resource, now) {
            return None;
        }
        self.paid[kind as usize].insert(resource.into());
        let price = self.prices.of(kind);
        self.add(kind, cause, price);
        let payers = payers.filter(|_| cause == Cause::Keywords);
        let shares = payers.map(|payers| self.share(payers, price)).unwrap_or_default();
        let keyword = payers.map(|payers| payers.keyword().to_owned());
        Some(Row { day: self.day, kind, resource: resource.to_owned(), cause, price, keyword, shares })
    }

    /// Whether this resource has been billed on the day that `now` is in, and so costs nothing more.
    #[must_use]
    pub fn is_paid(&self, kind: Kind, resource: &str, now: Timestamp) -> bool {
        !self.is_over(now) && self.paid[kind as usize].contains(resource)
    }

    /// What may still be spent on `cause`'s behalf today, or which share is spent.
    pub fn may_spend(&self, cause: Cause, now: Timestamp) -> Result<MicroDollars, Budget> {
        let over = self.is_over(now);
        let left = |spent: MicroDollars, percent: u64| {
            let spent = if over { MicroDollars::ZERO } else { spent };
            self.budget.percent(percent).minus(spent)
        };
        let total = self.total();
        let shares = match cause {
            Cause::Hosts => vec![(Budget::Day, left(total, 100))],
            Cause::Keywords => vec![(Budget::Day, left(total, KEYWORDS_PERCENT))],
            Cause::Command { guild } => {
                let mut shares = vec![
                    (Budget::Day, left(total, COMMANDS_STOP_PERCENT)),
                    (Budget::Commands, left(self.commands, COMMANDS_PERCENT)),
                ];
                shares.extend(guild.map(|guild| (Budget::Guild, left(self.spent_by(guild), GUILD_PERCENT))));
                shares
            }
        };
        match shares.iter().find(|(_, left)| *left == MicroDollars::ZERO) {
            Some((which, _)) => Err(*which),
            None => Ok(shares.into_iter().map(|(_, left)| left).min().unwrap_or_default()),
        }
    }

    /// What may still be spent today on a keyword that `payers` follow: while one of them has allowance left it is searched
    /// for.
    pub fn may_search(&self, payers: &Payers, now: Timestamp) -> Result<MicroDollars, Budget> {
        let left = self.may_spend(Cause::Keywords, now)?;
        let theirs = payers.servers().iter().map(|server| self.allowance_left(payers, *server, now)).sum();
        match theirs {
            _ if payers.servers().is_empty() => Ok(left),
            MicroDollars::ZERO => Err(Budget::Allowance),
            theirs => Ok(left.min(theirs)),
        }
    }

    /// How many resources of `kind` that aren't paid for a search that `payers` pay for may find.
    pub fn affordable_to(&self, kind: Kind, payers: &Payers, now: Timestamp) -> Result<usize, Budget> {
        let of_all = self.affordable(kind, Cause::Keywords, now)?;
        let theirs = self.may_search(payers, now)?;
        match theirs.buys(self.prices.of(kind)) {
            0 => Err(Budget::Allowance),
            count => Ok(count.min(of_all)),
        }
    }

    /// How many resources of `kind` that aren't paid for may be asked for; or which share has no room for one.
    pub fn affordable(&self, kind: Kind, cause: Cause, now: Timestamp) -> Result<usize, Budget> {
        let share = match cause {
            Cause::Hosts => 100,
            Cause::Keywords => KEYWORDS_PERCENT,
            Cause::Command { guild: None } => COMMANDS_PERCENT,
            Cause::Command { guild: Some(_) } => GUILD_PERCENT,
        };
        if self.budget.percent(share).buys(self.prices.of(kind)) == 0 {
            return Err(Budget::TooSmall);
        }
        let left = self.may_spend(cause, now)?;
        match left.buys(self.prices.of(kind)) {
            // The rest of a share that buys nothing any more is the same as none.
            0 => Err(self.tightest(cause)),
            count => Ok(count),
        }
    }

    /// What the day that `now` is in has cost so far, in parts.
    #[must_use]
    pub fn spent_today(&self, now: Timestamp) -> Spent {
        let over = self.is_over(now);
        let of = |amount: MicroDollars| if over { MicroDollars::ZERO } else { amount };
        Spent {
            day: if over { day_of(now) } else { self.day },
            budget: self.budget,
            total: of(self.total()),
            hosts: of(self.hosts),
            keywords: of(self.keywords),
            commands: of(self.commands),
            kinds: Kind::ALL.map(|kind| (kind, of(self.kinds[kind as usize]))),
        }
    }

    /// What one server's commands have cost on the day last billed.
    #[must_use]
    pub fn spent_by(&self, guild: GuildId) -> MicroDollars {
        self.guilds.get(&guild).copied().unwrap_or_default()
    }

    /// What searches for this keyword, in its folded form, have cost on the day that `now` is in.
    #[must_use]
    pub fn spent_for(&self, keyword: &str, now: Timestamp) -> MicroDollars {
        self.by_keyword.get(keyword).copied().filter(|_| !self.is_over(now)).unwrap_or_default()
    }

    /// The dearest keywords and servers of the day that `now` is in, so many of each at most.
    #[must_use]
    pub fn dearest(&self, most: usize, now: Timestamp) -> Dearest {
        if self.is_over(now) {
            return Dearest { keywords: Vec::new(), servers: Vec::new() };
        }
        let mut servers = self.guilds.clone();
        for (server, part) in &self.shares {
            add_to(&mut servers, *server, *part);
        }
        Dearest { keywords: first(self.by_keyword.clone(), most), servers: first(servers, most) }
    }

    /// What this server's keywords may still cost today.
    fn allowance_left(&self, payers: &Payers, server: GuildId, now: Timestamp) -> MicroDollars {
        let part = self.shares.get(&server).copied().filter(|_| !self.is_over(now)).unwrap_or_default();
        payers.allowance(self.budget).minus(part)
    }

    /// Shares a price among those of `payers` that have allowance left, or all if none has.
    fn share(&mut self, payers: &Payers, price: MicroDollars) -> Vec<(GuildId, MicroDollars)> {
        let allowance = payers.allowance(self.budget);
        let has_left = |server: &GuildId| self.shares.get(server).is_none_or(|part| *part < allowance);
        let able: Vec<GuildId> = payers.servers().iter().copied().filter(has_left).collect();
        let shares = split(price, if able.is_empty() { payers.servers() } else { &able });
        for (server, part) in &shares {
            add_to(&mut self.shares, *server, *part);
        }
        add_to(&mut self.by_keyword, payers.keyword().into(), price);
        shares
    }

    fn total(&self) -> MicroDollars {
        self.hosts.plus(self.keywords).plus(self.commands)
    }

    fn tightest(&self, cause: Cause) -> Budget {
        let Cause::Command { guild } = cause else { return Budget::Day };
        let commands = self.budget.percent(COMMANDS_PERCENT).minus(self.commands);
        let day = self.budget.percent(COMMANDS_STOP_PERCENT).minus(self.total());
        let server = guild.map(|guild| self.budget.percent(GUILD_PERCENT).minus(self.spent_by(guild)));
        if server.is_some_and(|server| server <= commands && server <= day) {
            Budget::Guild
        } else if commands <= day {
            Budget::Commands
        } else {
            Budget::Day
        }
    }

    fn add(&mut self, kind: Kind, cause: Cause, price: MicroDollars) {
        let part = match cause {
            Cause::Hosts => &mut self.hosts,
            Cause::Keywords => &mut self.keywords,
            Cause::Command { .. } => &mut self.commands,
        };
        *part = part.plus(price);
        self.kinds[kind as usize] = self.kinds[kind as usize].plus(price);
        if let Some(guild) = cause.guild() {
            add_to(&mut self.guilds, guild, price);
        }
    }

    /// A clock that is set back doesn't open the day before again.
    fn is_over(&self, now: Timestamp) -> bool {
        day_of(now) > self.day
    }

    fn roll(&mut self, now: Timestamp) {
        if self.is_over(now) {
            *self = Self::new(self.prices, self.budget, now);
        }
    }
}

fn add_to<K: Eq + std::hash::Hash>(parts: &mut HashMap<K, MicroDollars>, whose: K, amount: MicroDollars) {
    let part = parts.entry(whose).or_default();
    *part = part.plus(amount);
}

/// The dearest, so many at most; of those that cost alike the first by name.
fn first<K: Ord>(parts: HashMap<K, MicroDollars>, most: usize) -> Vec<(K, MicroDollars)> {
    let mut parts: Vec<(K, MicroDollars)> =
        parts.into_iter().filter(|(_, part)| *part > MicroDollars::ZERO).collect();
    parts.sort_unstable_by(|(a, dear), (b, cheap)| (Reverse(dear), a).cmp(&(Reverse(cheap), b)));
    parts.truncate(most);
    parts
}

/// The day in UTC that `now` is in.
fn day_of(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// When the day in UTC that `now` is in is over.
#[must_use]
pub fn next_day(now: Timestamp) -> Timestamp {
    let midnight = day_of(now).saturating_add(1.day()).to_zoned(TimeZone::UTC);
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}
