//! Modals: what a bot may open, and what a person can type into one.
//!
//! Owns the check of a modal's definition and the filling in, which Discord's client does. Source: Discord's
//! documentation, "Modals" and "Component Reference". Text inputs are modelled, in rows of their own and in labels,
//! and texts between them; menus and files in a modal aren't, and are refused as if their kind didn't exist. Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::error::{ApiResult, Form};
use super::refused::Refused;
use super::validation::{length, list, text};

/// A row of components.
const ROW: u64 = 1;
/// A text input.
const TEXT_INPUT: u64 = 4;
/// A text that nobody types into.
const TEXT_DISPLAY: u64 = 10;
/// A label with the component that it belongs to.
const LABEL: u64 = 18;
/// Components of one modal.
const PARTS_AT_MOST: usize = 5;
/// The most that an input takes if it doesn't say.
const TYPED_AT_MOST: u64 = 4000;

/// Checks what opens a modal.
pub(super) fn check(data: &Value) -> ApiResult<()> {
    let mut form = Form::default();
    text(&mut form, data, "data.title", 1, 45);
    text(&mut form, data, "data.custom_id", 1, 100);
    let parts = list(&mut form, &data["components"], "data.components", PARTS_AT_MOST);
    if parts.is_empty() {
        form.bad_length("data.components", 1, PARTS_AT_MOST);
    }
    let mut ids = BTreeSet::new();
    for (number, part) in parts.iter().enumerate() {
        let at = format!("data.components.{number}");
        match part["type"].as_u64() {
            Some(ROW) => row(&mut form, part, &at, &mut ids),
            Some(LABEL) => {
                text(&mut form, part, &format!("{at}.label"), 1, 45);
                text(&mut form, part, &format!("{at}.description"), 0, 100);
                if !part["component"]["label"].is_null() {
                    form.wrong(
                        &format!("{at}.component.label"),
                        "BASE_TYPE_FORBIDDEN",
                        "The label says it already.",
                    );
                }
                input(&mut form, &part["component"], &format!("{at}.component"), &mut ids);
            }
            Some(TEXT_DISPLAY) => text(&mut form, part, &format!("{at}.content"), 1, 4000),
            _ => form.choice(&format!("{at}.type"), &part["type"], "(1, 10, 18)"),
        }
    }
    form.finish()
}

/// A row takes one text input, which says itself what it is for.
fn row(form: &mut Form, row: &Value, at: &str, ids: &mut BTreeSet<String>) {
    let inside = list(form, &row["components"], &format!("{at}.components"), PARTS_AT_MOST);
    match inside {
        [one] => {
            let at = format!("{at}.components.0");
            text(form, one, &format!("{at}.label"), 1, 45);
            input(form, one, &at, ids);
        }
        [] => form.bad_length(&format!("{at}.components"), 1, 1),
        _ => form.wrong(
            at,
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        ),
    }
}

fn input(form: &mut Form, input: &Value, at: &str, ids: &mut BTreeSet<String>) {
    if input["type"] != TEXT_INPUT {
        return form.choice(&format!("{at}.type"), &input["type"], "(4,)");
    }
    text(form, input, &format!("{at}.custom_id"), 1, 100);
    text(form, input, &format!("{at}.placeholder"), 0, 100);
    text(form, input, &format!("{at}.value"), 0, 4000);
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        form.choice(&format!("{at}.style"), &input["style"], "(1, 2)");
    }
    for (field, least) in [("min_length", 0), ("max_length", 1)] {
        let fits =
            |value: &Value| value.as_u64().is_some_and(|value| (least..=TYPED_AT_MOST).contains(&value));
        if !input[field].is_null() && !fits(&input[field]) {
            let why = format!("int value should be between {least} and {TYPED_AT_MOST}.");
            form.wrong(&format!("{at}.{field}"), "NUMBER_TYPE_RANGE", why);
        }
    }
    let (least, most) = lengths(input);
    if least > most {
        form.wrong(
            &format!("{at}.min_length"),
            "COMPONENT_MIN_LENGTH_GREATER",
            "More is required than allowed.",
        );
    }
    if let Some(id) = input["custom_id"].as_str()
        && !ids.insert(id.to_owned())
    {
        let why = "Component custom id cannot be duplicated";
        form.wrong(&format!("{at}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", why);
    }
}

fn lengths(input: &Value) -> (u64, u64) {
    (
        input["min_length"].as_u64().unwrap_or(0),
        input["max_length"].as_u64().unwrap_or(TYPED_AT_MOST).min(TYPED_AT_MOST),
    )
}

/// What is submitted when somebody has typed `fields`, by `custom_id`; what they leave alone keeps what was there.
pub(super) fn filled(modal: &Value, fields: &Map<String, Value>) -> Result<Value, Refused> {
    let mut unknown: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
    let mut parts = Vec::new();
    for part in modal["components"].as_array().into_iter().flatten() {
        let mut submitted = json!({ "type": part["type"], "id": parts.len() + 1 });
        if part["type"] == ROW {
            submitted["components"] = json!([typed(&part["components"][0], fields, &mut unknown)?]);
        } else if part["type"] == LABEL {
            submitted["component"] = typed(&part["component"], fields, &mut unknown)?;
        }
        parts.push(submitted);
    }
    match unknown.first() {
        Some(name) => Err(Refused::UnknownOption((*name).to_owned())),
        None => Ok(json!({ "custom_id": modal["custom_id"], "components": parts })),
    }
}

fn typed(input: &Value, fields: &Map<String, Value>, unknown: &mut BTreeSet<&str>) -> Result<Value, Refused> {
    let id = input["custom_id"].as_str().unwrap_or_default();
    unknown.remove(id);
    let given = fields.get(id).and_then(Value::as_str).or_else(|| input["value"].as_str());
    let value = given.unwrap_or_default();
    let count = length(value) as u64;
    let (least, most) = lengths(input);
    if value.is_empty() && input["required"] != false {
        return Err(Refused::MissingOption(id.to_owned()));
    }
    if count > most {
        return Err(Refused::Invalid(id.to_owned(), "is too long"));
    }
    if !value.is_empty() && count < least {
        return Err(Refused::Invalid(id.to_owned(), "is too short"));
    }
    if input["style"] == 1 && value.contains('\n') {
        return Err(Refused::Invalid(id.to_owned(), "has more than one line"));
    }
    Ok(json!({ "type": input["type"], "id": 1, "custom_id": id, "value": value }))
}
