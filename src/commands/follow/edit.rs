//! `/follow edit`: another channel, other posts, other Spaces or another role for a follow that is there.
//!
//! The checks are those of adding. What the edit makes different is said line by line, from what to what.

use std::sync::Arc;

use serenity::builder::CreateCommandOption;
use tracing::error;

use super::filter::{self, Asked};
use super::{own, target};
use crate::card;
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::options::{Chosen, ChosenRole, Definer, Mistake, Options, when_label};
use crate::commands::reply::Reply;
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::filter::{Filter, Terms, Tickets};
use crate::domain::follow::{Follow, Target, When};
use crate::domain::ids::{ChannelId, FollowId, GuildId, RoleId};
use crate::domain::text;
use crate::follows::EditError;
use crate::texts::{Arg, Key, key};

/// Room for a filter's terms on one side of a line.
const TERMS_MAX: usize = 160;

/// What is to be different; what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    channel: Option<Chosen>,
    role: Option<ChosenRole>,
    when: Option<When>,
    filter: Asked,
    clear: Option<Clear>,
}

/// What a follow is to do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clear {
    Role,
    MinListeners,
    Language,
    Tickets,
    TitleHas,
    TitleLacks,
}

impl Clear {
    const ALL: [Self; 6] =
        [Self::Role, Self::MinListeners, Self::Language, Self::Tickets, Self::TitleHas, Self::TitleLacks];

    /// The option that it clears, and what that is called.
    const fn choice(self) -> (&'static str, Key) {
        match self {
            Self::Role => ("role", key("edit-role")),
            Self::MinListeners => ("min_listeners", key("edit-min-listeners")),
            Self::Language => ("language", key("edit-language")),
            Self::Tickets => ("tickets", key("edit-tickets")),
            Self::TitleHas => ("title_has", key("edit-title-has")),
            Self::TitleLacks => ("title_lacks", key("edit-title-lacks")),
        }
    }

    fn from(self, follow: &mut Follow) {
        match self {
            Self::Role => follow.role = None,
            Self::MinListeners => follow.filter.min_listeners = None,
            Self::Language => follow.filter.language = None,
            Self::Tickets => follow.filter.tickets = Tickets::Any,
            Self::TitleHas => follow.filter.title_has = Terms::default(),
            Self::TitleLacks => follow.filter.title_lacks = Terms::default(),
        }
    }
}

impl Edit {
    /// What the options ask for.
    pub(super) fn decode(options: &Options<'_>) -> Result<Self, Mistake> {
        let clear = match options.text("clear")? {
            None => None,
            Some(name) => {
                let named = Clear::ALL.into_iter().find(|clear| clear.choice().0 == name);
                Some(named.ok_or(Mistake::Choice("clear"))?)
            }
        };
        let edit = Self {
            channel: options.channel()?,
            role: options.role()?,
            when: options.when()?,
            filter: filter::decode(options)?,
            clear,
        };
        match clear.map(|clear| clear.choice().0) {
            Some("role") if edit.role.is_some() => Err(Mistake::ClearAndSet("role")),
            Some(option) if edit.filter.holds(option) => Err(Mistake::ClearAndSet(option)),
            _ => Ok(edit),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A subcommand with the `clear` option.
pub(super) fn clear_option(definer: Definer<'_>) -> CreateCommandOption {
    definer.choice("clear", key("define-clear"), Clear::ALL.map(Clear::choice))
}

/// Edits a follow.
pub(super) async fn edit(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    id: FollowId,
    edit: Edit,
) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(before) = own(app, guild, id) else {
        return Reply::private(words.say(key("follow-not-here")));
    };
    if edit.is_empty() {
        return Reply::private(words.say(key("edit-nothing-given")));
    }
    let (channel, role, warnings) = match checked(app, invocation, guild, &before, &edit).await {
        Ok(checked) => checked,
        Err(sentence) => return Reply::private(sentence),
    };
    let mut after = Follow {
        channel,
        role: role.or(before.role),
        when: edit.when.unwrap_or(before.when),
        filter: edit.filter.onto(before.filter.clone()),
        ..Follow::clone(&before)
    };
    if let Some(clear) = edit.clear {
        clear.from(&mut after);
    }
    if after.filter.never_posts(after.when) {
        return Reply::private(words.say(key("option-nobody-before")));
    }
    if after == *before {
        return Reply::private(about(&before, key("edit-same"), words));
    }
    let after = match app.follows.edit(&after).await {
        Ok(after) => after,
        Err(error) => return Reply::private(refused(&error, &before, words)),
    };
    super::settle_in(app, &[id]).await;
    let mut lines = vec![about(&after, key("edit-done"), words)];
    lines.extend(changes(&before, &after, words));
    lines.extend(warnings);
    if let (Target::Keyword(_), Some(role), false) =
        (&after.target, after.role, after.filter.lets_keyword_ping())
    {
        lines.push(words.with(key("promise-keyword-no-ping"), &[("role", Arg::from(format!("<@&{role}>")))]));
    }
    Reply::private(lines.join("\n"))
}

type Places = (ChannelId, Option<RoleId>, Vec<String>);

/// Where it posts and whom it pings from now on, and what works less well than it could.
async fn checked(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    before: &Follow,
    edit: &Edit,
) -> Result<Places, String> {
    match (edit.channel, edit.role) {
        (Some(channel), role) => {
            let checked = target::check(app, invocation, guild, Some(channel), role).await?;
            Ok((checked.channel, checked.role, checked.warnings))
        }
        (None, None) => Ok((before.channel, None, Vec::new())),
        (None, Some(role)) => {
            let warning = target::check_role_there(app, invocation, guild, before.channel, role).await?;
            Ok((before.channel, Some(role.id), warning.into_iter().collect()))
        }
    }
}

fn refused(error: &EditError, before: &Follow, words: Words<'_>) -> String {
    match error {
        EditError::Gone => words.say(key("follow-not-here")),
        EditError::Taken(there) => about(there, key("edit-taken"), words),
        EditError::ChannelFull(most) => words.with(key("sorry-channel-full"), &[("most", Arg::from(*most))]),
        EditError::Store(error) => {
            error!(follow.id = %before.id, "follow {} wasn't edited", before.id);
            sorry::store(error, words)
        }
    }
}

fn about(follow: &Follow, sentence: Key, words: Words<'_>) -> String {
    super::remove::about(follow, sentence, words)
}

/// What is different, a line each.
fn changes(before: &Arc<Follow>, after: &Follow, words: Words<'_>) -> Vec<String> {
    let told = [
        (key("edit-channel"), channel as fn(&Follow, Words<'_>) -> String),
        (key("edit-when"), when),
        (key("edit-role"), role),
        (key("edit-min-listeners"), |follow, words| listeners(&follow.filter, words)),
        (key("edit-language"), |follow, words| language(&follow.filter, words)),
        (key("edit-tickets"), |follow, words| words.say(follow.filter.tickets.choice().1)),
        (key("edit-title-has"), |follow, words| terms(&follow.filter.title_has, words)),
        (key("edit-title-lacks"), |follow, words| terms(&follow.filter.title_lacks, words)),
    ];
    let line = |(what, said): (Key, fn(&Follow, Words<'_>) -> String)| {
        let (from, to) = (said(before, words), said(after, words));
        let values = [
            ("what", Arg::from(words.say(what))),
            ("from", Arg::from(from.clone())),
            ("to", Arg::from(to.clone())),
        ];
        (from != to).then(|| words.with(key("edit-line"), &values))
    };
    let mut lines: Vec<String> = told.into_iter().filter_map(line).collect();
    if before.paused.is_some() && after.paused.is_none() {
        lines.push(words.say(key("edit-resumed")));
    }
    lines
}

fn channel(follow: &Follow, _: Words<'_>) -> String {
    format!("<#{}>", follow.channel)
}

fn when(follow: &Follow, words: Words<'_>) -> String {
    words.say(when_label(follow.when))
}

fn role(follow: &Follow, words: Words<'_>) -> String {
    follow.role.map_or_else(|| words.say(key("edit-nobody")), |role| format!("<@&{role}>"))
}

fn listeners(filter: &Filter, words: Words<'_>) -> String {
    let none = || words.say(key("edit-none"));
    filter
        .min_listeners
        .map_or_else(none, |least| words.with(key("edit-people"), &[("count", Arg::from(least))]))
}

fn language(filter: &Filter, words: Words<'_>) -> String {
    let none = || words.say(key("edit-none"));
    let named = |code: &str| card::language_name(code, words.texts, words.locale);
    filter.language.as_ref().map_or_else(none, |language| named(language.code()))
}

fn terms(terms: &Terms, words: Words<'_>) -> String {
    text::marked_down(&terms.as_typed(), TERMS_MAX).unwrap_or_else(|| words.say(key("edit-none")))
}
