//! Commands without a transport: what they decode to, what they answer, and what it looks like.

mod card;
mod decode;
mod gateway;
mod limits;
mod lists;
mod permissions;
mod refusals;
mod replies;
mod stage;
