//! What Discord makes of what a bot sent before it shows it: nulls are gone, components are numbered, menus and
//! fields have their defaults.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Embeds as an answer has them; `files` are the message's own, name to address.
pub(super) fn embeds(sent: &[Value], files: &BTreeMap<&str, String>) -> Vec<Value> {
    let mut shown = sent.to_vec();
    for embed in &mut shown {
        without_nulls(embed);
        attached(embed, files);
        embed["type"] = json!("rich");
        for field in embed.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
            if field["inline"].is_null() {
                field["inline"] = json!(false);
            }
        }
        if embed["fields"].as_array().is_none_or(Vec::is_empty)
            && let Some(embed) = embed.as_object_mut()
        {
            embed.remove("fields");
        }
        if let Some(at) = embed["timestamp"].as_str().and_then(|at| at.parse().ok()) {
            embed["timestamp"] = super::wire::time(at);
        } else if let Some(embed) = embed.as_object_mut() {
            embed.remove("timestamp");
        }
    }
    shown
}

/// Gives pictures that come with the message their addresses; one that doesn't isn't shown.
fn attached(embed: &mut Value, files: &BTreeMap<&str, String>) {
    for (picture, field) in
        [("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url")]
    {
        let name = embed[picture][field].as_str().and_then(|url| url.strip_prefix("attachment://"));
        let Some(name) = name.map(str::to_owned) else { continue };
        let Some(holder) = embed[picture].as_object_mut() else { continue };
        match files.get(name.as_str()) {
            Some(url) => holder.insert(field.to_owned(), json!(url)),
            None => holder.remove(field),
        };
    }
    if let Some(embed) = embed.as_object_mut() {
        embed.retain(|name, value| {
            !matches!(name.as_str(), "image" | "thumbnail") || value["url"].is_string()
        });
    }
}

/// Components as an answer has them.
pub(super) fn components(sent: &[Value]) -> Vec<Value> {
    let mut shown = sent.to_vec();
    let mut last = 0;
    for component in &mut shown {
        without_nulls(component);
        number(component, &mut last);
    }
    shown
}

/// Gives a component and those in it their ids, in reading order.
fn number(component: &mut Value, last: &mut u64) {
    *last += 1;
    let mut fallback = |name: &str, value: Value| {
        if component[name].is_null() {
            component[name] = value;
        }
    };
    fallback("id", json!(*last));
    if matches!(component["type"].as_u64(), Some(3 | 5..=8)) {
        let mut at_least_one = |name: &str| {
            if component[name].is_null() {
                component[name] = json!(1);
            }
        };
        at_least_one("min_values");
        at_least_one("max_values");
    }
    for inner in component.get_mut("components").and_then(Value::as_array_mut).into_iter().flatten() {
        number(inner, last);
    }
}

/// Takes away what is null, at every depth.
pub(super) fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, inner| !inner.is_null());
            object.values_mut().for_each(without_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
