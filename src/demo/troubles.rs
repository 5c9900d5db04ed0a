//! What can be broken on purpose, and mended again.
//!
//! Owns the list of troubles and how each is made on the stand-ins. Their faults can only be cleared all at
//! once, so the wanted set is applied as a whole.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use spacebell_sim::discord::{self, Closing, Effect};
use spacebell_sim::x::{self, Scope};

use super::stage::Stage;

/// How much later a slow X answers.
const X_SLOWNESS: Duration = Duration::from_secs(4);
/// What a limiting Discord asks to wait for.
const DISCORD_WAIT: Duration = Duration::from_secs(3);

/// Something that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trouble {
    /// X answers 503 to everything.
    XDown,
    /// X answers seconds late.
    XSlow,
    /// The credits on X are spent.
    XCredits,
    /// X refuses fields that its own documents name.
    XFields,
    /// X leaves live Spaces out of every other list.
    XForgets,
    /// Discord answers 429 to messages.
    DiscordLimits,
    /// Discord answers 502 to everything.
    DiscordDown,
    /// The gateway is cut and takes no connection.
    GatewayCut,
}

impl Trouble {
    /// Each of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::XDown,
        Self::XSlow,
        Self::XCredits,
        Self::XFields,
        Self::XForgets,
        Self::DiscordLimits,
        Self::DiscordDown,
        Self::GatewayCut,
    ];
}

/// Breaks exactly this, `before` having been broken before.
pub(super) fn apply(stage: &Stage, before: &BTreeSet<Trouble>, wanted: &BTreeSet<Trouble>) {
    on_x(&stage.x, wanted);
    on_discord(&stage.discord, before, wanted);
}

fn on_x(x: &x::Server, wanted: &BTreeSet<Trouble>) {
    let has = |trouble| wanted.contains(&trouble);
    x.clear_faults();
    if has(Trouble::XDown) {
        x.fault(x::Fault::status(503), Scope::everywhere());
    }
    if has(Trouble::XSlow) {
        x.fault(x::Fault::Delay(X_SLOWNESS), Scope::everywhere());
    }
    if has(Trouble::XForgets) {
        x.fault(x::Fault::Flapping(None), Scope::everywhere());
    }
    x.set_credits(has(Trouble::XCredits).then_some(0));
    let refused =
        if has(Trouble::XFields) { x::Settings::validating().refused_fields } else { BTreeSet::new() };
    x.configure(|settings| settings.refused_fields = refused);
}

fn on_discord(discord: &discord::Server, before: &BTreeSet<Trouble>, wanted: &BTreeSet<Trouble>) {
    let has = |trouble| wanted.contains(&trouble);
    discord.clear_faults();
    if has(Trouble::DiscordDown) {
        discord.fault(discord::Fault::new(Effect::html(502)));
    }
    if has(Trouble::DiscordLimits) {
        let limited = Effect::rate_limited(DISCORD_WAIT, "shared", None);
        discord.fault(discord::Fault::new(limited).on("*", "/channels/*"));
    }
    let cut = has(Trouble::GatewayCut);
    discord.refuse_connections(cut);
    if cut && !before.contains(&Trouble::GatewayCut) {
        discord.close_with(Closing::Abrupt);
    }
}
