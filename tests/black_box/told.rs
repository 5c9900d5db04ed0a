//! Whom X tells of, as its stand-in holds it.

use std::collections::BTreeMap;

use spacebell_sim::x;

/// The hosts of whom X holds start and end.
pub fn pairs(x: &x::Server) -> usize {
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    for one in x.subscriptions() {
        *events.entry(one.filter["user_id"].to_string()).or_default() += 1;
    }
    events.values().filter(|count| **count == 2).count()
}

/// The streams that are open.
pub fn open_streams(x: &x::Server) -> usize {
    x.connections().iter().filter(|one| one.disconnected_at.is_none()).count()
}
