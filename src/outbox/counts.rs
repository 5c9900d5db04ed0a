//! Edits that bring only a new count: welcome, never worth waiting for. Pure.
//!
//! They aren't notices: they take at most a fifth of the send rate, only when nothing else is waiting, and
//! what doesn't fit is dropped, since a newer count comes soon. A message whose edits Discord limits gets none for an
//! hour, so that its end can be told.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::MessageId;
use crate::store::Post;

/// A count older than this isn't sent any more.
const STALE_AFTER: SignedDuration = SignedDuration::from_secs(10);
/// The part of the send rate that counts may take: one in this many.
const SHARE: u32 = 5;

/// For how long the count of a message rests whose edits Discord limits: what has to be said of it has precedence.
const LIMITED_REST: SignedDuration = SignedDuration::from_hours(1);

/// Messages whose edits Discord limits since they are old. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Resting(Arc<Mutex<HashMap<MessageId, Timestamp>>>);

impl Resting {
    /// Discord limited an edit of this message.
    pub fn begin(&self, message: MessageId, now: Timestamp) {
        let mut resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        resting.retain(|_, since| now.duration_since(*since) < LIMITED_REST);
        resting.insert(message, now);
    }

    /// Whether only what has to be said is said in this message.
    #[must_use]
    pub fn holds(&self, message: MessageId, now: Timestamp) -> bool {
        let resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        resting.get(&message).is_some_and(|since| now.duration_since(*since) < LIMITED_REST)
    }
}

/// Posts whose count is to be refreshed.
#[derive(Debug)]
pub struct Counts {
    waiting: VecDeque<(Timestamp, Post)>,
    per_second: u32,
    second: i64,
    taken: u32,
}

impl Counts {
    /// Counts beside a send rate of `per_second` requests.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self { waiting: VecDeque::new(), per_second: (per_second / SHARE).max(1), second: 0, taken: 0 }
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Offers posts to be refreshed. Only as many are taken as can be sent before they are stale.
    pub fn offer(&mut self, posts: impl IntoIterator<Item = Post>, now: Timestamp) {
        let seconds = usize::try_from(STALE_AFTER.as_secs()).unwrap_or(1);
        let most = usize::try_from(self.per_second).unwrap_or(1) * seconds;
        for post in posts {
            if self.waiting.len() >= most {
                return;
            }
            self.waiting.push_back((now, post));
        }
    }

    /// Takes the next post to be refreshed, if its share of this second isn't used up.
    pub fn take(&mut self, now: Timestamp) -> Option<Post> {
        while self.waiting.front().is_some_and(|(offered, _)| now.duration_since(*offered) > STALE_AFTER) {
            self.waiting.pop_front();
        }
        if self.second != now.as_second() {
            self.second = now.as_second();
            self.taken = 0;
        }
        if self.taken >= self.per_second {
            return None;
        }
        let (_, post) = self.waiting.pop_front()?;
        self.taken += 1;
        Some(post)
    }
}
