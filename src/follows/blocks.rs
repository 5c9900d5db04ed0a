//! Blocks: hosts and words that a server doesn't want to hear of.

use std::collections::HashSet;

use super::Follows;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::keyword::KeywordSet;
use crate::domain::space::Space;
use crate::store::{Block, StoreError};

/// A server's blocks, ready to be matched.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) list: Vec<Block>,
    pub(super) hosts: HashSet<UserId>,
    words: KeywordSet,
}

impl Follows {
    /// Adds a block; whether it is new.
    pub async fn block(&self, guild: GuildId, block: Block) -> Result<bool, StoreError> {
        let _changing = self.changing.lock().await;
        let new = self.store.add_block(guild, &block).await?;
        if new {
            self.insert_block(guild, block);
        }
        Ok(new)
    }

    /// Removes a block; whether there was one.
    pub async fn unblock(&self, guild: GuildId, block: &Block) -> Result<bool, StoreError> {
        let _changing = self.changing.lock().await;
        let removed = self.store.remove_block(guild, block).await?;
        let rest: Vec<Block> =
            self.blocks(guild).into_iter().filter(|other| !same_block(other, block)).collect();
        self.replace_blocks(guild, rest);
        Ok(removed)
    }

    /// A server's blocks.
    #[must_use]
    pub fn blocks(&self, guild: GuildId) -> Vec<Block> {
        self.blocks.get(&guild).map(|blocks| blocks.list.clone()).unwrap_or_default()
    }

    /// Whether a server's block list holds a Space's host or a word of its title.
    #[must_use]
    pub fn blocks_space(&self, guild: GuildId, space: &Space) -> bool {
        self.blocks.get(&guild).is_some_and(|blocks| {
            space.creator.is_some_and(|creator| blocks.hosts.contains(&creator))
                || space.title.as_deref().is_some_and(|title| blocks.words.is_match(title))
        })
    }

    pub(super) fn replace_blocks(&self, guild: GuildId, blocks: Vec<Block>) {
        self.blocks.remove(&guild);
        for block in blocks {
            self.insert_block(guild, block);
        }
    }

    pub(super) fn insert_block(&self, guild: GuildId, block: Block) {
        let mut blocks = self.blocks.entry(guild).or_default();
        match &block {
            Block::Host { user, .. } => {
                blocks.hosts.insert(*user);
            }
            Block::Word { folded, .. } => {
                blocks.words.insert(folded);
            }
        }
        blocks.list.push(block);
    }
}

fn same_block(one: &Block, other: &Block) -> bool {
    match (one, other) {
        (Block::Host { user: one, .. }, Block::Host { user: other, .. }) => one == other,
        (Block::Word { folded: one, .. }, Block::Word { folded: other, .. }) => one == other,
        _ => false,
    }
}
