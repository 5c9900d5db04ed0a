//! X's Activity API: being told of starts and ends instead of asking.
//!
//! Source: X's documentation, "X Activity API", and its OpenAPI description.

pub mod subscriptions;
pub mod webhooks;
