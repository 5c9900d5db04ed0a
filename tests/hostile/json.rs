//! JSON of any shape, and good JSON with something wrong in one place.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

/// Any JSON, with what parsers trip over more often than chance has it.
pub fn any_json() -> impl Strategy<Value = Value> {
    let numbers = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        Just(Value::from(i64::MIN)),
        Just(Value::from(u64::MAX)),
        Just(Value::from(1e308)),
    ];
    let texts = prop_oneof![
        "(?s).{0,12}".prop_map(Value::from),
        Just(Value::from("")),
        Just(Value::from("ended")),
        Just(Value::from("\u{202E}live")),
        Just(Value::from("9999-12-30T22:00:00.9Z")),
        Just(Value::from("-009999-01-02T01:59:59Z")),
        Just(Value::from("18446744073709551616")),
        Just(Value::from("x".repeat(5_000))),
    ];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), numbers, texts];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec(("[a-z_]{0,12}", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// How many values are in `value`, itself among them.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum(),
        _ => 0_usize,
    }
}

/// Puts `new` in place of the value that is number `at` from the outside in.
fn put(value: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        value.clone_from(new);
        *at = usize::MAX;
        return;
    }
    *at = at.saturating_sub(1);
    let inner: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    };
    for inner in inner {
        if *at == usize::MAX {
            return;
        }
        put(inner, at, new);
    }
}

/// One of these, with up to three of its values replaced.
pub fn mutated(good: Vec<Value>) -> impl Strategy<Value = Value> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any_json()), 1..=3);
    (prop::sample::select(good), changes).prop_map(|(mut value, changes)| {
        for (index, new) in changes {
            let mut at = index.index(size(&value));
            put(&mut value, &mut at, &new);
        }
        value
    })
}
