//! What the Discord stand-in does, proved over HTTP and WebSocket, and with a client library as witness.

#![expect(clippy::disallowed_methods, reason = "how late an answer is, is measured in real time")]

mod endpoint;
mod events;
mod faults;
mod files;
mod gateway;
mod interactions;
mod modals;
mod refusals;
mod rest;
mod support;
mod witness;
