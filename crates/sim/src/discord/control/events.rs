//! Scheduled events and webhooks, as people see and remove them.

use crate::discord::events::ScheduledEvent;
use crate::discord::server::Server;

impl Server {
    /// The scheduled events of a server, the oldest first; those that are over too.
    #[must_use]
    pub fn scheduled_events(&self, guild: u64) -> Vec<ScheduledEvent> {
        let state = self.shared.look();
        let (now, of_guild) =
            (state.today(), state.world.events.values().filter(|event| event.guild_id == guild));
        of_guild.map(|event| event.turned(now).unwrap_or_else(|| event.clone())).collect()
    }

    /// Deletes a scheduled event, as a moderator does; whether there was one.
    pub fn delete_scheduled_event(&self, event: u64) -> bool {
        self.shared.change(|state| state.remove_event(event))
    }

    /// Deletes a webhook, as a moderator does: it answers 10015 from then on.
    pub fn delete_webhook(&self, webhook: u64) -> bool {
        self.shared.change(|state| state.world.hooks.remove(&webhook).is_some())
    }
}
