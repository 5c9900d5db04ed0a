//! The X API: reading Spaces and accounts, within X's limits and the operator's budget.
//!
//! [`Client`] is the shell; `limits`, `gate`, `cost`, `fields`, `wire` and `answer` decide without time or
//! network of their own. Nothing here knows of follows, notices or Discord's messages.

pub mod activity;
pub mod allowance;
pub mod answer;
mod answers;
mod ask;
mod bill;
mod client;
pub mod cost;
mod endpoint;
mod error;
mod fields;
pub mod gate;
pub mod limits;
mod linked;
mod money;
pub mod oauth;
mod posts;
mod prices;
mod spending;
mod transport;
mod unsaved;
mod users;
mod weigh;
pub mod wire;

pub use allowance::Payers;
pub use answers::{Fetched, Lookup, SearchState, Spaces, Users};
pub use client::{BATCH_MAX, Client, SEARCH_MAX_CHARS, SEARCH_RESULTS_MAX, Settings};
pub use cost::{Budget, Cause, Dearest, Kind, Prices, Spent};
pub use error::{Detail, Outage, XError};
pub use fields::{People, Want};
pub use gate::{Credits, Standing};
pub use limits::Endpoint;
pub use linked::{LinkedError, LinkedSpaces, LinkedUsers, Person};
pub use money::{BadAmount, MicroDollars};
pub use posts::{POSTS_MAX, Posts};
pub use spending::Spending;
pub use transport::BadSettings;
pub use unsaved::Unsaved;
pub use users::{CachedUser, FRESH_FOR, UserCache, UserChange};
