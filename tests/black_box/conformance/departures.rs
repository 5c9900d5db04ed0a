//! Where we depart from the descriptions, knowingly: one table, each row with its reason.
//!
//! A row amends the description at a place before anything is held against it. A row whose place is gone fails, so
//! that none outlives a corrected description.

use serde_json::{Value, json};

/// Whose description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Discord's.
    Discord,
    /// X's.
    X,
}

/// A place in a description that doesn't say what is true.
struct Departure {
    api: Api,
    /// A JSON pointer to what is amended; `*` stands for any one name.
    at: &'static str,
    amend: fn(&mut Value),
    reason: &'static str,
}

/// Operations that no description has: (whose, method, how the path begins, how it ends, why).
const UNDESCRIBED: [(Api, &str, &str, &str, &str); 5] = [
    (
        Api::X,
        "GET",
        "/2/users/",
        "/following/spaces",
        "X's table of rate limits lists it, its reference doesn't: the bot tries it and takes 404 for an answer",
    ),
    (Api::X, "GET", "/i/oauth2/", "authorize", OAUTH),
    (Api::X, "POST", "/i/oauth2/", "authorize", OAUTH),
    (Api::X, "POST", "/2/oauth2/", "token", OAUTH),
    (Api::X, "POST", "/2/oauth2/", "revoke", OAUTH),
];
const OAUTH: &str =
    "X's pages on OAuth 2.0 describe it in prose; the description has the API's own endpoints alone";

/// All known departures.
const DEPARTURES: [Departure; 21] = [
    Departure {
        api: Api::X,
        at: "/components/parameters/PostFieldsParameter/schema/items/enum",
        amend: |fields| push(fields, "author_id"),
        reason: "X's prose has author_id among the fields of a Post; the enumeration lacks it. The bot asks by the prose and \
                 recovers from a 400 that names it, by the expansion",
    },
    Departure {
        api: Api::Discord,
        at: "/components/schemas/RichEmbedImage/properties",
        amend: |properties| properties["proxy_url"] = json!({ "type": ["string", "null"] }),
        reason: "serenity writes an embed's picture by the model of what Discord answers, whose proxy_url is null in what is \
                 sent; Discord passes over it",
    },
    Departure {
        api: Api::X,
        at: "/components/parameters/SpaceFieldsParameter/schema/items/enum",
        amend: |fields| {
            for field in ["creator_id", "host_ids", "speaker_ids", "invited_user_ids", "topic_ids"] {
                push(fields, field);
            }
        },
        reason: "X's prose asks for the fields that hold ids by space.fields; the enumeration lacks them. The bot \
                 asks by the prose and recovers from a 400 that names them",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/Problem/oneOf",
        amend: |problems| {
            push(problems, problem(&["about:blank"], &json!({})));
        },
        reason: "X answers 401, 403, 404, 429 and 5xx by themselves with a problem of type about:blank, which its pages on \
                 errors show; the description has none for them",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/Problem/oneOf",
        amend: |problems| {
            let text = json!({ "type": "string" });
            let own = json!({ "account_id": text, "product_name": text, "period": text, "scope": text });
            push(problems, problem(&["https://api.x.com/2/problems/usage-capped"], &own));
        },
        reason: "spent credits are a problem of type usage-capped by X's page on errors; the description lacks it",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/Problem/oneOf",
        amend: |problems| {
            push(problems, problem(&["https://api.x.com/2/problems/unsupported-authentication"], &json!({})));
        },
        reason: "an app's token where only a user's will do is a problem of type unsupported-authentication by X's page on \
                 errors; the description lacks it",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/InvalidRequestProblem/properties",
        amend: |properties| {
            let text = json!({ "type": "string" });
            let values =
                json!({ "type": "object", "additionalProperties": { "type": "array", "items": text } });
            let complaint = json!({ "type": "object", "required": ["parameters", "message"], "properties": {
                "parameters": values, "message": text,
            } });
            properties["errors"] = json!({ "type": "array", "items": complaint });
        },
        reason: "X's pages show what is wrong with a request in errors, by parameter and message; the bot reads from there \
                 which field is refused",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/*Problem/properties/type/enum",
        amend: |types| {
            let known: Vec<String> = serde_json::from_value(types.clone()).expect("a list of texts");
            for kind in known {
                push(types, kind.replace("api.x.com", "api.twitter.com"));
            }
        },
        reason: "answers are seen with api.twitter.com in the types of problems, as X's examples still have them; the bot \
                 reads how a type ends",
    },
    Departure {
        api: Api::X,
        at: "/paths/*/*/responses/default/content/application~1json/schema",
        amend: |schema| {
            let problem = json!({ "$ref": "#/components/schemas/Problem" });
            let lone = json!({ "type": "object", "required": ["errors"], "properties": {
                "errors": { "type": "array", "items": problem },
            } });
            *schema = json!({ "oneOf": [schema.clone(), problem, lone] });
        },
        reason: "X's pages show problems as application/json, and a thing that isn't there as a list of them, which some \
                 servers send with status 404; the description has a code and a message there",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/ActivityStreamingResponsePayload/oneOf",
        amend: |payloads| {
            let text = json!({ "type": "string" });
            let user = json!({ "type": "object", "required": ["data"], "properties": {
                "data": { "$ref": "#/components/schemas/User" },
            } });
            push(
                payloads,
                json!({ "type": "object", "required": ["user", "broadcast_id", "event_type"], "properties": {
                "user": user, "broadcast_id": text,
                "event_type": { "enum": ["spaces_start", "spaces_end", "start", "end"] },
            } }),
            );
        },
        reason: "X's page on the Activity API shows what spaces.start and spaces.end carry; the description has payloads of \
                 other events alone, and nothing for the event types that it lets one subscribe to",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/ActivityStreamingResponsePayload/oneOf",
        amend: |payloads| {
            let user = json!({ "type": "object", "required": ["data"], "properties": {
                "data": { "$ref": "#/components/schemas/User" },
            } });
            push(
                payloads,
                json!({ "type": "object", "required": ["user", "event_type"], "properties": {
                "user": user, "event_type": { "enum": ["oauth_revoke", "revoke"] },
            } }),
            );
        },
        reason: "X's prose has an oauth.revoke event without showing it; it is taken to look as those of Spaces do",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/CreateActivitySubscriptionRequest/properties/event_type/enum",
        amend: |types| push(types, "oauth.revoke"),
        reason: "X's prose has an oauth.revoke event, which the enumeration lacks",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/ActivityEventId/pattern",
        amend: |pattern| *pattern = json!("^-?[0-9]{1,19}$"),
        reason: "X's own example of a spaces.start event has a negative event_uuid; the pattern allows digits alone",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/*eActivitySubscriptionResponse/properties",
        amend: |properties| {
            let data = properties["data"].clone();
            if data["$ref"] == "#/components/schemas/DeleteActivitySubscriptionResponseData" {
                return;
            }
            let one = json!({ "$ref": "#/components/schemas/GetActivitySubscriptionsResponseData" });
            let list = json!({ "type": "array", "minItems": 1, "items": one });
            properties["data"] = json!({ "oneOf": [data, one, list] });
            properties["meta"] = subscriptions_meta();
        },
        reason: "X's pages show a subscription that was made or changed as data itself, or as a list of one, with \
                 meta.total_subscriptions beside it; the description has it within data as subscription",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/GetActivitySubscriptionsResponse/properties",
        amend: |properties| properties["meta"] = subscriptions_meta(),
        reason: "X's pages count subscriptions in meta.total_subscriptions, and a list that takes a pagination_token must \
                 give one; the description has no meta there",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/Problem/oneOf",
        amend: |problems| {
            let own = json!({ "connection_issue": { "type": "string" } });
            push(problems, problem(&["https://api.x.com/2/problems/streaming-connection"], &own));
        },
        reason: "one stream too many is a problem of type streaming-connection by X's page on streams; the description lacks it",
    },
    Departure {
        api: Api::X,
        at: "/components/schemas/Problem/oneOf",
        amend: |problems| {
            let own = json!({ "disconnect_type": { "type": "string" } });
            push(problems, problem(&["https://api.x.com/2/problems/operational-disconnect"], &own));
        },
        reason: "a stream says operational-disconnect before X ends it, by X's page on disconnections; the description lacks it",
    },
    Departure {
        api: Api::Discord,
        at: "/components/schemas/RatelimitedResponse/allOf/0",
        amend: |error| {
            *error = json!({ "type": "object", "required": ["message"], "properties": {
                "message": { "type": "string" }, "code": { "type": "integer" },
            } });
        },
        reason: "by Discord's page on rate limits a code comes with some of them only; the bot reads an answer without one",
    },
    Departure {
        api: Api::Discord,
        at: "/components/schemas/InnerErrors/properties/_errors/items",
        amend: |error| {
            *error = json!({ "type": "object", "required": ["code", "message"], "properties": {
                "code": { "type": "string" }, "message": { "type": "string" },
            } });
        },
        reason: "what is wrong with a field has a word for its code in Discord's own examples of errors, such as \
                 BASE_TYPE_REQUIRED; the description has a number there",
    },
    Departure {
        api: Api::Discord,
        at: "/components/schemas/MessageAttachmentRequest/properties/id",
        amend: |schema| *schema = json!({ "oneOf": [schema.clone(), { "type": "integer", "minimum": 0 }] }),
        reason: "in requests an attachment's id is the index of its file, a number in Discord's own examples; serenity \
                 writes it so",
    },
    Departure {
        api: Api::Discord,
        at: "/components/schemas/ApplicationCommand*/properties/default_member_permissions",
        amend: |schema| *schema = json!({ "type": ["string", "null"], "pattern": "^[0-9]+$" }),
        reason: "Discord's documentation has permissions as a string, in requests as in answers; serenity sends it so, and \
                 Discord takes it",
    },
];

/// Amends a description by all rows that are about it.
pub fn amend(api: Api, root: &mut Value) {
    for departure in DEPARTURES.iter().filter(|departure| departure.api == api) {
        assert!(departure.reason.len() > 20, "{} has no reason", departure.at);
        let path: Vec<&str> = departure.at.split('/').skip(1).collect();
        let amended = amend_at(root, &path, departure.amend);
        assert!(amended > 0, "the description has no {} any more: strike that departure", departure.at);
    }
}

/// Whether an operation is known to be missing from the description.
pub fn is_undescribed(api: Api, method: &str, path: &str) -> bool {
    UNDESCRIBED.iter().any(|(whose, verb, start, end, _)| {
        *whose == api && *verb == method && path.starts_with(start) && path.ends_with(end)
    })
}

fn amend_at(value: &mut Value, path: &[&str], amend: fn(&mut Value)) -> usize {
    let Some((first, rest)) = path.split_first() else {
        amend(value);
        return 1;
    };
    let name = first.replace("~1", "/").replace("~0", "~");
    match (value, name.split_once('*')) {
        (Value::Object(object), Some((start, end))) => object
            .iter_mut()
            .filter(|(known, _)| known.starts_with(start) && known.ends_with(end))
            .map(|(_, inner)| amend_at(inner, rest, amend))
            .sum(),
        (Value::Object(object), None) => {
            object.get_mut(&name).map_or(0, |inner| amend_at(inner, rest, amend))
        }
        (Value::Array(list), Some(_)) => list.iter_mut().map(|inner| amend_at(inner, rest, amend)).sum(),
        (Value::Array(list), None) => name
            .parse::<usize>()
            .ok()
            .and_then(|index| list.get_mut(index))
            .map_or(0, |inner| amend_at(inner, rest, amend)),
        _ => 0,
    }
}

fn push(list: &mut Value, item: impl Into<Value>) {
    if let Some(list) = list.as_array_mut() {
        list.push(item.into());
    }
}

/// A problem of these types, with properties of its own besides those that all have.
fn problem(types: &[&str], own: &Value) -> Value {
    let mut properties = own.clone();
    properties["type"] = json!({ "type": "string", "enum": types });
    properties["status"] = json!({ "type": "integer" });
    for name in ["title", "detail"] {
        properties[name] = json!({ "type": "string" });
    }
    json!({ "type": "object", "required": ["type", "title", "detail"], "properties": properties })
}

/// What goes with subscriptions by X's pages.
fn subscriptions_meta() -> Value {
    let count = json!({ "type": "integer" });
    json!({ "type": "object", "required": ["total_subscriptions"], "properties": {
        "total_subscriptions": count, "result_count": count, "next_token": { "type": "string" },
    } })
}
