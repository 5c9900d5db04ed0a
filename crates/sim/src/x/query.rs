//! Validation of what a request carries.
//!
//! Owns X's rules for parameters and the words in which it refuses them. Everything that is wrong with a
//! request is collected, so that one answer names it all.

use std::{collections::BTreeSet, fmt::Display, ops::RangeInclusive, str::FromStr};

use super::world::fields::SpaceField;

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The parameter.
    pub parameter: String,
    /// Its values as they came.
    pub values: Vec<String>,
    /// What is wrong, which names the value.
    pub message: String,
}

impl Complaint {
    /// What is wrong with one value.
    pub fn about(parameter: &str, value: &str, message: &str) -> Self {
        Self { parameter: parameter.to_owned(), values: vec![value.to_owned()], message: message.to_owned() }
    }
}

/// A form that a value must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// A Space's id.
    SpaceId,
    /// A user's id.
    UserId,
    /// A username.
    Username,
    /// The id of a subscription or of a webhook.
    Id,
}

impl Pattern {
    fn source(self) -> &'static str {
        match self {
            Self::SpaceId => "^[a-zA-Z0-9]{1,13}$",
            Self::UserId | Self::Id => "^[0-9]{1,19}$",
            Self::Username => "^[A-Za-z0-9_]{1,15}$",
        }
    }

    pub fn matches(self, text: &str) -> bool {
        let (longest, allowed): (usize, fn(u8) -> bool) = match self {
            Self::SpaceId => (13, |letter| letter.is_ascii_alphanumeric()),
            Self::UserId | Self::Id => (19, |letter| letter.is_ascii_digit()),
            Self::Username => (15, |letter| letter.is_ascii_alphanumeric() || letter == b'_'),
        };
        (1..=longest).contains(&text.len()) && text.bytes().all(allowed)
    }
}

/// A request's parameters while they are being checked.
#[derive(Debug)]
pub(super) struct Params<'a> {
    pairs: &'a [(String, String)],
    complaints: Vec<Complaint>,
}

impl<'a> Params<'a> {
    /// Begins the check: only `allowed` names may come, each once.
    pub fn new(pairs: &'a [(String, String)], allowed: &[&str]) -> Self {
        let mut params = Self { pairs, complaints: Vec::new() };
        let mut seen = BTreeSet::new();
        for (name, _) in pairs {
            if !allowed.contains(&name.as_str()) {
                let message = format!("The query parameter [{name}] is not one of [{}]", allowed.join(","));
                params.complain(name, message);
            } else if !seen.insert(name) {
                let message = format!("Duplicate parameters are not allowed: the `{name}` query parameter");
                params.complain(name, message);
            }
        }
        params
    }

    /// A value of the path.
    pub fn path(&mut self, name: &str, value: &str, pattern: Pattern) {
        if !pattern.matches(value) {
            self.complaints.push(Complaint {
                parameter: name.to_owned(),
                values: vec![value.to_owned()],
                message: mismatch(name, value, pattern.source()),
            });
        }
    }

    /// A list that must be there: 1 to 100 values, each once.
    pub fn required_list(&mut self, name: &str, pattern: Pattern) -> Vec<String> {
        let Some(raw) = self.value(name).filter(|raw| !raw.is_empty()) else {
            self.complain(name, format!("The `{name}` query parameter can not be empty"));
            return Vec::new();
        };
        let items: Vec<&str> = raw.split(',').collect();
        if items.len() > 100 {
            let count = items.len();
            let message = format!("size of `{name}` query parameter list [{count}] is not between 1 and 100");
            self.complain(name, message);
        }
        let mut list: Vec<String> = Vec::new();
        for item in items {
            if !pattern.matches(item) {
                self.complain(name, mismatch(name, item, pattern.source()));
            } else if !list.iter().any(|known| known == item) {
                list.push(item.to_owned());
            }
        }
        list
    }

    /// A list of names out of an enumeration; empty when the parameter is missing.
    pub fn names(&mut self, name: &str, known: &[&'static str]) -> Vec<&'static str> {
        let Some(raw) = self.value(name) else { return Vec::new() };
        if raw.is_empty() {
            self.complain(name, format!("The `{name}` query parameter can not be empty"));
            return Vec::new();
        }
        let mut list = Vec::new();
        for item in raw.split(',') {
            match known.iter().find(|known| **known == item) {
                Some(known) => list.push(*known),
                None => self.complain(name, stranger(name, item, known)),
            }
        }
        list
    }

    /// The fields of `space.fields` beyond those that always come.
    pub fn space_fields(&mut self, refused: &BTreeSet<SpaceField>) -> BTreeSet<SpaceField> {
        let known: Vec<&'static str> = SpaceField::ALL
            .into_iter()
            .filter(|field| !refused.contains(field))
            .map(SpaceField::name)
            .collect();
        self.names("space.fields", &known).into_iter().filter_map(SpaceField::named).collect()
    }

    /// The fields of a Space that `expansions` names.
    pub fn space_expansions(&mut self) -> BTreeSet<SpaceField> {
        let known: Vec<&'static str> =
            SpaceField::ALL.into_iter().filter(|field| field.expandable()).map(SpaceField::name).collect();
        self.names("expansions", &known).into_iter().filter_map(SpaceField::named).collect()
    }

    /// A text that must be there, of 1 to `longest` characters.
    pub fn text(&mut self, name: &str, longest: usize) -> String {
        let text = self.value(name).unwrap_or_default();
        if text.is_empty() {
            self.complain(name, format!("The `{name}` query parameter can not be empty"));
        } else if text.chars().count() > longest {
            let message =
                format!("The `{name}` query parameter value [{text}] is longer than {longest} characters");
            self.complain(name, message);
        }
        text.to_owned()
    }

    /// One name out of an enumeration.
    pub fn one_of(&mut self, name: &str, known: &[&'static str]) -> Option<&'static str> {
        let raw = self.value(name)?;
        let found = known.iter().find(|known| **known == raw).copied();
        if found.is_none() {
            self.complain(name, stranger(name, raw, known));
        }
        found
    }

    /// A number from 1 to 100; 100 when it is missing.
    pub fn max_results(&mut self) -> usize {
        self.max_results_of(100)
    }

    /// A number from 1 to `most`; 100 when it is missing.
    pub fn max_results_of(&mut self, most: usize) -> usize {
        self.number("max_results", 1..=most).unwrap_or(100)
    }

    /// A number from 1 to 100; `usual` when it is missing.
    pub fn max_results_or(&mut self, usual: usize) -> usize {
        self.number("max_results", 1..=100).unwrap_or(usual)
    }

    /// A number within bounds; None when it is missing.
    pub fn number<N: FromStr + PartialOrd + Display>(
        &mut self,
        name: &str,
        bounds: RangeInclusive<N>,
    ) -> Option<N> {
        let raw = self.value(name)?;
        let number = raw.parse().ok().filter(|number| bounds.contains(number));
        if number.is_none() {
            let (least, most) = (bounds.start(), bounds.end());
            let message =
                format!("The `{name}` query parameter value [{raw}] is not between {least} and {most}");
            self.complain(name, message);
        }
        number
    }

    /// The place that a `pagination_token` of ours names; 0 when it is missing.
    pub fn page(&mut self) -> usize {
        let Some(raw) = self.value("pagination_token") else { return 0 };
        let place = raw.strip_prefix(PAGE_PREFIX).and_then(|place| place.parse().ok());
        place.unwrap_or_else(|| {
            let message = format!("The `pagination_token` query parameter value [{raw}] is not valid");
            self.complain("pagination_token", message);
            0
        })
    }

    /// Ends the check. Err is all that is wrong.
    pub fn finish(self) -> Result<(), Vec<Complaint>> {
        if self.complaints.is_empty() { Ok(()) } else { Err(self.complaints) }
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn complain(&mut self, name: &str, message: String) {
        let values = self
            .pairs
            .iter()
            .filter(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.clone())
            .collect();
        self.complaints.push(Complaint { parameter: name.to_owned(), values, message });
    }
}

/// What begins the tokens of further pages.
const PAGE_PREFIX: &str = "page0000000000";

/// The token of the page that begins at a place.
pub(super) fn page_token(place: usize) -> String {
    format!("{PAGE_PREFIX}{place:06}")
}

fn mismatch(name: &str, value: &str, pattern: &str) -> String {
    format!("The `{name}` query parameter value [{value}] does not match {pattern}")
}

fn stranger(name: &str, value: &str, known: &[&str]) -> String {
    format!("The `{name}` query parameter value [{value}] is not one of [{}]", known.join(","))
}
