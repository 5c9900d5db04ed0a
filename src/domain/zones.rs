//! Time zones by their IANA names: those that are built into the program, so that a machine without zone files, or with
//! old ones, tells the same time. Pure.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

static BUILT_IN: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The longest name that is looked for.
const NAME_MAX: usize = 64;

/// The zone of this name, however its letters are cased, and the name as IANA writes it.
#[must_use]
pub fn named(name: &str) -> Option<(TimeZone, String)> {
    if name.len() > NAME_MAX {
        return None;
    }
    let zone = BUILT_IN.get(name).ok()?;
    let written = zone.iana_name()?.to_owned();
    Some((zone, written))
}

/// Every name, in order.
pub fn names() -> impl Iterator<Item = String> {
    BUILT_IN.available().map(|name| name.to_string())
}
