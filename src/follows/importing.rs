//! Importing: many follows at once, all of them or none.

use std::collections::HashMap;

use super::{AddError, Follows, is_full, same_target};
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, GuildId};
use crate::store::Imported;

impl Follows {
    /// Adds follows of one server, store first, and forgets the import with this number. Those that are there already
    /// are left out; a cap that the others would break refuses all. `None` where that import was made or dropped meanwhile.
    pub async fn add_all(
        &self,
        guild: GuildId,
        imported: Vec<Imported>,
        import: Option<i64>,
    ) -> Result<Option<Vec<Follow>>, AddError> {
        let _changing = self.changing.lock().await;
        let mut room = self.room(guild);
        let mut new: Vec<Imported> = Vec::new();
        for one in imported {
            if !self.has(one.new.channel, &one.new.target, &one.new.folded) {
                room.take(one.new.channel, matches!(one.new.target, Target::Keyword(_)))?;
                new.push(one);
            }
        }
        let kept = self.store.add_follows(&new, import.map(|number| (guild, number))).await?;
        for follow in kept.iter().flatten() {
            self.index.insert(follow.clone());
        }
        Ok(kept)
    }

    /// Whether a channel has a follow with this target.
    #[must_use]
    pub fn has(&self, channel: ChannelId, target: &Target, folded: &str) -> bool {
        self.of_channel(channel).iter().any(|follow| same_target(&follow.target, target, folded))
    }

    /// How much room a server's caps leave.
    #[must_use]
    pub fn room(&self, guild: GuildId) -> Room<'_> {
        let all = self.of_guild(guild);
        let keywords = all.iter().filter(|follow| matches!(follow.target, Target::Keyword(_))).count();
        Room { follows: self, all: all.len(), keywords, channels: HashMap::new() }
    }
}

/// What is left of a server's caps, as more and more is taken of it.
#[derive(Debug)]
pub struct Room<'a> {
    follows: &'a Follows,
    all: usize,
    keywords: usize,
    channels: HashMap<ChannelId, usize>,
}

impl Room<'_> {
    /// Takes the place of one follow, or tells which cap leaves none.
    pub fn take(&mut self, channel: ChannelId, is_keyword: bool) -> Result<(), AddError> {
        let caps = self.follows.caps;
        let there = self.channels.entry(channel).or_insert_with(|| self.follows.of_channel(channel).len());
        if is_full(self.all, caps.follows_per_guild) {
            Err(AddError::GuildFull(caps.follows_per_guild))
        } else if is_keyword && is_full(self.keywords, caps.keywords_per_guild) {
            Err(AddError::KeywordsFull(caps.keywords_per_guild))
        } else if is_full(*there, caps.follows_per_channel) {
            Err(AddError::ChannelFull(caps.follows_per_channel))
        } else {
            self.all += 1;
            self.keywords += usize::from(is_keyword);
            *there += 1;
            Ok(())
        }
    }
}
