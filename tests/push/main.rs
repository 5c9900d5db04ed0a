//! Being told by X: whom it is to tell of, what it holds for that, and the address that it posts to.
//!
//! The decisions by tables and properties; keeping and the webhook against the stand-in, over HTTP on loopback.

mod coverage;
mod difference;
mod endpoint;
mod intake;
mod keeping;
mod lanes;
mod money;
mod post;
mod refusals;
mod registration;
mod slots;
mod stream;
mod streams;
mod wire;
mod world;
