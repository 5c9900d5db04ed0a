//! The bot's own web address, `HTTP_ADDR` behind `PUBLIC_URL`: what people and X reach from outside.
//!
//! Owns which page answers what; what a link is stays `linking`'s. There is nothing here
//! but what somebody outside has to reach. Nothing is loaded from elsewhere, kept in a cache, or framed.

mod page;
mod picture;
mod site;

pub use site::{CALLBACK, Site};
