//! The identities that X hands out.
//!
//! Owns their types only. A text that X would refuse can be put into one: that it is refused is the business
//! of the request's validation, not of the world.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }
    };
}

id! {
    /// A Space's id: 1 to 13 letters and digits; X's own begin with `1` and have 13.
    SpaceId
}

id! {
    /// A user's id: 1 to 19 digits.
    UserId
}

impl From<u64> for UserId {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}
