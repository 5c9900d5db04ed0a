//! What a message may hold: Discord's documented limits, checked field by field. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::error::{ApiResult, Form};
use super::message::{COMPONENTS_V2, id_of};

/// Checks the body of a request that creates or edits a message.
pub(super) fn check_message(body: &Value) -> ApiResult<()> {
    let mut form = Form::default();
    if !body.is_object() {
        form.wrong("", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        return form.finish();
    }
    text(&mut form, body, "content", 0, 2000);
    flags(&mut form, body);
    nonce(&mut form, body);
    embeds(&mut form, &body["embeds"]);
    components(&mut form, body);
    allowed_mentions(&mut form, &body["allowed_mentions"]);
    form.finish()
}

/// The number of characters, as Discord counts them.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

/// Checks a field that is absent, null or a text of at most `max` characters; `min` of 1 or more
/// makes it required.
pub(super) fn text(form: &mut Form, at: &Value, path: &str, min: usize, max: usize) {
    let field = path.rsplit('.').next().unwrap_or(path);
    match &at[field] {
        Value::Null if min > 0 => form.required(path),
        Value::String(value) if length(value) > max && min == 0 => form.too_long(path, max),
        Value::String(value) if !(min..=max).contains(&length(value)) => form.bad_length(path, min, max),
        Value::Null | Value::String(_) => {}
        _ => form.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret value as string."),
    }
}

/// The items of a list of at most `max`; anything else is wrong and has none.
pub(super) fn list<'a>(form: &mut Form, value: &'a Value, path: &str, max: usize) -> &'a [Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) if items.len() > max => {
            form.too_long(path, max);
            items
        }
        Value::Array(items) => items,
        _ => {
            form.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
            &[]
        }
    }
}

fn flags(form: &mut Form, body: &Value) {
    if !body["flags"].is_null() && body["flags"].as_u64().is_none() {
        form.wrong("flags", "NUMBER_TYPE_COERCE", "Value is not int.");
    }
}

fn nonce(form: &mut Form, body: &Value) {
    match &body["nonce"] {
        Value::String(nonce) if length(nonce) > 25 => form.too_long("nonce", 25),
        Value::Null | Value::Number(_) | Value::String(_) => {}
        _ => form.wrong("nonce", "NONCE_TYPE_INVALID", "Nonce must be a string or an integer."),
    }
    if body["enforce_nonce"] == true && body["nonce"].is_null() {
        form.required("nonce");
    }
}

fn embeds(form: &mut Form, value: &Value) {
    let mut total = 0;
    for (index, embed) in list(form, value, "embeds", 10).iter().enumerate() {
        let at = format!("embeds.{index}");
        if !embed.is_object() {
            form.wrong(&at, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
            continue;
        }
        text(form, embed, &format!("{at}.title"), 0, 256);
        text(form, embed, &format!("{at}.description"), 0, 4096);
        url(form, embed, &format!("{at}.url"));
        for picture in ["image", "thumbnail"] {
            if embed[picture].is_object() {
                url(form, &embed[picture], &format!("{at}.{picture}.url"));
            }
        }
        if embed["footer"].is_object() {
            text(form, &embed["footer"], &format!("{at}.footer.text"), 1, 2048);
            url(form, &embed["footer"], &format!("{at}.footer.icon_url"));
        }
        if embed["author"].is_object() {
            text(form, &embed["author"], &format!("{at}.author.name"), 1, 256);
            url(form, &embed["author"], &format!("{at}.author.url"));
            url(form, &embed["author"], &format!("{at}.author.icon_url"));
        }
        if embed["color"].as_i64().is_some_and(|colour| !(0..=0xFF_FF_FF).contains(&colour)) {
            form.wrong(
                &format!("{at}.color"),
                "NUMBER_TYPE_MAX",
                "int value should be less than or equal to 16777215.",
            );
        }
        if embed["timestamp"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_err()) {
            form.wrong(
                &format!("{at}.timestamp"),
                "DATE_TIME_TYPE_PARSE",
                "Could not parse timestamp. Should be ISO8601.",
            );
        }
        for (number, field) in list(form, &embed["fields"], &format!("{at}.fields"), 25).iter().enumerate() {
            text(form, field, &format!("{at}.fields.{number}.name"), 1, 256);
            text(form, field, &format!("{at}.fields.{number}.value"), 1, 1024);
        }
        total += embed_length(embed);
    }
    if total > 6000 {
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
}

fn embed_length(embed: &Value) -> usize {
    let count = |value: &Value| value.as_str().map_or(0, length);
    let fields: usize = embed["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|field| count(&field["name"]) + count(&field["value"]))
        .sum();
    count(&embed["title"])
        + count(&embed["description"])
        + count(&embed["footer"]["text"])
        + count(&embed["author"]["name"])
        + fields
}

fn url(form: &mut Form, at: &Value, path: &str) {
    let field = path.rsplit('.').next().unwrap_or(path);
    let Some(address) = at[field].as_str() else { return };
    if length(address) > 2048 {
        form.too_long(path, 2048);
    }
    match url::Url::parse(address) {
        Ok(url) if ["http", "https", "attachment"].contains(&url.scheme()) => {}
        Ok(url) => form.wrong(
            path,
            "URL_TYPE_INVALID_SCHEME",
            format!("Scheme \"{}\" is not supported. Scheme must be one of ('http', 'https').", url.scheme()),
        ),
        Err(_) => form.wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL."),
    }
}

fn allowed_mentions(form: &mut Form, allowed: &Value) {
    if allowed.is_null() {
        return;
    }
    for kind in list(form, &allowed["parse"], "allowed_mentions.parse", 3) {
        if !["roles", "users", "everyone"].iter().any(|known| kind == known) {
            form.choice("allowed_mentions.parse", kind, "('users', 'roles', 'everyone')");
        }
    }
    for what in ["roles", "users"] {
        let path = format!("allowed_mentions.{what}");
        let ids = list(form, &allowed[what], &path, 100);
        if ids.iter().any(|id| id_of(id).is_none()) {
            form.wrong(&path, "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        }
        let parsed = allowed["parse"].as_array().is_some_and(|parse| parse.iter().any(|kind| kind == what));
        if parsed && !ids.is_empty() {
            form.wrong(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                format!("parse:[\"{what}\"] and {what}: [ids...] are mutually exclusive."),
            );
        }
    }
}

fn components(form: &mut Form, body: &Value) {
    let mut ids = BTreeSet::new();
    if body["flags"].as_u64().unwrap_or(0) & COMPONENTS_V2 != 0 {
        for field in ["content", "embeds"] {
            let empty = body[field].is_null() || body[field] == "" || body[field] == serde_json::json!([]);
            if !empty {
                form.wrong(
                    field,
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    format!("The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"),
                );
            }
        }
        list(form, &body["components"], "components", 40);
        return;
    }
    for (number, row) in list(form, &body["components"], "components", 5).iter().enumerate() {
        let at = format!("components.{number}");
        if row["type"] != 1 {
            form.choice(&format!("{at}.type"), &row["type"], "(1,)");
            continue;
        }
        let inside = list(form, &row["components"], &format!("{at}.components"), 5);
        let selects = inside.iter().filter(|component| component["type"] != 2).count();
        if inside.is_empty() {
            form.bad_length(&format!("{at}.components"), 1, 5);
        } else if selects > 0 && inside.len() > 1 {
            form.wrong(
                &at,
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            );
        }
        for (column, component) in inside.iter().enumerate() {
            one_component(form, component, &format!("{at}.components.{column}"), &mut ids);
        }
    }
}

fn one_component(form: &mut Form, component: &Value, at: &str, ids: &mut BTreeSet<String>) {
    match component["type"].as_u64() {
        Some(2) => button(form, component, at),
        Some(3) => string_select(form, component, at),
        Some(5..=8) => text(form, component, &format!("{at}.custom_id"), 1, 100),
        _ => form.choice(&format!("{at}.type"), &component["type"], "(2, 3, 5, 6, 7, 8)"),
    }
    if let Some(id) = component["custom_id"].as_str()
        && !ids.insert(id.to_owned())
    {
        form.wrong(
            &format!("{at}.custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        );
    }
}

fn button(form: &mut Form, button: &Value, at: &str) {
    text(form, button, &format!("{at}.label"), 0, 80);
    match button["style"].as_u64() {
        Some(1..=4) => {
            text(form, button, &format!("{at}.custom_id"), 1, 100);
            if !button["url"].is_null() {
                form.wrong(
                    &format!("{at}.url"),
                    "BUTTON_COMPONENT_INVALID_URL",
                    "A url cannot be specified for this button",
                );
            }
        }
        Some(5) => {
            text(form, button, &format!("{at}.url"), 1, 512);
            url(form, button, &format!("{at}.url"));
            if !button["custom_id"].is_null() {
                form.wrong(
                    at,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_CONFLICT",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        Some(6) => {}
        _ => form.choice(&format!("{at}.style"), &button["style"], "(1, 2, 3, 4, 5, 6)"),
    }
    let labelled = button["label"].as_str().is_some_and(|label| !label.is_empty());
    if !labelled && button["emoji"].is_null() && button["style"] != 6 {
        form.wrong(at, "BUTTON_COMPONENT_INVALID_LABEL_AND_EMOJI", "A button must have a label or emoji");
    }
}

fn string_select(form: &mut Form, select: &Value, at: &str) {
    text(form, select, &format!("{at}.custom_id"), 1, 100);
    text(form, select, &format!("{at}.placeholder"), 0, 150);
    let path = format!("{at}.options");
    let options = list(form, &select["options"], &path, 25);
    if options.is_empty() {
        form.bad_length(&path, 1, 25);
    }
    let mut values = BTreeSet::new();
    for (number, option) in options.iter().enumerate() {
        text(form, option, &format!("{path}.{number}.label"), 1, 100);
        text(form, option, &format!("{path}.{number}.value"), 1, 100);
        text(form, option, &format!("{path}.{number}.description"), 0, 100);
        if !values.insert(option["value"].as_str().unwrap_or_default()) {
            form.wrong(
                &format!("{path}.{number}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
    for (field, low) in [("min_values", 0), ("max_values", 1)] {
        if select[field].as_u64().is_some_and(|count| !(low..=25).contains(&count)) {
            form.wrong(
                &format!("{at}.{field}"),
                "NUMBER_TYPE_MAX",
                "int value should be less than or equal to 25.",
            );
        }
    }
}

/// Checks the choices that answer an autocompletion.
pub(super) fn check_choices(data: &Value) -> ApiResult<()> {
    let mut form = Form::default();
    for (index, choice) in list(&mut form, &data["choices"], "data.choices", 25).iter().enumerate() {
        text(&mut form, choice, &format!("data.choices.{index}.name"), 1, 100);
        match &choice["value"] {
            Value::String(_) => text(&mut form, choice, &format!("data.choices.{index}.value"), 1, 100),
            Value::Number(_) => {}
            _ => form.required(&format!("data.choices.{index}.value")),
        }
    }
    if !data["choices"].is_array() {
        form.required("data.choices");
    }
    form.finish()
}
