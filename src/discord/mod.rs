//! Discord: the thin REST client, what messages look like, the gateway and the interactions that come by it.
//!
//! Owns everything that knows Discord's protocol. It decides nothing about Spaces and follows.

pub mod courier;
pub mod limits;
pub mod render;
pub mod rest;
