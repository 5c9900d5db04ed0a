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
    /// Shows a Space to the channel.
    Share(SpaceId),
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
    /// Turns to a page of the server's follows.
    List {
        /// Those of this channel alone.
        channel: Option<ChannelId>,
        /// The page, counted from 0.
        page: u16,
    },
}

impl Deed {
    /// Whether the answer takes the place of the message with the button.
    #[must_use]
    pub const fn is_in_place(&self) -> bool {
        matches!(self, Self::UndoAdd(_) | Self::UndoRemove(_) | Self::List { .. })
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
            Deed::Share(space) => write!(f, "share:{space}"),
            Deed::FollowHost(user) => write!(f, "follow:{user}"),
            Deed::UndoAdd(follow) => write!(f, "undo-add:{follow}"),
            Deed::UndoRemove(follow) => write!(f, "undo-remove:{follow}"),
            Deed::PostNow { follow, space } => write!(f, "post:{follow}:{space}"),
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
            ["share", space] => Deed::Share(parsed(space)?),
            ["follow", user] => Deed::FollowHost(parsed(user)?),
            ["undo-add", follow] => Deed::UndoAdd(parsed(follow)?),
            ["undo-remove", follow] => Deed::UndoRemove(parsed(follow)?),
            ["post", follow, space] => Deed::PostNow { follow: parsed(follow)?, space: parsed(space)? },
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

fn parsed<T: FromStr>(text: &str) -> Result<T, UnknownPress> {
    text.parse().map_err(|_| UnknownPress)
}
