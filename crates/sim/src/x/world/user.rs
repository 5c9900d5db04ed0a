//! Users, topics and Posts as the world holds them.

use jiff::Timestamp;

use crate::x::ids::UserId;

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// The id, which stays.
    pub id: UserId,
    /// The username, which changes; found whatever its case.
    pub username: String,
    /// The display name.
    pub name: String,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A topic of Spaces.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
}

/// A Post that was shared in a Space.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: UserId,
    /// Its text.
    pub text: String,
    /// When it was posted.
    pub created_at: Timestamp,
}
