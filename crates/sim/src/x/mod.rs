//! The X API v2 stand-in.
//!
//! Owns a world of users and Spaces, and a server on loopback that answers for it as X's documentation says
//! that X does, traps included: partial success, absent data, limits, bills, refused fields. Where the
//! documentation disagrees with itself, [`Settings`] chooses the reading. It must not know who asks.
//!
//! The parts, from the inside out: `world` holds the state and its rules, `limits` and `billing` count what is
//! asked and what is returned, `faults` decide how an answer goes wrong, `wire` shapes JSON, `answer` puts
//! these together without any input or output, and `server` and `body` move bytes. `control` is what a test or a demo
//! page calls in the process.
//!
//! A further endpoint is a variant in `endpoint`, a function beside those in `spaces` and `users`, and an arm in
//! `answer`. `push` tells of the world's changes, which all pass through `control`: by streams, which `server` sends,
//! and by webhooks, which `postman` calls. `oauth` owns who let the app in; `auth` decides by it who asks.

mod answer;
mod attached;
mod auth;
mod billing;
mod body;
mod clock;
mod control;
mod endpoint;
mod faults;
mod following;
mod ids;
mod journal;
mod limits;
mod oauth;
mod postman;
mod push;
mod query;
mod reply;
mod server;
mod settings;
mod spaces;
mod spoil;
mod state;
mod users;
mod wire;
mod world;

pub use billing::{Bill, Prices, Resource};
pub use endpoint::Endpoint;
pub use faults::{Age, Fault, FaultId, Reset, Scope};
pub use ids::{SpaceId, UserId};
pub use journal::{Auth, Request};
pub use limits::{BurstHeaders, Rules};
pub use oauth::{ConsentError, OauthSettings};
pub use push::{
    Backfill, Connection, Delivered, EventKind, InnerEventType, Order, Outcome, PushSettings, Signing,
    StreamEnd, Subscription, SubscriptionShape, Webhook,
};
pub use server::Server;
pub use settings::{NotFound, ProblemHost, Settings, SpentStatus};
pub use world::error::WorldError;
pub use world::fields::SpaceField;
pub use world::space::{EndLook, Phase, Space};
pub use world::user::{Post, Topic, User};
