//! Discord as its documentation describes it: REST v10, the gateway v10, and the people who use a bot.
//!
//! [`Server`] owns one application's world: servers, channels, roles, members, messages. A bot talks to it
//! over HTTP and WebSocket as it would to Discord; a test changes the world, types commands as
//! [`Person`] does, looks at what was posted, and breaks things with [`Fault`]s. It knows nothing of the
//! bot and isn't shaped by what the bot happens to send.
//!
//! Everything that happens, happens at once under one lock, so a request is either done or not; the
//! only clocks are those of the limits, the interactions and the heartbeats.

mod answers;
mod control;
mod definitions;
mod endpoint;
mod error;
mod events;
mod faults;
mod files;
mod gateway;
mod http;
mod interactions;
mod limits;
mod log;
mod message;
mod modal;
mod moment;
mod nonces;
mod options;
mod people;
mod permissions;
mod posting;
mod refused;
mod routes;
mod server;
mod serving;
mod settings;
mod shown;
mod socket;
mod state;
mod validation;
mod wait;
mod wire;
mod world;

pub use answers::{Interaction, Reply};
pub use endpoint::{Delivery, EndpointRefused, Signing};
pub use events::ScheduledEvent;
pub use faults::{Effect, Fault};
pub use files::Attachment;
pub use gateway::{Closing, GatewayCounts};
pub use interactions::Outcome;
pub use limits::Refusals;
pub use log::Request;
pub use message::{Message, Pings, Revision};
pub use moment::Moment;
pub use people::Person;
pub use permissions::{Target, bits};
pub use refused::Refused;
pub use server::Server;
pub use serving::{Served, Upload};
pub use settings::{Bucket, Settings};
pub use wait::TimedOut;
