//! Misbehaviour on demand: which requests it meets, how many, and what happens to them.

use std::time::Duration;

use serde_json::{Value, json};

/// What a fault does to a request.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Answers this instead of doing what was asked.
    Answer {
        /// The status.
        status: u16,
        /// Headers besides the content type.
        headers: Vec<(String, String)>,
        /// The body; JSON if it starts with a brace, HTML otherwise.
        body: String,
    },
    /// Closes the connection; nothing was done.
    DropBefore,
    /// Does what was asked, then closes the connection without an answer.
    DropAfter,
    /// Neither does nor answers anything until the faults are cleared; then closes.
    Hang,
    /// Does what was asked, and answers this much later.
    Delay(Duration),
    /// Does what was asked; the answer's body comes in two halves, this far apart.
    SlowBody(Duration),
}

impl Effect {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.to_string() }
    }

    /// An answer with an HTML page, as a proxy in front of Discord would give.
    #[must_use]
    pub fn html(status: u16) -> Self {
        let body = format!("<html><head><title>{status}</title></head><body>{status}</body></html>");
        Self::Answer { status, headers: Vec::new(), body }
    }

    /// A 429 of a scope (`user`, `global` or `shared`), with a JSON code if one is given.
    #[must_use]
    pub fn rate_limited(retry_after: Duration, scope: &str, code: Option<u32>) -> Self {
        let mut body = json!({
            "message": "You are being rate limited.",
            "retry_after": retry_after.as_secs_f64(),
            "global": scope == "global",
        });
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        let mut headers = vec![
            ("Retry-After".to_owned(), retry_after.as_secs_f64().ceil().to_string()),
            ("X-RateLimit-Scope".to_owned(), scope.to_owned()),
        ];
        if scope == "global" {
            headers.push(("X-RateLimit-Global".to_owned(), "true".to_owned()));
        }
        Self::Answer { status: 429, headers, body: body.to_string() }
    }
}

/// A fault: what, for which requests, how often.
#[derive(Clone, Debug)]
pub struct Fault {
    method: Option<String>,
    path: String,
    left: Option<u32>,
    effect: Effect,
}

impl Fault {
    /// Meets every request until the faults are cleared.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { method: None, path: "*".to_owned(), left: None, effect }
    }

    /// Only requests of this method whose path below `/api/v10` fits `path`, where `*` stands for
    /// anything.
    #[must_use]
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.method = Some(method.to_owned()).filter(|method| method != "*");
        path.clone_into(&mut self.path);
        self
    }

    /// Only the next `n` such requests.
    #[must_use]
    pub fn times(mut self, n: u32) -> Self {
        self.left = Some(n);
        self
    }
}

#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The effect that a request meets, which uses it up by one.
    pub(super) fn meet(&mut self, method: &str, path: &str) -> Option<Effect> {
        let fault = self.0.iter_mut().find(|fault| {
            fault.left != Some(0)
                && fault.method.as_deref().is_none_or(|wanted| wanted == method)
                && fits(&fault.path, path)
        })?;
        fault.left = fault.left.map(|left| left - 1);
        let effect = fault.effect.clone();
        self.0.retain(|fault| fault.left != Some(0));
        Some(effect)
    }
}

/// Whether `text` fits `pattern`, where `*` stands for any run of characters.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            rest.is_empty()
                || (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| fits(rest, &text[at..]))
        }),
    }
}
