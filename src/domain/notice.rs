//! A notice (see below).
