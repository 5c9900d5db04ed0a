//! The X API v2 stand-in.
