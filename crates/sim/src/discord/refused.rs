//! What Discord's client doesn't let a person do.

/// The client didn't let the person do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such command, or not here.
    #[error("no command `{0}` here")]
    UnknownCommand(String),
    /// The command is only a group.
    #[error("a subcommand is needed")]
    NeedsSubcommand,
    /// The command has no such option.
    #[error("no option `{0}`")]
    UnknownOption(String),
    /// A required option is missing.
    #[error("option `{0}` is required")]
    MissingOption(String),
    /// An option's value doesn't fit its definition.
    #[error("option `{0}` {1}")]
    Invalid(String, &'static str),
    /// The person lacks the permissions that the command asks for.
    #[error("this person may not use that command")]
    NotAllowed,
    /// The person doesn't see the channel or isn't in it, or may not use commands there.
    #[error("this person can use no commands in this channel")]
    NoAccess,
    /// The message isn't there, or not for this person.
    #[error("no such message")]
    UnknownMessage,
    /// The message has no such component, or it is disabled.
    #[error("no component `{0}` that can be used")]
    UnknownComponent(String),
    /// A choice that the menu doesn't have, or too many or too few.
    #[error("the menu doesn't take that choice")]
    InvalidSelection,
    /// No modal was opened.
    #[error("no modal is open")]
    NoModal,
}
