//! The interactions endpoint, as the developer portal shows and sets it, and what was posted there.

use std::time::Duration;

use crate::discord::endpoint::{self, Delivery, EndpointRefused};
use crate::discord::server::Server;
use crate::discord::wait::TimedOut;

impl Server {
    /// Sets where interactions are posted instead of being dispatched over the gateway, after Discord's check: a PING
    /// must be answered by a PONG, and one with a false signature by 401. `None` brings the gateway back.
    pub async fn set_interactions_endpoint(&self, url: Option<&str>) -> Result<(), EndpointRefused> {
        if let Some(url) = url {
            endpoint::check(&self.shared, url).await?;
        }
        self.configure(|settings| settings.interactions_endpoint = url.map(str::to_owned));
        Ok(())
    }

    /// Checks the endpoint again, as Discord does now and then; one that fails isn't used any more.
    pub async fn recheck_interactions_endpoint(&self) -> Result<(), EndpointRefused> {
        let Some(url) = self.interactions_endpoint() else { return Ok(()) };
        let checked = endpoint::check(&self.shared, &url).await;
        if checked.is_err() {
            self.configure(|settings| settings.interactions_endpoint = None);
        }
        checked
    }

    /// Where interactions are posted, if not dispatched over the gateway.
    #[must_use]
    pub fn interactions_endpoint(&self) -> Option<String> {
        self.shared.look().settings.interactions_endpoint.clone()
    }

    /// The public half of the application's Ed25519 key, in hexadecimal.
    #[must_use]
    pub fn verify_key(&self) -> String {
        endpoint::verify_key(&self.shared.look().settings.key_seed)
    }

    /// What was posted to the interactions endpoint, in order; checks aside.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.look().deliveries.clone()
    }

    /// Waits until a delivery of an interaction was answered.
    pub async fn wait_for_delivery(&self, interaction: u64, timeout: Duration) -> Result<Delivery, TimedOut> {
        self.wait_for(timeout, |server| {
            let state = server.shared.look();
            let mut answered = state.deliveries.iter().filter(|delivery| delivery.status.is_some());
            answered.find(|delivery| delivery.interaction == interaction).cloned()
        })
        .await
    }
}
