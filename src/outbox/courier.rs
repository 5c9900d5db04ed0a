//! The boundary to Discord: who carries messages, and how their errands can end.

use std::future::Future;
use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::Timestamp;

use super::digest::Digest;
use super::telling::Telling;
use crate::domain::ids::{ChannelId, MessageId, SpaceId};
use crate::domain::notice::{self, Work};

/// How an errand ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The message is there, or is as it should be.
    Sent(MessageId),
    /// Nothing was done; try again after this.
    Later(Duration),
    /// Nothing was done, since Discord limits the edits of this old message; try again after this. Its 30046.
    OldMessage(Duration),
    /// Nobody knows whether it was done: no answer, or a broken one.
    Uncertain,
    /// The message is gone. Discord's 10008.
    MessageGone,
    /// The channel or the server is gone. Discord's 10003, 10004.
    ChannelGone,
    /// The bot may not do this there. Discord's 50001, 50013 and the like.
    Forbidden,
    /// The thread is locked. Discord's 160005.
    Locked,
    /// Discord won't have this very message. AutoMod and filters, 200000, 240000.
    Rejected,
    /// Discord calls the request malformed: a fault of ours. 50035, 50006.
    Malformed,
}

/// What reading a channel's history found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The message.
    Message(MessageId),
    /// No such message: it wasn't sent, or is gone since.
    Nothing,
    /// The history can't be read: not now, or not by the bot.
    Unreadable,
    /// Nobody answered; try again after this.
    Later(Duration),
}

/// Which of the bot's own messages is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought<'a> {
    /// The one about one of these Spaces that was sent for this slot.
    Post(&'a [SpaceId], notice::Slot),
    /// A digest.
    Digest,
}

/// Whether a route takes a request now.
#[derive(Debug)]
pub enum Route<P> {
    /// It does, with this permit.
    Open(P),
    /// Not before this time has passed.
    ClosedFor(Duration),
}

/// Carries messages to Discord, within its limits.
pub trait Courier: Send + Sync + 'static {
    /// The right to one request under the global limit.
    type Slot: Send + 'static;
    /// The right to one request under a route's limit.
    type Permit: Send + 'static;

    /// Waits for the right to send anything at all.
    fn slot(&self) -> impl Future<Output = Self::Slot> + Send;

    /// Asks whether this work can be done in this channel now.
    fn route(&self, channel: ChannelId, work: Work) -> impl Future<Output = Route<Self::Permit>> + Send;

    /// Makes a message. The same nonce makes no second one while Discord remembers it, so nothing is sent once `within`
    /// has passed, however long it waited for its turn.
    fn post(
        &self,
        slot: Self::Slot,
        permit: Self::Permit,
        telling: &Telling,
        nonce: &str,
        within: Duration,
    ) -> impl Future<Output = Outcome> + Send;

    /// Brings a message up to date.
    fn edit(
        &self,
        slot: Self::Slot,
        permit: Self::Permit,
        telling: &Telling,
        message: MessageId,
    ) -> impl Future<Output = Outcome> + Send;

    /// Makes the message of a digest, as [`post`](Self::post) does.
    fn digest(
        &self,
        slot: Self::Slot,
        permit: Self::Permit,
        digest: &Digest,
        nonce: &str,
        within: Duration,
    ) -> impl Future<Output = Outcome> + Send;

    /// Deletes a message: gone is what it is to be.
    fn delete(
        &self,
        slot: Self::Slot,
        permit: Self::Permit,
        telling: &Telling,
        message: MessageId,
    ) -> impl Future<Output = Outcome> + Send;

    /// Looks for a message of the bot's own that was sent at some time within `sent`, and is none of `known`.
    fn find(
        &self,
        channel: ChannelId,
        sought: Sought<'_>,
        sent: RangeInclusive<Timestamp>,
        known: &[MessageId],
    ) -> impl Future<Output = Found> + Send;
}
