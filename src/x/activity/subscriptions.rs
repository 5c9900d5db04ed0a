//! Subscriptions of the Activity API: what X tells this app of, looked at, made and taken back.
//!
//! Owns the requests and what their answers mean. Which subscriptions there ought to be is [`push`](crate::push)'s.
//! Nobody waits for any of them, so they have four fifths of X's limits: the rest is there for the first minutes of a
//! process that begins where another one ended.
//!
//! Source: X's documentation, "X Activity API", and its OpenAPI description, which show a subscription in three shapes.

use std::collections::HashSet;
use std::fmt;

use arrayvec::ArrayString;
use reqwest::Method;
use serde_json::{Value, json};

use crate::domain::ids::UserId;
use crate::x::ask::Question;
use crate::x::error::{Detail, Outage, XError};
use crate::x::limits::Endpoint;
use crate::x::wire::{self, Body};
use crate::x::{BATCH_MAX, Client};

/// The most subscriptions on a page.
const PAGE_MAX: &str = "1000";
/// The most pages that are read: more than the largest plan's 75,000 subscriptions need, even at a tenth of that a page.
const PAGES_MAX: usize = 1_000;
/// The longest id that is taken. X's have 19 digits.
const ID_MAX_LEN: usize = 64;
/// Where they are.
const PATH: [&str; 3] = ["2", "activity", "subscriptions"];

/// An id that X gave to a subscription or a webhook: up to 64 letters, digits, `-` and `_`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PushId(ArrayString<ID_MAX_LEN>);

impl PushId {
    /// The id of this text, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_one = !text.is_empty() && text.bytes().all(fits);
        ArrayString::from(text).ok().filter(|_| is_one).map(Self)
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PushId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PushId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PushId({})", self.0)
    }
}

/// What of a host's Spaces X tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Moment {
    /// That one begins.
    Start,
    /// That one is over.
    End,
}

impl Moment {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Start, Self::End];

    /// X's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "spaces.start",
            Self::End => "spaces.end",
        }
    }

    /// What this word of X stands for.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|moment| moment.word() == word)
    }
}

/// A subscription that X holds for this app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// X's id of it.
    pub id: PushId,
    /// What it tells; `None` for something else than Spaces.
    pub moment: Option<Moment>,
    /// Whose; `None` where X names nobody.
    pub host: Option<UserId>,
    /// What whoever made it called it.
    pub tag: Option<String>,
    /// The webhook that is told besides the streams.
    pub webhook: Option<PushId>,
}

/// What became of a subscription that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscribed {
    /// It is there now; X may not say under which id.
    Made(Option<PushId>),
    /// There was one for this host and moment already.
    Already,
    /// The app holds as many as it may.
    Full,
}

impl Client {
    /// All subscriptions of this app, whoever made them. One page that fails fails the whole: what isn't on a list
    /// isn't there.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, XError> {
        let (mut all, mut unusable) = (Vec::new(), 0_usize);
        let mut seen = HashSet::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut query = vec![("max_results", PAGE_MAX)];
            query.extend(token.as_deref().map(|token| ("pagination_token", token)));
            let question = Question::get(Endpoint::Subscriptions, &PATH, &query);
            let page = self.ask_plainly(&question).await?;
            let (read, left_out) = read_page(&page)?;
            unusable += left_out;
            all.extend(read.into_iter().filter(|one| seen.insert(one.id)));
            match page.next_token {
                None => {
                    if unusable > 0 {
                        tracing::warn!(
                            "X lists {unusable} subscriptions without a usable id; they are left alone"
                        );
                    }
                    return Ok(all);
                }
                // A page that leads to itself has no end.
                same if same == token => break,
                next => token = next,
            }
        }
        Err(Outage::Unreadable.into())
    }

    /// Has X tell of `moment` of a host's Spaces, on the streams and to `webhook` if there is one.
    pub async fn subscribe(
        &self,
        host: UserId,
        moment: Moment,
        tag: &str,
        webhook: Option<PushId>,
    ) -> Result<Subscribed, XError> {
        let mut body = json!({
            "event_type": moment.word(),
            "filter": { "user_id": host.to_string() },
            "tag": tag,
        });
        if let Some(webhook) = webhook {
            body["webhook_id"] = json!(webhook.as_str());
        }
        let question = Question::new(Method::POST, Endpoint::SubscriptionMake, &PATH, &[]).with(&body);
        match self.ask_plainly(&question).await {
            Ok(body) => read_made(&body).map_err(XError::from),
            Err(XError::Refused { detail } | XError::Forbidden { detail })
                if read_refusal(&detail).is_some() =>
            {
                Ok(read_refusal(&detail).unwrap_or(Subscribed::Already))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes up to [`BATCH_MAX`] subscriptions back. Answers those that are surely gone.
    pub async fn unsubscribe(&self, ids: &[PushId]) -> Result<Vec<PushId>, XError> {
        let ids = &ids[..ids.len().min(BATCH_MAX)];
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let list = ids.iter().map(PushId::as_str).collect::<Vec<_>>().join(",");
        let query = [("ids", list.as_str())];
        let question = Question::new(Method::DELETE, Endpoint::SubscriptionsDrop, &PATH, &query);
        let answer = self.ask_plainly(&question).await?;
        Ok(read_gone(&answer, ids))
    }
}

/// The subscriptions of a page, and how many things on it are none. `Err` where nothing is listed though there should
/// be something.
pub fn read_page(page: &Body) -> Result<(Vec<Subscription>, usize), Outage> {
    if page.data.is_empty() && (!page.problems.is_empty() || page.count.is_some_and(|count| count > 0)) {
        return Err(Outage::Unreadable);
    }
    let read: Vec<Subscription> = page.data.iter().filter_map(read_one).collect();
    let left_out = page.data.len() - read.len();
    Ok((read, left_out))
}

/// What X made, in whichever of the three shapes it shows it.
pub fn read_made(answer: &Body) -> Result<Subscribed, Outage> {
    let shown = answer.data.first().map(|one| one.get("subscription").unwrap_or(one));
    match shown {
        Some(shown) => Ok(Subscribed::Made(read_one(shown).map(|one| one.id))),
        None => Err(Outage::Unreadable),
    }
}

/// What X's words on a refusal mean, where they are about this one subscription and not about who asks. X documents
/// none of them; what they are about is said by the words that such a sentence can't do without.
#[must_use]
pub fn read_refusal(detail: &Detail) -> Option<Subscribed> {
    let words = detail.to_string().to_lowercase();
    let says = |some: &[&str]| some.iter().any(|word| words.contains(word));
    if words.starts_with("409") || says(&["already exist", "duplicate", "already subscribed"]) {
        return Some(Subscribed::Already);
    }
    let is_cap = says(&["maximum", "limit", "exceed", "too many", "quota"]) && says(&["subscription"]);
    is_cap.then_some(Subscribed::Full)
}

/// Those of `asked` that an answer says are gone: taken back now, or not there.
fn read_gone(answer: &Body, asked: &[PushId]) -> Vec<PushId> {
    let is_true = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or(false);
    let named = |value: &Value| PushId::parse(&wire::text(value.get("subscription_id")?)?);
    // By the path of a single one an answer names none.
    let whole = asked.len() == 1 && answer.data.iter().any(|one| is_true(one.get("deleted")));
    let deleted = answer.data.iter().filter(|one| is_true(one.get("deleted"))).filter_map(named);
    let missing = answer.errors.iter().filter(|one| one.get("reason").is_some_and(|why| why == "not_found"));
    let gone: HashSet<PushId> = deleted.chain(missing.filter_map(named)).collect();
    asked.iter().copied().filter(|id| whole || gone.contains(id)).collect()
}

fn read_one(value: &Value) -> Option<Subscription> {
    let get = |name: &str| value.get(name).and_then(wire::text);
    Some(Subscription {
        id: PushId::parse(&get("subscription_id").or_else(|| get("id"))?)?,
        moment: get("event_type").and_then(|word| Moment::of_word(&word)),
        host: value.get("filter").and_then(|filter| wire::text(filter.get("user_id")?)?.parse().ok()),
        tag: get("tag"),
        webhook: get("webhook_id").and_then(|id| PushId::parse(&id)),
    })
}
