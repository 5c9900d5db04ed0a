//! A command as it was given: by whom, where, in which language, and what.

use serenity::model::application::CommandData;
use serenity::model::permissions::Permissions;

use super::options::{Chosen, Mistake, Options};
use super::press::Press;
use super::{follow, help, space};
use crate::domain::ids::{ChannelId, DiscordUserId, GuildId};
use crate::x::Cause;
use serenity::model::application::ResolvedValue;

/// Who asks, and for which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// The person.
    pub user: DiscordUserId,
    /// The server, `None` in a direct message.
    pub guild: Option<GuildId>,
}

impl Asker {
    /// On whose behalf X is asked.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        Cause::Command { guild: self.guild }
    }
}

/// A command, or the press of a button.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Who asks.
    pub asker: Asker,
    /// Where; its permissions are the asker's.
    pub here: Chosen,
    /// What the bot may do there.
    pub app_permissions: Permissions,
    /// The asker's language, as Discord writes it.
    pub locale: String,
    /// The server's language, as Discord writes it.
    pub guild_locale: Option<String>,
    /// What is asked.
    pub request: Request,
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum Request {
    /// A command.
    Command(Command),
    /// A button.
    Press(Press),
    /// A command that can't be done as it was typed.
    Mistaken(Mistake),
    /// A button that isn't known any more.
    UnknownPress,
}

/// A command, decoded.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `/space`.
    Space(space::Command),
    /// `/follow`.
    Follow(follow::Command),
    /// `/help`.
    Help,
}

impl Invocation {
    /// The channel here, whose mention it is.
    #[must_use]
    pub const fn channel(&self) -> ChannelId {
        self.here.id
    }

    /// What the asker may do here.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.here.permissions.unwrap_or_default()
    }

    /// Whether the asker has Manage Server.
    #[must_use]
    pub fn manages_server(&self) -> bool {
        self.permissions().intersects(Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR)
    }

    /// Whether the answer is for the asker alone, as far as the question tells.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        match &self.request {
            Request::Command(Command::Space(command)) => command.is_private(),
            Request::Press(press) => !matches!(press.deed, super::press::Deed::Share(_)),
            _ => true,
        }
    }

    /// Whether the answer goes in place of the message with the pressed button.
    #[must_use]
    pub const fn is_in_place(&self) -> bool {
        match &self.request {
            Request::Press(press) => press.deed.is_in_place(),
            _ => false,
        }
    }
}

impl Request {
    /// The command in what Discord sent.
    #[must_use]
    pub fn of_command(data: &CommandData) -> Self {
        match Command::decode(data) {
            Ok(command) => Self::Command(command),
            Err(mistake) => Self::Mistaken(mistake),
        }
    }

    /// The button with this id.
    #[must_use]
    pub fn of_press(custom_id: &str) -> Self {
        custom_id.parse().map_or(Self::UnknownPress, Self::Press)
    }
}

impl Command {
    /// The command in what Discord sent.
    pub fn decode(data: &CommandData) -> Result<Self, Mistake> {
        let options = data.options();
        let subcommand = options.first().and_then(|option| match &option.value {
            ResolvedValue::SubCommand(options) => Some((option.name, Options::new(options))),
            _ => None,
        });
        match (data.name.as_str(), subcommand) {
            ("space", Some((name, options))) => space::Command::decode(name, &options).map(Self::Space),
            ("follow", Some((name, options))) => follow::Command::decode(name, &options).map(Self::Follow),
            (help::NAME, None) => Ok(Self::Help),
            _ => Err(Mistake::Unknown),
        }
    }
}
