//! Which fields X is asked for, and which it has refused.
//!
//! X's prose and its OpenAPI description disagree on the fields of a Space. The prose's are asked first;
//! what a 400 names is left out from then on, and where it was an id that is needed, the matching expansion
//! is asked instead, though it bills the accounts. Pure: the client keeps the [`Refused`] for its life.

use std::collections::{BTreeSet, HashMap};

use super::wire::Problem;

const SPACE_FIELDS: &str = "space.fields";
const USER_FIELDS: &str = "user.fields";
const TOPIC_FIELDS: &str = "topic.fields";
const EXPANSIONS: &str = "expansions";
const POST_FIELDS: &str = "post.fields";
/// What X called them before.
const TWEET_FIELDS: &str = "tweet.fields";
/// The parameters whose values can be left out.
const PARAMETERS: [&str; 6] =
    [SPACE_FIELDS, USER_FIELDS, TOPIC_FIELDS, EXPANSIONS, POST_FIELDS, TWEET_FIELDS];

/// By the prose of X's documents, "Spaces lookup", fields of a Space.
const SPACE_VALUES: [&str; 16] = [
    "id",
    "state",
    "title",
    "lang",
    "creator_id",
    "host_ids",
    "speaker_ids",
    "topic_ids",
    "participant_count",
    "subscriber_count",
    "is_ticketed",
    "created_at",
    "updated_at",
    "scheduled_start",
    "started_at",
    "ended_at",
];
/// Of those, the ones that X's OpenAPI description leaves out: the likeliest offenders of a vague 400.
const DISPUTED: [&str; 4] = ["creator_id", "host_ids", "speaker_ids", "topic_ids"];
const USER_VALUES: [&str; 4] = ["id", "name", "username", "profile_image_url"];
const POST_VALUES: [&str; 2] = ["author_id", "created_at"];
const TOPIC_VALUES: [&str; 2] = ["id", "name"];

/// Words that in X's messages stand between what is refused and what is allowed.
const ALLOWED_FOLLOWS: [&str; 4] = ["not one of", "must be one of", "allowed values", "valid values"];

/// A refused parameter as a whole.
const WHOLE: &str = "*";

/// Which accounts X is to show along with a Space. Each is billed once a day, at twice the Space's price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum People {
    /// None: ids alone, which cost nothing.
    #[default]
    Ids,
    /// The creator and the hosts.
    Hosts,
    /// The speakers too.
    Speakers,
}

/// What is needed of a Space beyond its own fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Want {
    /// Which accounts.
    pub people: People,
    /// The names of its topics, which aren't billed.
    pub topics: bool,
}

impl Want {
    /// What the background asks: ids of people and names of topics, nothing that is billed besides the Space.
    pub const WATCHED: Self = Self { people: People::Ids, topics: true };
    /// The same with the creator's and the hosts' accounts.
    pub const HOSTS: Self = Self { people: People::Hosts, topics: true };
    /// The same with the speakers' accounts too.
    pub const SPEAKERS: Self = Self { people: People::Speakers, topics: true };
}

/// A query's parameters, by name.
pub(super) type Query = Vec<(&'static str, String)>;

/// What X has refused to be asked for.
#[derive(Debug, Default)]
pub(super) struct Refused(HashMap<&'static str, BTreeSet<String>>);

impl Refused {
    /// The parameters that ask for Spaces. `free` forbids what would bill accounts.
    pub(super) fn space_query(&self, want: Want, free: bool) -> Query {
        let fields = self.left_of(SPACE_FIELDS, &SPACE_VALUES);
        let mut expansions = Vec::new();
        if want.people != People::Ids || !fields.contains(&"creator_id") {
            expansions.push("creator_id");
        }
        if want.people != People::Ids || !fields.contains(&"host_ids") {
            expansions.push("host_ids");
        }
        if want.people == People::Speakers {
            expansions.push("speaker_ids");
        }
        if free {
            expansions.clear();
        }
        let mut users = self.left_of(EXPANSIONS, &expansions);
        let topics = if want.topics { self.left_of(EXPANSIONS, &["topic_ids"]) } else { Vec::new() };
        let user_fields = if users.is_empty() { Vec::new() } else { self.left_of(USER_FIELDS, &USER_VALUES) };
        let topic_fields =
            if topics.is_empty() { Vec::new() } else { self.left_of(TOPIC_FIELDS, &TOPIC_VALUES) };
        users.extend(topics);
        joined([
            (SPACE_FIELDS, fields),
            (EXPANSIONS, users),
            (USER_FIELDS, user_fields),
            (TOPIC_FIELDS, topic_fields),
        ])
    }

    /// The parameters that ask for accounts.
    pub(super) fn user_query(&self) -> Query {
        joined([(USER_FIELDS, self.left_of(USER_FIELDS, &USER_VALUES))])
    }

    /// The parameters that ask for Posts, by the name that X knows them by. X's prose has `author_id` among the fields, its
    /// OpenAPI description doesn't.
    pub(super) fn post_query(&self) -> Query {
        let posts = self.left_of(POST_FIELDS, &POST_VALUES);
        let tweets = if posts.is_empty() { self.left_of(TWEET_FIELDS, &POST_VALUES) } else { Vec::new() };
        // Without its author's id a Post has no author: the expansion tells it, though it bills the account.
        let is_told = [&posts, &tweets].into_iter().any(|fields| fields.contains(&"author_id"));
        let expansions = if is_told { Vec::new() } else { self.left_of(EXPANSIONS, &["author_id"]) };
        let user_fields = if is_told { Vec::new() } else { self.left_of(USER_FIELDS, &USER_VALUES) };
        joined([
            (POST_FIELDS, posts),
            (TWEET_FIELDS, tweets),
            (EXPANSIONS, expansions),
            (USER_FIELDS, user_fields),
        ])
    }

    /// Learns from a 400 to `asked`. Whether it named anything of it, so that asking without it is another
    /// question.
    pub(super) fn learn(&mut self, problems: &[Problem], asked: &Query) -> bool {
        let mut learned = false;
        for problem in problems {
            let text = format!("{} {}", problem.message, problem.detail);
            for (parameter, listed) in blamed(problem, &text, asked) {
                let Some((_, values)) = asked.iter().find(|(name, _)| *name == parameter) else { continue };
                let values: Vec<&str> = values.split(',').collect();
                for refused in refused_of(&values, &listed, &text) {
                    learned = true;
                    if self.0.entry(parameter).or_default().insert(refused.to_owned()) {
                        tracing::warn!(
                            parameter,
                            value = refused,
                            "X refuses a field; it is left out from now on"
                        );
                    }
                }
            }
        }
        learned
    }

    fn left_of<'a>(&self, parameter: &str, values: &[&'a str]) -> Vec<&'a str> {
        let refused = self.0.get(parameter);
        let is_refused =
            |value: &str| refused.is_some_and(|refused| refused.contains(WHOLE) || refused.contains(value));
        values.iter().copied().filter(|value| !is_refused(value)).collect()
    }
}

fn joined<const N: usize>(parts: [(&'static str, Vec<&str>); N]) -> Query {
    let asked = parts.into_iter().filter(|(_, values)| !values.is_empty());
    asked.map(|(name, values)| (name, values.join(","))).collect()
}

/// The parameters that a problem is about, with the values it lists for each: by its `parameters` or
/// `parameter` where it has them, else by whichever its text mentions, else by whose value its text mentions.
fn blamed(problem: &Problem, text: &str, asked: &Query) -> Vec<(&'static str, Vec<String>)> {
    let listed: Vec<_> = PARAMETERS
        .into_iter()
        .filter_map(|name| problem.parameters.get(name).map(|values| (name, values.clone())))
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let (before, _) = split_at_allowed(text);
    let named = PARAMETERS.into_iter().filter(|name| words(before).any(|word| word == *name));
    let named: Vec<_> = named.map(|name| (name, Vec::new())).collect();
    if !named.is_empty() || !problem.parameters.is_empty() {
        return named;
    }
    // A plain English word proves nothing here: `state`, `title` and `name` are values too.
    let telling = |value: &str| value.contains('_') && words(before).any(|word| word == value);
    let holder = asked.iter().find(|(_, values)| values.split(',').any(telling));
    holder.map(|(name, _)| (*name, Vec::new())).into_iter().collect()
}

/// Which of the values that were asked a refusal means. The text is the more exact: X lists the whole
/// parameter as it was sent, and names the offender in the message.
fn refused_of<'a>(asked: &[&'a str], listed: &[String], text: &str) -> Vec<&'a str> {
    let (before, allowed) = split_at_allowed(text);
    let pick = |test: &dyn Fn(&str) -> bool| -> Vec<&'a str> {
        asked.iter().copied().filter(|value| test(value)).collect()
    };
    let named = pick(&|value| words(before).any(|word| word == value));
    if !named.is_empty() && named.len() < asked.len() {
        return named;
    }
    let in_list =
        pick(&|value| listed.iter().flat_map(|values| values.split(',')).any(|word| word.trim() == value));
    if !in_list.is_empty() && in_list.len() < asked.len() {
        return in_list;
    }
    // Everything that was asked is listed, or nothing: what the text allows, or X's own list, decides.
    let known = words(allowed).filter(|word| asked.contains(word)).count();
    if known > 0 {
        return pick(&|value| !words(allowed).any(|word| word == value));
    }
    if in_list.is_empty() && named.is_empty() && !listed.is_empty() {
        return Vec::new();
    }
    let disputed = pick(&|value| DISPUTED.contains(&value));
    if !disputed.is_empty() && disputed.len() < asked.len() {
        return disputed;
    }
    if named.is_empty() && in_list.is_empty() { vec![WHOLE] } else { asked.to_vec() }
}

/// The text before and after the words that open the list of what is allowed.
fn split_at_allowed(text: &str) -> (&str, &str) {
    let cut = ALLOWED_FOLLOWS.iter().filter_map(|words| text.find(words)).min();
    text.split_at(cut.unwrap_or(text.len()))
}

/// The names in a text: `space.fields`, `creator_id`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
}
