//! The ids that Discord gave the commands, so that replies can mention them to be clicked.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use serenity::model::id::CommandId;

/// The commands' ids by name, empty until they are registered.
#[derive(Debug, Default)]
pub struct Directory(RwLock<HashMap<String, CommandId>>);

impl Directory {
    /// Replaces all ids.
    pub fn set(&self, ids: impl IntoIterator<Item = (String, CommandId)>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = ids.into_iter().collect();
    }

    /// A command, such as `follow host`, as something to click; plain where its id isn't known.
    #[must_use]
    pub fn mention(&self, command: &str) -> String {
        let root = command.split(' ').next().unwrap_or(command);
        let ids = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match ids.get(root) {
            Some(id) => format!("</{command}:{id}>"),
            None => format!("`/{command}`"),
        }
    }
}
