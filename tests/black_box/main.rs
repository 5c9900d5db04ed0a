//! The shipped program against the stand-ins, by environment alone: real HTTP, real WebSocket, a real database.

mod commands;
mod gateway;
mod program;
mod rings;
mod support;
