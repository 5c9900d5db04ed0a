//! Edits that bring only a new count: welcome, never worth waiting for. Pure.
//!
//! They aren't notices: they take at most a fifth of the send rate, only when nothing else is waiting, and
//! what doesn't fit is dropped, since a newer count comes soon.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::store::Post;

/// A count older than this isn't sent any more.
const STALE_AFTER: SignedDuration = SignedDuration::from_secs(10);
/// The part of the send rate that counts may take: one in this many.
const SHARE: u32 = 5;

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
