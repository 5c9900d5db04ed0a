//! The bot's own web address, `HTTP_ADDR` behind `PUBLIC_URL`: what people and X reach from outside.
//!
//! Owns which request is answered by what; what a link is stays `linking`'s, and what an event is `push`'s. There is nothing
//! here but what somebody outside has to reach. Nothing is loaded from elsewhere, kept in a cache, or framed.

mod page;
mod pages;
mod picture;
mod site;
mod webhook;

pub use pages::{CALLBACK, Pages};
pub use site::Site;
pub use webhook::Webhook;
