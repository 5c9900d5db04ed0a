//! The mender: looks after channels that take no posts.
//!
//! It looks at each by reading its permissions, which is never refused, at once when something changed there and with
//! growing pauses otherwise. What takes posts again goes on, and what is live by then is made up for; what doesn't is
//! told once to those who can mend it. It sends no posts: those are the outbox's.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::clock::{SharedClock, doubled, later};
use crate::commands::app::{App, Posting, Unseen};
use crate::commands::follow::{claim, not_told, told};
use crate::commands::reply::Reply;
use crate::commands::words::Words;
use crate::complaint::Complaint;
use crate::domain::follow::PauseReason;
use crate::domain::ids::GuildId;
use crate::guilds::Guilds;
use crate::store::{Look, StoreError};

/// Looks in one turn: each takes a few requests, which posts need too.
const LOOKS_AT_ONCE: u32 = 5;
/// The pause after a turn that looked at something.
const TURN_PAUSE: Duration = Duration::from_secs(1);
/// The longest that nothing is looked for.
const LONGEST_IDLE: Duration = Duration::from_mins(1);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(2);
/// The pause after the first look in vain; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// The rest of a channel that refused what was sent though it looked as if it took posts; it doubles up to
/// [`LONGEST_PAUSE`].
const FIRST_REST: SignedDuration = SignedDuration::from_mins(15);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// Looks after channels.
#[derive(Debug)]
pub struct Mender {
    /// Whose follows and which Discord.
    pub app: Arc<App>,
}

impl Mender {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let failing = Complaint::default();
        while !stop.is_cancelled() {
            let turn = async {
                let looked = self.tick().await;
                let is_new = failing.is_new(&looked);
                match looked {
                    Ok(true) => tokio::time::sleep(TURN_PAUSE).await,
                    Ok(false) => self.idle().await,
                    Err(error) => {
                        if is_new {
                            error!(
                                error = &error as &dyn std::error::Error,
                                "channels can't be looked after; trying again"
                            );
                        }
                        tokio::time::sleep(STORE_PAUSE).await;
                    }
                }
            };
            stop.run_until_cancelled(turn).await;
        }
    }

    /// Looks at what is due; whether anything was.
    pub async fn tick(&self) -> Result<bool, StoreError> {
        let due = self.app.store.due_looks(LOOKS_AT_ONCE, self.clock().now()).await?;
        for look in &due {
            self.look(*look).await?;
        }
        Ok(!due.is_empty())
    }

    async fn idle(&self) {
        let next = self.app.store.next_look().await.ok().flatten();
        let wait = next.map_or(LONGEST_IDLE, |at| {
            Duration::try_from(at.duration_since(self.clock().now())).unwrap_or(TURN_PAUSE).min(LONGEST_IDLE)
        });
        // Woken or not, the next turn looks.
        let _ = tokio::time::timeout(wait, self.app.follows.looks_wanted()).await;
    }

    async fn look(&self, look: Look) -> Result<(), StoreError> {
        let Look { channel, guild, looks, relapses, rests } = look;
        let (app, now) = (&self.app, self.clock().now());
        if app.follows.of_channel(channel).is_empty() {
            return app.store.looked(channel, now, false).await;
        }
        if rests {
            self.tell(guild, now).await?;
            return app.store.rest(channel, later(now, rest(relapses))).await;
        }
        let reason = match app.server.posting(guild, channel, Duration::ZERO).await {
            Ok(Posting::Cards | Posting::Plain) => {
                let resumed = app.follows.resume_channel(channel).await?;
                info!(channel.id = %channel, resumed, "channel {channel} takes posts: its follows go on");
                app.watch.make_up(channel).await?;
                // Last, so that an end before leaves it to be looked at again.
                // What was mended in sight of the bot needs no proof.
                app.store.looked(channel, now, resumed > 0 && looks == 0).await?;
                app.watch.ring();
                return Ok(());
            }
            Ok(Posting::Forbidden) | Err(Unseen::Hidden) => PauseReason::Forbidden,
            Ok(Posting::Locked) => PauseReason::Locked,
            Err(Unseen::NotHere) => PauseReason::ChannelGone,
            Err(Unseen::Unavailable) => {
                return app.store.look_again(channel, now, later(now, FIRST_PAUSE), false).await;
            }
        };
        app.follows.pause_channel(channel, reason, now).await?;
        self.tell(guild, now).await?;
        app.store.look_again(channel, now, later(now, pause(looks)), true).await
    }

    /// Tells a server's people of its dead channels where they look. Where there is no such place, whoever of them
    /// next uses a command is told.
    async fn tell(&self, guild: GuildId, now: Timestamp) -> Result<(), StoreError> {
        let app = &self.app;
        if app.store.untold(guild, 0).await?.is_empty() {
            return Ok(());
        }
        let Ok(Some(place)) = app.server.notice_channel(guild).await else { return Ok(()) };
        let dead = claim(&app.follows, &app.store, guild, 0, now).await?;
        if dead.is_empty() {
            return Ok(());
        }
        let words = Words { texts: &app.texts, locale: self.guilds().locale(guild) };
        let content = told(&dead, &app.directory.mention("follow resume"), words);
        let message = Reply { content, ..Reply::default() };
        if app.server.send(place, &message).await.is_err() {
            not_told(&app.store, &dead).await?;
        }
        Ok(())
    }

    fn clock(&self) -> &SharedClock {
        &self.app.clock
    }

    fn guilds(&self) -> &Guilds {
        &self.app.guilds
    }
}

/// The pause after `looks` in vain and one more.
fn pause(looks: u32) -> SignedDuration {
    doubled(FIRST_PAUSE, looks, LONGEST_PAUSE)
}

/// How long a channel rests after so many relapses: it looks as if it took posts, and takes none.
#[must_use]
pub fn rest(relapses: u32) -> SignedDuration {
    doubled(FIRST_REST, relapses.saturating_sub(1), LONGEST_PAUSE)
}
