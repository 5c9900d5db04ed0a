//! `/agenda`: what is coming for this server, as a list and as a file for calendars.

mod calendar;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serenity::builder::CreateCommand;
use serenity::model::application::InteractionContext;

use super::app::App;
use super::invocation::Invocation;
use super::options::{Definer, Mistake, Options};
use super::reply::Reply;
use super::words::Words;
use crate::card::{self, Card, Tone, date, relative};
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::known::{Known, Phase};
use crate::domain::space::XUser;
use crate::domain::text;
use crate::texts::{Arg, key};

pub use calendar::{Entry, calendar};

/// The command's name.
pub const NAME: &str = "agenda";
/// The most days ahead: no Space is scheduled further.
pub const DAYS_MAX: u16 = 14;
/// The days ahead where nobody says.
const DAYS: u16 = 7;
/// Spaces that the list shows; the file holds more.
const LINES_MAX: usize = 15;
/// Spaces in the file.
const ENTRIES_MAX: usize = 500;
/// Room for a title, in UTF-16 units.
const TITLE_MAX: usize = 100;
/// Room for a host's name, in UTF-16 units.
const NAME_MAX: usize = 50;
/// Channels that a line shows; the others are counted.
const CHANNELS_MAX: usize = 3;
/// Room for the list, in UTF-16 units. Source: Discord's documentation, "Embed Limits", some of it left.
const LIST_MAX: usize = 3_900;

/// `/agenda` with its option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agenda {
    /// How many days ahead.
    pub days: u16,
}

impl Agenda {
    /// The command with its options.
    pub fn decode(options: &Options<'_>) -> Result<Self, Mistake> {
        let days = options.integer("days", 1, DAYS_MAX.into())?;
        Ok(Self { days: days.map_or(DAYS, |days| u16::try_from(days).unwrap_or(DAYS)) })
    }
}

/// The definition of `/agenda`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let days = definer.integer("days", key("define-days"), 1, DAYS_MAX.into());
    let command = CreateCommand::new(NAME)
        .description(definer.english(key("define-agenda")))
        .contexts(vec![InteractionContext::Guild])
        .add_option(days);
    definer
        .others(key("define-agenda"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// A Space to come, and the channels here that hear of it.
struct Coming {
    known: Known,
    start: Timestamp,
    host: Option<XUser>,
    channels: Vec<ChannelId>,
}

/// Shows what is coming.
pub async fn execute(app: &App, invocation: &Invocation, agenda: Agenda) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(guild) = invocation.asker.guild else {
        return Reply::private(words.say(key("agenda-servers-only")));
    };
    let visible = visible(app, invocation, guild).await;
    let sees = |channel: ChannelId| visible.as_ref().is_none_or(|visible| visible.contains(&channel));
    let now = app.clock.now();
    let until = now.saturating_add(SignedDuration::from_hours(i64::from(agenda.days) * 24)).unwrap_or(now);
    let mut coming: Vec<Coming> = app
        .watch
        .all_known()
        .into_iter()
        .filter(|known| known.phase == Phase::Scheduled)
        .filter_map(|known| {
            let start = known.space.scheduled_start.filter(|start| *start <= until)?;
            let channels = channels(app, guild, &known, sees);
            let host = known.space.creator.and_then(|id| app.x.users().get(id)).map(|known| known.user);
            (!channels.is_empty()).then_some(Coming { known, start, host, channels })
        })
        .collect();
    coming.sort_by_key(|one| (one.start, one.known.space.id));
    if coming.is_empty() {
        return Reply::private(words.with(key("agenda-nothing"), &[("days", Arg::from(agenda.days))]));
    }
    let entries: Vec<Entry> = coming.iter().take(ENTRIES_MAX).map(|one| entry(one, words)).collect();
    let card = Card {
        title: Some(words.with(key("agenda-title"), &[("days", Arg::from(agenda.days))])),
        description: Some(list(&coming, words)),
        footer: Some(words.say(key("agenda-footer"))),
        tone: Tone::Scheduled,
        ..Card::default()
    };
    Reply { cards: vec![card], private: true, ..Reply::default() }.with_file(calendar(&entries, now))
}

/// The channels that the asker can see; `None` for all of them. Where Discord doesn't tell, nobody is shown more than
/// the channel that they are in.
async fn visible(app: &App, invocation: &Invocation, guild: GuildId) -> Option<HashSet<ChannelId>> {
    if invocation.manages_server() {
        return None;
    }
    let seen = app.server.visible_channels(guild, invocation.asker.user, &invocation.roles).await;
    let seen = seen.unwrap_or_else(|_| Arc::default());
    Some(seen.iter().copied().chain([invocation.channel()]).collect())
}

/// The channels of this server that hear of a Space.
fn channels(app: &App, guild: GuildId, known: &Known, sees: impl Fn(ChannelId) -> bool) -> Vec<ChannelId> {
    let mut channels: Vec<ChannelId> = app
        .follows
        .expecting(known)
        .iter()
        .filter(|follow| follow.guild == guild && sees(follow.channel))
        .map(|follow| follow.channel)
        .collect();
    channels.sort_unstable();
    channels.dedup();
    channels
}

fn list(coming: &[Coming], words: Words<'_>) -> String {
    let mut list = String::new();
    for (nth, one) in coming.iter().enumerate() {
        let line = line(one, words);
        let others = coming.len() - nth;
        if nth == LINES_MAX || text::length(&list) + text::length(&line) > LIST_MAX {
            return format!("{list}\n{}", words.with(key("agenda-more"), &[("count", Arg::from(others))]));
        }
        let break_before = if nth == 0 { "" } else { "\n" };
        list = format!("{list}{break_before}{line}");
    }
    list
}

fn line(one: &Coming, words: Words<'_>) -> String {
    let space = &one.known.space;
    let mentions = one.channels.iter().take(CHANNELS_MAX).map(|channel| format!("<#{channel}>"));
    let mut channels = mentions.collect::<Vec<_>>().join(" ");
    let others = one.channels.len().saturating_sub(CHANNELS_MAX);
    if others > 0 {
        channels = format!("{channels} +{others}");
    }
    let title = format!("[{}](<{}>)", words.title(space, TITLE_MAX), space.id.url());
    let host = one.host.as_ref().map(|host| match text::marked_down(&host.name, NAME_MAX) {
        Some(name) => format!("{name} ({})", card::handle(&host.username)),
        None => card::handle(&host.username),
    });
    let facts: Vec<String> =
        [date(one.start), relative(one.start)].into_iter().chain(host).chain([channels]).collect();
    format!("**{title}**\n{}", facts.join(" · "))
}

fn entry(one: &Coming, words: Words<'_>) -> Entry {
    let space = &one.known.space;
    let title = space.title.as_deref().and_then(|title| text::plain(title, TITLE_MAX));
    let host = one.host.as_ref().map(|host| match text::plain(&host.name, NAME_MAX) {
        Some(name) => format!("{name} (@{})", host.username),
        None => format!("@{}", host.username),
    });
    Entry {
        space: space.id,
        title: title.unwrap_or_else(|| words.say(key("general-untitled"))),
        host,
        start: one.start,
    }
}
