//! Hostile input: whatever comes from outside is taken or refused, and changes neither what happened nor how it looks.

mod corpus;
mod held;
mod json;
mod properties;
mod rest;
mod words;
