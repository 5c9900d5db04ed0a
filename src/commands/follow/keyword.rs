//! `/follow keyword`: a new follow of a keyword, and what it costs.
//!
//! X is searched before the follow is kept: so what is live already rings nobody by itself, and whoever follows hears what
//! the keyword would have cost today. A cheap one is kept at once, its price told beside Undo; of a dear one the price is
//! told first, and it is kept at the press of a button. What it holds waits in the store as an import does, so that the button
//! works after a restart; X is searched again then, which it doesn't bill twice a day.

use std::collections::HashSet;

use super::add::{Ready, exists, followed, keep, learn, new};
use super::import::{forget, planned, survey};
use super::target::{self, Checked};
use super::weigh::weigh;
use super::{Wish, target_words};
use crate::commands::app::{App, Failure};
use crate::commands::invocation::Invocation;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::GuildId;
use crate::domain::keyword::{KeywordSet, Phrase};
use crate::domain::known::Known;
use crate::domain::notice::Slot;
use crate::domain::roster::{self, Entry, Wanted};
use crate::texts::{Arg, Key, key};
use crate::x::{Kind, MicroDollars, Payers, Prices, SearchState, Spaces, Want};

/// Spaces that a new keyword is looked for in at once, each billed; the watcher looks further.
const LOOKED_FOR: usize = 20;
/// Whoever follows is asked first from this price on, some four dollars and a half a month.
const ASK_FROM: MicroDollars = MicroDollars(150_000);

/// What a keyword would have cost today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Spaces that X shows for it now.
    pub spaces: usize,
    /// Hosts of those whose title holds it, who are named in posts.
    pub hosts: usize,
    /// Whether X may have more.
    pub is_cut: bool,
    /// What X shows costs, or what searches for it have cost today, whichever is more.
    pub cost: MicroDollars,
    /// Whether that is what searches have cost.
    pub is_known: bool,
}

impl Estimate {
    /// By what a search found, and what searches for the keyword have cost today already.
    #[must_use]
    pub fn of(found: &Spaces, keyword: &KeywordSet, prices: Prices, already: MicroDollars) -> Self {
        let about = found.spaces.iter().filter(|space| holds(keyword, space.title.as_deref()));
        let hosts = about.filter_map(|space| space.creator).collect::<HashSet<_>>().len();
        let spaces = found.spaces.len();
        let shown = prices.of(Kind::Space).times(spaces).plus(prices.of(Kind::User).times(hosts));
        let is_known = already > shown;
        Self { spaces, hosts, is_cut: found.is_cut, cost: shown.max(already), is_known }
    }
}

/// Follows a keyword, or asks first whether it is worth its price.
pub(super) async fn keyword(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    phrase: &Phrase,
    wish: Wish,
) -> Reply {
    let words = app.words(&invocation.locale);
    let checked = match target::check(app, invocation, guild, wish.channel, wish.role).await {
        Ok(checked) => checked,
        Err(sentence) => return Reply::private(sentence),
    };
    if let Some(follow) = followed(app, checked.channel, |follow| is_of(follow, phrase)) {
        return exists(&follow, words);
    }
    // What can't be kept isn't worth a search.
    if let Err(full) = app.follows.room(guild).take(checked.channel, true) {
        return Reply::private(sorry::add(&full, words));
    }
    match look_for(app, invocation, phrase).await {
        // What is cut short is dear, however little of it the budget let through.
        Ok((_, estimate)) if estimate.cost >= ASK_FROM || estimate.is_cut => {
            ask_first(app, invocation, guild, phrase, wish, &checked, estimate).await
        }
        looked => keep_found(app, invocation, guild, phrase, wish, checked, looked).await,
    }
}

/// Keeps the follow that was asked about, at the press of the button.
pub async fn keep_keyword(app: &App, invocation: &Invocation, guild: GuildId, number: i64) -> Reply {
    let words = app.words(&invocation.locale);
    let entries = match planned(app, invocation, guild, number).await {
        Ok(entries) => entries,
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let Some((entry, phrase)) = entries.and_then(one_keyword) else { return too_late(words) };
    if let Some(follow) = followed(app, entry.channel, |follow| is_of(follow, &phrase)) {
        return exists(&follow, words).in_place();
    }
    let Ok(survey) = survey(app, invocation, guild, std::slice::from_ref(&entry)).await else {
        return Reply::private(words.say(key("sorry-discord")));
    };
    let weighed = weigh(app, guild, vec![entry.clone()], &survey);
    if let Some((_, _, refusal)) = weighed.refused.first() {
        let what = target_words(&Target::Keyword(phrase.as_typed().to_owned()), words);
        let why = ("why", Arg::from(refusal.said(words)));
        return Reply::private(words.with(key("keyword-refused"), &[("what", Arg::from(what)), why]));
    }
    let checked = Checked { channel: entry.channel, role: entry.role, warnings: Vec::new() };
    let wish = Wish { when: entry.when, filter: entry.filter, ..Wish::default() };
    let looked = look_for(app, invocation, &phrase).await;
    let reply = keep_found(app, invocation, guild, &phrase, wish, checked, looked).await;
    if let Err(error) = app.store.forget_import(guild, number).await {
        // It is forgotten by itself; pressed again, it says that the follow is there.
        let _ = sorry::store(&error, words);
    }
    reply.in_place()
}

/// Follows nothing, at the press of the other button.
pub async fn drop_keyword(app: &App, invocation: &Invocation, guild: GuildId, number: i64) -> Reply {
    let words = app.words(&invocation.locale);
    forget(app, invocation, guild, number, words.say(key("keyword-dropped")), too_late(words)).await
}

/// Says what the keyword would have cost, and asks.
async fn ask_first(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    phrase: &Phrase,
    wish: Wish,
    checked: &Checked,
    estimate: Estimate,
) -> Reply {
    let words = app.words(&invocation.locale);
    let entry = Entry {
        channel: checked.channel,
        wanted: Wanted::Keyword(phrase.as_typed().to_owned()),
        when: wish.when,
        filter: wish.filter,
        role: checked.role,
        paused: false,
    };
    let by = invocation.asker.user;
    let plan = roster::encode(guild, &[entry]);
    let number = match app.store.keep_import(guild, by, &plan, app.clock.now()).await {
        Ok(number) => number,
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let what = target_words(&Target::Keyword(phrase.as_typed().to_owned()), words);
    let asked = words.with(key("keyword-ask"), &[("what", Arg::from(what))]);
    let content = format!("{asked}\n{}", price(app, guild, phrase, Some(estimate), words));
    let button =
        |label: Key, style: Style, deed: Deed| Button::press(words.say(label), style, Press { by, deed });
    Reply::private(content).with_row(vec![
        button(key("button-keep-keyword"), Style::Primary, Deed::KeepKeyword(number)),
        button(key("button-drop-import"), Style::Secondary, Deed::DropKeyword(number)),
    ])
}

/// Has the watcher keep what was found, then keeps the follow.
async fn keep_found(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    phrase: &Phrase,
    wish: Wish,
    checked: Checked,
    looked: Result<(Spaces, Estimate), Failure>,
) -> Reply {
    let words = app.words(&invocation.locale);
    let set = KeywordSet::new([phrase.folded()]);
    let price = price(app, guild, phrase, looked.as_ref().ok().map(|(_, estimate)| *estimate), words);
    let fault = match looked {
        Ok((found, _)) => {
            let about = found.spaces.into_iter().filter(|space| holds(&set, space.title.as_deref()));
            // Kept now, the follow would ring for what is live already.
            if let Err(failure) = learn(app, about, found.asked_at).await {
                return sorry::reply(&failure, words);
            }
            None
        }
        Err(fault) => Some(fault),
    };
    let matching = |follow: &Follow| {
        let mut known = app.watch.all_known();
        known.retain(|known: &Known| {
            holds(&set, known.space.title.as_deref())
                && !app.follows.matched(follow, known, Slot::Live).blocked
        });
        known
    };
    let target = Target::Keyword(phrase.as_typed().to_owned());
    let new = new(app, invocation, guild, &checked, wish, target, phrase.folded().to_owned());
    keep(app, invocation, Ready { new, warnings: checked.warnings, fault, price: Some(price) }, matching)
        .await
}

/// Asks X for Spaces with this phrase, and what they say of its price.
async fn look_for(
    app: &App,
    invocation: &Invocation,
    phrase: &Phrase,
) -> Result<(Spaces, Estimate), Failure> {
    let cause = invocation.asker.cause();
    let found = app.x.search(phrase.as_typed(), SearchState::All, LOOKED_FOR, Want::WATCHED, cause).await?;
    let (set, spending) = (KeywordSet::new([phrase.folded()]), app.x.spending());
    let estimate = Estimate::of(&found, &set, spending.prices(), spending.spent_for(phrase.folded()));
    Ok((found, estimate))
}

/// What the keyword would have cost today, who shares that, and what this server's keywords may cost.
fn price(app: &App, guild: GuildId, phrase: &Phrase, estimate: Option<Estimate>, words: Words<'_>) -> String {
    let payers = app.payments.now(&app.follows).with(phrase.folded(), guild);
    let cost = match estimate {
        None => words.say(key("keyword-cost-unknown")),
        Some(Estimate { cost: MicroDollars::ZERO, .. }) => words.say(key("keyword-cost-nothing")),
        Some(estimate) => {
            let values = [
                ("cost", Arg::from(estimate.cost.to_string())),
                ("spaces", Arg::from(estimate.spaces)),
                ("hosts", Arg::from(estimate.hosts)),
            ];
            let sentence = match estimate {
                Estimate { is_known: true, .. } => key("keyword-cost-known"),
                Estimate { is_cut: true, .. } => key("keyword-cost-at-least"),
                _ => key("keyword-cost-about"),
            };
            words.with(sentence, &values)
        }
    };
    let others = payers.servers().len().saturating_sub(1);
    let shared =
        (others > 0).then(|| words.with(key("keyword-cost-shared"), &[("others", Arg::from(others))]));
    let allowance = allowance(app, &payers, words);
    [Some(cost), shared, Some(allowance)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn allowance(app: &App, payers: &Payers, words: Words<'_>) -> String {
    match payers.allowance(app.x.spending().spent_today().budget) {
        MicroDollars::ZERO => words.say(key("keyword-allowance-none")),
        most => words.with(key("keyword-allowance"), &[("most", Arg::from(most.to_string()))]),
    }
}

fn is_of(follow: &Follow, phrase: &Phrase) -> bool {
    match &follow.target {
        Target::Keyword(_) => crate::follows::folded(&follow.target) == phrase.folded(),
        Target::Host { .. } => false,
    }
}

fn holds(set: &KeywordSet, title: Option<&str>) -> bool {
    title.is_some_and(|title| set.is_match(title))
}

/// The one entry of a plan, if it is of a keyword.
fn one_keyword(entries: Vec<Entry>) -> Option<(Entry, Phrase)> {
    let [entry] = <[Entry; 1]>::try_from(entries).ok()?;
    let Wanted::Keyword(typed) = &entry.wanted else { return None };
    let phrase = Phrase::parse(typed).ok()?;
    Some((entry, phrase))
}

fn too_late(words: Words<'_>) -> Reply {
    Reply::private(words.say(key("keyword-too-late"))).in_place()
}
