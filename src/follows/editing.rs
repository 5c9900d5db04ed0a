//! Editing: a follow that is there becomes another one, under its id.

use std::sync::Arc;

use super::{EditError, Follows, folded, is_full, same_target};
use crate::domain::follow::Follow;

impl Follows {
    /// Has a follow be like `wanted`, which has its id, server and target; answers what it is now.
    ///
    /// What was paused since its channel takes no posts goes on where it moves to another one.
    pub async fn edit(&self, wanted: &Follow) -> Result<Arc<Follow>, EditError> {
        let _changing = self.changing.lock().await;
        let before = self.get_in(wanted.guild, wanted.id).ok_or(EditError::Gone)?;
        let moves = before.channel != wanted.channel;
        let there = if moves { self.of_channel(wanted.channel) } else { Vec::new() };
        let new = folded(&wanted.target);
        if let Some(taken) = there.iter().find(|other| same_target(&other.target, &wanted.target, &new)) {
            return Err(EditError::Taken(Arc::clone(taken)));
        }
        if moves && is_full(there.len(), self.caps.follows_per_channel) {
            return Err(EditError::ChannelFull(self.caps.follows_per_channel));
        }
        // A pause may have come or gone since `wanted` was read.
        let paused = before.paused.filter(|reason| !(moves && reason.is_of_channel()));
        let after = Follow { paused, target: before.target.clone(), ..wanted.clone() };
        if !self.store.edit_follow(&after).await? {
            return Err(EditError::Gone);
        }
        self.index.forget(&before);
        self.index.insert(after);
        self.get(wanted.id).ok_or(EditError::Gone)
    }
}
