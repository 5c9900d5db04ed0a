//! Which servers follow which keywords.

use std::collections::BTreeMap;

use super::Follows;
use crate::domain::ids::GuildId;

impl Follows {
    /// Each keyword that is searched for, folded, with the servers that follow it, each once, by their ids.
    #[must_use]
    pub fn keyword_servers(&self) -> BTreeMap<String, Vec<GuildId>> {
        self.index.keyword_servers()
    }
}
