//! `/why`: for each follow, where a Space was posted, or why it wasn't.
//!
//! The answer is made of decisions, which outlive the Space, and of the follows themselves: it holds no content of X.
//! Members hear of the channel that they ask in, those with Manage Server of the whole server.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::SignedDuration;
use serenity::builder::CreateCommand;
use serenity::model::application::InteractionContext;

use super::app::App;
use super::follow::{search_rests, target_words};
use super::invocation::Invocation;
use super::options::Definer;
use super::press::{Deed, Press};
use super::reply::{Button, Place, Reply, Style};
use super::sorry;
use super::words::Words;
use crate::card::{Card, Tone, relative};
use crate::domain::follow::Follow;
use crate::domain::ids::{ChannelId, FollowId, GuildId, MessageId, SpaceId};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::{self, Decision, KEYWORD_POSTS_PER_HOUR, Slot};
use crate::store::{Post, Reason, StoreError};
use crate::texts::{Arg, Key, key};
use crate::x::cost::next_day;

/// The command's name.
pub const NAME: &str = "why";
/// How long a decision is told.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Follows on a page: with the longest of each part they fit a card's description.
const PAGE: usize = 5;

/// The definition of `/why`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let command = CreateCommand::new(NAME)
        .description(definer.english(key("define-why")))
        .contexts(vec![InteractionContext::Guild])
        .add_option(definer.completed("space", key("define-space")).required(true));
    definer
        .others(key("define-why"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Says why.
pub async fn execute(app: &App, invocation: &Invocation, space: SpaceId, page: u16) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(guild) = invocation.asker.guild else {
        return Reply::private(words.say(key("why-servers-only")));
    };
    let here = (!invocation.manages_server()).then_some(invocation.channel());
    let accounts = match accounts(app, guild, here, space).await {
        Ok(accounts) => accounts,
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let link = [("space", Arg::from(format!("<{}>", space.url())))];
    if accounts.is_empty() {
        let sentence = match here {
            None => words.with(key("why-unheard"), &link),
            Some(_) => words.with(key("why-unheard-here"), &link),
        };
        let said = [Some(sentence), resting(app, guild, here, words)];
        return Reply::private(said.into_iter().flatten().collect::<Vec<_>>().join("\n"));
    }
    let pages = accounts.len().div_ceil(PAGE);
    let index = usize::from(page).min(pages - 1);
    let lines = accounts.iter().skip(index * PAGE).take(PAGE).map(|account| account.said(guild, words));
    let place = ("page", Arg::from(index + 1));
    let card = Card {
        title: Some(words.with(key("why-title"), &[("id", Arg::from(space.to_string()))])),
        url: Some(space.url()),
        description: Some(lines.collect::<Vec<_>>().join("\n")),
        footer: Some(words.with(key("list-page"), &[place, ("pages", Arg::from(pages))])),
        tone: Tone::Plain,
        ..Card::default()
    };
    let turn = |label: Key, to: usize| {
        let deed = Deed::Why { space, page: u16::try_from(to).unwrap_or(u16::MAX) };
        Button::press(words.say(label), Style::Secondary, Press { by: invocation.asker.user, deed })
    };
    let back = (index > 0).then(|| turn(key("button-back"), index.saturating_sub(1)));
    let next = (index + 1 < pages).then(|| turn(key("button-next"), index + 1));
    let row = back.into_iter().chain(next).collect();
    let place = if invocation.is_in_place() { Place::InPlace } else { Place::New };
    Reply { cards: vec![card], private: true, place, ..Reply::default() }.with_row(row)
}

/// That X isn't searched for keywords today any more, where that is so: what they would have found isn't heard of.
fn resting(app: &App, guild: GuildId, here: Option<ChannelId>, words: Words<'_>) -> Option<String> {
    let follows = app.follows.of_guild(guild).into_iter();
    let awake = follows.filter(|it| it.paused.is_none() && here.is_none_or(|here| it.channel == here));
    let mut resting = awake.filter(|follow| search_rests(app, follow).is_some());
    let first = resting.next()?;
    let values = [
        ("what", Arg::from(target_words(&first.target, words))),
        ("others", Arg::from(resting.count())),
        ("when", Arg::from(relative(next_day(app.clock.now())))),
    ];
    Some(words.with(key("why-search-rests"), &values))
}

/// What became of a Space for one follow.
#[derive(Debug)]
struct Account {
    follow: Arc<Follow>,
    is_removed: bool,
    said: Vec<(Slot, Verdict)>,
    /// The most people that were seen in the room, while it isn't over.
    peak: Option<u32>,
}

/// Why, for one of the two posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It was decided; the message, if there is one, and where.
    Decided(Decision, Option<(ChannelId, MessageId)>),
    /// The follow is younger than the announcement.
    MadeAfter,
    /// It was over before anything was decided.
    Over,
    /// Nothing is decided yet.
    NotYet,
}

/// What is told for each follow of the server, or of the channel `here` alone, that the Space concerns or concerned.
async fn accounts(
    app: &App,
    guild: GuildId,
    here: Option<ChannelId>,
    space: SpaceId,
) -> Result<Vec<Account>, StoreError> {
    let since = app.clock.now().saturating_sub(TOLD_FOR).unwrap_or_default();
    let reasons = app.store.reasons(space, since).await?;
    let posts = app.store.posts(space).await?;
    let known = app.watch.known(space).filter(|known| known.continued_by.is_none());
    let concerned = known.as_ref().map(|known| app.follows.concerned(&known.space)).unwrap_or_default();
    let mut decided: HashMap<FollowId, Vec<Reason>> = HashMap::new();
    for reason in reasons {
        decided.entry(reason.decided.follow).or_default().push(reason);
    }
    let standing = app.follows.of_guild(guild).into_iter().map(|follow| (follow, false));
    let removed = app.store.removed_follows(guild).await?;
    let removed = removed.into_iter().map(|follow| (Arc::new(follow), true));
    let mut accounts = Vec::new();
    for (follow, is_removed) in standing.chain(removed) {
        let is_here = here.is_none_or(|here| follow.channel == here);
        let reasons = decided.remove(&follow.id).unwrap_or_default();
        let is_concerned = concerned.iter().any(|other| other.id == follow.id);
        if !is_here || (reasons.is_empty() && !is_concerned) {
            continue;
        }
        let mut said: Vec<(Slot, Verdict)> = Vec::new();
        for Reason { decided, message } in reasons {
            // It was in another channel then, which whoever asks may not see.
            if here.is_some_and(|here| decided.channel != here) {
                continue;
            }
            let posted =
                posts.iter().find(|post| post.channel == decided.channel && post.slot == decided.slot);
            // A message that somebody removed is forgotten by its post, not by the decision.
            let message = posted.map_or(message, |post| post.message);
            let verdict = Verdict::Decided(decided.decision, message.map(|it| (decided.channel, it)));
            // A follow that moved may have two: the later one counts.
            said.retain(|(slot, _)| *slot != decided.slot);
            said.push((decided.slot, verdict));
        }
        if let Some(known) = known.as_ref().filter(|_| is_concerned) {
            said.extend(undecided(app, &follow, known, &posts, &said));
        }
        let peak = known.as_ref().filter(|known| !known.phase.is_over());
        let peak = peak.map(|known| known.peak.unwrap_or(0));
        accounts.push(Account { follow, is_removed, said, peak });
    }
    accounts.sort_by_key(|account| account.follow.id);
    Ok(accounts)
}

/// Why nothing was decided for a follow that a Space concerns, if nothing was for what it is by now.
fn undecided(
    app: &App,
    follow: &Follow,
    known: &Known,
    posts: &[Post],
    said: &[(Slot, Verdict)],
) -> Option<(Slot, Verdict)> {
    let slot = match known.phase {
        Phase::Live => Slot::Live,
        Phase::Scheduled | Phase::NoShow => Slot::Scheduled,
        Phase::Ended | Phase::Cancelled => {
            return said.is_empty().then_some((Slot::Live, Verdict::Over));
        }
    };
    if said.iter().any(|(other, _)| *other == slot) {
        return None;
    }
    let there = posts.iter().find(|post| post.channel == follow.channel && post.slot == slot);
    let verdict = match (there, notice::objection(&app.follows.matched(follow, known, slot), slot)) {
        (Some(post), None) => {
            let message = post.message.map(|message| (post.channel, message));
            Verdict::Decided(Decision::ToldAlready, message)
        }
        (_, Some(objection)) => Verdict::Decided(objection, None),
        (None, None) if slot == Slot::Scheduled => Verdict::MadeAfter,
        (None, None) => Verdict::NotYet,
    };
    Some((slot, verdict))
}

impl Account {
    fn said(&self, guild: GuildId, words: Words<'_>) -> String {
        let follow = &self.follow;
        let what = target_words(&follow.target, words);
        let removed =
            if self.is_removed { format!(" {}", words.say(key("why-removed"))) } else { String::new() };
        let mut lines = vec![format!("`#{}` {what} → <#{}>{removed}", follow.id, follow.channel)];
        for (slot, verdict) in &self.said {
            let why = ("why", Arg::from(self.explained(*slot, *verdict, guild, words)));
            let line = match slot {
                Slot::Scheduled => words.with(key("why-scheduled"), &[why]),
                Slot::Live => words.with(key("why-live"), &[why]),
            };
            lines.push(line);
        }
        lines.join("\n")
    }

    fn explained(&self, slot: Slot, verdict: Verdict, guild: GuildId, words: Words<'_>) -> String {
        let (decision, message) = match verdict {
            Verdict::MadeAfter => return words.say(key("why-made-after")),
            Verdict::Over => return words.say(key("why-over")),
            Verdict::NotYet => return words.say(key("why-not-yet")),
            Verdict::Decided(decision, message) => (decision, message),
        };
        let link = message.map(|(channel, message)| {
            Arg::from(format!("https://discord.com/channels/{guild}/{channel}/{message}"))
        });
        match (decision, link) {
            (Decision::Posted, Some(link)) => words.with(key("why-posted"), &[("link", link)]),
            (Decision::PostedLate, Some(link)) => words.with(key("why-posted-late"), &[("link", link)]),
            (Decision::Continued, Some(link)) => words.with(key("why-continued"), &[("link", link)]),
            (Decision::ToldAlready, Some(link)) => words.with(key("why-told-already"), &[("link", link)]),
            (Decision::KeywordCap, _) => {
                words.with(key("why-keyword-cap"), &[("most", Arg::from(KEYWORD_POSTS_PER_HOUR))])
            }
            (Decision::TooFewListeners, _) => self.too_few(slot, words),
            (decision, _) => words.say(sentence(decision)),
        }
    }

    fn too_few(&self, slot: Slot, words: Words<'_>) -> String {
        match (self.follow.filter.min_listeners, self.peak) {
            (Some(least), Some(_)) if slot == Slot::Scheduled => {
                words.with(key("why-waits"), &[("least", Arg::from(least))])
            }
            (Some(least), Some(peak)) => {
                words.with(key("why-too-few-of"), &[("least", Arg::from(least)), ("peak", Arg::from(peak))])
            }
            (Some(least), None) => words.with(key("why-too-few"), &[("least", Arg::from(least))]),
            (None, _) => words.say(key("why-too-few-then")),
        }
    }
}

/// The sentence for a decision that has no values to tell.
const fn sentence(decision: Decision) -> Key {
    match decision {
        Decision::Planned => key("why-planned"),
        Decision::Posted => key("why-posted-gone"),
        Decision::PostedLate => key("why-posted-late-gone"),
        Decision::Continued => key("why-continued-gone"),
        Decision::NotWanted => key("why-not-wanted"),
        Decision::Blocked => key("why-blocked"),
        Decision::KeywordCap => key("why-keyword-cap"),
        Decision::LiveBefore => key("why-live-before"),
        Decision::Paused => key("why-paused"),
        Decision::BegunBefore => key("why-begun-before"),
        Decision::OverBefore => key("why-over-before"),
        Decision::Unfollowed => key("why-unfollowed"),
        Decision::TargetGone => key("why-target-gone"),
        Decision::Forbidden => key("why-forbidden"),
        Decision::Rejected => key("why-rejected"),
        Decision::Uncertain => key("why-uncertain"),
        Decision::Malformed => key("why-malformed"),
        Decision::NotLookedUp => key("why-not-looked-up"),
        Decision::TooFewListeners => key("why-too-few-then"),
        Decision::OtherLanguage => key("why-other-language"),
        Decision::OtherTickets => key("why-other-tickets"),
        Decision::TitleLacks => key("why-title-lacks"),
        Decision::TitleHas => key("why-title-has"),
        Decision::ToldAlready => key("why-told-already-gone"),
    }
}
