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
