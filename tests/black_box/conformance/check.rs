//! What is wrong with one exchange, by its API's description.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use spacebell_sim::exchange::{Answered, Exchange, Given};

use super::departures;
use super::description::{Description, Operation, escaped};

/// Values longer than this are cut when they are told.
const TOLD_CHARACTERS: usize = 400;

/// All that is wrong with an exchange, a sentence each.
pub fn complaints(description: &Description, exchange: &Exchange) -> Vec<String> {
    let mut complaints = Vec::new();
    let Some((operation, bound)) = description.operation(&exchange.method, &exchange.path) else {
        if !departures::is_undescribed(description.api, &exchange.method, &exchange.path) {
            complaints.push(format!("{} {}: no such operation", exchange.method, exchange.path));
        }
        return complaints;
    };
    let mut complain = |what: String| {
        complaints.push(format!("{} {}: {what}", operation.method, operation.path));
    };
    parameters(description, operation, &bound, &exchange.query, &mut complain);
    request_body(description, operation, exchange.body.as_ref(), &mut complain);
    if let Answered::Truly(given) = &exchange.answer {
        answer(description, operation, given, &mut complain);
    }
    complaints
}

fn parameters(
    description: &Description,
    operation: &Operation,
    bound: &[(String, String)],
    query: &[(String, String)],
    complain: &mut impl FnMut(String),
) {
    let path_item = operation.at.rsplit_once('/').map_or("", |(item, _)| item);
    let mut known = Vec::new();
    for list in [format!("{path_item}/parameters"), format!("{}/parameters", operation.at)] {
        let count = description.get(&list).as_array().map_or(0, Vec::len);
        known.extend((0..count).filter_map(|index| description.place(&format!("{list}/{index}"))));
    }
    let named = |place: &String, kind: &str, name: &str| {
        let parameter = description.get(place);
        parameter["in"] == kind && parameter["name"] == name
    };
    for (name, value) in bound {
        match known.iter().find(|place| named(place, "path", name)) {
            // The stand-ins don't keep tokens.
            Some(_) if value.starts_with('{') => {}
            Some(place) => one_parameter(description, place, value, complain),
            None => complain(format!("the path's {name} isn't described")),
        }
    }
    for (name, value) in query {
        match known.iter().find(|place| named(place, "query", name)) {
            Some(place) => one_parameter(description, place, value, complain),
            None => complain(format!("the query has {name}, which isn't described")),
        }
    }
    for place in &known {
        let parameter = description.get(place);
        let missing = parameter["in"] == "query"
            && parameter["required"] == true
            && !query.iter().any(|(name, _)| parameter["name"] == **name);
        if missing {
            complain(format!("the query lacks {}", parameter["name"]));
        }
    }
}

fn one_parameter(description: &Description, place: &str, text: &str, complain: &mut impl FnMut(String)) {
    let at = format!("{place}/schema");
    if !fits(description, &at, text) {
        complain(format!("the parameter {} can't be {}", description.get(place)["name"], cut(text)));
    }
}

/// Whether a text is what the schema at a place describes, in whichever type texts can be read as.
fn fits(description: &Description, at: &str, text: &str) -> bool {
    let validator = description.validator(at);
    let texts = || text.split(',').map(|item| Value::String(item.to_owned())).collect();
    let scalars = || text.split(',').map(|item| serde_json::from_str(item).unwrap_or(Value::Null)).collect();
    let readings = [
        Value::String(text.to_owned()),
        serde_json::from_str(text).unwrap_or(Value::Null),
        Value::Array(texts()),
        Value::Array(scalars()),
    ];
    readings.iter().any(|reading| validator.is_valid(reading))
}

fn request_body(
    description: &Description,
    operation: &Operation,
    body: Option<&Value>,
    complain: &mut impl FnMut(String),
) {
    let described = description.place(&format!("{}/requestBody", operation.at));
    match (described, body) {
        (None, None) => {}
        (None, Some(body)) => {
            complain(format!("there is no body described, and it was {}", cut(&body.to_string())));
        }
        (Some(place), None) => {
            if description.get(&place)["required"] == true {
                complain("the body is missing".to_owned());
            }
        }
        (Some(place), Some(body)) => {
            let at = format!("{place}/content/{}/schema", escaped("application/json"));
            against(description, &at, body, "the request's body", complain);
        }
    }
}

fn answer(
    description: &Description,
    operation: &Operation,
    given: &Given,
    complain: &mut impl FnMut(String),
) {
    let status = given.status;
    let class = format!("{}XX", status / 100);
    let ways = [status.to_string(), class, "default".to_owned()];
    let found = ways.iter().find_map(|way| description.place(&format!("{}/responses/{way}", operation.at)));
    let Some(place) = found else {
        return complain(format!("status {status} isn't described"));
    };
    for (name, value) in &given.headers {
        let described = description.get(&format!("{place}/headers")).as_object().into_iter().flatten();
        let mut same = described.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some((known, _)) = same.next()
            && let Some(header) = description.place(&format!("{place}/headers/{}", escaped(known)))
            && !fits(description, &format!("{header}/schema"), value)
        {
            complain(format!("status {status}'s header {name} can't be {value}"));
        }
    }
    let described = description.get(&place).get("content");
    let Some(kind) = &given.content_type else {
        if described.is_some() {
            complain(format!("status {status} has a body by the description"));
        }
        return;
    };
    let kind = kind.split(';').next().unwrap_or(kind);
    let at = format!("{place}/content/{}/schema", escaped(kind));
    if described.is_none_or(|content| content.get(kind).is_none()) {
        return complain(format!("status {status} isn't described with a body of {kind}"));
    }
    match serde_json::from_str(&given.body) {
        Ok(body) => against(description, &at, &body, &format!("status {status}'s body"), complain),
        Err(error) => complain(format!("status {status}'s body isn't JSON: {error}")),
    }
}

fn against(description: &Description, at: &str, body: &Value, what: &str, complain: &mut impl FnMut(String)) {
    let validator = description.validator(at);
    for error in validator.iter_errors(body) {
        for (place, wrong) in leaves(&error) {
            complain(format!("{what} at {place:?}: {}", cut(&wrong)));
        }
    }
}

/// What is really wrong: of alternatives, what the nearest one says.
fn leaves(error: &jsonschema::ValidationError) -> Vec<(String, String)> {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
    {
        let branches = context.iter().map(|branch| branch.iter().flat_map(leaves).collect::<Vec<_>>());
        let nearest = branches.filter(|branch| !branch.is_empty()).min_by_key(|branch| {
            let depth = branch.iter().map(|(place, _)| place.matches('/').count()).max().unwrap_or_default();
            // The alternative whose type is right was meant, else the one that got furthest before it failed.
            let named = format!("{}/type", error.instance_path());
            let other_type = branch.iter().any(|(place, _)| *place == named);
            (other_type, usize::MAX - depth, branch.len())
        });
        if let Some(nearest) = nearest {
            return nearest;
        }
    }
    vec![(error.instance_path().to_string(), error.to_string())]
}

fn cut(text: &str) -> String {
    text.chars().take(TOLD_CHARACTERS).collect()
}
