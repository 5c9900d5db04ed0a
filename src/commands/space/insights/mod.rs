//! `/space insights`: how full a room was over time, or a host's last rooms, from what was counted while they were live.
//!
//! X is asked nothing for it: what wasn't counted then can't be had any more, and each reason why there is no picture is
//! a sentence of its own.

mod card;
pub mod table;

use std::collections::HashSet;

use jiff::tz::TimeZone;
use tracing::error;

use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::options::{Mistake, Options};
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, File, Reply, Style};
use crate::commands::words::Words;
use crate::commands::{lookup, sorry};
use crate::domain::follow::Target;
use crate::domain::ids::{SpaceId, UserId, Username};
use crate::domain::input;
use crate::domain::insights::{self, COUNTS_MIN, Counted, Figures};
use crate::domain::known::{Known, Phase};
use crate::plot::{self, Bar};
use crate::store::{PastSpace, StoreError};
use crate::texts::{Arg, Key, key};

/// A host's Spaces in one picture.
const SPACES_MAX: usize = 8;
/// Past Spaces from which a habit is read.
const HABIT_OF: u32 = 100;

/// Whose insights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A Space's.
    Space(SpaceId),
    /// A host's, by name.
    Host(Username),
    /// A host's, whom a button knows.
    Account(UserId),
}

impl Of {
    /// What the options ask for.
    pub(super) fn decode(options: &Options<'_>) -> Result<Self, Mistake> {
        match (options.text("space")?, options.host()?) {
            (Some(space), None) => input::space(space).map(Self::Space).map_err(Mistake::Space),
            (None, Some(host)) => Ok(Self::Host(host)),
            _ => Err(Mistake::SpaceOrHost),
        }
    }
}

/// Why there is nothing to be drawn.
enum Nothing {
    /// This sentence says it.
    Said(Key),
    /// Too few counts; so many.
    TooFew { counts: usize, is_live: bool },
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Nothing {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Draws what was counted.
pub async fn show(app: &App, invocation: &Invocation, of: Of, private: bool) -> Reply {
    let words = app.words_for(invocation, private);
    let zone = invocation.asker.guild.map_or(TimeZone::UTC, |guild| app.guilds.settings(guild).zone());
    let shown = match of {
        Of::Space(id) => space(app, invocation, id, &zone, words).await,
        Of::Host(name) => match account(app, invocation, &name) {
            Some(user) => host(app, invocation, user, &zone, words).await,
            None => Err(Nothing::Said(key("insights-host-not-followed"))),
        },
        Of::Account(user) => host(app, invocation, user, &zone, words).await,
    };
    match shown {
        Ok((deed, reply)) => {
            let button = Button::press(
                words.say(key("button-share")),
                Style::Secondary,
                Press { by: invocation.asker.user, deed },
            );
            let offers = private && invocation.asker.guild.is_some();
            Reply { private, ..reply }.with_row(if offers { vec![button] } else { Vec::new() })
        }
        Err(nothing) => Reply::private(explain(app, &nothing, app.words(&invocation.locale))),
    }
}

/// Shows insights to the channel, at the press of Share.
pub async fn share(app: &App, invocation: &Invocation, of: Of) -> Reply {
    if !invocation.may_share() {
        return Reply::private(app.words(&invocation.locale).say(key("share-not-allowed")));
    }
    show(app, invocation, of, false).await
}

fn explain(app: &App, nothing: &Nothing, words: Words<'_>) -> String {
    let follow = ("follow", Arg::from(app.directory.mention("follow host")));
    match nothing {
        Nothing::Said(key) => words.with(*key, &[follow]),
        Nothing::TooFew { counts, is_live } => {
            let key = if *is_live { key("insights-too-few-yet") } else { key("insights-too-few") };
            words.with(key, &[("counts", Arg::from(*counts)), ("needed", Arg::from(COUNTS_MIN))])
        }
        Nothing::Store(error) => sorry::store(error, words),
    }
}

async fn space(
    app: &App,
    invocation: &Invocation,
    id: SpaceId,
    zone: &TimeZone,
    words: Words<'_>,
) -> Result<(Deed, Reply), Nothing> {
    let now = app.clock.now();
    let known = app.watch.known(id);
    let counted = match &known {
        Some(known) => of_known(app, known).await?,
        None => match app.store.past_space(id).await? {
            Some(past) => of_past(app, past).await?,
            None if app.store.decisions(id).await?.is_empty() => {
                return Err(Nothing::Said(key("insights-unknown")));
            }
            None => return Err(Nothing::Said(key("insights-over-for-long"))),
        },
    };
    let Some(figures) = counted.figures(now) else {
        return Err(too_few(app, invocation, known.as_ref(), counted.samples.len()));
    };
    let creator = known.as_ref().and_then(|known| known.space.creator);
    let people = lookup::cached(app, &creator.into_iter().collect::<Vec<_>>(), now);
    let card = card::room(&counted, &figures, people.first(), zone, words);
    let described = card::room_described(&figures, zone, words);
    let table = File { name: "room.csv".to_owned(), bytes: table::room(&counted), described: None };
    let drawn = {
        let zone = zone.clone();
        app.easel.draw(move || plot::room(&counted, &figures, &zone, now)).await
    };
    let reply = Reply { cards: vec![card], ..Reply::default() };
    let reply = with_picture(reply, drawn, card::ROOM_PICTURE, described, words).with_file(table);
    Ok((Deed::ShareInsights(id), reply))
}

/// What is said of a Space without enough counts.
fn too_few(app: &App, invocation: &Invocation, known: Option<&Known>, counts: usize) -> Nothing {
    let is_followed = known.is_some_and(|known| {
        let concerned = app.follows.concerned(&known.space);
        concerned.iter().any(|follow| invocation.asker.guild.is_none_or(|guild| follow.guild == guild))
    });
    match known.map(|known| known.phase) {
        Some(Phase::Scheduled | Phase::NoShow) => Nothing::Said(key("insights-not-begun")),
        Some(Phase::Cancelled) => Nothing::Said(key("space-cancelled")),
        Some(Phase::Live) if counts > 0 || is_followed => Nothing::TooFew { counts, is_live: true },
        Some(Phase::Live) => Nothing::Said(key("insights-not-followed")),
        _ if counts > 0 => Nothing::TooFew { counts, is_live: false },
        _ => Nothing::Said(key("insights-never-counted")),
    }
}

async fn host(
    app: &App,
    invocation: &Invocation,
    user: UserId,
    zone: &TimeZone,
    words: Words<'_>,
) -> Result<(Deed, Reply), Nothing> {
    let now = app.clock.now();
    let past = app.store.past_spaces(user, HABIT_OF).await?;
    let mut known = app.watch.all_known();
    known.retain(|known| {
        known.space.creator == Some(user)
            && matches!(known.phase, Phase::Live | Phase::Ended)
            && !past.iter().any(|past| past.id == known.space.id)
    });
    let mut all = Vec::new();
    for known in &known {
        all.push(of_known(app, known).await?);
    }
    let lately = past.iter().take(SPACES_MAX);
    for past in lately {
        all.push(of_past(app, *past).await?);
    }
    all.retain(|space| !space.samples.is_empty());
    let begun: HashSet<_> =
        all.iter().map(|space| space.began_at).chain(past.iter().map(|past| past.began_at)).collect();
    let habit = insights::habit(&begun.into_iter().collect::<Vec<_>>(), zone);
    all.sort_by_key(|space| space.began_at);
    let with_figures = all.into_iter().filter_map(|space| space.figures(now).map(|figures| (space, figures)));
    let mut spaces: Vec<(Counted, Figures)> = with_figures.collect();
    spaces.drain(..spaces.len().saturating_sub(SPACES_MAX));
    if spaces.is_empty() {
        let is_followed = match invocation.asker.guild {
            Some(_) => name_in_follows(app, invocation, user).is_some(),
            None => app.follows.is_followed(user),
        };
        let said = if is_followed { key("insights-host-nothing") } else { key("insights-host-not-followed") };
        return Err(Nothing::Said(said));
    }
    let username = app.x.users().get(user).map(|known| known.user.username);
    let username = username.or_else(|| name_in_follows(app, invocation, user));
    let Some(username) = username else { return Err(Nothing::Said(key("insights-host-not-followed"))) };
    let card = card::host(&username, &spaces, habit, zone, words);
    let described = card::host_described(&spaces, zone, words);
    let table = File { name: "spaces.csv".to_owned(), bytes: table::spaces(&spaces), described: None };
    let bars: Vec<Bar> = spaces.iter().map(|(space, figures)| bar(space, figures)).collect();
    let zone = zone.clone();
    let drawn = app.easel.draw(move || plot::host(&bars, &zone)).await;
    let reply = Reply { cards: vec![card], ..Reply::default() };
    let reply = with_picture(reply, drawn, card::HOST_PICTURE, described, words).with_file(table);
    Ok((Deed::ShareHostInsights(user), reply))
}

fn bar(space: &Counted, figures: &Figures) -> Bar {
    Bar {
        began_at: space.began_at,
        peak: figures.peak.people,
        mean: figures.mean,
        duration: figures.duration,
    }
}

/// The reply with its picture; without one, if it couldn't be drawn, it says so and the figures stand.
fn with_picture(
    reply: Reply,
    drawn: Result<Vec<u8>, impl std::error::Error + 'static>,
    name: &str,
    described: String,
    words: Words<'_>,
) -> Reply {
    match drawn {
        Ok(bytes) => reply.with_file(File { name: name.to_owned(), bytes, described: Some(described) }),
        Err(fault) => {
            error!(error = &fault as &dyn std::error::Error, "insights have no picture");
            let mut reply = Reply { content: words.say(key("insights-no-picture")), ..reply };
            reply.cards.iter_mut().for_each(|card| card.picture = None);
            reply
        }
    }
}

async fn of_known(app: &App, known: &Known) -> Result<Counted, StoreError> {
    let samples = app.store.samples(known.space.id).await?;
    let began_at = known.live_since.or_else(|| samples.first().map(|sample| sample.taken_at));
    Ok(Counted {
        id: known.space.id,
        title: Some(known.space.title.clone().unwrap_or_default()),
        began_at: began_at.unwrap_or(known.seen_at),
        over_at: known.over_at,
        samples,
    })
}

async fn of_past(app: &App, past: PastSpace) -> Result<Counted, StoreError> {
    let samples = app.store.samples(past.id).await?;
    Ok(Counted { id: past.id, title: None, began_at: past.began_at, over_at: Some(past.over_at), samples })
}

/// The account of a name, as far as it is known without asking.
fn account(app: &App, invocation: &Invocation, name: &Username) -> Option<UserId> {
    let shown = app.x.users().by_username(name).map(|known| known.user.id);
    shown.or_else(|| {
        let follows = app.follows.of_guild(invocation.asker.guild?);
        follows.iter().find_map(|follow| match &follow.target {
            Target::Host { user, username } if username == name => Some(*user),
            _ => None,
        })
    })
}

fn name_in_follows(app: &App, invocation: &Invocation, account: UserId) -> Option<Username> {
    let follows = app.follows.of_guild(invocation.asker.guild?);
    follows.iter().find_map(|follow| match &follow.target {
        Target::Host { user, username } if *user == account => Some(*username),
        _ => None,
    })
}
