//! `/help`: three steps to the first follow, what the bot lacks here, and every command.

use serenity::builder::CreateCommand;
use serenity::model::application::InteractionContext;

use super::app::App;
use super::follow::{Need, lacking};
use super::invocation::Invocation;
use super::options::{CHANNEL_TYPES, Definer};
use super::reply::Reply;
use super::words::Words;
use crate::card::{Card, Field, Tone};
use crate::domain::text;
use crate::texts::{Arg, Key, key};

/// The command's name.
pub const NAME: &str = "help";

/// The definition of `/help`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let command = CreateCommand::new(NAME)
        .description(definer.english(key("define-help")))
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm]);
    definer
        .others(key("define-help"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Helps.
#[must_use]
pub fn execute(app: &App, invocation: &Invocation) -> Reply {
    let words = app.words(&invocation.locale);
    let mention = |command: &str| Arg::from(app.directory.mention(command));
    let mut fields = vec![Field {
        name: words.say(key("help-steps")),
        value: words.with(
            key("help-steps-text"),
            &[
                ("follow", mention("follow host")),
                ("test", mention("follow test")),
                ("list", mention("follow list")),
            ],
        ),
        inline: false,
    }];
    if invocation.asker.guild.is_some() {
        fields.push(Field {
            name: words.say(key("help-here")),
            value: here(invocation, words),
            inline: false,
        });
    }
    for (name, commands) in [
        (key("help-commands"), FOR_ALL),
        (key("help-account"), FOR_LINKED),
        (key("help-follow"), FOR_MODERATORS),
    ] {
        for (nth, value) in listed(app, commands, words).into_iter().enumerate() {
            // A list that goes on has no name of its own.
            let name = if nth == 0 { words.say(name) } else { "\u{200b}".to_owned() };
            fields.push(Field { name, value, inline: false });
        }
    }
    let card = Card {
        title: Some(words.say(key("help-title"))),
        description: Some(words.say(key("help-what"))),
        fields,
        tone: Tone::Plain,
        ..Card::default()
    };
    Reply { cards: vec![card], private: true, ..Reply::default() }
}

/// What the bot lacks in this channel.
fn here(invocation: &Invocation, words: Words<'_>) -> String {
    let channel = ("channel", Arg::from(format!("<#{}>", invocation.channel())));
    if !CHANNEL_TYPES.contains(&invocation.here.kind) {
        return words.with(key("target-wrong-kind"), &[channel]);
    }
    match lacking(invocation.app_permissions, invocation.here.is_thread()) {
        None => words.with(key("help-here-good"), &[channel]),
        Some(Need::EmbedLinks) => words.with(key("target-no-embeds"), &[channel]),
        Some(need) => {
            let permission = ("permission", Arg::from(words.say(need.label())));
            words.with(key("target-bot-lacks"), &[channel, permission])
        }
    }
}

/// Commands for everybody, with what they are for.
const FOR_ALL: &[(&str, Key)] = &[
    ("space show", key("define-space-show")),
    ("space search", key("define-space-search")),
    ("space by", key("define-space-by")),
    ("space posts", key("define-space-posts")),
    ("space insights", key("define-space-insights")),
    ("discover now", key("define-discover-now")),
    (super::why::NAME, key("define-why")),
    ("space remind", key("define-space-remind")),
    (super::agenda::NAME, key("define-agenda")),
    ("discover now", key("define-discover-now")),
    (super::status::NAME, key("define-status")),
    (NAME, key("define-help")),
    (super::space::MENU_NAME, key("define-show-linked")),
];
/// Commands that are about somebody's own account on X.
const FOR_LINKED: &[(&str, Key)] = &[
    ("account link", key("define-account-link")),
    ("account show", key("define-account-show")),
    ("account unlink", key("define-account-unlink")),
    ("discover following", key("define-discover-following")),
    ("space buyers", key("define-space-buyers")),
];
/// Commands for those whom a server lets choose what its channels hear of.
const FOR_MODERATORS: &[(&str, Key)] = &[
    ("follow host", key("define-follow-host")),
    ("follow keyword", key("define-follow-keyword")),
    ("follow list", key("define-follow-list")),
    ("follow edit", key("define-follow-edit")),
    ("follow remove", key("define-follow-remove")),
    ("follow pause", key("define-follow-pause")),
    ("follow resume", key("define-follow-resume")),
    ("follow block", key("define-follow-block")),
    ("follow export", key("define-follow-export")),
    ("follow import", key("define-follow-import")),
    ("follow test", key("define-follow-test")),
    ("settings show", key("define-settings-show")),
    ("settings set", key("define-settings-set")),
    ("settings erase", key("define-settings-erase")),
];

/// The longest value of a field, in UTF-16 units. Source: Discord's documentation, "Embed Limits".
const FIELD_MAX: usize = 1_024;

/// Commands in lines, as many to a field as fit.
fn listed(app: &App, commands: &[(&str, Key)], words: Words<'_>) -> Vec<String> {
    let name = |command: &str| match command {
        // It is in a message's menu, so it can't be clicked here.
        super::space::MENU_NAME => format!("**{command}**"),
        command => app.directory.mention(command),
    };
    let mut fields: Vec<String> = Vec::new();
    for (command, what) in commands {
        let line = format!("{} {}", name(command), words.say(*what));
        match fields.last_mut() {
            Some(field) if text::length(field) + 1 + text::length(&line) <= FIELD_MAX => {
                field.push('\n');
                field.push_str(&line);
            }
            _ => fields.push(line),
        }
    }
    fields
}
