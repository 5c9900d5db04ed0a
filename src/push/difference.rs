//! What X's list of subscriptions is to us: whom it covers, whom it leaves no room for, and what to change. Pure.
//!
//! Only subscriptions of our own tag are ever taken back: others of the same app belong to another bot, or to a person. What
//! they bring is taken all the same, since X refuses a second subscription for the same thing. A host has both events or is
//! covered by none; whatever was cut off midway is completed or taken back at the next look.

use std::collections::{HashMap, HashSet};

use crate::domain::ids::UserId;
use crate::x::activity::subscriptions::{Moment, PushId, Subscription};

/// The way on which events come to this bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// By the stream, on which all events of the app come.
    Stream,
    /// By this webhook.
    Webhook(PushId),
}

impl Route {
    /// The webhook that a subscription for this way names.
    #[must_use]
    pub const fn webhook(self) -> Option<PushId> {
        match self {
            Self::Stream => None,
            Self::Webhook(id) => Some(id),
        }
    }

    /// Whether what a subscription tells comes here.
    fn brings(self, subscription: &Subscription) -> bool {
        self == Self::Stream || self.webhook() == subscription.webhook
    }
}

/// The subscriptions as X lists them, seen by the bot with this tag on this way.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// All of the app's.
    pub all: &'a [Subscription],
    /// What this bot's are called.
    pub tag: &'a str,
    /// How events come to it.
    pub route: Route,
}

/// What is to be done for one host, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Who.
    pub host: UserId,
    /// Subscriptions that lead elsewhere: X takes no second one beside them.
    pub replace: Vec<PushId>,
    /// What is to be made.
    pub make: Vec<Moment>,
}

/// What parts the list from what is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// What is of no use any more.
    pub drop: Vec<PushId>,
    /// What is missing, in the order of the hosts that are wanted.
    pub work: Vec<Work>,
}

impl Difference {
    /// Whether all is as it should be.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.drop.is_empty() && self.work.is_empty()
    }
}

impl Held<'_> {
    /// The hosts of whom both events come here now, whoever asked for them.
    #[must_use]
    pub fn covered(&self) -> HashSet<UserId> {
        both(self.told().filter(|(one, ..)| self.route.brings(one)))
    }

    /// The hosts who need no subscription of ours, since others' bring both events.
    #[must_use]
    pub fn covered_by_others(&self) -> HashSet<UserId> {
        both(self.told().filter(|(one, ..)| !self.is_ours(one) && self.route.brings(one)))
    }

    /// The hosts who can't be covered: another's subscription leads elsewhere, and X takes no second one.
    #[must_use]
    pub fn barred(&self) -> HashSet<UserId> {
        let elsewhere = |one: &Subscription| !self.is_ours(one) && !self.route.brings(one);
        self.told().filter(|(one, ..)| elsewhere(one)).map(|(_, host, _)| host).collect()
    }

    /// The hosts of whom we hold anything.
    #[must_use]
    pub fn holders(&self) -> HashSet<UserId> {
        self.told().filter(|(one, ..)| self.is_ours(one)).map(|(_, host, _)| host).collect()
    }

    /// How many subscriptions aren't ours, and take room all the same.
    #[must_use]
    pub fn others(&self) -> usize {
        self.all.iter().filter(|one| !self.is_ours(one)).count()
    }

    /// What is to change so that both events of each of `wanted` come here, and ours are for nobody else.
    #[must_use]
    pub fn difference(&self, wanted: &[UserId]) -> Difference {
        let is_wanted: HashSet<UserId> = wanted.iter().copied().collect();
        let mut come: HashSet<(UserId, Moment)> = HashSet::new();
        let others = self.told().filter(|(one, ..)| !self.is_ours(one) && self.route.brings(one));
        come.extend(others.map(|(_, host, moment)| (host, moment)));
        let mut drop = Vec::new();
        let mut replaced: HashMap<UserId, Vec<PushId>> = HashMap::new();
        for one in self.all.iter().filter(|one| self.is_ours(one)) {
            match (one.host, one.moment) {
                (Some(host), Some(moment)) if is_wanted.contains(&host) => {
                    if self.route.webhook() != one.webhook {
                        replaced.entry(host).or_default().push(one.id);
                    } else if !come.insert((host, moment)) {
                        drop.push(one.id);
                    }
                }
                _ => drop.push(one.id),
            }
        }
        let work = wanted.iter().map(|host| Work {
            host: *host,
            replace: replaced.remove(host).unwrap_or_default(),
            make: Moment::ALL.into_iter().filter(|moment| !come.contains(&(*host, *moment))).collect(),
        });
        let work = work.filter(|work| !work.replace.is_empty() || !work.make.is_empty()).collect();
        Difference { drop, work }
    }

    fn is_ours(&self, subscription: &Subscription) -> bool {
        subscription.tag.as_deref() == Some(self.tag)
    }

    /// Those that tell something of a host's Spaces.
    fn told(&self) -> impl Iterator<Item = (&Subscription, UserId, Moment)> {
        self.all.iter().filter_map(|one| Some((one, one.host?, one.moment?)))
    }
}

/// The hosts of whom each moment is told.
fn both<'a>(told: impl Iterator<Item = (&'a Subscription, UserId, Moment)>) -> HashSet<UserId> {
    let told: HashSet<(UserId, Moment)> = told.map(|(_, host, moment)| (host, moment)).collect();
    let hosts = told.iter().map(|(host, _)| *host);
    hosts.filter(|host| Moment::ALL.into_iter().all(|moment| told.contains(&(*host, moment)))).collect()
}
