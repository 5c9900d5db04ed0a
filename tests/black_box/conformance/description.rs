//! A description as it can be asked: operations by method and path, schemas as validators.
//!
//! Owns the translation of OpenAPI 3.0 and 3.1 to JSON Schema 2020-12, and makes it stricter: an object has the
//! properties that are described and no others, so that a slip in a name shows. `oneOf` becomes `anyOf`, since
//! both descriptions use it for alternatives that overlap.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use super::departures::{self, Api};

/// What the translated document is called among schemas.
const BASE: &str = "https://description.invalid/root";

/// What an API says of itself.
pub struct Description {
    /// Whose it is.
    pub api: Api,
    root: &'static Value,
    registry: Registry<'static>,
    operations: Vec<Operation>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// A method at a path.
#[derive(Debug)]
pub struct Operation {
    /// The method in capitals.
    pub method: String,
    /// The path with its `{parameters}`.
    pub path: String,
    /// Where it stands in the document.
    pub at: String,
}

impl Operation {
    /// What the path's parameters are in this path; None if it is another path.
    fn bind(&self, path: &str) -> Option<Vec<(String, String)>> {
        let (ours, theirs): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), path.split('/').collect());
        if ours.len() != theirs.len() {
            return None;
        }
        let mut bound = Vec::new();
        for (our, their) in ours.into_iter().zip(theirs) {
            match our.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) if !their.is_empty() => bound.push((name.to_owned(), their.to_owned())),
                None if our == their => {}
                _ => return None,
            }
        }
        Some(bound)
    }
}

impl Description {
    /// Reads a description, and amends it by the departures that are known.
    pub fn read(api: Api, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut root = serde_json::from_str(&text).expect("a description is JSON");
        departures::amend(api, &mut root);
        Self::of(api, root)
    }

    /// A description as it is.
    pub fn of(api: Api, mut root: Value) -> Self {
        let operations = operations(&root);
        let old = root["openapi"].as_str().is_some_and(|version| version.starts_with("3.0"));
        let open = open_schemas(&root);
        for (name, schema) in root["components"]["schemas"].as_object_mut().into_iter().flatten() {
            translate(schema, old, open.contains(name));
        }
        for part in ["parameters", "responses", "headers"] {
            translate(&mut root["components"][part], old, true);
        }
        translate(&mut root["paths"], old, true);
        // A test's process keeps its descriptions for as long as it lives.
        let root: &'static Value = Box::leak(Box::new(root));
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(BASE, root)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .expect("a description refers to itself alone");
        Self { api, root, registry, operations, validators: Mutex::default() }
    }

    /// The operation of a request, with its path's parameters. Of several paths that fit, the one that has fewest.
    pub fn operation(&self, method: &str, path: &str) -> Option<(&Operation, Vec<(String, String)>)> {
        let same = self.operations.iter().filter(|operation| operation.method == method);
        same.filter_map(|operation| Some((operation, operation.bind(path)?)))
            .min_by_key(|(_, bound)| bound.len())
    }

    /// What stands at a place, references followed: the place where it really is.
    pub fn place(&self, at: &str) -> Option<String> {
        let mut at = at.to_owned();
        loop {
            let value = self.root.pointer(&at)?;
            match value.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#')) {
                Some(to) if value.as_object().is_some_and(|object| object.len() == 1) => {
                    to.clone_into(&mut at);
                }
                _ => return Some(at),
            }
        }
    }

    /// What stands at a place, as it was translated.
    pub fn get(&self, at: &str) -> &Value {
        self.root.pointer(at).unwrap_or(&Value::Null)
    }

    /// The schema at a place.
    pub fn validator(&self, at: &str) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = validators.get(at) {
            return Arc::clone(known);
        }
        let schema = json!({ "$ref": format!("{BASE}#{}", at.replace('{', "%7B").replace('}', "%7D")) });
        let made = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .offline()
            .build(&schema)
            .unwrap_or_else(|error| panic!("the schema at {at} can't be used: {error}"));
        Arc::clone(validators.entry(at.to_owned()).or_insert(Arc::new(made)))
    }
}

/// A name as a part of a JSON pointer.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn operations(root: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        for method in ["get", "put", "post", "patch", "delete"] {
            if item.get(method).is_some() {
                let at = format!("/paths/{}/{method}", escaped(path));
                operations.push(Operation { method: method.to_uppercase(), path: path.clone(), at });
            }
        }
    }
    operations
}

/// The schemas that others are built upon: alone they can't say which properties there are.
fn open_schemas(root: &Value) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    each(&root["components"], &mut |value| {
        let parts = value["allOf"].as_array().filter(|parts| parts.len() > 1);
        for part in parts.into_iter().flatten() {
            if let Some(name) = part["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
                open.insert(name.to_owned());
            }
        }
    });
    open
}

fn each(value: &Value, look: &mut impl FnMut(&Value)) {
    look(value);
    match value {
        Value::Object(object) => object.values().for_each(|inner| each(inner, look)),
        Value::Array(list) => list.iter().for_each(|inner| each(inner, look)),
        _ => {}
    }
}

/// Turns a schema, and all in it, into JSON Schema 2020-12. `old` is OpenAPI 3.0; `open` leaves the outermost
/// object its undescribed properties.
fn translate(value: &mut Value, old: bool, open: bool) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|inner| translate(inner, old, false)),
        Value::Object(object) => {
            let several = object.get("allOf").and_then(Value::as_array).is_some_and(|parts| parts.len() > 1);
            for (name, inner) in object.iter_mut() {
                match inner {
                    Value::Array(parts) if name == "allOf" && several => {
                        for part in parts {
                            translate(part, old, true);
                        }
                    }
                    // Names of properties aren't keywords.
                    Value::Object(properties) if name == "properties" => {
                        properties.values_mut().for_each(|property| translate(property, old, false));
                    }
                    Value::Object(_) | Value::Array(_)
                        if !["example", "examples"].contains(&name.as_str()) =>
                    {
                        translate(inner, old, false);
                    }
                    _ => {}
                }
            }
            if let Some(alternatives) = object.remove("oneOf") {
                object.insert("anyOf".to_owned(), alternatives);
            }
            object.remove("discriminator");
            if several {
                object.insert("unevaluatedProperties".to_owned(), json!(false));
            } else if object.get("properties").is_some_and(Value::is_object)
                && !object.contains_key("additionalProperties")
                && !open
            {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            if old && object.remove("nullable") == Some(json!(true)) {
                let schema = Value::Object(std::mem::take(object));
                *value = json!({ "anyOf": [{ "type": "null" }, schema] });
            }
        }
        _ => {}
    }
}
