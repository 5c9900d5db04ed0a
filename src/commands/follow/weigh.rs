//! What a file of follows would change in a server, weighed against what is there. Pure but for the caps' index.
//!
//! Each entry is checked as a new follow is: the channel by what the asker and the bot may do there, the role by who may
//! mention it, the caps in the order of the file.

use std::collections::HashSet;

use super::target::{Need, lacking};
use crate::commands::app::{App, Survey};
use crate::commands::options::{CHANNEL_TYPES, Chosen};
use crate::commands::words::Words;
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{GuildId, UserId, Username};
use crate::domain::keyword::Phrase;
use crate::domain::roster::{Entry, Wanted};
use crate::follows::AddError;
use crate::texts::{Arg, key};

/// What a file would change.
#[derive(Debug, Default)]
pub(super) struct Weighed {
    /// What would be new.
    pub(super) new: Vec<Entry>,
    /// How many are there already.
    pub(super) there: usize,
    /// What can't be, by its number in the file, and why.
    pub(super) refused: Vec<(usize, Entry, Refusal)>,
    /// The names among what is new of which nobody knows whose they are.
    pub(super) unknown: Vec<Username>,
}

/// Why an entry can't be a follow here.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The channel isn't in this server, or out of sight.
    Channel,
    /// Posts can't go to a channel of this type.
    Kind,
    /// The asker can't see it.
    AskerCannotView,
    /// The asker can't send there.
    AskerCannotSend,
    /// The bot lacks this there.
    Lacks(Need),
    /// The role isn't in this server, or is everybody.
    Role,
    /// The asker may not mention it.
    NotMentionable,
    /// A cap leaves no room.
    Full(AddError),
    /// X has no account of this name.
    Nobody,
}

/// Weighs these entries.
pub(super) fn weigh(app: &App, guild: GuildId, entries: Vec<Entry>, survey: &Survey) -> Weighed {
    let mut weighed = Weighed::default();
    let mut room = app.follows.room(guild);
    let mut unknown = HashSet::new();
    for (number, entry) in (1..).zip(entries) {
        if is_there(app, &entry) {
            weighed.there += 1;
            continue;
        }
        let refusal = refusal(guild, &entry, survey).or_else(|| {
            room.take(entry.channel, matches!(entry.wanted, Wanted::Keyword(_))).err().map(Refusal::Full)
        });
        if let Some(refusal) = refusal {
            weighed.refused.push((number, entry, refusal));
            continue;
        }
        if let Wanted::Host(name) = entry.wanted
            && account(app, &name).is_none()
            && unknown.insert(name.folded())
        {
            weighed.unknown.push(name);
        }
        weighed.new.push(entry);
    }
    weighed
}

/// Whose name this is, as far as anybody knows: by what X showed, or by a follow that is kept.
pub(in crate::commands) fn account(app: &App, name: &Username) -> Option<(UserId, Username)> {
    let shown = app.x.users().by_username(name).map(|known| (known.user.id, known.user.username));
    shown.or_else(|| app.follows.host_named(name))
}

fn is_there(app: &App, entry: &Entry) -> bool {
    let same = |follow: &Follow| match (&follow.target, &entry.wanted) {
        (Target::Host { user, username }, Wanted::Host(name)) => {
            username == name || account(app, name).is_some_and(|(id, _)| id == *user)
        }
        (Target::Keyword(_), Wanted::Keyword(typed)) => {
            crate::follows::folded(&follow.target) == folded(typed)
        }
        _ => false,
    };
    app.follows.of_channel(entry.channel).iter().any(|follow| same(follow))
}

/// A keyword's folded form.
pub(super) fn folded(typed: &str) -> String {
    Phrase::parse(typed).map_or_else(|_| typed.to_owned(), |phrase| phrase.folded().to_owned())
}

fn refusal(guild: GuildId, entry: &Entry, survey: &Survey) -> Option<Refusal> {
    let Some(place) = survey.channels.get(&entry.channel) else { return Some(Refusal::Channel) };
    if !CHANNEL_TYPES.contains(&place.kind) {
        return Some(Refusal::Kind);
    }
    let is_thread = Chosen { id: entry.channel, kind: place.kind, permissions: None }.is_thread();
    match lacking(place.theirs, is_thread) {
        Some(Need::View) => return Some(Refusal::AskerCannotView),
        Some(Need::Send | Need::SendInThreads) => return Some(Refusal::AskerCannotSend),
        Some(Need::EmbedLinks) | None => {}
    }
    match lacking(place.ours, is_thread) {
        None | Some(Need::EmbedLinks) => {}
        Some(need) => return Some(Refusal::Lacks(need)),
    }
    let role = entry.role?;
    match survey.roles.get(&role) {
        None => Some(Refusal::Role),
        Some(_) if role.get() == guild.get() => Some(Refusal::Role),
        Some(mentionable) => {
            let may = *mentionable || super::target::may_mention_all(place.theirs);
            (!may).then_some(Refusal::NotMentionable)
        }
    }
}

impl Refusal {
    /// Why, in a few words.
    pub(super) fn said(&self, words: Words<'_>) -> String {
        match self {
            Self::Channel => words.say(key("import-no-channel")),
            Self::Kind => words.say(key("import-channel-kind")),
            Self::AskerCannotView => words.say(key("import-asker-cannot-view")),
            Self::AskerCannotSend => words.say(key("import-asker-cannot-send")),
            Self::Lacks(need) => {
                words.with(key("import-bot-lacks"), &[("permission", Arg::from(words.say(need.label())))])
            }
            Self::Role => words.say(key("import-no-role")),
            Self::NotMentionable => words.say(key("import-role-not-mentionable")),
            Self::Full(error) => crate::commands::sorry::add(error, words),
            Self::Nobody => words.say(key("import-nobody")),
        }
    }
}
