//! A command as it was given: by whom, where, in which language, and what.

use serenity::model::application::{CommandData, CommandType, ResolvedValue};
use serenity::model::permissions::Permissions;

use super::options::{Chosen, Mistake, Options};
use super::press::{NeverHost, Press, RemindMe};
use super::{account, agenda, discover, follow, help, settings, space, status, why};
use crate::domain::ids::{ChannelId, DiscordUserId, GuildId, RoleId, SpaceId};
use crate::linking::Face;
use crate::x::Cause;

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
    /// The asker's roles in the server.
    pub roles: Vec<RoleId>,
    /// What the bot may do there.
    pub app_permissions: Permissions,
    /// How the asker's account looks.
    pub face: Face,
    /// The asker's language, as Discord writes it.
    pub locale: String,
    /// The server's language, as Discord writes it.
    pub guild_locale: Option<String>,
    /// Whether the message with the pressed button is for everybody.
    pub on_shared: bool,
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
    /// A form that was filled in: what it was opened for, and what was typed.
    Filled(Press, String),
    /// The button of a keyword post that keeps its host out of such posts.
    NeverHost(NeverHost),
    /// The button of a post that reminds of its Space.
    RemindMe(RemindMe),
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
    /// `/account`.
    Account(account::Command),
    /// `/discover`.
    Discover(discover::Command),
    /// `/settings`.
    Settings(settings::Command),
    /// `/why`, with the Space.
    Why(SpaceId),
    /// `/agenda`.
    Agenda(agenda::Agenda),
    /// `/help`.
    Help,
    /// `/status`.
    Status,
    /// "Show Space" in a message's menu, with the Spaces that the message links to.
    ShowLinked(Vec<SpaceId>),
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

    /// Whether what the asker has shown here may be seen by others: whether they could say it themselves. In a direct
    /// message there is nobody to be protected.
    #[must_use]
    pub fn may_share(&self) -> bool {
        let send = if self.here.is_thread() {
            Permissions::SEND_MESSAGES_IN_THREADS
        } else {
            Permissions::SEND_MESSAGES
        };
        self.asker.guild.is_none() || self.permissions().intersects(send | Permissions::ADMINISTRATOR)
    }

    /// Whether the answer is asked for to be seen by others.
    #[must_use]
    pub const fn asks_to_share(&self) -> bool {
        match &self.request {
            Request::Command(Command::Space(command)) => !command.is_private(),
            Request::Press(press) => press.deed.is_shared(),
            _ => false,
        }
    }

    /// Whether the answer is for the asker alone, as far as the question tells.
    #[must_use]
    pub fn is_private(&self) -> bool {
        !(self.asks_to_share() && self.may_share())
    }

    /// Whether the answer goes in place of the message with the pressed button.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        match &self.request {
            Request::Press(press) => press.deed.is_in_place() && press.by == self.asker.user,
            _ => false,
        }
    }

    /// Whether the answer is a form, which can't come later.
    #[must_use]
    pub const fn opens_form(&self) -> bool {
        matches!(&self.request, Request::Press(press) if press.deed.opens_form())
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
        let on_a_post = custom_id.parse().map(Self::NeverHost);
        let on_a_post = on_a_post.or_else(|_| custom_id.parse().map(Self::RemindMe));
        on_a_post.or_else(|_| custom_id.parse().map(Self::Press)).unwrap_or(Self::UnknownPress)
    }
}

impl Request {
    /// The form with this id, and what was typed into it.
    #[must_use]
    pub fn of_form(custom_id: &str, typed: String) -> Self {
        match custom_id.parse::<Press>() {
            Ok(press) if press.deed.opens_form() => Self::Filled(press, typed),
            _ => Self::UnknownPress,
        }
    }
}

impl Command {
    /// The command in what Discord sent.
    pub fn decode(data: &CommandData) -> Result<Self, Mistake> {
        if data.kind == CommandType::Message {
            let messages = data.resolved.messages.values();
            return match data.name.as_str() {
                space::MENU_NAME => Ok(Self::ShowLinked(messages.flat_map(space::links_in).collect())),
                _ => Err(Mistake::Unknown),
            };
        }
        let options = data.options();
        let subcommand = options.first().and_then(|option| match &option.value {
            ResolvedValue::SubCommand(options) => Some((option.name, Options::new(options))),
            _ => None,
        });
        match (data.name.as_str(), subcommand) {
            ("space", Some((name, options))) => space::Command::decode(name, &options).map(Self::Space),
            ("follow", Some((name, options))) => follow::Command::decode(name, &options).map(Self::Follow),
            (agenda::NAME, None) => agenda::Agenda::decode(&Options::new(&options)).map(Self::Agenda),
            ("account", Some((name, _))) => account::Command::decode(name).map(Self::Account),
            ("discover", Some((name, options))) => {
                discover::Command::decode(name, &options).map(Self::Discover)
            }
            ("settings", Some((name, options))) => {
                settings::Command::decode(name, &options).map(Self::Settings)
            }
            (why::NAME, None) => Options::new(&options).space().map(Self::Why),
            (help::NAME, None) => Ok(Self::Help),
            (status::NAME, None) => Ok(Self::Status),
            _ => Err(Mistake::Unknown),
        }
    }
}
