//! What a message is told with: gathered from what is known of the Space, the post's place, and its follows.

use std::sync::Arc;

use super::courier::Courier;
use super::deliverer::Tools;
use super::telling::{self, Form, Sound, Telling};
use crate::domain::follow::{Follow, Target, When};
use crate::domain::ids::{ChannelId, GuildId, UserId};
use crate::domain::known::Known;
use crate::domain::notice::Slot;
use crate::domain::space::XUser;
use crate::store::{Claimed, Post};

/// Where a post is, and how it is told there.
pub(super) struct Addressee {
    guild: GuildId,
    channel: ChannelId,
    slot: Slot,
    pub(super) silent: bool,
    pub(super) sound: Sound,
    keywords_only: bool,
    more: u32,
    reopened: bool,
}

impl From<&Claimed> for Addressee {
    fn from(notice: &Claimed) -> Self {
        Self {
            guild: notice.guild,
            channel: notice.channel,
            slot: notice.slot,
            silent: notice.silent,
            sound: Sound::default(),
            keywords_only: notice.keywords_only,
            more: notice.more,
            reopened: !notice.formerly.is_empty(),
        }
    }
}

impl From<&Post> for Addressee {
    fn from(post: &Post) -> Self {
        Self {
            guild: post.guild,
            channel: post.channel,
            slot: post.slot,
            silent: post.silent,
            sound: Sound::default(),
            keywords_only: post.keywords_only,
            more: post.more,
            reopened: !post.formerly.is_empty(),
        }
    }
}

/// Gathers what a message needs.
pub(super) fn compose<C: Courier>(
    tools: &Tools<C>,
    form: Form,
    known: Known,
    to: &Addressee,
    follows: &[Arc<Follow>],
) -> Telling {
    let silent = to.silent || form == Form::LiveSince;
    let keywords = follows
        .iter()
        .filter_map(|follow| match &follow.target {
            Target::Keyword(typed) => Some(typed.clone()),
            Target::Host { .. } => None,
        })
        .collect();
    Telling {
        form,
        guild: to.guild,
        channel: to.channel,
        host: known
            .space
            .creator
            .and_then(|id| (tools.names)(id))
            .or_else(|| followed(known.space.creator, follows)),
        cohosts: known.space.cohosts().filter_map(|id| (tools.names)(id)).collect(),
        known,
        roles: if silent { Vec::new() } else { telling::roles(to.slot, follows) },
        keywords,
        keywords_only: to.keywords_only,
        tells_figures: follows.is_empty()
            || follows.iter().any(|follow| matches!(follow.when, When::All | When::LiveEnded)),
        more: to.more,
        sound: to.sound,
        reopened: to.reopened,
    }
}

/// The creator as a follow names them, or, where nobody knows who that is, the first host whom the channel follows: a name
/// for what isn't named otherwise any more.
fn followed(creator: Option<UserId>, follows: &[Arc<Follow>]) -> Option<XUser> {
    follows.iter().find_map(|follow| match follow.target {
        Target::Host { user, username } if creator.is_none_or(|creator| creator == user) => {
            Some(XUser { id: user, username, name: String::new(), picture_url: None })
        }
        Target::Host { .. } | Target::Keyword(_) => None,
    })
}
