//! Consent, codes and tokens: OAuth 2.0 with PKCE.

use std::{collections::HashMap, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use spacebell_sim::x::{ConsentError, Endpoint, Fault, OauthSettings, Scope};

use crate::{Outcome, Scene, Seen};

const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-at-all";
const ALL: &str = "users.read tweet.read space.read follows.read offline.access";
const REDIRECT: &str = "http://127.0.0.1:8080/x/callback";

type Failure = Box<dyn std::error::Error>;

/// The address of the page that asks, with some parameters changed.
fn page(scene: &Scene, scope: &str, changed: &[(&str, &str)]) -> Result<String, Failure> {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", "stand-in-client"),
        ("redirect_uri", REDIRECT),
        ("scope", scope),
        ("state", "a state & more"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changed {
        parameters.retain(|(known, _)| known != name);
        parameters.push((name, value));
    }
    parameters.retain(|(_, value)| !value.is_empty());
    Ok(url::Url::parse_with_params(&format!("{}/i/oauth2/authorize", scene.x.url()), parameters)?.into())
}

/// What a browser brings back.
fn brought(location: &str) -> Result<HashMap<String, String>, Failure> {
    assert!(location.starts_with(REDIRECT), "{location}");
    Ok(url::Url::parse(location)?.query_pairs().into_owned().collect())
}

/// A form to an endpoint, as the confidential client.
async fn form(scene: &Scene, path: &str, fields: &[(&str, &str)]) -> Result<Seen, Failure> {
    let secret = Some("stand-in-client-secret");
    posted(scene, path, fields, secret).await
}

async fn posted(
    scene: &Scene,
    path: &str,
    fields: &[(&str, &str)],
    secret: Option<&str>,
) -> Result<Seen, Failure> {
    let mut request = scene.client.post(format!("{}/2/oauth2/{path}", scene.x.url())).form(fields);
    if secret.is_some() {
        request = request.basic_auth("stand-in-client", secret);
    }
    let answer = request.send().await?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Ok(Seen { status, headers, body: answer.json().await? })
}

fn code_fields<'a>(code: &'a str, verifier: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", verifier),
    ]
}

/// A code that Alice consented to.
fn code(scene: &Scene, scope: &str) -> Result<String, Failure> {
    Ok(brought(&scene.x.consent(&page(scene, scope, &[])?, &scene.alice)?)?["code"].clone())
}

/// Tokens that Alice consented to.
async fn tokens(scene: &Scene, scope: &str) -> Result<Value, Failure> {
    let seen = form(scene, "token", &code_fields(&code(scene, scope)?, VERIFIER)).await?;
    assert_eq!(seen.status, 200, "{}", seen.body);
    Ok(seen.body)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

async fn me(scene: &Scene, token: &Value) -> Result<u16, Failure> {
    Ok(scene.get_as(text(token), "/2/users/me").await?.status)
}

#[tokio::test]
async fn a_person_picks_who_they_are_on_the_page_and_the_app_gets_tokens() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.add_user("200", "bob", "<b>Bob</b> & \"sons\"");
    let url = page(&scene, ALL, &[])?;
    let shown = scene.client.get(&url).send().await?;
    assert_eq!(shown.status(), 200);
    let html = shown.text().await?;
    for part in [
        "(@Alice)",
        "&lt;b&gt;Bob&lt;/b&gt; &amp; &quot;sons&quot;",
        "follows.read",
        "name=\"decision\" value=\"deny\"",
    ] {
        assert!(html.contains(part), "{part} isn't in {html}");
    }
    let mut fields: Vec<(String, String)> = url::Url::parse(&url)?.query_pairs().into_owned().collect();
    fields.push(("user_id".to_owned(), "200".to_owned()));
    fields.push(("decision".to_owned(), "allow".to_owned()));
    let sent =
        scene.client.post(format!("{}/i/oauth2/authorize", scene.x.url())).form(&fields).send().await?;
    assert_eq!(sent.status(), 302);
    let back = brought(sent.headers()["location"].to_str()?)?;
    assert_eq!(back["state"], "a state & more");

    let got = form(&scene, "token", &code_fields(&back["code"], VERIFIER)).await?;
    assert_eq!(
        (got.status, &got.body["token_type"], &got.body["expires_in"]),
        (200, &"bearer".into(), &7200.into())
    );
    let mut scopes: Vec<&str> = text(&got.body["scope"]).split(' ').collect();
    let mut asked: Vec<&str> = ALL.split(' ').collect();
    scopes.sort_unstable();
    asked.sort_unstable();
    assert_eq!(scopes, asked);
    assert_eq!(scene.get_as(text(&got.body["access_token"]), "/2/users/me").await?.body["data"]["id"], "200");
    for request in scene.x.requests() {
        assert!(
            !format!("{request:?}").contains(text(&got.body["refresh_token"])),
            "tokens aren't written down"
        );
        assert!(!format!("{request:?}").contains(VERIFIER), "nor verifiers");
    }
    Ok(())
}

#[tokio::test]
async fn a_person_can_say_no() -> Outcome {
    let scene = Scene::set().await?;
    let url = page(&scene, ALL, &[])?;
    let back = brought(&scene.x.deny(&url)?)?;
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "a state & more"));
    let mut fields: Vec<(String, String)> = url::Url::parse(&url)?.query_pairs().into_owned().collect();
    fields.push(("decision".to_owned(), "deny".to_owned()));
    let sent =
        scene.client.post(format!("{}/i/oauth2/authorize", scene.x.url())).form(&fields).send().await?;
    assert_eq!(brought(sent.headers()["location"].to_str()?)?, back);
    Ok(())
}

#[tokio::test]
async fn a_request_that_cant_be_trusted_sends_nobody_anywhere() -> Outcome {
    let scene = Scene::set().await?;
    for (name, value) in [
        ("response_type", "token"),
        ("client_id", "another"),
        ("redirect_uri", "https://example.org/steal"),
        ("scope", "users.read everything"),
        ("state", ""),
        ("code_challenge", ""),
        ("code_challenge_method", "MD5"),
    ] {
        let url = page(&scene, ALL, &[(name, value)])?;
        let shown = scene.client.get(&url).send().await?;
        assert_eq!((shown.status().as_u16(), shown.headers().get("location")), (400, None), "{name}");
        assert_eq!(scene.x.consent(&url, &scene.alice), Err(ConsentError::Parameter(name)));
    }
    let fine = page(&scene, ALL, &[])?;
    assert_eq!(scene.x.consent(&fine, "404"), Err(ConsentError::UnknownUser));
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_once_for_thirty_seconds_and_for_who_asked() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.freeze_clock();
    let once = code(&scene, ALL)?;
    scene.x.advance(Duration::from_secs(29));
    assert_eq!(form(&scene, "token", &code_fields(&once, VERIFIER)).await?.status, 200);
    let again = form(&scene, "token", &code_fields(&once, VERIFIER)).await?;
    assert_eq!((again.status, &again.body["error"]), (400, &"invalid_request".into()));

    let old = code(&scene, ALL)?;
    scene.x.advance(Duration::from_secs(30));
    assert_eq!(form(&scene, "token", &code_fields(&old, VERIFIER)).await?.status, 400);

    let stolen = code(&scene, ALL)?;
    let other = VERIFIER.to_uppercase();
    let seen = form(&scene, "token", &code_fields(&stolen, &other)).await?;
    assert!(
        seen.status == 400 && text(&seen.body["error_description"]).contains("verifier"),
        "{}",
        seen.body
    );
    let mut fields = code_fields(VERIFIER, VERIFIER);
    let elsewhere = code(&scene, ALL)?;
    fields[1].1 = &elsewhere;
    fields[2].1 = "https://example.org/steal";
    assert_eq!(form(&scene, "token", &fields).await?.status, 400);
    Ok(())
}

#[tokio::test]
async fn an_access_token_lives_two_hours_and_is_renewed_by_a_token_that_rotates() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.freeze_clock();
    let first = tokens(&scene, ALL).await?;
    assert_eq!(me(&scene, &first["access_token"]).await?, 200);
    scene.x.advance(Duration::from_hours(2));
    assert_eq!(me(&scene, &first["access_token"]).await?, 401);
    let renew = |token: Value| {
        let scene = &scene;
        async move {
            form(scene, "token", &[("grant_type", "refresh_token"), ("refresh_token", text(&token))]).await
        }
    };
    let second = renew(first["refresh_token"].clone()).await?;
    assert_eq!((second.status, me(&scene, &second.body["access_token"]).await?), (200, 200));
    assert_ne!(second.body["refresh_token"], first["refresh_token"]);
    assert_eq!(renew(first["refresh_token"].clone()).await?.status, 400, "used");
    assert_eq!(renew(second.body["refresh_token"].clone()).await?.status, 200);
    let online = tokens(&scene, "users.read tweet.read").await?;
    assert_eq!(online.get("refresh_token"), None, "not asked for");
    Ok(())
}

#[tokio::test]
async fn revoking_ends_a_token_and_with_a_refresh_token_all_of_its_grant() -> Outcome {
    let scene = Scene::set().await?;
    let (one, other) = (tokens(&scene, ALL).await?, tokens(&scene, ALL).await?);
    let revoked = form(&scene, "revoke", &[("token", text(&one["access_token"]))]).await?;
    assert_eq!((revoked.status, &revoked.body["revoked"]), (200, &true.into()));
    assert_eq!(
        (me(&scene, &one["access_token"]).await?, me(&scene, &other["access_token"]).await?),
        (401, 200)
    );
    form(&scene, "revoke", &[("token", text(&other["refresh_token"]))]).await?;
    assert_eq!(me(&scene, &other["access_token"]).await?, 401);
    let renewed = [("grant_type", "refresh_token"), ("refresh_token", text(&other["refresh_token"]))];
    assert_eq!(form(&scene, "token", &renewed).await?.status, 400);
    assert_eq!(form(&scene, "revoke", &[]).await?.status, 400);
    Ok(())
}

#[tokio::test]
async fn a_token_opens_what_was_consented_to_and_nothing_else() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.configure(|settings| settings.following_spaces = true);
    let space = scene.live("mine")?;
    let all = tokens(&scene, ALL).await?;
    let few = tokens(&scene, "users.read tweet.read").await?;
    for (path, status) in [
        ("/2/users/me".to_owned(), 200),
        ("/2/users/100/following".to_owned(), 403),
        ("/2/users/100/following/spaces".to_owned(), 403),
        (format!("/2/spaces/{space}/buyers"), 403),
        (format!("/2/spaces/{space}"), 403),
    ] {
        assert_eq!(scene.get_as(text(&all["access_token"]), &path).await?.status, 200, "{path}");
        assert_eq!(scene.get_as(text(&few["access_token"]), &path).await?.status, status, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_client_proves_who_it_is_in_the_way_of_its_kind() -> Outcome {
    let scene = Scene::set().await?;
    for secret in [None, Some("wrong")] {
        let first = code(&scene, ALL)?;
        let seen = posted(&scene, "token", &code_fields(&first, VERIFIER), secret).await?;
        assert_eq!((seen.status, &seen.body["error"]), (401, &"unauthorized_client".into()));
        // A refused client takes nothing.
        assert_eq!(form(&scene, "token", &code_fields(&first, VERIFIER)).await?.status, 200);
    }
    let public = OauthSettings { client_secret: None, ..OauthSettings::default() };
    scene.x.configure(|settings| settings.oauth = public);
    let second = code(&scene, ALL)?;
    let mut fields = code_fields(&second, VERIFIER).to_vec();
    assert_eq!(posted(&scene, "token", &fields, None).await?.status, 400, "without its id");
    fields.push(("client_id", "stand-in-client"));
    assert_eq!(posted(&scene, "token", &fields, None).await?.status, 200);
    let nonsense = [("grant_type", "password"), ("client_id", "stand-in-client")];
    assert_eq!(posted(&scene, "token", &nonsense, None).await?.body["error"], "unsupported_grant_type");
    Ok(())
}

#[tokio::test]
async fn the_endpoints_of_consent_meet_faults_too() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.fault(Fault::status(503), Scope::on(Endpoint::OauthToken).next(1));
    let kept = code(&scene, ALL)?;
    assert_eq!(form(&scene, "token", &code_fields(&kept, VERIFIER)).await?.status, 503);
    assert_eq!(
        form(&scene, "token", &code_fields(&kept, VERIFIER)).await?.status,
        200,
        "the code wasn't taken"
    );
    let seen = scene.ask(Method::GET, "/2/oauth2/token", &Value::Null).await?;
    assert_eq!(seen.status, 405);
    Ok(())
}
