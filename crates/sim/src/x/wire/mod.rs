//! The JSON of X's resources.
//!
//! Owns the shapes: names, number and time formats, what is left out when it is empty. What of a resource is
//! asked for comes in as a selection.

pub(super) mod problems;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    ids::UserId,
    world::{
        fields::SpaceField,
        space::Space,
        user::{Post, Topic, User},
    },
};

/// The user fields that X's description lists.
pub(super) const USER_FIELDS: [&str; 24] = [
    "confirmed_email",
    "connection_status",
    "created_at",
    "description",
    "entities",
    "id",
    "is_identity_verified",
    "location",
    "name",
    "parody",
    "profile_banner_url",
    "profile_image_url",
    "protected",
    "public_metrics",
    "receives_your_dm",
    "subscribes_to_you",
    "subscription",
    "subscription_type",
    "url",
    "username",
    "verified",
    "verified_followers_count",
    "verified_type",
    "withheld",
];

/// The fields of a topic.
pub(super) const TOPIC_FIELDS: [&str; 3] = ["description", "id", "name"];

/// The fields of a Post: those of X's description, and those of its prose. Few of them have something to show.
pub(super) const POST_FIELDS: [&str; 36] = [
    "article",
    "article_title",
    "attachments",
    "author_id",
    "card_uri",
    "community_id",
    "context_annotations",
    "conversation_id",
    "created_at",
    "display_text_range",
    "edit_controls",
    "edit_history_tweet_ids",
    "entities",
    "geo",
    "id",
    "in_reply_to_user_id",
    "lang",
    "matched_media_notes",
    "media_metadata",
    "non_public_metrics",
    "note_post",
    "note_request_suggestions",
    "note_tweet",
    "organic_metrics",
    "paid_partnership",
    "possibly_sensitive",
    "promoted_metrics",
    "public_metrics",
    "referenced_tweets",
    "reply_settings",
    "scopes",
    "source",
    "suggested_source_links",
    "suggested_source_links_with_counts",
    "text",
    "withheld",
];

/// What `expansions` of Posts can name; the stand-in resolves authors.
pub(super) const POST_EXPANSIONS: [&str; 14] = [
    "article.cover_media",
    "article.media_entities",
    "attachments.media_keys",
    "attachments.media_source_tweet",
    "attachments.poll_ids",
    "author_id",
    "edit_history_post_ids",
    "edit_history_tweet_ids",
    "entities.mentions.username",
    "geo.place_id",
    "in_reply_to_user_id",
    "referenced_posts",
    "referenced_tweets.id",
    "username",
];

/// What `expansions` of users can name; the stand-in has nothing to put there.
pub(super) const USER_EXPANSIONS: [&str; 4] =
    ["affiliation", "most_recent_post_id", "pinned_post_id", "pinned_tweet_id"];

/// A Space with the given fields, its id and its state.
pub(super) fn space(space: &Space, fields: &BTreeSet<SpaceField>) -> Value {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), json!(space.id.as_str()));
    if !space.omitted.contains(&SpaceField::State) {
        shown.insert("state".to_owned(), json!(space.state()));
    }
    for field in fields.difference(&space.omitted) {
        if let Some(value) = space_field(space, *field) {
            shown.insert(field.name().to_owned(), value);
        }
    }
    Value::Object(shown)
}

/// A user with the given fields beyond id, name and username.
pub(super) fn user(user: &User, fields: &[&str]) -> Value {
    let mut shown = json!({ "id": user.id.as_str(), "name": user.name, "username": user.username });
    for field in fields {
        let value = match *field {
            "created_at" => time(user.created_at),
            "description" => json!(""),
            "profile_image_url" => {
                json!(format!("https://pbs.twimg.com/profile_images/{}/picture_normal.jpg", user.id))
            }
            "protected" | "verified" | "parody" | "is_identity_verified" => json!(false),
            "verified_type" => json!("none"),
            _ => continue,
        };
        shown[*field] = value;
    }
    shown
}

/// A topic with the given fields beyond id and name.
pub(super) fn topic(topic: &Topic, fields: &[&str]) -> Value {
    let mut shown = json!({ "id": topic.id, "name": topic.name });
    if fields.contains(&"description") {
        shown["description"] = json!(topic.description);
    }
    shown
}

/// A Post with the given fields beyond id and text.
pub(super) fn post(post: &Post, fields: &[&str]) -> Value {
    let mut shown = json!({ "id": post.id, "text": post.text });
    for field in fields {
        let value = match *field {
            "author_id" => json!(post.author.as_str()),
            "created_at" => time(post.created_at),
            "lang" => json!("en"),
            _ => continue,
        };
        shown[*field] = value;
    }
    shown
}

fn space_field(space: &Space, field: SpaceField) -> Option<Value> {
    let value = match field {
        SpaceField::Id | SpaceField::State => return None,
        SpaceField::Title => json!(space.title),
        SpaceField::Lang => json!(space.lang.as_ref()?),
        SpaceField::CreatorId => json!(space.creator.as_str()),
        SpaceField::HostIds => return list(space.hosts.iter().map(UserId::as_str)),
        SpaceField::SpeakerIds => return list(space.speakers.iter().map(UserId::as_str)),
        SpaceField::InvitedUserIds => {
            return list(space.invited.iter().map(UserId::as_str));
        }
        SpaceField::TopicIds => return list(space.topics.iter().map(String::as_str)),
        SpaceField::ParticipantCount => json!(space.participants),
        SpaceField::SubscriberCount => json!(space.subscribers),
        SpaceField::IsTicketed => json!(space.ticketed),
        SpaceField::CreatedAt => time(space.created_at),
        SpaceField::UpdatedAt => time(space.updated_at),
        SpaceField::ScheduledStart => time(space.scheduled_start?),
        SpaceField::StartedAt => time(space.started_at?),
        SpaceField::EndedAt => time(space.ended_at?),
    };
    Some(value)
}

/// A list, or nothing when it is empty.
fn list<'a>(ids: impl Iterator<Item = &'a str>) -> Option<Value> {
    let ids: Vec<&str> = ids.collect();
    (!ids.is_empty()).then(|| json!(ids))
}

/// A time with milliseconds, as X writes them.
pub(super) fn time(time: Timestamp) -> Value {
    json!(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
