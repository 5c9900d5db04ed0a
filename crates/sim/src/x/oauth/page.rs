//! The page on which a person consents: who they are, what is asked for, yes or no.
//!
//! Where X knows the person by their session, this page lets one of the world's accounts be picked.

use super::{Consent, ConsentError};
use crate::x::world::user::User;

/// The most accounts that are shown.
const SHOWN_AT_MOST: usize = 100;

/// How the pages look, by day and by night.
const STYLE: &str = "\
    :root { color-scheme: light dark; } \
    body { max-width: 30rem; margin: 3rem auto; padding: 0 1rem; font: 16px/1.45 system-ui, sans-serif; } \
    h1 { font-size: 1.5rem; } code { overflow-wrap: anywhere; } \
    fieldset { border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 10px; } \
    fieldset p { margin: 0.5rem 0; } \
    button { font: inherit; font-weight: 600; padding: 0.5rem 1.2rem; border-radius: 99px; cursor: pointer; \
    border: 1px solid currentColor; background: transparent; color: inherit; } \
    button[value=allow] { background: CanvasText; color: Canvas; }";

/// The page that asks.
pub(super) fn ask(pairs: &[(String, String)], consent: &Consent, users: &[&User]) -> String {
    let hidden = lines(pairs.iter().map(|(name, value)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value))
    }));
    let accounts = lines(users.iter().take(SHOWN_AT_MOST).enumerate().map(|(place, user)| {
        let checked = if place == 0 { " checked" } else { "" };
        let (id, name, username) = (escaped(user.id.as_str()), escaped(&user.name), escaped(&user.username));
        let input = format!("<input type=\"radio\" name=\"user_id\" value=\"{id}\"{checked}>");
        format!("<p><label>{input} {name} (@{username})</label></p>")
    }));
    let scopes =
        lines(consent.scopes.iter().map(|scope| format!("<li><code>{}</code></li>", escaped(scope))));
    page(
        "Authorize app",
        &format!(
            "<p>An app asks for access to an account. It sends you back to <code>{}</code>.</p>\n\
             <form method=\"post\">\n{hidden}\n\
             <fieldset><legend>Which account</legend>\n{accounts}\n</fieldset>\n\
             <p>What it may do:</p>\n<ul>\n{scopes}\n</ul>\n\
             <p><button name=\"decision\" value=\"allow\">Authorize app</button>\n\
             <button name=\"decision\" value=\"deny\">Cancel</button></p>\n</form>\n",
            escaped(&consent.redirect_uri)
        ),
    )
}

fn lines(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("\n")
}

/// The page that says why nobody can be asked.
pub(super) fn refuse(error: &ConsentError) -> String {
    page(
        "Something went wrong",
        &format!(
            "<p>You weren’t able to give access to the app. Go back and try again.</p>\n<p>{}</p>\n",
            escaped(&error.to_string())
        ),
    )
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\n<body><main>\n<h1>{title}</h1>\n{body}</main></body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
