//! A tour of the stand-ins: what the bot doesn't ask for yet is asked for here, so that it is held as well.

mod push;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use spacebell_sim::discord::{self, Target, bits};
use spacebell_sim::x;

use crate::support::{DISCORD_TOKEN, PATIENCE, World, X_TOKEN, generous, in_minutes};

/// A user's token of X.
const USER_TOKEN: &str = "nasas-own-token";

/// Asks with either side's token.
pub struct Tour {
    pub world: World,
    http: reqwest::Client,
}

impl Tour {
    pub async fn begin() -> Self {
        let unlimited = discord::Settings {
            global_per_second: None,
            message_create: None,
            message_edit: None,
            webhook: None,
            ..discord::Settings::default()
        };
        let push = x::PushSettings {
            keep_alive: Duration::from_millis(20),
            loopback_webhooks: true,
            webhook_patience: PATIENCE,
            ..x::PushSettings::default()
        };
        let x = x::Settings { following_spaces: true, push, ..generous() };
        let world = World::with(x, unlimited).await;
        let http = reqwest::Client::builder()
            .user_agent("DiscordBot (https://example.org, 1)")
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self { world, http }
    }

    async fn x(&self, token: &str, path: &str) -> u16 {
        let request = self.http.get(format!("{}{path}", self.world.x.url())).bearer_auth(token);
        request.send().await.expect("an answer").status().as_u16()
    }

    pub async fn discord(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let mut request = self
            .http
            .request(method, format!("{}/api/v10{path}", self.world.discord.url()))
            .header("Authorization", format!("Bot {DISCORD_TOKEN}"));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// Sends JSON and a picture in a form, where both are taken.
    async fn with_picture(&self, method: &str, path: &str, body: &Value) -> Value {
        let method: reqwest::Method = method.parse().expect("a method");
        let picture = reqwest::multipart::Part::bytes(PNG).file_name("curve.png");
        let form = reqwest::multipart::Form::new().part("files[0]", picture);
        let request = self
            .http
            .request(method.clone(), format!("{}/api/v10{path}", self.world.discord.url()))
            .header("Authorization", format!("Bot {DISCORD_TOKEN}"))
            .multipart(form.text("payload_json", body.to_string()));
        let answer = request.send().await.expect("an answer");
        let (status, answer) = (answer.status(), answer.json().await.unwrap_or_default());
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    /// Asks for something that is there.
    pub async fn fine(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.discord(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }
}

/// The first bytes of a picture.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\x40\x08\x02\0\0\0";

pub fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn every_endpoint_of_x_answers_as_described() {
    let tour = Tour::begin().await;
    let world = &tour.world;
    let rival = world.x.add_user("200", "rival", "A rival");
    world.x.add_user_token(USER_TOKEN, &world.nasa);
    world.x.follow(&world.nasa, &rival).unwrap();
    let space = world.x.schedule(&world.nasa, "All that there is", in_minutes(30)).unwrap();
    world.x.add_topic("7", "Bells", "About bells");
    world.x.set_topics(&space, &["7"]).unwrap();
    world.x.set_lang(&space, Some("en")).unwrap();
    for change in [x::Server::add_cohost, x::Server::add_speaker, x::Server::invite] {
        change(&world.x, space.clone(), rival.clone()).unwrap();
    }
    world.x.start_space(&space).unwrap();
    world.x.share_post(&space, "77", &rival, "Listen").unwrap();
    world.x.sell_ticket(&space, &rival).unwrap();
    world.x.start_now(&rival, "Their own").unwrap();
    let all = "space.fields=id,state,title,lang,creator_id,host_ids,speaker_ids,invited_user_ids,topic_ids,\
               participant_count,subscriber_count,is_ticketed,created_at,updated_at,scheduled_start,started_at,ended_at\
               &expansions=creator_id,host_ids,speaker_ids,invited_user_ids,topic_ids\
               &user.fields=created_at,description,profile_image_url,protected,verified,verified_type\
               &topic.fields=description";
    let user = "user.fields=created_at,profile_image_url";
    for path in [
        format!("/2/spaces/{space}?{all}"),
        format!("/2/spaces?ids={space},1gone&{all}"),
        format!("/2/spaces/by/creator_ids?user_ids={},200,404&{all}", world.nasa),
        format!("/2/spaces/search?query=own&state=live&max_results=5&{all}"),
        format!("/2/spaces/{space}/tweets?max_results=1&expansions=author_id&{user}"),
        format!("/2/users/{}?{user}", world.nasa),
        "/2/users?ids=200,404".to_owned(),
        "/2/users/by/username/rival".to_owned(),
        "/2/users/by?usernames=rival,nobody".to_owned(),
        format!("/2/users/{}/following?max_results=1&{user}", world.nasa),
        "/2/users/404".to_owned(),
        "/2/spaces/1gone".to_owned(),
    ] {
        assert_eq!(tour.x(X_TOKEN, &path).await, 200, "{path}");
    }
    for (path, status) in [
        (format!("/2/spaces/{space}/buyers?{user}"), 200),
        (format!("/2/users/me?{user}"), 200),
        (format!("/2/users/{}/following/spaces", world.nasa), 200),
        ("/2/users/200/following/spaces".to_owned(), 403),
    ] {
        assert_eq!(tour.x(USER_TOKEN, &path).await, status, "{path}");
    }
    assert_eq!(tour.x("nobodys", "/2/users/me").await, 401);
    assert_eq!(tour.x(X_TOKEN, "/2/users/me").await, 403);
    // Over: as ended, as cancelled, as not found with either status and either host.
    world.x.end(&space).unwrap();
    tour.x(X_TOKEN, &format!("/2/spaces/{space}?{all}")).await;
    world.x.remove(&space).unwrap();
    world.x.configure(|settings| settings.not_found = x::NotFound::Status404);
    assert_eq!(tour.x(X_TOKEN, &format!("/2/spaces/{space}")).await, 404);
    world.x.configure(|settings| settings.problem_host = x::ProblemHost::Twitter);
    assert_eq!(tour.x(X_TOKEN, "/2/spaces?ids=1gone").await, 200);
    assert_eq!(tour.x(X_TOKEN, &format!("/2/spaces/{space}")).await, 404);
    // What X refuses: a field of its prose, and more than its limits.
    world.x.configure(|settings| settings.refused_fields = x::Settings::validating().refused_fields);
    assert_eq!(tour.x(X_TOKEN, "/2/spaces?ids=1&space.fields=host_ids").await, 400);
    world.x.configure(|settings| settings.rules.requests = 0);
    assert_eq!(tour.x(X_TOKEN, "/2/spaces?ids=1").await, 429);
}

#[tokio::test]
async fn every_endpoint_of_discord_answers_as_described() {
    let tour = Tour::begin().await;
    let world = &tour.world;
    let (guild, channel) = (world.guild, world.channel);
    world.discord.set_bot_permissions(guild, bits::ALL);
    world.discord.set_overwrite(channel, Target::Member(world.member), 0, bits::SEND_MESSAGES);
    let thread = world.discord.add_thread(channel, "aside", 11);
    world.discord.write(channel, world.member, "hello");
    for path in [
        "/gateway".to_owned(),
        "/gateway/bot".to_owned(),
        "/users/@me".to_owned(),
        "/users/@me/guilds".to_owned(),
        format!("/users/{}", world.member),
        "/applications/@me".to_owned(),
        format!("/guilds/{guild}"),
        format!("/guilds/{guild}?with_counts=true"),
        format!("/guilds/{guild}/roles"),
        format!("/guilds/{guild}/roles/{guild}"),
        format!("/guilds/{guild}/channels"),
        format!("/guilds/{guild}/members/{}", world.member),
        format!("/channels/{channel}"),
        format!("/channels/{thread}"),
        format!("/channels/{channel}/messages?limit=2"),
    ] {
        tour.fine("GET", &path, Value::Null).await;
    }
    let direct =
        tour.fine("POST", "/users/@me/channels", json!({ "recipient_id": world.member.to_string() })).await;
    tour.fine("GET", &format!("/channels/{}", id(&direct)), Value::Null).await;
    tour.fine("POST", &format!("/channels/{channel}/typing"), Value::Null).await;

    messages(&tour).await;
    commands(&tour).await;
    events(&tour).await;
    hooks(&tour).await;
    refusals(&tour).await;
}

async fn messages(tour: &Tour) {
    let messages = format!("/channels/{}/messages", tour.world.channel);
    let sent = tour
        .fine(
            "POST",
            &messages,
            json!({
                "content": "all of it",
                "nonce": "n1",
                "enforce_nonce": true,
                "allowed_mentions": { "parse": [] },
                "embeds": [{
                    "title": "t", "description": "d", "url": "https://x.com/i/spaces/1", "color": 1,
                    "timestamp": "2026-08-01T12:00:00Z",
                    "author": { "name": "a", "url": "https://x.com/a", "icon_url": "https://x.com/a.png" },
                    "footer": { "text": "f" }, "thumbnail": { "url": "https://x.com/b.png" },
                    "image": { "url": "https://x.com/c.png" },
                    "fields": [{ "name": "n", "value": "v", "inline": true }, { "name": "n", "value": "v" }],
                }],
                "components": [
                    { "type": 1, "components": [
                        { "type": 2, "style": 1, "label": "b", "custom_id": "b" },
                        { "type": 2, "style": 5, "label": "l", "url": "https://x.com/i/spaces/1" },
                    ] },
                    { "type": 1, "components": [
                        { "type": 3, "custom_id": "s", "options": [{ "label": "l", "value": "v" }] },
                    ] },
                ],
            }),
        )
        .await;
    let one = format!("{messages}/{}", id(&sent));
    tour.fine("GET", &one, Value::Null).await;
    tour.fine(
        "PATCH",
        &one,
        json!({ "content": "less of it", "embeds": [], "components": [], "attachments": [] }),
    )
    .await;
    let pictured = json!({
        "embeds": [{ "title": "t", "image": { "url": "attachment://curve.png" } }],
        "attachments": [{ "id": 0, "description": "a curve" }],
    });
    tour.with_picture("PATCH", &one, &pictured).await;
    tour.fine("DELETE", &one, Value::Null).await;
    tour.with_picture("POST", messages.as_str(), &pictured).await;
}

async fn commands(tour: &Tour) {
    let world = &tour.world;
    let command = json!({
        "name": "tour", "description": "Shows all.", "type": 1, "default_member_permissions": "32", "contexts": [0],
        "integration_types": [0],
        "options": [
            { "type": 3, "name": "text", "description": "A text.", "required": true, "autocomplete": true },
            { "type": 4, "name": "number", "description": "A number.", "min_value": 1, "max_value": 5 },
            { "type": 7, "name": "channel", "description": "A channel.", "channel_types": [0, 5] },
            { "type": 8, "name": "role", "description": "A role." },
            { "type": 5, "name": "yes", "description": "Yes or no." },
        ],
    });
    for scope in [String::new(), format!("/guilds/{}", world.guild)] {
        let path = format!("/applications/{}{scope}/commands", world.discord.bot_id());
        let made = tour.fine("POST", &path, command.clone()).await;
        tour.fine("POST", &path, command.clone()).await;
        let one = format!("{path}/{}", id(&made));
        tour.fine("PATCH", &one, json!({ "description": "Shows more." })).await;
        tour.fine("GET", &one, Value::Null).await;
        tour.fine("DELETE", &one, Value::Null).await;
        tour.fine("PUT", &path, json!([command])).await;
        tour.fine("GET", &path, Value::Null).await;
    }
    answers(tour).await;
}

async fn answers(tour: &Tour) {
    let world = &tour.world;
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    let app = world.discord.bot_id();
    let typed = || person.command("tour", json!({ "text": "a" })).expect("it can be typed");
    let callback = |interaction: &discord::Interaction| {
        format!("/interactions/{}/{}/callback", interaction.id(), interaction.token())
    };

    let first = typed();
    let body = json!({ "type": 4, "data": { "content": "at once", "flags": 64 } });
    tour.fine("POST", &format!("{}?with_response=true", callback(&first)), body).await;
    let hook = format!("/webhooks/{app}/{}", first.token());
    tour.fine("GET", &format!("{hook}/messages/@original"), Value::Null).await;
    tour.fine("PATCH", &format!("{hook}/messages/@original"), json!({ "content": "edited" })).await;
    let more = tour.fine("POST", &format!("{hook}?wait=true"), json!({ "content": "more" })).await;
    tour.fine("PATCH", &format!("{hook}/messages/{}", id(&more)), json!({ "content": "and more" })).await;
    tour.fine("DELETE", &format!("{hook}/messages/{}", id(&more)), Value::Null).await;
    tour.fine("DELETE", &format!("{hook}/messages/@original"), Value::Null).await;

    let deferred = typed();
    tour.fine("POST", &callback(&deferred), json!({ "type": 5, "data": { "flags": 64 } })).await;
    let hook = format!("/webhooks/{app}/{}", deferred.token());
    let pictured = json!({ "content": "a curve", "attachments": [{ "id": 0, "description": "a curve" }] });
    tour.with_picture("PATCH", &format!("{hook}/messages/@original"), &pictured).await;
    tour.with_picture("POST", &format!("{hook}?wait=true"), &pictured).await;
    let at_once = typed();
    tour.with_picture("POST", &callback(&at_once), &json!({ "type": 4, "data": pictured })).await;

    let asking = typed();
    let input = json!({ "type": 4, "custom_id": "why", "style": 1, "label": "Why", "max_length": 100 });
    let row = json!({ "type": 1, "components": [input] });
    let modal = json!({ "type": 9, "data": { "custom_id": "m", "title": "Why?", "components": [row] } });
    tour.fine("POST", &format!("{}?with_response=true", callback(&asking)), modal).await;
    let told = person.submit_modal(&asking, json!({ "why": "because" })).expect("a modal to fill in");
    tour.fine("POST", &callback(&told), json!({ "type": 4, "data": { "content": "I see" } })).await;
    let half = person.autocomplete("tour", "text", "a", Value::Null).expect("it completes");
    let choices = json!({ "type": 8, "data": { "choices": [{ "name": "A", "value": "a" }] } });
    tour.fine("POST", &callback(&half), choices).await;
    half.reply(PATIENCE).await.expect("choices");
    let late = typed();
    tour.fine("POST", &callback(&late), json!({ "type": 4, "data": { "content": "once" } })).await;
    let (status, _) =
        tour.discord("POST", &callback(&late), json!({ "type": 4, "data": { "content": "twice" } })).await;
    assert_eq!(status, 400);
}

async fn events(tour: &Tour) {
    let path = format!("/guilds/{}/scheduled-events", tour.world.guild);
    let time = |minutes| in_minutes(minutes).to_string();
    let body = json!({
        "name": "A Space", "description": "About bells", "privacy_level": 2, "entity_type": 3,
        "scheduled_start_time": time(10), "scheduled_end_time": time(70),
        "entity_metadata": { "location": "https://x.com/i/spaces/1" },
    });
    let made = tour.fine("POST", &path, body).await;
    assert!(made["scheduled_start_time"].as_str().is_some_and(|at| at.parse::<Timestamp>().is_ok()));
    let one = format!("{path}/{}", id(&made));
    for status in [2, 3] {
        tour.fine("PATCH", &one, json!({ "status": status })).await;
    }
    tour.fine("GET", &one, Value::Null).await;
    tour.fine("GET", &path, Value::Null).await;
    tour.fine("DELETE", &one, Value::Null).await;
    assert_eq!(tour.discord("GET", &one, Value::Null).await.0, 404);
}

async fn hooks(tour: &Tour) {
    let path = format!("/channels/{}/webhooks", tour.world.channel);
    let made = tour.fine("POST", &path, json!({ "name": "Bell" })).await;
    tour.fine("GET", &path, Value::Null).await;
    tour.fine("GET", &format!("/webhooks/{}", id(&made)), Value::Null).await;
    let own = format!("/webhooks/{}/{}", id(&made), made["token"].as_str().expect("a token"));
    tour.fine("GET", &own, Value::Null).await;
    tour.fine("POST", &own, json!({ "content": "ding" })).await;
    let sent = tour.fine("POST", &format!("{own}?wait=true"), json!({ "content": "dong" })).await;
    let message = format!("{own}/messages/{}", id(&sent));
    tour.fine("GET", &message, Value::Null).await;
    tour.fine("PATCH", &message, json!({ "content": "ding dong" })).await;
    tour.fine("DELETE", &message, Value::Null).await;
    tour.fine("DELETE", &own, Value::Null).await;
    assert_eq!(tour.discord("GET", &own, Value::Null).await.0, 404);
}

async fn refusals(tour: &Tour) {
    let world = &tour.world;
    let messages = format!("/channels/{}/messages", world.channel);
    let long = json!({ "content": "" });
    assert_eq!(tour.discord("POST", &messages, long).await.0, 400);
    assert_eq!(tour.discord("GET", "/channels/1", Value::Null).await.0, 404);
    world.discord.set_bot_permissions(world.guild, 0);
    world.discord.set_role_permissions(world.guild, world.guild, 0);
    assert_eq!(tour.discord("POST", &messages, json!({ "content": "x" })).await.0, 403);
    world.discord.configure(|settings| settings.global_per_second = Some(0));
    assert_eq!(tour.discord("GET", "/users/@me", Value::Null).await.0, 429);
}
