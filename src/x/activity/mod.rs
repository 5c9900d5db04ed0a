//! X's Activity API: being told of starts and ends instead of asking.
//!
//! [`event`] and [`lines`] read what comes, pure; the rest asks the endpoints, through the same gate as all else.
//! Source: X's documentation, "X Activity API", and its OpenAPI description.

pub mod connections;
pub mod event;
pub mod lines;
pub mod stream;
pub mod subscriptions;
mod told;
pub mod webhooks;
