//! What the world refuses.

use crate::x::ids::{SpaceId, UserId};

/// Why a change to the world wasn't made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// There is no such Space, or it was removed.
    #[error("there is no Space {0}")]
    UnknownSpace(SpaceId),
    /// There is no such user.
    #[error("there is no user {0}")]
    UnknownUser(UserId),
    /// A Space can't do this in its phase, such as starting twice.
    #[error("Space {0} isn't in a phase that allows this")]
    WrongPhase(SpaceId),
}
