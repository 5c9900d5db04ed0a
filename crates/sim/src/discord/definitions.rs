//! What an application command may look like, checked when it is registered, and the registry itself.

use std::collections::{BTreeMap, BTreeSet};

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, Script};
use serde_json::{Value, json};

use super::error::{ApiResult, Form};
use super::validation::{length, list, text};

/// Characters in all that one command may have.
const COMMAND_TOTAL: usize = 8000;

/// Discord's languages.
const LOCALES: [&str; 33] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
    "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
    "zh-TW", "ko", "ar",
];

/// The registered commands: of the application as a whole, and of single servers.
#[derive(Debug, Default)]
pub(super) struct Registry {
    /// `None` holds the global ones.
    by_scope: BTreeMap<Option<u64>, Vec<Value>>,
}

impl Registry {
    pub(super) fn scope(&self, guild: Option<u64>) -> &[Value] {
        self.by_scope.get(&guild).map_or(&[], Vec::as_slice)
    }

    pub(super) fn scope_mut(&mut self, guild: Option<u64>) -> &mut Vec<Value> {
        self.by_scope.entry(guild).or_default()
    }

    /// The command of that name and type that a person would see in `guild`: the server's own first.
    pub(super) fn find(&self, guild: Option<u64>, name: &str, kind: u64) -> Option<&Value> {
        let named = |scope: Option<u64>| {
            self.scope(scope).iter().find(|command| command["name"] == name && kind_of(command) == kind)
        };
        guild.and_then(|guild| named(Some(guild))).or_else(|| named(None))
    }
}

/// A command's or option's type; a command without one is a slash command.
pub(super) fn kind_of(definition: &Value) -> u64 {
    definition["type"].as_u64().unwrap_or(1)
}

/// The command as stored: with its ids, and with the defaults that Discord fills in.
pub(super) fn complete(
    mut command: Value,
    id: u64,
    version: u64,
    application: u64,
    guild: Option<u64>,
) -> Value {
    // Options come back without what wasn't set, however it was written.
    for option in command.get_mut("options").and_then(Value::as_array_mut).into_iter().flatten() {
        bare(option);
    }
    command["id"] = json!(id.to_string());
    command["version"] = json!(version.to_string());
    command["application_id"] = json!(application.to_string());
    command["type"] = json!(kind_of(&command));
    if let Some(guild) = guild {
        command["guild_id"] = json!(guild.to_string());
    }
    let defaults = [
        ("description", json!("")),
        ("nsfw", json!(false)),
        ("default_member_permissions", Value::Null),
        ("integration_types", json!([0])),
        ("contexts", Value::Null),
    ];
    for (field, default) in defaults {
        if command[field].is_null() {
            command[field] = default;
        }
    }
    if let Some(bits) = command["default_member_permissions"].as_u64() {
        command["default_member_permissions"] = json!(bits.to_string());
    }
    if guild.is_none() && command["dm_permission"].is_null() {
        let contexts = command["contexts"].as_array();
        command["dm_permission"] = json!(contexts.is_none_or(|contexts| contexts.contains(&json!(1))));
    }
    command
}

/// An option without nulls, and without what its type doesn't have.
fn bare(option: &mut Value) {
    let kind = option["type"].as_u64().unwrap_or_default();
    let fits = |name: &str| match name {
        "options" => kind <= 2,
        "choices" | "autocomplete" => matches!(kind, 3 | 4 | 10),
        "min_length" | "max_length" => kind == 3,
        "min_value" | "max_value" => matches!(kind, 4 | 10),
        "channel_types" => kind == 7,
        _ => true,
    };
    if let Some(fields) = option.as_object_mut() {
        fields.retain(|name, value| fits(name) && !value.is_null() && *value != json!([]));
    }
    for inner in option.get_mut("options").and_then(Value::as_array_mut).into_iter().flatten() {
        bare(inner);
    }
}

/// Checks a whole set, as a bulk overwrite sends it.
pub(super) fn check_all(commands: &[Value]) -> ApiResult<()> {
    let mut form = Form::default();
    let mut names = BTreeSet::new();
    for (index, command) in commands.iter().enumerate() {
        check(&mut form, command, &format!("{index}."));
        if !names.insert((kind_of(command), command["name"].as_str().unwrap_or_default())) {
            form.wrong(
                &format!("{index}.name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
    }
    form.finish()
}

/// Checks one command; `prefix` is where it stands in the form.
pub(super) fn check(form: &mut Form, command: &Value, prefix: &str) {
    if !command.is_object() {
        form.wrong(prefix, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        return;
    }
    match kind_of(command) {
        1 => {
            name(form, command, &format!("{prefix}name"));
            described(form, command, prefix);
            options(form, command, prefix, 0);
        }
        2 | 3 => {
            text(form, command, &format!("{prefix}name"), 1, 32);
            if command["description"].as_str().is_some_and(|text| !text.is_empty()) {
                form.wrong(
                    &format!("{prefix}description"),
                    "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                    "Context menu commands cannot have a description",
                );
            }
            if command["options"].as_array().is_some_and(|options| !options.is_empty()) {
                form.wrong(
                    &format!("{prefix}options"),
                    "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS",
                    "Context menu commands cannot have options",
                );
            }
        }
        _ => form.choice(&format!("{prefix}type"), &command["type"], "(1, 2, 3)"),
    }
    let permissions = &command["default_member_permissions"];
    let parses = permissions.as_str().is_none_or(|bits| bits.parse::<u64>().is_ok());
    if !parses || permissions.is_array() || permissions.is_object() || permissions.is_boolean() {
        form.wrong(&format!("{prefix}default_member_permissions"), "NUMBER_TYPE_COERCE", "Value is not int.");
    }
    for (field, most) in [("contexts", 2), ("integration_types", 1)] {
        for value in list(form, &command[field], &format!("{prefix}{field}"), 3) {
            if value.as_u64().is_none_or(|value| value > most) {
                form.choice(
                    &format!("{prefix}{field}"),
                    value,
                    if most == 2 { "(0, 1, 2)" } else { "(0, 1)" },
                );
            }
        }
    }
    if weight(command) > COMMAND_TOTAL {
        form.wrong(
            prefix.trim_end_matches('.'),
            "APPLICATION_COMMAND_TOO_LARGE",
            "Command exceeds maximum size (8000)",
        );
    }
}

fn options(form: &mut Form, parent: &Value, prefix: &str, depth: u8) {
    let items = list(form, &parent["options"], &format!("{prefix}options"), 25);
    let mut names = BTreeSet::new();
    let mut optional_seen = false;
    let nested = items.iter().filter(|option| matches!(option["type"].as_u64(), Some(1 | 2))).count();
    if nested > 0 && nested < items.len() {
        form.wrong(
            &format!("{prefix}options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        );
    }
    for (index, option) in items.iter().enumerate() {
        let at = format!("{prefix}options.{index}.");
        name(form, option, &format!("{at}name"));
        described(form, option, &at);
        if !names.insert(option["name"].as_str().unwrap_or_default()) {
            form.wrong(
                &format!("{prefix}options"),
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        match option["type"].as_u64() {
            Some(1) if depth < 2 => options(form, option, &at, 2),
            Some(2) if depth == 0 => options(form, option, &at, 1),
            Some(3..=11) => {
                if option["required"] == true && optional_seen {
                    form.wrong(
                        &at,
                        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                        "Required options must be placed before non-required options",
                    );
                }
                optional_seen |= option["required"] != true;
                value_option(form, option, &at);
            }
            _ => form.choice(&format!("{at}type"), &option["type"], "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)"),
        }
    }
}

fn value_option(form: &mut Form, option: &Value, at: &str) {
    let kind = option["type"].as_u64().unwrap_or(0);
    let path = format!("{at}choices");
    let choices = list(form, &option["choices"], &path, 25);
    if !choices.is_empty() && option["autocomplete"] == true {
        form.wrong(
            at,
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
            "Choices and autocomplete are mutually exclusive",
        );
    }
    if option["autocomplete"] == true && !matches!(kind, 3 | 4 | 10) {
        form.wrong(
            at,
            "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID_TYPE",
            "This option type cannot have autocomplete",
        );
    }
    for (index, choice) in choices.iter().enumerate() {
        text(form, choice, &format!("{path}.{index}.name"), 1, 100);
        localised(form, &choice["name_localizations"], &format!("{path}.{index}.name_localizations"), 100);
        let fits = match kind {
            3 => choice["value"].as_str().is_some_and(|value| (1..=100).contains(&length(value))),
            4 => choice["value"].is_i64() || choice["value"].is_u64(),
            10 => choice["value"].is_number(),
            _ => false,
        };
        if !fits {
            form.wrong(
                &format!("{path}.{index}.value"),
                "APPLICATION_COMMAND_CHOICE_VALUE_INVALID",
                "Choice value does not fit the option's type",
            );
        }
    }
    for (field, least) in [("min_length", 0), ("max_length", 1)] {
        let value = &option[field];
        if !value.is_null()
            && (kind != 3 || value.as_u64().is_none_or(|count| !(least..=6000).contains(&count)))
        {
            form.wrong(
                &format!("{at}{field}"),
                "NUMBER_TYPE_MAX",
                "int value should be less than or equal to 6000.",
            );
        }
    }
    for field in ["min_value", "max_value"] {
        let fits = matches!(kind, 4 | 10) && option[field].is_number();
        if !(option[field].is_null() || fits) {
            form.wrong(&format!("{at}{field}"), "NUMBER_TYPE_COERCE", "Value is not int.");
        }
    }
    if option["channel_types"].as_array().is_some_and(|types| !types.is_empty()) && kind != 7 {
        form.wrong(
            &format!("{at}channel_types"),
            "APPLICATION_COMMAND_OPTIONS_CHANNEL_TYPES",
            "Only channel options have channel types",
        );
    }
}

fn name(form: &mut Form, at: &Value, path: &str) {
    text(form, at, path, 1, 32);
    if at["name"].as_str().is_some_and(|name| !is_name(name)) {
        form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
    let localised = &at["name_localizations"];
    for (locale, name) in localised.as_object().into_iter().flatten() {
        let at = format!("{path}_localizations.{locale}");
        if !LOCALES.contains(&locale.as_str()) {
            form.wrong(&at, "ENUM_TYPE_COERCE", format!("Value \"{locale}\" is not a valid enum value."));
        }
        if !name.as_str().is_some_and(|name| length(name) <= 32 && is_name(name)) {
            form.wrong(&at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        }
    }
}

/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, and lower case where there is one.
fn is_name(name: &str) -> bool {
    let written = GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Number);
    let (categories, scripts) =
        (CodePointMapData::<GeneralCategory>::new(), CodePointMapData::<Script>::new());
    !name.is_empty()
        && name.chars().all(|letter| {
            matches!(letter, '-' | '_' | '\'')
                || written.contains(categories.get(letter))
                || matches!(scripts.get(letter), Script::Devanagari | Script::Thai)
        })
        && name.to_lowercase() == name
}

fn described(form: &mut Form, at: &Value, prefix: &str) {
    text(form, at, &format!("{prefix}description"), 1, 100);
    localised(form, &at["description_localizations"], &format!("{prefix}description_localizations"), 100);
}

fn localised(form: &mut Form, texts: &Value, path: &str, max: usize) {
    for (locale, value) in texts.as_object().into_iter().flatten() {
        let at = format!("{path}.{locale}");
        if !LOCALES.contains(&locale.as_str()) {
            form.wrong(&at, "ENUM_TYPE_COERCE", format!("Value \"{locale}\" is not a valid enum value."));
        }
        if !value.as_str().is_some_and(|value| (1..=max).contains(&length(value))) {
            form.bad_length(&at, 1, max);
        }
    }
}

/// The characters of names, descriptions and values; of each text only the longest localisation counts.
fn weight(definition: &Value) -> usize {
    let longest = |field: &str| {
        let plain = definition[field].as_str().map_or(0, length);
        let others = definition[format!("{field}_localizations")].as_object();
        others.into_iter().flatten().filter_map(|(_, text)| text.as_str().map(length)).fold(plain, usize::max)
    };
    let nested: usize = ["options", "choices"]
        .into_iter()
        .filter_map(|field| definition[field].as_array())
        .flatten()
        .map(weight)
        .sum();
    longest("name") + longest("description") + definition["value"].as_str().map_or(0, length) + nested
}
