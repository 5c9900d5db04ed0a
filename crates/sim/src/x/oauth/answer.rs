//! The endpoints of OAuth: the page that asks, and what apps send for codes and tokens.
//!
//! Their refusals are OAuth's own, in X's words, and not X's problems.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{ACCESS_LIFE, Consent, ConsentError, Tokens, page};
use crate::{
    exchange::pairs,
    x::{
        answer::Asked,
        endpoint::Endpoint,
        ids::UserId,
        reply::{HTML, JSON, Reply},
        state::State,
    },
};

/// An error of OAuth's: status, code, and what is wrong.
struct Refused(u16, &'static str, &'static str);

/// Answers one of OAuth's endpoints.
pub(in crate::x) fn answer(state: &mut State, asked: &Asked, endpoint: Endpoint) -> Reply {
    let form = || pairs(&String::from_utf8_lossy(&asked.body));
    match endpoint {
        Endpoint::OauthAuthorize => shown(state, &asked.query),
        Endpoint::OauthDecide => decided(state, &form()),
        _ => {
            let form = form();
            let answered = client(state, asked, &form).and_then(|()| match endpoint {
                Endpoint::OauthToken => tokens(state, &form),
                _ => revoked(state, &form),
            });
            let mut reply = answered.unwrap_or_else(|Refused(status, error, description)| {
                let body = json!({ "error": error, "error_description": description });
                Reply::new(status, JSON, body.to_string())
            });
            reply.secret = true;
            reply
        }
    }
}

/// What a person's yes or no makes of a request for consent: where their browser goes.
pub(in crate::x) fn decide(
    state: &mut State,
    consent: &Consent,
    user: Option<UserId>,
) -> Result<String, ConsentError> {
    let Some(user) = user else { return consent.back(("error", "access_denied")) };
    if state.world.view(None).user(&user).is_none() {
        return Err(ConsentError::UnknownUser);
    }
    let now = state.clock.now().instant;
    let code = state.oauth.code(user, consent.clone(), now);
    consent.back(("code", &code))
}

fn shown(state: &State, query: &[(String, String)]) -> Reply {
    match Consent::read(&state.settings.oauth, query) {
        Ok(consent) => {
            Reply::new(200, HTML, page::ask(query, &consent, &state.world.view(None).users_by_name()))
        }
        Err(error) => Reply::new(400, HTML, page::refuse(&error)),
    }
}

fn decided(state: &mut State, form: &[(String, String)]) -> Reply {
    let user = match field(form, "decision") {
        "allow" => Some(UserId::from(field(form, "user_id"))),
        _ => None,
    };
    let read = Consent::read(&state.settings.oauth, form);
    match read.and_then(|consent| decide(state, &consent, user)) {
        Ok(location) => {
            let mut reply = Reply::new(302, HTML, String::new());
            reply.location = Some(location);
            reply
        }
        Err(error) => Reply::new(400, HTML, page::refuse(&error)),
    }
}

/// Whether the client is who it says.
fn client(state: &State, asked: &Asked, form: &[(String, String)]) -> Result<(), Refused> {
    let settings = &state.settings.oauth;
    let Some(secret) = &settings.client_secret else {
        return match field(form, "client_id") {
            "" => Err(Refused(400, "invalid_request", "Missing required parameter [client_id].")),
            id if id == settings.client_id => Ok(()),
            _ => Err(Refused(400, "invalid_request", "Value passed for the client id was invalid.")),
        };
    };
    let given = asked.authorization.as_deref().and_then(|header| header.split_once(' '));
    let decoded = given
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, token)| STANDARD.decode(token).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let right = format!("{}:{secret}", settings.client_id);
    match decoded {
        Some(decoded) if decoded == right => Ok(()),
        _ => Err(Refused(401, "unauthorized_client", "Missing valid authorization header")),
    }
}

fn tokens(state: &mut State, form: &[(String, String)]) -> Result<Reply, Refused> {
    let now = state.clock.now().instant;
    let handed_out = match field(form, "grant_type") {
        "authorization_code" => {
            let bad = |what| Refused(400, "invalid_request", what);
            let code = state
                .oauth
                .take(field(form, "code"), now)
                .ok_or(bad("Value passed for the authorization code was invalid."))?;
            if field(form, "redirect_uri") != code.consent.redirect_uri {
                return Err(bad(
                    "Value passed for the redirect uri did not match the uri of the authorization code.",
                ));
            }
            if !code.consent.is_proved_by(field(form, "code_verifier")) {
                return Err(bad("Value passed for the code verifier did not match the code challenge."));
            }
            state.oauth.begin(code.grant, now)
        }
        "refresh_token" => state.oauth.renew(field(form, "refresh_token"), now).ok_or(Refused(
            400,
            "invalid_request",
            "Value passed for the token was invalid.",
        ))?,
        _ => {
            return Err(Refused(
                400,
                "unsupported_grant_type",
                "Value passed for the grant type was invalid.",
            ));
        }
    };
    Ok(told(&handed_out))
}

fn told(tokens: &Tokens) -> Reply {
    let scopes: Vec<&str> = tokens.scopes.iter().map(String::as_str).collect();
    let mut body = json!({
        "token_type": "bearer",
        "expires_in": ACCESS_LIFE.as_secs(),
        "access_token": tokens.access,
        "scope": scopes.join(" "),
    });
    if let Some(refresh) = &tokens.refresh {
        body["refresh_token"] = json!(refresh);
    }
    Reply::json(200, &body)
}

/// A token that isn't there is revoked as well: RFC 7009.
fn revoked(state: &mut State, form: &[(String, String)]) -> Result<Reply, Refused> {
    match field(form, "token") {
        "" => Err(Refused(400, "invalid_request", "Missing required parameter [token].")),
        token => {
            state.oauth.revoke(token);
            Ok(Reply::json(200, &json!({ "revoked": true })))
        }
    }
}

/// A field of a form; empty when it is missing.
fn field<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}
