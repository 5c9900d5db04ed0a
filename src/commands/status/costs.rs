//! What X costs, as those who run the bot see it in `/status`: today in parts, where it stops, what it comes to, and what was
//! dear.

use jiff::Timestamp;

use crate::card::relative;
use crate::commands::app::App;
use crate::commands::words::Words;
use crate::domain::text;
use crate::store::ComeTo;
use crate::texts::{Arg, key};
use crate::x::cost::next_day;
use crate::x::{Dearest, MicroDollars, Spent};

/// Keywords and servers that are listed, of each.
const LISTED_MAX: usize = 3;
/// What an announced Space came to is told no more exactly, in micro-dollars.
const HUNDREDTH_OF_A_CENT: u64 = 100;
/// Room for a keyword in the list, in UTF-16 units.
const KEYWORD_MAX: usize = 40;

/// The lines about it.
pub(super) fn said(app: &App, kept: Option<ComeTo>, now: Timestamp, words: Words<'_>) -> String {
    let spent = app.x.spending().spent_today();
    let lines = [
        Some(today(&spent, words)),
        (spent.total > MicroDollars::ZERO).then(|| kinds(&spent, words)),
        Some(steps(&spent, now, words)),
        spent
            .projected(now)
            .map(|day| words.with(key("status-projected"), &[("day", Arg::from(day.to_string()))])),
        kept.and_then(|kept| per_space(&spent, kept, words)),
        kept.map(|kept| {
            let month = spent.month(kept.month_micro_dollars).to_string();
            words.with(key("status-month"), &[("month", Arg::from(month))])
        }),
        dearest(&app.x.spending().dearest(LISTED_MAX), words),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Today by cause.
fn today(spent: &Spent, words: Words<'_>) -> String {
    words.with(
        key("status-spent"),
        &[
            ("total", Arg::from(spent.total.to_string())),
            ("budget", Arg::from(spent.budget.to_string())),
            ("hosts", Arg::from(spent.hosts.to_string())),
            ("keywords", Arg::from(spent.keywords.to_string())),
            ("commands", Arg::from(spent.commands.to_string())),
        ],
    )
}

/// Today by kind of resource.
fn kinds(spent: &Spent, words: Words<'_>) -> String {
    let values: Vec<(&str, Arg<'_>)> =
        spent.kinds.iter().map(|(kind, amount)| (kind.word(), Arg::from(amount.to_string()))).collect();
    words.with(key("status-spent-kinds"), &values)
}

/// From where on what stops.
fn steps(spent: &Spent, now: Timestamp, words: Words<'_>) -> String {
    if spent.budget == MicroDollars::ZERO {
        return words.say(key("status-budget-zero"));
    }
    let [commands, keywords, hosts] = spent.steps();
    words.with(
        key("status-steps"),
        &[
            ("commands", Arg::from(commands.to_string())),
            ("keywords", Arg::from(keywords.to_string())),
            ("hosts", Arg::from(hosts.to_string())),
            ("when", Arg::from(relative(next_day(now)))),
        ],
    )
}

/// What an announced Space came to today, commands apart.
fn per_space(spent: &Spent, kept: ComeTo, words: Words<'_>) -> Option<String> {
    let announced = Some(kept.announced_today).filter(|count| *count > 0)?;
    let each = spent.hosts.plus(spent.keywords).0.div_ceil(announced).next_multiple_of(HUNDREDTH_OF_A_CENT);
    let values = [("count", Arg::from(announced)), ("cost", Arg::from(MicroDollars(each).to_string()))];
    Some(words.with(key("status-per-space"), &values))
}

/// The dearest keywords and servers of today.
fn dearest(dearest: &Dearest, words: Words<'_>) -> Option<String> {
    let keywords = dearest.keywords.iter().map(|(keyword, amount)| {
        let keyword = text::marked_down(keyword, KEYWORD_MAX).unwrap_or_default();
        words.with(
            key("status-dearest-keyword"),
            &[("keyword", Arg::from(keyword)), ("cost", Arg::from(amount.to_string()))],
        )
    });
    let servers = dearest.servers.iter().map(|(server, amount)| {
        words.with(
            key("status-dearest-server"),
            &[("server", Arg::from(server.to_string())), ("cost", Arg::from(amount.to_string()))],
        )
    });
    let listed: Vec<String> = keywords.chain(servers).collect();
    (!listed.is_empty())
        .then(|| words.with(key("status-dearest"), &[("list", Arg::from(listed.join(" · ")))]))
}
