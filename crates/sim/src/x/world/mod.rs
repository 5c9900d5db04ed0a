//! The world behind the API: users, and Spaces with what they were before.
//!
//! Owns the state and the rules by which it changes. Time comes in as an argument; nothing here knows HTTP,
//! limits or money. Each Space keeps its last versions, so that an answer can show the world as it was.

pub(super) mod error;
pub(super) mod fields;
pub(super) mod space;
pub(super) mod user;
mod view;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
    time::Instant,
};

use jiff::Timestamp;
use rand::{
    SeedableRng,
    distr::{Alphanumeric, SampleString},
    rngs::StdRng,
};

use super::{
    clock::Moment,
    ids::{SpaceId, UserId},
};
use error::WorldError;
use space::{EndLook, Phase, Space};
use user::{Post, Topic, User};
pub(super) use view::View;

/// How many versions of a Space are kept for stale answers.
const KEPT_VERSIONS: usize = 256;

/// Everything that X knows.
#[derive(Debug)]
pub(super) struct World {
    users: HashMap<UserId, User>,
    by_username: HashMap<String, UserId>,
    spaces: HashMap<SpaceId, Versions>,
    by_creator: HashMap<UserId, Vec<SpaceId>>,
    created: Vec<SpaceId>,
    topics: BTreeMap<String, Topic>,
    posts: HashMap<SpaceId, Vec<Post>>,
    buyers: HashMap<SpaceId, Vec<UserId>>,
    following: HashMap<UserId, Vec<UserId>>,
    random: StdRng,
}

/// A Space over time, oldest first; None once it is gone.
type Versions = VecDeque<(Instant, Option<Arc<Space>>)>;

impl World {
    /// An empty world; the seed makes the ids that it hands out.
    pub fn new(seed: u64) -> Self {
        Self {
            users: HashMap::new(),
            by_username: HashMap::new(),
            spaces: HashMap::new(),
            by_creator: HashMap::new(),
            created: Vec::new(),
            topics: BTreeMap::new(),
            posts: HashMap::new(),
            buyers: HashMap::new(),
            following: HashMap::new(),
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// The world as it was at an instant, or as it is.
    pub fn view(&self, as_of: Option<Instant>) -> View<'_> {
        View::new(self, as_of)
    }

    /// Adds a user, or replaces the one of that id.
    pub fn add_user(&mut self, user: User) {
        self.remove_user(&user.id);
        self.by_username.insert(user.username.to_lowercase(), user.id.clone());
        self.users.insert(user.id.clone(), user);
    }

    /// Takes an account away; its Spaces stay until they are removed.
    pub fn remove_user(&mut self, id: &UserId) -> Option<User> {
        let user = self.users.remove(id)?;
        let username = user.username.to_lowercase();
        // Another account may have taken the name over.
        if self.by_username.get(&username) == Some(id) {
            self.by_username.remove(&username);
        }
        Some(user)
    }

    /// Gives a user another username and name.
    pub fn rename_user(&mut self, id: &UserId, username: &str, name: &str) -> Result<(), WorldError> {
        let user = self.remove_user(id).ok_or_else(|| WorldError::UnknownUser(id.clone()))?;
        self.add_user(User { username: username.to_owned(), name: name.to_owned(), ..user });
        Ok(())
    }

    /// Makes a Space of a host; scheduled when it has a start, else live from now on.
    pub fn create(
        &mut self,
        host: &UserId,
        title: Option<String>,
        scheduled_start: Option<Timestamp>,
        now: Moment,
    ) -> Result<SpaceId, WorldError> {
        if !self.users.contains_key(host) {
            return Err(WorldError::UnknownUser(host.clone()));
        }
        let id = self.unused_id();
        let live = scheduled_start.is_none();
        let space = Space {
            id: id.clone(),
            creator: host.clone(),
            title,
            phase: if live { Phase::Live } else { Phase::Scheduled },
            raw_state: None,
            lang: None,
            hosts: vec![host.clone()],
            speakers: Vec::new(),
            invited: Vec::new(),
            topics: Vec::new(),
            participants: u64::from(live),
            subscribers: 0,
            ticketed: false,
            created_at: now.time,
            updated_at: now.time,
            scheduled_start,
            started_at: live.then_some(now.time),
            ended_at: None,
            omitted: std::collections::BTreeSet::new(),
        };
        self.spaces.insert(id.clone(), VecDeque::from([(now.instant, Some(Arc::new(space)))]));
        self.by_creator.entry(host.clone()).or_default().push(id.clone());
        self.created.push(id.clone());
        Ok(id)
    }

    /// Changes a Space and notes when.
    pub fn change(
        &mut self,
        id: &SpaceId,
        now: Moment,
        change: impl FnOnce(&mut Space),
    ) -> Result<(), WorldError> {
        let present = self.space(id)?;
        let mut next = Space::clone(&present);
        change(&mut next);
        next.updated_at = now.time;
        self.push(id, now.instant, Some(Arc::new(next)));
        Ok(())
    }

    /// Lets a scheduled Space begin.
    pub fn start(&mut self, id: &SpaceId, now: Moment) -> Result<(), WorldError> {
        if self.space(id)?.phase != Phase::Scheduled {
            return Err(WorldError::WrongPhase(id.clone()));
        }
        self.change(id, now, |space| {
            space.phase = Phase::Live;
            space.started_at = Some(now.time);
            space.participants = space.participants.max(1);
        })
    }

    /// Lets a Space be over, shown in a given way.
    pub fn finish(&mut self, id: &SpaceId, look: EndLook, now: Moment) -> Result<(), WorldError> {
        if !self.space(id)?.is_on() {
            return Err(WorldError::WrongPhase(id.clone()));
        }
        self.change(id, now, |space| {
            space.phase = Phase::Over(look);
            space.ended_at = (look == EndLook::Ended).then_some(now.time);
        })
    }

    /// Takes a Space away without a trace.
    pub fn remove(&mut self, id: &SpaceId, now: Moment) -> Result<(), WorldError> {
        self.space(id)?;
        self.push(id, now.instant, None);
        Ok(())
    }

    /// Makes a topic known.
    pub fn add_topic(&mut self, topic: Topic) {
        self.topics.insert(topic.id.clone(), topic);
    }

    /// Shares a Post in a Space.
    pub fn share(&mut self, id: &SpaceId, post: Post) -> Result<(), WorldError> {
        self.space(id)?;
        self.posts.entry(id.clone()).or_default().push(post);
        Ok(())
    }

    /// Takes a Post out of every Space.
    pub fn unshare(&mut self, post_id: &str) {
        for posts in self.posts.values_mut() {
            posts.retain(|post| post.id != post_id);
        }
    }

    /// Sells a ticket of a Space.
    pub fn sell(&mut self, id: &SpaceId, buyer: &UserId) -> Result<(), WorldError> {
        self.space(id)?;
        self.buyers.entry(id.clone()).or_default().push(buyer.clone());
        Ok(())
    }

    /// Lets an account follow another, the newest first, or follow it no more.
    pub fn follow(&mut self, who: &UserId, whom: &UserId, follows: bool) -> Result<(), WorldError> {
        if let Some(unknown) = [who, whom].into_iter().find(|id| !self.users.contains_key(id)) {
            return Err(WorldError::UnknownUser(unknown.clone()));
        }
        let list = self.following.entry(who.clone()).or_default();
        list.retain(|known| known != whom);
        if follows {
            list.insert(0, whom.clone());
        }
        Ok(())
    }

    /// A Space as it is.
    pub fn space(&self, id: &SpaceId) -> Result<Arc<Space>, WorldError> {
        self.spaces
            .get(id)
            .and_then(|versions| versions.back())
            .and_then(|(_, space)| space.clone())
            .ok_or_else(|| WorldError::UnknownSpace(id.clone()))
    }

    fn push(&mut self, id: &SpaceId, at: Instant, version: Option<Arc<Space>>) {
        let versions = self.spaces.entry(id.clone()).or_default();
        if versions.len() == KEPT_VERSIONS {
            versions.pop_front();
        }
        versions.push_back((at, version));
    }

    fn unused_id(&mut self) -> SpaceId {
        loop {
            let id = SpaceId::from(format!("1{}", Alphanumeric.sample_string(&mut self.random, 12)));
            if !self.spaces.contains_key(&id) {
                return id;
            }
        }
    }
}
