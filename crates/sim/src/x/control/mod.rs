//! What a test, a bench or a demo page does with the world, in the process.
//!
//! Owns the methods of the handle that act on the world. Each takes effect before it returns, and shows in
//! the next answer. The methods that watch the API itself are in `watching`,
//! those about events in `telling`, those about consent in `linking`.

mod linking;
mod telling;
mod watching;

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::{
    ids::{SpaceId, UserId},
    push::{self, EventKind},
    server::Server,
    world::{
        error::WorldError,
        fields::SpaceField,
        space::{EndLook, Phase, Space},
        user::{Post, Topic, User},
    },
};

impl Server {
    /// Adds an account, or replaces the one of that id; answers its id.
    pub fn add_user(&self, id: impl Into<UserId>, username: &str, name: &str) -> UserId {
        let id = id.into();
        let mut state = self.state();
        let created_at = state.clock.now().time;
        let (username, name) = (username.to_owned(), name.to_owned());
        state.world.add_user(User { id: id.clone(), username, name, created_at });
        id
    }

    /// Gives an account another username and name; its id stays.
    pub fn rename_user(&self, id: impl Into<UserId>, username: &str, name: &str) -> Result<(), WorldError> {
        self.state().world.rename_user(&id.into(), username, name)
    }

    /// Takes an account away: lookups don't find it. Its Spaces stay until they are removed.
    pub fn remove_user(&self, id: impl Into<UserId>) -> Result<(), WorldError> {
        let id = id.into();
        self.state().world.remove_user(&id).map(drop).ok_or(WorldError::UnknownUser(id))
    }

    /// Lets an account follow another.
    pub fn follow(&self, who: impl Into<UserId>, whom: impl Into<UserId>) -> Result<(), WorldError> {
        self.state().world.follow(&who.into(), &whom.into(), true)
    }

    /// Lets an account follow another no more.
    pub fn unfollow(&self, who: impl Into<UserId>, whom: impl Into<UserId>) -> Result<(), WorldError> {
        self.state().world.follow(&who.into(), &whom.into(), false)
    }

    /// Announces a Space.
    pub fn schedule(
        &self,
        host: impl Into<UserId>,
        title: &str,
        scheduled_start: Timestamp,
    ) -> Result<SpaceId, WorldError> {
        let mut state = self.state();
        let now = state.clock.now();
        state.world.create(&host.into(), Some(title.to_owned()), Some(scheduled_start), now)
    }

    /// Lets a Space begin that nobody announced.
    pub fn start_now(&self, host: impl Into<UserId>, title: &str) -> Result<SpaceId, WorldError> {
        let host = host.into();
        let mut state = self.state();
        let now = state.clock.now();
        let id = state.world.create(&host, Some(title.to_owned()), None, now)?;
        push::tell(&mut state, EventKind::SpacesStart, &host, Some(&id));
        Ok(id)
    }

    /// Lets a scheduled Space begin, early or late.
    pub fn start_space(&self, id: impl Into<SpaceId>) -> Result<(), WorldError> {
        let id = id.into();
        let mut state = self.state();
        let now = state.clock.now();
        state.world.start(&id, now)?;
        let host = state.world.space(&id)?.creator.clone();
        push::tell(&mut state, EventKind::SpacesStart, &host, Some(&id));
        Ok(())
    }

    /// Gives a Space another title, an empty one, or null.
    pub fn rename(&self, id: impl Into<SpaceId>, title: Option<&str>) -> Result<(), WorldError> {
        self.change(id, |space| space.title = title.map(str::to_owned))
    }

    /// Moves the start of a Space.
    pub fn reschedule(&self, id: impl Into<SpaceId>, start: Timestamp) -> Result<(), WorldError> {
        self.change(id, |space| space.scheduled_start = Some(start))
    }

    /// Sets how many are in the room, hosts and speakers among them.
    pub fn set_count(&self, id: impl Into<SpaceId>, participants: u64) -> Result<(), WorldError> {
        self.change(id, |space| space.participants = participants)
    }

    /// Sets how many asked X to remind them.
    pub fn set_subscribers(&self, id: impl Into<SpaceId>, subscribers: u64) -> Result<(), WorldError> {
        self.change(id, |space| space.subscribers = subscribers)
    }

    /// Adds a host besides the creator.
    pub fn add_cohost(&self, id: impl Into<SpaceId>, user: impl Into<UserId>) -> Result<(), WorldError> {
        let user = user.into();
        self.change(id, |space| add(&mut space.hosts, user))
    }

    /// Takes a host away.
    pub fn remove_cohost(&self, id: impl Into<SpaceId>, user: impl Into<UserId>) -> Result<(), WorldError> {
        let user = user.into();
        self.change(id, |space| space.hosts.retain(|host| *host != user))
    }

    /// Lets somebody speak.
    pub fn add_speaker(&self, id: impl Into<SpaceId>, user: impl Into<UserId>) -> Result<(), WorldError> {
        let user = user.into();
        self.change(id, |space| add(&mut space.speakers, user))
    }

    /// Invites somebody to speak.
    pub fn invite(&self, id: impl Into<SpaceId>, user: impl Into<UserId>) -> Result<(), WorldError> {
        let user = user.into();
        self.change(id, |space| add(&mut space.invited, user))
    }

    /// Sets the language, or leaves it unknown.
    pub fn set_lang(&self, id: impl Into<SpaceId>, lang: Option<&str>) -> Result<(), WorldError> {
        self.change(id, |space| space.lang = lang.map(str::to_owned))
    }

    /// Sets whether one needs a ticket.
    pub fn set_ticketed(&self, id: impl Into<SpaceId>, ticketed: bool) -> Result<(), WorldError> {
        self.change(id, |space| space.ticketed = ticketed)
    }

    /// Makes a topic known, for `set_topics` to name.
    pub fn add_topic(&self, id: &str, name: &str, description: &str) {
        self.state().world.add_topic(Topic {
            id: id.to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
        });
    }

    /// Sets the topics by their ids.
    pub fn set_topics(&self, id: impl Into<SpaceId>, topics: &[&str]) -> Result<(), WorldError> {
        self.change(id, |space| space.topics = topics.iter().map(|&topic| topic.to_owned()).collect())
    }

    /// Ends a Space, shown as the settings say.
    pub fn end(&self, id: impl Into<SpaceId>) -> Result<(), WorldError> {
        let look = self.state().settings.ends;
        self.end_as(id, look)
    }

    /// Cancels a Space, shown as the settings say.
    pub fn cancel(&self, id: impl Into<SpaceId>) -> Result<(), WorldError> {
        let look = self.state().settings.cancellations;
        self.end_as(id, look)
    }

    /// Ends or cancels a Space, shown in a given way.
    pub fn end_as(&self, id: impl Into<SpaceId>, look: EndLook) -> Result<(), WorldError> {
        let id = id.into();
        let mut state = self.state();
        let now = state.clock.now();
        let before = state.world.space(&id)?;
        state.world.finish(&id, look, now)?;
        if before.phase == Phase::Live {
            push::tell(&mut state, EventKind::SpacesEnd, &before.creator, Some(&id));
        }
        Ok(())
    }

    /// Takes a Space away without a trace, as when X takes it down.
    pub fn remove(&self, id: impl Into<SpaceId>) -> Result<(), WorldError> {
        let mut state = self.state();
        let now = state.clock.now();
        state.world.remove(&id.into(), now)
    }

    /// Shows a state that nobody documented, or the true one again. Lists go by the true one.
    pub fn set_raw_state(&self, id: impl Into<SpaceId>, state: Option<&str>) -> Result<(), WorldError> {
        self.change(id, |space| space.raw_state = state.map(str::to_owned))
    }

    /// Leaves fields out of a Space although they are asked for; an empty list shows all again.
    pub fn omit(
        &self,
        id: impl Into<SpaceId>,
        fields: impl IntoIterator<Item = SpaceField>,
    ) -> Result<(), WorldError> {
        let fields: BTreeSet<SpaceField> = fields.into_iter().collect();
        self.change(id, |space| space.omitted = fields)
    }

    /// Shares a Post in a Space.
    pub fn share_post(
        &self,
        id: impl Into<SpaceId>,
        post_id: &str,
        author: impl Into<UserId>,
        text: &str,
    ) -> Result<(), WorldError> {
        let mut state = self.state();
        let created_at = state.clock.now().time;
        let (post_id, text) = (post_id.to_owned(), text.to_owned());
        state.world.share(&id.into(), Post { id: post_id, author: author.into(), text, created_at })
    }

    /// Takes a Post away, as when its author deletes it.
    pub fn delete_post(&self, post_id: &str) {
        self.state().world.unshare(post_id);
    }

    /// Sells a ticket.
    pub fn sell_ticket(&self, id: impl Into<SpaceId>, buyer: impl Into<UserId>) -> Result<(), WorldError> {
        self.state().world.sell(&id.into(), &buyer.into())
    }

    /// The Posts that were shared in a Space, oldest first.
    #[must_use]
    pub fn posts(&self, id: impl Into<SpaceId>) -> Vec<Post> {
        self.state().world.view(None).posts(&id.into()).to_vec()
    }

    /// Who bought a ticket of a Space, the first first.
    #[must_use]
    pub fn buyers(&self, id: impl Into<SpaceId>) -> Vec<UserId> {
        let state = self.state();
        state.world.view(None).buyers(&id.into()).into_iter().map(|user| user.id.clone()).collect()
    }

    /// Whom an account follows, the newest first.
    #[must_use]
    pub fn following(&self, id: impl Into<UserId>) -> Vec<UserId> {
        self.state().world.view(None).following(&id.into()).to_vec()
    }

    /// A Space as it is, over or not; Err when there is none.
    pub fn space(&self, id: impl Into<SpaceId>) -> Result<Arc<Space>, WorldError> {
        self.state().world.space(&id.into())
    }

    /// The live and scheduled Spaces, newest first.
    #[must_use]
    pub fn spaces_on(&self) -> Vec<Arc<Space>> {
        self.state().world.view(None).all_on()
    }

    /// An account as it is.
    #[must_use]
    pub fn user(&self, id: impl Into<UserId>) -> Option<User> {
        self.state().world.view(None).user(&id.into()).cloned()
    }

    fn change(&self, id: impl Into<SpaceId>, change: impl FnOnce(&mut Space)) -> Result<(), WorldError> {
        let mut state = self.state();
        let now = state.clock.now();
        state.world.change(&id.into(), now, change)
    }
}

fn add(users: &mut Vec<UserId>, user: UserId) {
    if !users.contains(&user) {
        users.push(user);
    }
}
