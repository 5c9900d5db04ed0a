//! Planning: the posts that a step calls for, weighed with what the store and the servers' settings say.
//!
//! What a follow is answered is `domain::notice`'s; this gathers what that needs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Watcher;
use super::lifecycle::{Event, Step};
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, FollowId, GuildId, SpaceId};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::{self, Decision, KEYWORD_HOUR, Plan, Slot};
use crate::domain::reopening;
use crate::store::StoreError;

impl Watcher {
    /// The Space that the host of one that has just begun dropped before, and how long they were away.
    pub(super) fn dropped(&self, begun: &Known) -> Option<(Known, SignedDuration)> {
        let others = self.of_creator(begun.space.creator?);
        reopening::dropped(begun, &others).map(|dropped| (dropped.known.clone(), dropped.away))
    }

    /// Whether a lookup has to judge a start that X told. Push doesn't say whether it was scheduled, and whoever waits for a
    /// Space is rung: so where it may go on in another one's messages, or was over, it isn't taken at its word. Nor is
    /// one of which something was decided before and nobody knows any more: an event that is sent once more.
    pub(super) async fn is_for_a_lookup(
        &self,
        before: Option<&Known>,
        step: &Step,
        concerned: &[Arc<Follow>],
    ) -> Result<bool, StoreError> {
        if let Some(before) = before {
            return Ok(before.phase.is_over());
        }
        if self.may_go_on(&step.known, concerned) {
            return Ok(true);
        }
        let decided = self.store.reasons(step.known.space.id, Timestamp::UNIX_EPOCH);
        Ok(!concerned.is_empty() && !decided.await?.is_empty())
    }

    /// Whether one that has just begun may go on in the messages of another one, for all that is known of it.
    pub(super) fn may_go_on(&self, begun: &Known, concerned: &[Arc<Follow>]) -> bool {
        let dropped = self.dropped(begun);
        dropped.is_some_and(|(_, away)| concerned.iter().any(|follow| self.merges(follow.guild, away)))
    }

    /// Posts for follows that the change made match, by the title or by `late` filters: for the others it is no news.
    pub(super) async fn plan_for_new_matches(
        &self,
        before: &Known,
        known: &Known,
        concerned: &[Arc<Follow>],
        late: &[Arc<Follow>],
    ) -> Result<Plan, StoreError> {
        let Some(slot) = slot_of(known.phase) else { return Ok(Plan::default()) };
        let found_before = self.follows.concerned(&before.space);
        let found_before: HashSet<FollowId> = found_before.iter().map(|follow| follow.id).collect();
        let found = |follow: &Arc<Follow>| found_before.contains(&follow.id);
        let waited: HashSet<FollowId> = late.iter().map(|follow| follow.id).collect();
        let awaited = |follow: &Arc<Follow>| waited.contains(&follow.id);
        let new = concerned.iter().filter(|follow| !found(follow) || awaited(follow));
        self.plan(known, slot, new, None, late).await
    }

    /// The posts that a Space calls for in `slot`. Those that go on in messages of `dropped` count as none of the
    /// channel's keyword posts.
    pub(super) async fn plan(
        &self,
        known: &Known,
        slot: Slot,
        concerned: impl Iterator<Item = &Arc<Follow>>,
        dropped: Option<&(Known, SignedDuration)>,
        late: &[Arc<Follow>],
    ) -> Result<Plan, StoreError> {
        let concerned: Vec<&Arc<Follow>> = concerned.collect();
        if concerned.is_empty() || known.continued_by.is_some() {
            return Ok(Plan::default());
        }
        let space = &known.space;
        let posts = self.store.posts(space.id).await?;
        let has_post =
            |channel: ChannelId| posts.iter().any(|post| post.channel == channel && post.slot == slot);
        let by_keyword = concerned.iter().any(|follow| matches!(follow.target, Target::Keyword(_)));
        let keyword_posts: HashMap<ChannelId, usize> = if by_keyword {
            let since = self.clock.now().saturating_sub(KEYWORD_HOUR).unwrap_or(Timestamp::MIN);
            self.store.keyword_posts_since(since).await?.into_iter().collect()
        } else {
            HashMap::new()
        };
        let (mut going_on, mut told) = (HashSet::new(), HashSet::new());
        if let Some((dropped, away)) = dropped {
            let posts = self.store.posts(dropped.space.id).await?;
            let near: Vec<_> = posts.iter().filter(|post| self.merges(post.guild, *away)).collect();
            going_on.extend(near.iter().map(|post| post.channel));
            told.extend(near.iter().filter(|post| post.slot == Slot::Live).map(|post| post.channel));
        }
        let late: HashSet<FollowId> = late.iter().map(|follow| follow.id).collect();
        let matches = concerned.iter().map(|follow| {
            let mut matched = self.follows.matched(follow, known, slot);
            matched.awaited = late.contains(&follow.id);
            // The message is there already: nobody waits for the room to fill once more.
            if told.contains(&follow.channel) {
                let waits = [Decision::TooFewListeners, Decision::NotLookedUp];
                matched.refused = matched.refused.filter(|code| !waits.contains(code));
            }
            matched
        });
        Ok(notice::fan_out(space.id, slot, matches, has_post, |channel| {
            if going_on.contains(&channel) { 0 } else { keyword_posts.get(&channel).copied().unwrap_or(0) }
        }))
    }

    /// What is known of a Space that was dropped once `next` goes on in its messages, and the channels where it does.
    pub(super) fn continuing(
        &self,
        dropped: Option<(Known, SignedDuration)>,
        plan: &Plan,
        next: SpaceId,
    ) -> (Option<Known>, HashSet<ChannelId>) {
        let Some((known, away)) = dropped else { return (None, HashSet::new()) };
        let drafts = plan.drafts.iter().filter(|draft| self.merges(draft.guild, away));
        let channels: HashSet<ChannelId> = drafts.map(|draft| draft.channel).collect();
        let known = (!channels.is_empty()).then_some(Known { continued_by: Some(next), ..known });
        (known, channels)
    }

    /// Whether a host who was away for so long goes on in this server's messages.
    fn merges(&self, guild: GuildId, away: SignedDuration) -> bool {
        let settings = self.guilds.as_ref().map(|guilds| guilds.settings(guild));
        settings.unwrap_or_default().merges(away)
    }
}

/// Whether a step's events have the posts of all follows planned anew.
pub(super) fn plans_anew(step: &Step) -> bool {
    let revived_live = step.known.phase == Phase::Live;
    step.events.iter().any(|event| match event {
        Event::Scheduled | Event::Live { .. } => true,
        Event::Revived => revived_live,
        _ => false,
    })
}

/// Which post a Space in this phase calls for, if any.
pub(super) const fn slot_of(phase: Phase) -> Option<Slot> {
    match phase {
        Phase::Live => Some(Slot::Live),
        Phase::Scheduled => Some(Slot::Scheduled),
        Phase::NoShow | Phase::Ended | Phase::Cancelled => None,
    }
}
