//! Discord: the thin REST client, what messages look like, the gateway and the interactions that come by it.
//!
//! Owns everything that knows Discord's protocol. It decides nothing about Spaces and follows.

pub mod access;
pub mod answer;
pub mod asked;
pub mod courier;
mod direct;
pub mod embed;
pub mod events;
pub mod gateway;
pub mod interactions;
pub mod limits;
pub mod permissions;
pub mod registration;
pub mod render;
pub mod replies;
pub mod rest;
mod shards;
mod survey;
pub mod turnstile;
mod uploads;
