//! The pages: plain HTML with one style, nothing from elsewhere and no script. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::domain::ids::Username;
use crate::domain::text;
use crate::linking::Face;
use crate::texts::{Arg, Key, Locale, Texts, key};

/// The style of all pages.
const STYLE: &str = include_str!("style.css");
/// The longest name of an account, in UTF-16 units.
const NAME_MAX: usize = 80;
/// The bell.
const BELL: &str = r#"<svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path fill="currentColor" d="M12 2a2 2 0 0 0-2 2v.6A6.5 6.5 0 0 0 5.5 11v4.3L3.7 17.6A.9.9 0 0 0 4.4 19h15.2a.9.9 0 0 0 .7-1.4L18.5 15.3V11A6.5 6.5 0 0 0 14 4.6V4a2 2 0 0 0-2-2Zm-2.5 18.2a2.6 2.6 0 0 0 5 0Z"/></svg>"#;

/// A page.
#[derive(Debug)]
pub(super) enum Page {
    /// What linking means, before X is asked.
    Ask {
        /// Whose Discord account it is.
        face: Face,
        /// Its picture, as a `data:` address.
        picture: Option<String>,
    },
    /// The code to be typed in Discord.
    Code {
        /// The code.
        code: String,
        /// Whose Discord account types it.
        face: Face,
        /// Its picture, as a `data:` address.
        picture: Option<String>,
        /// The account on X.
        username: Username,
    },
    /// What happened, and what to do.
    Trouble(Trouble),
}

/// What can be wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trouble {
    Used,
    TooOld,
    Unknown,
    NoState,
    Denied,
    Refused,
    Unavailable,
    Broken,
    Store,
    Nothing,
}

impl Trouble {
    const fn texts(self) -> (Key, Key) {
        match self {
            Self::Used => (key("page-used"), key("page-used-text")),
            Self::TooOld => (key("page-too-old"), key("page-too-old-text")),
            Self::Unknown => (key("page-unknown"), key("page-unknown-text")),
            Self::NoState => (key("page-no-state"), key("page-no-state-text")),
            Self::Denied => (key("page-denied"), key("page-denied-text")),
            Self::Refused => (key("page-refused"), key("page-refused-text")),
            Self::Unavailable => (key("page-unavailable"), key("page-unavailable-text")),
            Self::Broken => (key("page-broken"), key("page-broken-text")),
            Self::Store => (key("page-store"), key("page-store-text")),
            Self::Nothing => (key("page-nothing"), key("page-nothing-text")),
        }
    }
}

/// What the policy of all pages names the style by.
pub(super) fn style_digest() -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)))
}

/// The language that a browser asks for, of those that there are.
pub(super) fn preferred(accept_language: &str) -> Locale {
    let codes = accept_language.split(',').filter_map(|range| range.split(';').next());
    let mut known = codes.filter_map(|code| {
        let code = code.trim();
        Locale::known(code).or_else(|| Locale::known(code.split('-').next().unwrap_or(code)))
    });
    known.next().unwrap_or(Locale::ENGLISH)
}

impl Page {
    pub(super) fn html(&self, texts: &Texts, locale: Locale) -> String {
        let say = |name: Key| escaped(&texts.get(locale, name, &[]));
        let with = |name: Key, values: &[(&str, Arg<'_>)]| texts.get(locale, name, values);
        match self {
            Self::Ask { face, picture } => {
                let name = Arg::from(bold(&face.name));
                let body = format!(
                    "<h1>{}</h1>\n{}\n<p class=\"warning\">{}</p>\n<h2>{}</h2>\n<ul>\n<li>{}</li>\n<li>{}</li>\n\
                     <li>{}</li>\n</ul>\n<form method=\"post\">\n<label class=\"choice\"><input type=\"checkbox\" \
                     name=\"samples\" value=\"yes\"><span>{}<small>{}</small></span></label>\n\
                     <button>{}</button>\n</form>\n",
                    say(key("page-ask-title")),
                    account(face, picture.as_deref(), &say(key("page-discord-account"))),
                    with(key("page-ask-warning"), &[("name", name)]),
                    say(key("page-ask-means")),
                    say(key("page-ask-matching")),
                    say(key("page-ask-reads")),
                    say(key("page-ask-keeps")),
                    say(key("page-ask-samples")),
                    say(key("page-ask-samples-note")),
                    say(key("page-ask-go-on")),
                );
                document(texts, locale, key("page-ask-title"), &body)
            }
            Self::Code { code, face, picture, username } => {
                let handle = Arg::from(format!("<b>@{username}</b>"));
                let name = Arg::from(bold(&face.name));
                let body = format!(
                    "<h1>{}</h1>\n<p>{}</p>\n<p class=\"code\" id=\"code\">{}</p>\n<p>{}</p>\n{}\n\
                     <p class=\"warning\">{}</p>\n",
                    say(key("page-code-title")),
                    say(key("page-code-type")),
                    escaped(code),
                    with(key("page-code-links"), &[("handle", handle)]),
                    account(face, picture.as_deref(), &say(key("page-discord-account"))),
                    with(key("page-code-warning"), &[("name", name)]),
                );
                document(texts, locale, key("page-code-title"), &body)
            }
            Self::Trouble(trouble) => {
                let (title, text) = trouble.texts();
                let body = format!("<h1>{}</h1>\n<p>{}</p>\n", say(title), say(text));
                document(texts, locale, title, &body)
            }
        }
    }
}

fn document(texts: &Texts, locale: Locale, title: Key, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{} · Spacebell</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<header>{BELL}<span>Spacebell</span></header>\n{body}</main>\n\
         </body>\n</html>\n",
        locale.code(),
        escaped(&texts.get(locale, title, &[])),
    )
}

/// A Discord account: its picture, or the first letter of its name, and its name.
fn account(face: &Face, picture: Option<&str>, label: &str) -> String {
    let initial = face.name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().to_string());
    let picture = match picture {
        Some(data) => {
            format!("<img class=\"face\" src=\"{}\" alt=\"\" width=\"56\" height=\"56\">", escaped(data))
        }
        None => format!(
            "<span class=\"face\" aria-hidden=\"true\">{}</span>",
            escaped(initial.as_deref().unwrap_or("?"))
        ),
    };
    format!("<div class=\"account\">{picture}<span><small>{label}</small>{}</span></div>", bold(&face.name))
}

/// Somebody's name, which no letter in it can break out of.
fn bold(name: &str) -> String {
    format!("<b><bdi>{}</bdi></b>", escaped(&text::plain(name, NAME_MAX).unwrap_or_else(|| "?".to_owned())))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
