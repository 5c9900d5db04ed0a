//! The keywords that are searched for: which there are, and who follows them.

use std::collections::BTreeMap;

use super::Follows;
use crate::domain::follow::Target;
use crate::domain::ids::GuildId;

impl Follows {
    /// The keywords that somebody follows and that aren't all paused: folded, as typed, and by how many.
    #[must_use]
    pub fn keywords(&self) -> Vec<(String, String, usize)> {
        let mut keywords: Vec<_> = self
            .by_keyword
            .iter()
            .filter_map(|entry| {
                let active: Vec<_> =
                    self.those(entry.value()).into_iter().filter(|follow| follow.paused.is_none()).collect();
                let typed = match &active.first()?.target {
                    Target::Keyword(typed) => typed.clone(),
                    Target::Host { .. } => return None,
                };
                Some((entry.key().clone(), typed, active.len()))
            })
            .collect();
        keywords.sort_unstable();
        keywords
    }

    /// Each keyword that is searched for, folded, with the servers that follow it, each once, by their ids.
    #[must_use]
    pub fn keyword_servers(&self) -> BTreeMap<String, Vec<GuildId>> {
        let mut keywords = BTreeMap::new();
        for entry in &self.by_keyword {
            let active = self.those(entry.value()).into_iter().filter(|follow| follow.paused.is_none());
            let mut servers: Vec<GuildId> = active.map(|follow| follow.guild).collect();
            servers.sort_unstable();
            servers.dedup();
            if !servers.is_empty() {
                keywords.insert(entry.key().clone(), servers);
            }
        }
        keywords
    }
}
