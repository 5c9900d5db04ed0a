//! The handle: starting, stopping, looking at what was asked, and breaking things.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::faults::Fault;
use super::gateway::{Closing, GatewayCounts, Out};
use super::http;
use super::limits::Refusals;
use super::log::Request;
use super::moment::Moment;
use super::settings::Settings;
use super::state::{Shared, State};
use crate::exchange::Exchange;

/// Stops the stand-in when the last handle goes.
#[derive(Debug)]
struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.stop.cancel();
    }
}

/// A running stand-in. Clones are handles to the same one; it stops with the last of them.
#[derive(Clone, Debug)]
pub struct Server {
    pub(super) shared: Arc<Shared>,
    url: String,
    _guard: Arc<Guard>,
}

impl Server {
    /// Binds 127.0.0.1 and serves. Must be called inside a Tokio runtime.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = State::new(settings, url.clone());
        let shared = Arc::new(Shared::new(state, tokio::runtime::Handle::current()));
        tokio::spawn(http::listen(Arc::clone(&shared), listener));
        let guard = Arc::new(Guard(Arc::clone(&shared)));
        Ok(Self { shared, url, _guard: guard })
    }

    /// `http://127.0.0.1:PORT`; REST is below `/api/v10`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts every connection and takes no more.
    pub fn stop(&self) {
        self.shared.stop.cancel();
    }

    /// Every REST request so far, in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.look().log.clone()
    }

    /// The whole exchanges so far, and how many weren't kept, if the settings ask for them.
    #[must_use]
    pub fn exchanges(&self) -> (Vec<Exchange>, u64) {
        self.shared.look().recorder.all()
    }

    /// How many answers were refusals.
    #[must_use]
    pub fn refusals(&self) -> Refusals {
        self.shared.look().refusals
    }

    /// Changes the settings of a running stand-in; the port stays.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        self.shared.change(|state| change(&mut state.settings));
    }

    /// What Discord's clock shows.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.shared.clock.now()
    }

    /// Moves Discord's clock forward: nonces, limits and sessions age, and new ids are that much higher.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// Adds a fault; the oldest that fits a request meets it.
    pub fn fault(&self, fault: Fault) {
        self.shared.change(|state| state.faults.add(fault));
    }

    /// Removes every fault; requests that hang are cut.
    pub fn clear_faults(&self) {
        self.shared.change(|state| state.faults.clear());
        self.shared.cleared.send_modify(|count| *count += 1);
    }

    /// What happened at the gateway.
    #[must_use]
    pub fn gateway(&self) -> GatewayCounts {
        self.shared.look().gateway.counts.clone()
    }

    /// How many sessions are connected now.
    #[must_use]
    pub fn connected(&self) -> usize {
        self.shared.look().gateway.connected()
    }

    /// The intents of each session.
    #[must_use]
    pub fn intents(&self) -> Vec<u64> {
        self.shared.look().gateway.sessions.values().map(|session| session.intents).collect()
    }

    /// Asks every client to reconnect and resume (op 7).
    pub fn send_reconnect(&self) {
        let frame = serde_json::json!({ "op": 7, "d": null, "s": null, "t": null });
        self.shared.change(|state| state.broadcast(|| Out::Frame(frame.clone())));
    }

    /// Tells every client that its session is invalid (op 9); it is gone unless `resumable`.
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.shared.change(|state| {
            for connection in state.gateway.connections.keys() {
                state.gateway.invalid_session(*connection, resumable);
            }
            if !resumable {
                state.gateway.sessions.clear();
                for connection in state.gateway.connections.values_mut() {
                    connection.session = None;
                }
            }
        });
    }

    /// Makes every session impossible to resume, without telling anyone.
    pub fn forget_sessions(&self) {
        self.shared.change(|state| state.gateway.sessions.clear());
    }

    /// Ends every connection.
    pub fn close_with(&self, closing: Closing) {
        self.shared.change(|state| state.broadcast(|| Out::Close(closing)));
    }

    /// Leaves every connection open, but neither sends nor acknowledges anything on it from now on.
    pub fn go_zombie(&self) {
        self.shared.change(|state| {
            for connection in state.gateway.connections.values_mut() {
                connection.zombie = true;
            }
        });
    }

    /// Whether heartbeats stay without acknowledgement.
    pub fn stop_acking(&self, stop: bool) {
        self.shared.change(|state| state.gateway.stop_acking = stop);
    }

    /// Closes every new WebSocket at once; `None` ends that.
    pub fn accept_and_close(&self, closing: Option<Closing>) {
        self.shared.change(|state| state.gateway.close_at_once = closing);
    }

    /// Whether new WebSockets are refused.
    pub fn refuse_connections(&self, refuse: bool) {
        self.shared.change(|state| state.gateway.refuse = refuse);
    }
}
