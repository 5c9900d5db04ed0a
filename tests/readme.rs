//! README's tables tell the truth: the commands with their options, and the settings.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use spacebell::commands::definitions;
use spacebell::config::setting::{self, Fallback};
use spacebell::texts::Texts;

/// What stands around the table of settings.
const SETTINGS_BEGIN: &str = "<!-- settings: written by tests/readme.rs -->\n";
const SETTINGS_END: &str = "<!-- end of settings -->";

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    std::fs::read_to_string(path()).expect("README.md is there")
}

/// Each command that can be typed, such as `/space show`, with its options in order.
fn commands() -> Vec<(String, Vec<String>)> {
    let texts = Texts::load().expect("good files");
    let definitions = serde_json::to_value(definitions(&texts)).expect("definitions are JSON");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let options = |value: &Value| {
        let options = value["options"].as_array().cloned().unwrap_or_default();
        options.into_iter().filter(|option| option["type"] != 1).map(|option| name(&option)).collect()
    };
    let mut commands = Vec::new();
    for command in definitions.as_array().expect("a list") {
        let of_type = |kind: u64| move |option: &&Value| option["type"] == kind;
        let subcommands = command["options"].as_array().into_iter().flatten().filter(of_type(1));
        let before = commands.len();
        for subcommand in subcommands {
            commands.push((format!("/{} {}", name(command), name(subcommand)), options(subcommand)));
        }
        if commands.len() == before {
            let slash = if command["type"] == 3 { "" } else { "/" };
            commands.push((format!("{slash}{}", name(command)), options(command)));
        }
    }
    commands
}

#[test]
fn the_table_of_commands_names_each_with_its_options() {
    let readme = readme();
    let table = readme.split_once("## Commands").expect("a section").1;
    let table = table.split("\n## ").next().expect("its text");
    let rows: Vec<(String, Vec<String>)> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let quoted =
                |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
            (quoted(cells[1]).concat(), quoted(cells[2]))
        })
        .collect();
    assert_eq!(rows, commands());
}

#[test]
fn help_names_each_command() {
    let help = include_str!("../src/commands/help.rs").to_owned();
    for (command, _) in commands() {
        let name = command.trim_start_matches('/');
        let said = [format!("\"{name}\""), format!("{name}::NAME"), format!("{name}::MENU_NAME")];
        let is_own = matches!(name, "help" | "Show Space");
        assert!(is_own || said.iter().any(|said| help.contains(said)), "/help lacks {command}");
    }
}

/// With `UPDATE_README` set, writes the table instead.
#[test]
fn the_table_of_settings_is_what_the_program_reads() {
    let mut table = String::from("| Setting | Default | Meaning |\n|---|---|---|\n");
    for setting in setting::ALL {
        let default = match setting.fallback {
            Fallback::Required => "required".to_owned(),
            Fallback::Unset => String::new(),
            Fallback::Default(value) => format!("`{value}`"),
        };
        writeln!(table, "| `{}` | {default} | {} |", setting.name, setting.meaning).expect("it is text");
    }
    let readme = readme();
    let (before, rest) = readme.split_once(SETTINGS_BEGIN).expect("the mark before the table");
    let (written, after) = rest.split_once(SETTINGS_END).expect("the mark behind the table");
    if std::env::var_os("UPDATE_README").is_some() {
        let whole = format!("{before}{SETTINGS_BEGIN}{table}{SETTINGS_END}{after}");
        std::fs::write(path(), whole).expect("README.md can be written");
        return;
    }
    assert_eq!(written, table, "run UPDATE_README=1 cargo test --test readme");
}

/// A name that ends with `…` stands for the one test that begins so.
#[test]
fn each_test_that_the_documents_name_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    let mut folders = vec![root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(path).expect("a source"));
            }
        }
    }
    let mut named = 0;
    for document in ["docs/reliability.md", "docs/erasure.md", "docs/commands.md"] {
        let text = std::fs::read_to_string(root.join(document)).expect("a document");
        for quoted in text.split('`').skip(1).step_by(2) {
            let name = quoted.rsplit("::").next().unwrap_or(quoted);
            let is_test = name.matches('_').count() >= 3
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '…'));
            if is_test {
                named += 1;
                let wanted = name
                    .strip_suffix('…')
                    .map_or_else(|| format!("fn {name}("), |begins| format!("fn {begins}"));
                assert!(sources.contains(&wanted), "{document} names {quoted}");
            }
        }
    }
    assert!(named > 100, "{named} names");
}
