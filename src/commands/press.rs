//! Buttons: what one carries, and how it is written into the id that comes back when it is pressed.
//!
//! Everything that is needed to answer is in that id, so that a button works after a restart as before. Anybody can
//! send any id, so it proves nothing: whoever executes a press checks who pressed and whose the ids are.

use std::fmt;
use std::str::FromStr;

use crate::domain::ids::{ChannelId, DiscordUserId, FollowId, SpaceId, UserId};

/// The version of the ids' grammar. Buttons of another one are answered with "ask again".
const VERSION: &str = "1";
/// The longest id. Source: Discord's documentation, "Component Reference".
pub const CUSTOM_ID_MAX: usize = 100;

/// A button that comes back: what it does, and for whom it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// Who ran the command.
    pub by: DiscordUserId,
    /// What to do.
    pub deed: Deed,
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Names the speakers of a Space, at a cost.
    Speakers(SpaceId),
    /// Reminds whoever presses it of a Space.
    Remind(SpaceId),
    /// Takes the presser's reminder of a Space back.
    ForgetReminder(SpaceId),
    /// Shows a Space to the channel.
    Share(SpaceId),
    /// Shows a Space to whoever picked it from a list.
    Open(SpaceId),
    /// Turns to a page of a list of Spaces.
    Page {
        /// The list's number in the store.
        list: i64,
        /// The page, counted from 0.
        page: u16,
    },
    /// Shows a page of a list of Spaces to the channel.
    ShareList {
        /// The list's number in the store.
        list: i64,
        /// The page, counted from 0.
        page: u16,
    },
    /// Lets keyword posts show this account again.
    UndoBlock(UserId),
    /// Follows this account in this channel.
    FollowHost(UserId),
    /// Removes a follow that was just added.
    UndoAdd(FollowId),
    /// Brings back a follow that was just removed.
    UndoRemove(FollowId),
    /// Posts a Space for a follow, without a ping.
    PostNow {
        /// The follow.
        follow: FollowId,
        /// The Space.
        space: SpaceId,
    },
    /// Shows the insights of a Space to the channel.
    ShareInsights(SpaceId),
    /// Shows the insights of a host to the channel.
    ShareHostInsights(UserId),
    /// Erases all of the server's data, as the question with this number in the store asks.
    EraseServer(i64),
    /// Erases nothing.
    KeepServer(i64),
    /// Keeps the follows of the import with this number in the store.
    Import(i64),
    /// Keeps none of them.
    DropImport(i64),
    /// Keeps the follow of a keyword with this number in the store, whose price was told.
    KeepKeyword(i64),
    /// Doesn't keep it.
    DropKeyword(i64),
    /// Turns to a page of why a Space was posted or not.
    Why {
        /// The Space.
        space: SpaceId,
        /// The page, counted from 0.
        page: u16,
    },
    /// Opens the form for a link's code; with what was typed, links.
    EnterCode,
    /// Keeps samples of the asker's own Spaces, or keeps none any more.
    KeepSamples(bool),
    /// Turns to a page of those who bought a ticket.
    Buyers {
        /// The Space.
        space: SpaceId,
        /// The page, counted from 0.
        page: u16,
    },
    /// Turns to a page of Spaces by accounts that the asker follows.
    Following {
        /// The page, counted from 0.
        page: u16,
    },
    /// Reads whom the asker follows, which costs.
    ReadFollowing,
    /// Turns to a page of the server's follows.
    List {
        /// Those of this channel alone.
        channel: Option<ChannelId>,
        /// The page, counted from 0.
        page: u16,
    },
}

impl Deed {
    /// Whether the answer takes the place of the message with the button, for whom it was made.
    #[must_use]
    pub const fn is_in_place(&self) -> bool {
        matches!(
            self,
            Self::UndoAdd(_)
                | Self::ForgetReminder(_)
                | Self::UndoRemove(_)
                | Self::UndoBlock(_)
                | Self::EraseServer(_)
                | Self::KeepServer(_)
                | Self::KeepSamples(_)
                | Self::Buyers { .. }
                | Self::Following { .. }
                | Self::ReadFollowing
                | Self::List { .. }
                | Self::Why { .. }
                | Self::Import(_)
                | Self::DropImport(_)
                | Self::KeepKeyword(_)
                | Self::DropKeyword(_)
                | Self::Page { .. }
        )
    }

    /// Whether a form opens, which has to be at once.
    #[must_use]
    pub const fn opens_form(&self) -> bool {
        matches!(self, Self::EnterCode)
    }

    /// Whether anybody may press it: what it shows is theirs alone.
    #[must_use]
    pub const fn is_for_all(&self) -> bool {
        matches!(self, Self::Open(_) | Self::Page { .. } | Self::Remind(_) | Self::ForgetReminder(_))
    }

    /// The Space that it is about, if it is about one.
    #[must_use]
    pub const fn space(&self) -> Option<SpaceId> {
        match self {
            Self::Speakers(space) | Self::Share(space) | Self::Open(space) | Self::PostNow { space, .. } => {
                Some(*space)
            }
            _ => None,
        }
    }

    /// Whether the answer is for the channel.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(
            self,
            Self::Share(_) | Self::ShareList { .. } | Self::ShareInsights(_) | Self::ShareHostInsights(_)
        )
    }
}

/// An id that isn't one of ours, or of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a button of this version")]
pub struct UnknownPress;

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = self.by;
        write!(f, "{VERSION}:{by}:")?;
        match self.deed {
            Deed::Speakers(space) => write!(f, "speakers:{space}"),
            Deed::Remind(space) => write!(f, "remind:{space}"),
            Deed::ForgetReminder(space) => write!(f, "forget:{space}"),
            Deed::Share(space) => write!(f, "share:{space}"),
            Deed::Open(space) => write!(f, "open:{space}"),
            Deed::Page { list, page } => write!(f, "page:{list}:{page}"),
            Deed::ShareList { list, page } => write!(f, "share-list:{list}:{page}"),
            Deed::UndoBlock(user) => write!(f, "undo-block:{user}"),
            Deed::FollowHost(user) => write!(f, "follow:{user}"),
            Deed::UndoAdd(follow) => write!(f, "undo-add:{follow}"),
            Deed::UndoRemove(follow) => write!(f, "undo-remove:{follow}"),
            Deed::PostNow { follow, space } => write!(f, "post:{follow}:{space}"),
            Deed::ShareInsights(space) => write!(f, "insights:{space}"),
            Deed::ShareHostInsights(user) => write!(f, "host-insights:{user}"),
            Deed::EraseServer(number) => write!(f, "erase:{number}"),
            Deed::KeepServer(number) => write!(f, "keep:{number}"),
            Deed::Import(number) => write!(f, "import:{number}"),
            Deed::DropImport(number) => write!(f, "drop-import:{number}"),
            Deed::KeepKeyword(number) => write!(f, "keep-keyword:{number}"),
            Deed::DropKeyword(number) => write!(f, "drop-keyword:{number}"),
            Deed::Why { space, page } => write!(f, "why:{space}:{page}"),
            Deed::EnterCode => f.write_str("code"),
            Deed::KeepSamples(keep) => write!(f, "samples:{}", u8::from(keep)),
            Deed::Buyers { space, page } => write!(f, "buyers:{space}:{page}"),
            Deed::Following { page } => write!(f, "following:{page}"),
            Deed::ReadFollowing => f.write_str("read-following"),
            Deed::List { channel, page } => {
                write!(f, "list:{}:{page}", channel.map_or(0, ChannelId::get))
            }
        }
    }
}

impl FromStr for Press {
    type Err = UnknownPress;

    fn from_str(id: &str) -> Result<Self, UnknownPress> {
        if id.len() > CUSTOM_ID_MAX {
            return Err(UnknownPress);
        }
        let parts: Vec<&str> = id.split(':').collect();
        let [VERSION, by, rest @ ..] = parts.as_slice() else { return Err(UnknownPress) };
        let deed = match rest {
            ["speakers", space] => Deed::Speakers(parsed(space)?),
            ["remind", space] => Deed::Remind(parsed(space)?),
            ["forget", space] => Deed::ForgetReminder(parsed(space)?),
            ["share", space] => Deed::Share(parsed(space)?),
            ["open", space] => Deed::Open(parsed(space)?),
            ["page", list, page] => Deed::Page { list: parsed(list)?, page: parsed(page)? },
            ["share-list", list, page] => Deed::ShareList { list: parsed(list)?, page: parsed(page)? },
            ["undo-block", user] => Deed::UndoBlock(parsed(user)?),
            ["follow", user] => Deed::FollowHost(parsed(user)?),
            ["undo-add", follow] => Deed::UndoAdd(parsed(follow)?),
            ["undo-remove", follow] => Deed::UndoRemove(parsed(follow)?),
            ["post", follow, space] => Deed::PostNow { follow: parsed(follow)?, space: parsed(space)? },
            ["insights", space] => Deed::ShareInsights(parsed(space)?),
            ["host-insights", user] => Deed::ShareHostInsights(parsed(user)?),
            ["erase", number] => Deed::EraseServer(parsed(number)?),
            ["keep", number] => Deed::KeepServer(parsed(number)?),
            ["import", number] => Deed::Import(parsed(number)?),
            ["drop-import", number] => Deed::DropImport(parsed(number)?),
            ["keep-keyword", number] => Deed::KeepKeyword(parsed(number)?),
            ["drop-keyword", number] => Deed::DropKeyword(parsed(number)?),
            ["why", space, page] => Deed::Why { space: parsed(space)?, page: parsed(page)? },
            ["code"] => Deed::EnterCode,
            ["samples", "0"] => Deed::KeepSamples(false),
            ["samples", "1"] => Deed::KeepSamples(true),
            ["buyers", space, page] => Deed::Buyers { space: parsed(space)?, page: parsed(page)? },
            ["following", page] => Deed::Following { page: parsed(page)? },
            ["read-following"] => Deed::ReadFollowing,
            ["list", channel, page] => {
                let channel: u64 = parsed(channel)?;
                Deed::List { channel: (channel != 0).then(|| ChannelId::new(channel)), page: parsed(page)? }
            }
            _ => return Err(UnknownPress),
        };
        let by: std::num::NonZeroU64 = parsed(by)?;
        Ok(Self { by: DiscordUserId::new(by.get()), deed })
    }
}

/// The button of a keyword post that keeps this host out of such posts for ever. It was made for nobody in particular:
/// whoever has Manage Server may press it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeverHost(pub UserId);

impl fmt::Display for NeverHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}:post:never:{}", self.0)
    }
}

impl FromStr for NeverHost {
    type Err = UnknownPress;

    fn from_str(id: &str) -> Result<Self, UnknownPress> {
        match id.split(':').collect::<Vec<_>>().as_slice() {
            [VERSION, "post", "never", user] => Ok(Self(parsed(user)?)),
            _ => Err(UnknownPress),
        }
    }
}

/// The button of a post that reminds whoever presses it of its Space. It was made for nobody in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemindMe(pub SpaceId);

impl fmt::Display for RemindMe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}:post:remind:{}", self.0)
    }
}

impl FromStr for RemindMe {
    type Err = UnknownPress;

    fn from_str(id: &str) -> Result<Self, UnknownPress> {
        match id.split(':').collect::<Vec<_>>().as_slice() {
            [VERSION, "post", "remind", space] => Ok(Self(parsed(space)?)),
            _ => Err(UnknownPress),
        }
    }
}

/// The id of a menu from which a Space is picked: with the pick behind it, it is the press that opens the Space.
#[must_use]
pub fn menu_id(by: DiscordUserId) -> String {
    format!("{VERSION}:{by}:open")
}

/// The press that a pick from the menu with this id means.
#[must_use]
pub fn picked(menu: &str, value: &str) -> String {
    format!("{menu}:{value}")
}

fn parsed<T: FromStr>(text: &str) -> Result<T, UnknownPress> {
    text.parse().map_err(|_| UnknownPress)
}
