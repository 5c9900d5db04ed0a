//! A message with its history, and who it pinged. Pings are decided once, when it is created.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::files::Attachment;
use super::moment::Moment;
use super::permissions::bits;
use super::world::{Channel, World};

/// Only the person who caused the message sees it.
pub(super) const EPHEMERAL: u64 = 1 << 6;
/// The "… is thinking" state of a deferred answer.
pub(super) const LOADING: u64 = 1 << 7;
/// No notification is sent.
pub(super) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
/// The message is made of components alone.
pub(super) const COMPONENTS_V2: u64 = 1 << 15;

/// Who was notified by a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// `@everyone` or `@here`.
    pub everyone: bool,
    /// Roles.
    pub roles: BTreeSet<u64>,
    /// Users.
    pub users: BTreeSet<u64>,
}

impl Pings {
    /// Whether nobody was notified.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.everyone && self.roles.is_empty() && self.users.is_empty()
    }
}

/// What a message looked like from some moment on.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Since when.
    pub at: Moment,
    /// The text.
    pub content: String,
    /// The embeds, as sent.
    pub embeds: Vec<Value>,
    /// The components, as sent.
    pub components: Vec<Value>,
}

/// A message, with all that a test may ask about it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id.
    pub id: u64,
    /// Where it is.
    pub channel_id: u64,
    /// Who wrote it.
    pub author_id: u64,
    /// The text now.
    pub content: String,
    /// The embeds now, as sent.
    pub embeds: Vec<Value>,
    /// The components now, as sent.
    pub components: Vec<Value>,
    /// `allowed_mentions` of the creating request.
    pub allowed_mentions: Option<Value>,
    /// Flags.
    pub flags: u64,
    /// The nonce of the creating request.
    pub nonce: Option<String>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Who it notified.
    pub pings: Pings,
    /// When it was created.
    pub created: Moment,
    /// When it was last edited.
    pub edited: Option<Moment>,
    /// When it was deleted.
    pub deleted: Option<Moment>,
    /// All that it ever looked like, the first first.
    pub revisions: Vec<Revision>,
    /// The one who sees an ephemeral message.
    pub visible_to: Option<u64>,
    /// The interaction that it answers.
    pub interaction_id: Option<u64>,
    /// How much older than `created` it pretends to be.
    pub(super) aged: Duration,
}

impl Message {
    /// Whether only one person sees it.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.flags & EPHEMERAL != 0
    }

    /// Whether it is a deferred answer still waited for.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// Its file of that name.
    #[must_use]
    pub fn file(&self, filename: &str) -> Option<&Attachment> {
        self.attachments.iter().find(|file| file.filename == filename)
    }

    pub(super) fn exists(&self) -> bool {
        self.deleted.is_none()
    }

    /// Every component that has a `custom_id`, wherever it is nested.
    pub(super) fn interactive(&self) -> Vec<&Value> {
        let mut found = Vec::new();
        for component in &self.components {
            collect(component, &mut found);
        }
        found
    }

    pub(super) fn remember(&mut self, at: Moment) {
        self.revisions.push(Revision {
            at,
            content: self.content.clone(),
            embeds: self.embeds.clone(),
            components: self.components.clone(),
        });
    }
}

fn collect<'a>(component: &'a Value, found: &mut Vec<&'a Value>) {
    if component["custom_id"].is_string() {
        found.push(component);
    }
    for nested in component["components"].as_array().into_iter().flatten() {
        collect(nested, found);
    }
    if component["accessory"].is_object() {
        collect(&component["accessory"], found);
    }
}

/// What stands between `open` and `>` in a text, as ids.
pub(super) fn mentioned(content: &str, open: &str) -> BTreeSet<u64> {
    content
        .split(open)
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .filter_map(|(id, _)| id.trim_start_matches('!').parse().ok())
        .collect()
}

/// Who a new message by the bot notifies: what its text mentions, narrowed by `allowed_mentions`
/// and by what the bot may mention in that channel.
pub(super) fn pings(
    world: &World,
    channel: &Channel,
    content: &str,
    allowed: Option<&Value>,
    flags: u64,
) -> Pings {
    if flags & (EPHEMERAL | SUPPRESS_NOTIFICATIONS) != 0 {
        return Pings::default();
    }
    let parses = |what: &str| {
        allowed.is_none_or(|allowed| {
            allowed["parse"].as_array().is_some_and(|parse| parse.iter().any(|kind| kind == what))
        })
    };
    let listed = |what: &str, id: u64| {
        allowed.is_some_and(|allowed| {
            allowed[what].as_array().is_some_and(|ids| ids.iter().any(|listed| id_of(listed) == Some(id)))
        })
    };
    let may_mention_all = world.bot_can(channel) & bits::MENTION_EVERYONE != 0;
    let guild = channel.guild.and_then(|id| world.guilds.get(&id));
    Pings {
        everyone: guild.is_some()
            && may_mention_all
            && parses("everyone")
            && (content.contains("@everyone") || content.contains("@here")),
        roles: mentioned(content, "<@&")
            .into_iter()
            .filter(|id| parses("roles") || listed("roles", *id))
            .filter(|id| {
                guild.and_then(|guild| guild.roles.get(id)).is_some_and(|role| {
                    role.id != channel.guild.unwrap_or(0) && (role.mentionable || may_mention_all)
                })
            })
            .collect(),
        users: mentioned(content, "<@")
            .into_iter()
            .filter(|id| parses("users") || listed("users", *id))
            .filter(|id| world.users.contains_key(id))
            .collect(),
    }
}

/// An id as Discord takes it: a string of digits, or a number.
pub(super) fn id_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}
