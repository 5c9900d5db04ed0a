//! The herald: tries the store now and then, and tells the operators' channel what needs a person.
//!
//! Decides nothing of what is told, which is [`bulletin`](super::bulletin)'s. Messages ping nobody, go through the
//! same slots and routes as everything else, and wait for the outbox, though not for long.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use twilight_http_ratelimiting::Method;

use super::bulletin::{Bulletin, Item};
use super::{Kind, Lookout, Trouble};
use crate::card::relative;
use crate::discord::answer::RestError;
use crate::domain::ids::{ChannelId, GuildId};
use crate::guilds::Guilds;
use crate::metrics::Exposition;
use crate::texts::{Arg, Key, Locale, Texts, key};

/// How often it is looked what is the matter.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How many looks there are to a trial of the store.
const LOOKS_A_TRIAL: u64 = 5;
/// How long a message waits for an outbox that has something due.
const YIELDS_FOR: SignedDuration = SignedDuration::from_secs(60);
/// The pause after a message couldn't be sent.
const SEND_PAUSE: SignedDuration = SignedDuration::from_secs(20);
/// Where what was told is kept.
const KEPT_AS: &str = "bulletin";
/// Links in a message get no preview. Source: Discord's documentation, "Message Flags".
const SUPPRESS_EMBEDS: u64 = 1 << 2;

/// Looks after the bot until it stops.
pub struct Herald {
    /// What is seen.
    pub lookout: Arc<Lookout>,
    /// The words.
    pub texts: Arc<Texts>,
    /// Which language they are in.
    pub guilds: Arc<Guilds>,
    /// Where they go; nowhere if `None`.
    pub channel: Option<ChannelId>,
    /// What is to be kept tidy.
    pub exposition: Option<Exposition>,
}

/// What the herald remembers from one look to the next.
#[derive(Debug, Default)]
struct Memory {
    bulletin: Bulletin,
    /// Since when there has been something to tell.
    wanted_since: Option<Timestamp>,
    /// After a failure nothing is sent before.
    rests_until: Option<Timestamp>,
    /// Whether it was logged that the channel can't be posted in.
    complained: bool,
    /// What was told isn't in the store yet.
    unsaved: bool,
}

impl Herald {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut memory = Memory { bulletin: self.kept().await, ..Memory::default() };
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for look in 0_u64.. {
            let wait = async {
                ticks.tick().await;
                if look.is_multiple_of(LOOKS_A_TRIAL) {
                    self.lookout.try_store().await;
                    self.exposition.iter().for_each(Exposition::upkeep);
                }
            };
            if stop.run_until_cancelled(wait).await.is_none() {
                return;
            }
            // Not given up midway: what was told must be kept, or the next start tells it again.
            self.look(&mut memory).await;
        }
    }

    async fn look(&self, memory: &mut Memory) {
        let Some(channel) = self.channel else { return };
        let now = self.lookout.clock.now();
        let mut troubles = self.lookout.troubles();
        troubles.extend(self.lookout.warnings());
        let items = memory.bulletin.see(&troubles, |kind| self.lookout.is_proven(kind), now);
        if items.is_empty() {
            memory.wanted_since = None;
        } else {
            let wanted_for = now.duration_since(*memory.wanted_since.get_or_insert(now));
            let rests = memory.rests_until.is_some_and(|until| now < until);
            if !rests && (wanted_for >= YIELDS_FOR || !self.outbox_is_busy(now).await) {
                self.tell(channel, &items, memory).await;
            }
        }
        if memory.unsaved {
            memory.unsaved = !self.keep(&memory.bulletin).await;
        }
    }

    async fn tell(&self, channel: ChannelId, items: &[Item], memory: &mut Memory) {
        let locale = self.locale(channel).await;
        for item in items {
            let sent = self.send(channel, *item, locale).await;
            let now = self.lookout.clock.now();
            match sent {
                Ok(()) => {
                    info!(channel.id = %channel, "told the operators' channel: {item:?}");
                    memory.complained = false;
                }
                Err(error @ RestError::Refused { .. }) => {
                    if !std::mem::replace(&mut memory.complained, true) {
                        error!(
                            channel.id = %channel, error = &error as &dyn std::error::Error,
                            "OPERATOR_CHANNEL_ID can't be posted in: let the bot see channel {channel} and send \
                             messages there, or name another one"
                        );
                    }
                }
                Err(error) => {
                    warn!(
                        error = &error as &dyn std::error::Error,
                        "the operators' channel wasn't told; trying again"
                    );
                    memory.rests_until = now.checked_add(SEND_PAUSE).ok();
                    return;
                }
            }
            memory.bulletin.told(*item, now);
            memory.unsaved = true;
        }
    }

    async fn send(&self, channel: ChannelId, item: Item, locale: Locale) -> Result<(), RestError> {
        let Some(sentence) = sentence(item) else { return Ok(()) };
        let (sort, kind, moment) = match item {
            Item::Begun(Trouble { kind, since }) => ('b', kind, self.lookout.ends_at(kind).unwrap_or(since)),
            Item::Over { kind, told_at } => ('o', kind, told_at),
        };
        let when = ("when", Arg::from(relative(moment)));
        let body = json!({
            "content": self.texts.get(locale, sentence, &[when]),
            "allowed_mentions": { "parse": [] },
            "flags": SUPPRESS_EMBEDS,
            // Should an answer get lost, the next try makes no second message.
            "nonce": format!("{sort}{}-{}", kind as u8, moment.as_second()),
            "enforce_nonce": true,
        });
        let path = format!("channels/{channel}/messages");
        self.lookout.rest.request(Method::Post, &path, Some(&body)).await.map(drop)
    }

    /// The language of the channel's server.
    async fn locale(&self, channel: ChannelId) -> Locale {
        let known = self.lookout.rest.get(&format!("channels/{channel}")).await.ok();
        let guild = known.and_then(|known| known["guild_id"].as_str()?.parse().ok());
        guild.filter(|id| *id != 0).map_or(Locale::ENGLISH, |id| self.guilds.locale(GuildId::new(id)))
    }

    async fn outbox_is_busy(&self, now: Timestamp) -> bool {
        self.lookout.store.queue_depth(now).await.is_ok_and(|queue| queue.due > 0)
    }

    async fn kept(&self) -> Bulletin {
        match self.lookout.store.meta(KEPT_AS).await {
            Ok(kept) => kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default(),
            Err(error) => {
                warn!(error = &error as &dyn std::error::Error, "what operators were told can't be read");
                Bulletin::default()
            }
        }
    }

    async fn keep(&self, bulletin: &Bulletin) -> bool {
        let Ok(text) = serde_json::to_string(bulletin) else { return true };
        self.lookout.store.set_meta(KEPT_AS, &text).await.is_ok()
    }
}

const fn sentence(item: Item) -> Option<Key> {
    Some(match item {
        Item::Begun(Trouble { kind, .. }) => match kind {
            Kind::Store => key("operator-store"),
            Kind::XToken => key("operator-token"),
            Kind::XCredits => key("operator-credits"),
            Kind::XBudget => key("operator-budget"),
            Kind::XBudgetNear => key("operator-budget-near"),
            Kind::XPush => key("operator-push"),
            Kind::XPushCap => key("operator-push-cap"),
            // Never told: see `bulletin`.
            Kind::XSilent | Kind::Gateway | Kind::Discord => return None,
        },
        Item::Over { kind, .. } => match kind {
            Kind::Store => key("operator-store-over"),
            Kind::XToken => key("operator-token-over"),
            Kind::XCredits => key("operator-credits-over"),
            Kind::XBudget => key("operator-budget-over"),
            Kind::XPush => key("operator-push-over"),
            // That a day is over nobody needs to be told.
            // Nor that a setting fits again, which somebody changed.
            Kind::XBudgetNear | Kind::XPushCap | Kind::XSilent | Kind::Gateway | Kind::Discord => {
                return None;
            }
        },
    })
}
