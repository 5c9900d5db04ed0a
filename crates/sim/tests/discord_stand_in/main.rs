//! What the Discord stand-in does, proved over HTTP and WebSocket, and with a client library as witness.

mod faults;
mod gateway;
mod interactions;
mod rest;
mod support;
mod witness;
