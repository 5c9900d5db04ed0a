//! The Discord stand-in.
