//! Lists of Spaces, a page at a time: what `/space search` and `/space by` show.
//!
//! A list's buttons carry the number of its question in the store, so that they work after a restart. Only the
//! asker turns the pages of a list that everybody sees; others get a copy of their own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tracing::error;

use super::search::{Hits, Search, Sort, sift, sort};
use super::{by, page, posts, search};
use crate::commands::app::{App, Failure};
use crate::commands::discover;
use crate::commands::invocation::{Asker, Invocation};
use crate::commands::lookup::{self, observe};
use crate::commands::press::Press;
use crate::commands::reply::{Place, Reply};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::filter::Language;
use crate::domain::ids::{DiscordUserId, GuildId, SpaceId, UserId, Username};
use crate::domain::known::Known;
use crate::domain::space::XUser;
use crate::texts::key;
use crate::watcher::lifecycle::{Observation, Sight};

/// What a list was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// A search.
    Search(Search),
    /// These hosts' Spaces.
    By(Vec<Username>),
    /// What is live, of all that is known, in this language.
    Live(Option<Language>),
    /// The Posts shared in this Space.
    Posts(SpaceId),
}

/// What was found for a question.
pub(super) struct Gathered {
    /// In order.
    pub(super) spaces: Vec<Known>,
    /// When X was asked.
    asked_at: Timestamp,
    /// Whether X was asked now.
    is_new: bool,
    /// As many as X shows: there may be more.
    pub(super) is_cut: bool,
    /// Names that no account has.
    pub(super) unknown: Vec<Username>,
    /// Names that couldn't be looked up.
    pub(super) unasked: Vec<Username>,
    /// Why nothing newer could be had.
    pub(super) fault: Option<Failure>,
}

/// Which page is shown to whom.
pub(super) struct View<'a> {
    /// The question's number; without one there are no buttons that need it.
    pub(super) list: Option<i64>,
    /// The page, counted from 0.
    pub(super) page: usize,
    /// Whether the asker alone sees it.
    pub(super) private: bool,
    /// Whether there is a channel that it could be shown to.
    pub(super) in_server: bool,
    /// Where it goes.
    pub(super) place: Place,
    /// Who turns its pages.
    pub(super) by: DiscordUserId,
    /// In which language.
    pub(super) words: Words<'a>,
}

/// The first page of a list.
pub async fn first(app: &App, invocation: &Invocation, question: Question, private: bool) -> Reply {
    answer(app, invocation, &question, (None, 0), private, Place::New).await
}

/// Another page of a list, at the press of a button.
pub async fn turn(app: &App, invocation: &Invocation, press: Press, list: i64, page: u16) -> Reply {
    let is_own = press.by == invocation.asker.user;
    let private = !(is_own && invocation.on_shared);
    let place = if is_own { Place::InPlace } else { Place::New };
    again(app, invocation, list, page, private, place).await
}

/// Shows a page of a list to the channel, at the press of Share.
pub async fn share(app: &App, invocation: &Invocation, list: i64, page: u16) -> Reply {
    if !invocation.may_share() {
        return Reply::private(app.words(&invocation.locale).say(key("share-not-allowed")));
    }
    again(app, invocation, list, page, false, Place::New).await
}

async fn again(
    app: &App,
    invocation: &Invocation,
    list: i64,
    page: u16,
    private: bool,
    place: Place,
) -> Reply {
    let own = app.words(&invocation.locale);
    let kept = match app.store.list(home(invocation), list).await {
        Ok(kept) => kept,
        Err(error) => return Reply::private(sorry::store(&error, own)),
    };
    // A question of another version is as good as gone.
    let Some(question) = kept.and_then(|kept| serde_json::from_str::<Question>(&kept).ok()) else {
        return Reply::private(own.say(key("list-gone")));
    };
    answer(app, invocation, &question, (Some(list), page), private, place).await
}

/// A page of what was asked for. A list that has no number yet gets one, unless there is nothing to be shown.
async fn answer(
    app: &App,
    invocation: &Invocation,
    question: &Question,
    (list, page): (Option<i64>, u16),
    private: bool,
    place: Place,
) -> Reply {
    let sorry = |failure: &Failure| sorry::reply(failure, app.words(&invocation.locale));
    let Asker { user: by, guild } = invocation.asker;
    let view = |list: Option<i64>| View {
        list,
        page: usize::from(page),
        private,
        in_server: guild.is_some(),
        place,
        by,
        words: app.words_for(invocation, private),
    };
    if let Question::Posts(space) = question {
        let list = numbered(app, invocation, question, list).await;
        let page = posts::page(app, invocation, *space, &view(list)).await;
        return page.unwrap_or_else(|failure| sorry(&failure));
    }
    match gather(app, invocation, question).await {
        Ok(gathered) => {
            let list = numbered(app, invocation, question, list).await;
            shown(app, invocation, question, gathered, view(list)).await
        }
        Err(failure) => sorry(&failure),
    }
}

/// The number of a question: the one that it has, or a new one.
async fn numbered(app: &App, invocation: &Invocation, question: &Question, list: Option<i64>) -> Option<i64> {
    match list {
        Some(list) => Some(list),
        None => keep(app, invocation, question).await,
    }
}

/// Whose list it is: the server's, or in a direct message the person's.
fn home(invocation: &Invocation) -> u64 {
    invocation.asker.guild.map_or(invocation.asker.user.get(), GuildId::get)
}

/// Keeps the question; without it the list has no buttons that need it, which is better than no list.
async fn keep(app: &App, invocation: &Invocation, question: &Question) -> Option<i64> {
    let json = serde_json::to_string(question).ok()?;
    match app.store.add_list(home(invocation), &json, app.clock.now()).await {
        Ok(list) => Some(list),
        Err(error) => {
            error!(error = &error as &dyn std::error::Error, "a list's question wasn't kept");
            None
        }
    }
}

async fn gather(app: &App, invocation: &Invocation, question: &Question) -> Result<Gathered, Failure> {
    let asker = &invocation.asker;
    match question {
        Question::Search(search) => {
            let Hits { spaces, asked_at, is_new, is_cut, fault } = search::ask(app, asker, search).await?;
            let spaces = sift(spaces, search);
            let (unknown, unasked) = (Vec::new(), Vec::new());
            Ok(Gathered { spaces, asked_at, is_new, is_cut, unknown, unasked, fault })
        }
        Question::Live(language) => {
            let now = app.clock.now();
            let spaces = discover::now::live(app, asker.guild, language.as_ref(), now);
            // As old as the oldest of them.
            let asked_at = spaces.iter().map(|known| known.seen_at).min().unwrap_or(now);
            let (unknown, unasked) = (Vec::new(), Vec::new());
            Ok(Gathered { spaces, asked_at, is_new: false, is_cut: false, unknown, unasked, fault: None })
        }
        // Its page is made of Posts.
        Question::Posts(_) => Ok(Gathered {
            spaces: Vec::new(),
            asked_at: app.clock.now(),
            is_new: false,
            is_cut: false,
            unknown: Vec::new(),
            unasked: Vec::new(),
            fault: None,
        }),
        Question::By(hosts) => {
            let of_hosts = by::ask(app, asker, hosts).await?;
            for host in hosts.iter().filter(|host| !of_hosts.unknown.contains(host)) {
                app.recent.saw_host(asker.user, *host);
            }
            let mut spaces = of_hosts.spaces;
            spaces.retain(|known| !known.phase.is_over());
            sort(&mut spaces, Sort::Soonest);
            Ok(Gathered {
                spaces,
                asked_at: of_hosts.asked_at,
                is_new: of_hosts.is_new,
                is_cut: false,
                unknown: of_hosts.unknown,
                unasked: of_hosts.unasked,
                fault: of_hosts.fault,
            })
        }
    }
}

async fn shown(
    app: &App,
    invocation: &Invocation,
    question: &Question,
    gathered: Gathered,
    view: View<'_>,
) -> Reply {
    let on_page = page::on_page(&gathered, &view);
    let mut hosts: Vec<UserId> = on_page.iter().filter_map(|known| known.space.creator).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let people = accounts(app, invocation, &hosts, gathered.is_new).await;
    if gathered.is_new {
        tell_watcher(app, &gathered.spaces).await;
    }
    let age = app.clock.now().duration_since(gathered.asked_at);
    page::page(question, &gathered, &view, &people, age)
}

/// These accounts: from memory where that is fresh, the others in one question to X, which counts as the asker's unless
/// what they are shown with was just asked for.
pub(super) async fn accounts(
    app: &App,
    invocation: &Invocation,
    hosts: &[UserId],
    is_new: bool,
) -> Vec<XUser> {
    let now = app.clock.now();
    let known = lookup::cached(app, hosts, now);
    let unknown: Vec<UserId> =
        hosts.iter().copied().filter(|id| !known.iter().any(|user| user.id == *id)).collect();
    if unknown.is_empty() {
        return known;
    }
    let may_ask = is_new || lookup::take(app, &invocation.asker, now).is_ok();
    if may_ask && let Ok(answer) = app.x.users_by_ids(&unknown, invocation.asker.cause()).await {
        return known.into_iter().chain(answer.users).collect();
    }
    // A name of yesterday is better than none.
    let stale = unknown.iter().filter_map(|id| app.x.users().get(*id)).map(|stale| stale.user);
    known.into_iter().chain(stale).collect()
}

/// Lets the watcher know what was seen. A Space whose host nobody knows is left to the watcher's own lanes, which
/// ask for the name before they announce it.
async fn tell_watcher(app: &App, spaces: &[Known]) {
    let is_known = |known: &&Known| {
        let host = known.space.creator.and_then(|id| app.x.users().get(id));
        host.is_some() || app.watch.known(known.space.id).is_some()
    };
    let seen = spaces.iter().filter(is_known).map(|known| Observation {
        sight: Sight::Present(Box::new(known.space.clone())),
        asked_at: known.seen_at,
    });
    observe(app, seen.collect()).await;
}
