//! What X bills, by the ledger: each distinct resource that X returns, once a day in UTC.
//!
//! Owns the prices, the day's budget and its shares. Pure: the time is an argument; `spending` shares it.
//! People's commands together get 30 % of a day's budget, one server 10 %; as the budget nears its end,
//! commands stop first (at 80 % of the day's total), then keyword searches (at 90 %), and watching hosts
//! last. What is paid for today stays free, so that a Space that rang can still end.
//!
//! Accepted: a request is weighed before it is sent and billed when it is answered, so what is in flight
//! together, and a list of creators of whom more are live than were expected, may overshoot a share by that
//! much. Holding the worst case back instead would refuse people while there is money.
//!
//! Source of the prices and the counting: X's documentation, "Pay-per-use pricing" (August 2026).

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serenity::model::id::GuildId;

use super::money::MicroDollars;

/// Percent of the day's budget that people's commands get together.
const COMMANDS_PERCENT: u64 = 30;
/// Percent of the day's budget that one server's commands get.
const GUILD_PERCENT: u64 = 10;
/// Percent of the day's budget from which commands stop, whoever spent it.
const COMMANDS_STOP_PERCENT: u64 = 80;
/// Percent of the day's budget from which keyword searches stop, whoever spent it.
const KEYWORDS_STOP_PERCENT: u64 = 90;

/// A kind of resource that X bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A Space.
    Space,
    /// An account.
    User,
    /// A Post.
    Post,
    /// An account in a following list.
    Following,
    /// A start or an end that was delivered.
    Event,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Space, Self::User, Self::Post, Self::Following, Self::Event];

    /// Its word in stored rows.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::User => "user",
            Self::Post => "post",
            Self::Following => "following",
            Self::Event => "event",
        }
    }

    /// The kind that [`Kind::word`] stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What X asks for one resource of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// A Space.
    pub space: MicroDollars,
    /// An account.
    pub user: MicroDollars,
    /// A Post.
    pub post: MicroDollars,
    /// An account in a following list.
    pub following: MicroDollars,
    /// A start or an end that was delivered.
    pub event: MicroDollars,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            space: MicroDollars(5_000),
            user: MicroDollars(10_000),
            post: MicroDollars(5_000),
            following: MicroDollars(10_000),
            event: MicroDollars(5_000),
        }
    }
}

impl Prices {
    /// The price of one resource of `kind`.
    #[must_use]
    pub const fn of(&self, kind: Kind) -> MicroDollars {
        match kind {
            Kind::Space => self.space,
            Kind::User => self.user,
            Kind::Post => self.post,
            Kind::Following => self.following,
            Kind::Event => self.event,
        }
    }
}

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
    /// The smallest share that this cause may spend: even untouched it doesn't pay for one resource.
    TooSmall,
}

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
        }
    }

    /// What X asks.
    #[must_use]
    pub const fn prices(&self) -> Prices {
        self.prices
    }

    /// Takes in stored rows; those of other days than the one `now` is in count for nothing.
    pub fn restore(&mut self, rows: impl IntoIterator<Item = Row>, now: Timestamp) {
        self.roll(now);
        for row in rows {
            if row.day == self.day && self.paid[row.kind as usize].insert(row.resource.into_boxed_str()) {
                self.add(row.kind, row.cause, row.price);
            }
        }
    }

    /// Bills a resource that X returned; `None` where it is paid for today.
    pub fn charge(&mut self, kind: Kind, resource: &str, cause: Cause, now: Timestamp) -> Option<Row> {
        self.roll(now);
        if self.is_paid(kind, resource, now) {
            return None;
        }
        self.paid[kind as usize].insert(resource.into());
        let price = self.prices.of(kind);
        self.add(kind, cause, price);
        Some(Row { day: self.day, kind, resource: resource.to_owned(), cause, price })
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
            Cause::Keywords => vec![(Budget::Day, left(total, KEYWORDS_STOP_PERCENT))],
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

    /// How many resources of `kind` that aren't paid for may be asked for; or which share has no room for one.
    pub fn affordable(&self, kind: Kind, cause: Cause, now: Timestamp) -> Result<usize, Budget> {
        let share = match cause {
            Cause::Hosts => 100,
            Cause::Keywords => KEYWORDS_STOP_PERCENT,
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
            let part = self.guilds.entry(guild).or_default();
            *part = part.plus(price);
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
