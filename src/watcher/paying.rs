//! Who pays for the searches for keywords: the servers that follow each, within their allowances.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::follow::Target;
use crate::domain::ids::{GuildId, SpaceId};
use crate::domain::space::Space;
use crate::follows::{Follows, folded};
use crate::x::{Budget, Client, Payers};

/// Which servers follow which keywords now.
#[derive(Debug)]
pub struct Paying {
    keywords: BTreeMap<String, Vec<GuildId>>,
    among: usize,
}

/// The same, gathered anew only where follows have changed since.
#[derive(Debug, Default)]
pub struct Payments(Mutex<Option<(u64, Arc<Paying>)>>);

impl Payments {
    /// Who pays now.
    #[must_use]
    pub fn now(&self, follows: &Follows) -> Arc<Paying> {
        let revision = follows.revision();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some((of, paying)) if *of == revision => Arc::clone(paying),
            _ => Arc::clone(&kept.insert((revision, Arc::new(Paying::of(follows)))).1),
        }
    }
}

impl Paying {
    /// As the index of follows has it.
    #[must_use]
    pub fn of(follows: &Follows) -> Self {
        let keywords = follows.keyword_servers();
        let mut servers: Vec<GuildId> = keywords.values().flatten().copied().collect();
        servers.sort_unstable();
        servers.dedup();
        Self { keywords, among: servers.len() }
    }

    /// Who pays for this keyword, in its folded form.
    #[must_use]
    pub fn payers(&self, folded: &str) -> Payers {
        let servers = self.keywords.get(folded).into_iter().flatten().copied();
        Payers::new(folded, servers, self.among)
    }

    /// Who would pay for it if this server followed it too.
    #[must_use]
    pub fn with(&self, folded: &str, server: GuildId) -> Payers {
        let servers = self.keywords.get(folded).into_iter().flatten().copied().chain([server]);
        let has_keywords = self.keywords.values().any(|servers| servers.contains(&server));
        Payers::new(folded, servers, self.among + usize::from(!has_keywords))
    }

    /// Whether the allowances of the servers that follow this keyword buy a Space. That the day's budget has room is
    /// another question.
    #[must_use]
    pub fn may_search(&self, folded: &str, x: &Client) -> bool {
        x.spending().search_rests(&self.payers(folded)) != Some(Budget::Allowance)
    }

    /// Who pays for looking these up again: of each Space the servers that follow the first keyword in its title.
    #[must_use]
    pub fn of_spaces<'a>(
        &self,
        spaces: impl IntoIterator<Item = &'a Space>,
        follows: &Follows,
    ) -> HashMap<SpaceId, Payers> {
        let keyword = |space: &Space| {
            let concerned = follows.concerned(space);
            concerned.iter().find(|it| matches!(it.target, Target::Keyword(_))).map(|it| folded(&it.target))
        };
        let of = |space: &Space| Some((space.id, self.payers(&keyword(space)?)));
        spaces.into_iter().filter_map(of).collect()
    }

    /// `x`, where this keyword's servers pay.
    #[must_use]
    pub fn client(&self, folded: &str, x: &Client) -> Client {
        x.paid_by(self.payers(folded))
    }
}
