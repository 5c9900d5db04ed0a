//! Imports run one way: each module may use those that the table gives it, and none else.
//!
//! The sources are read as text, which is enough: this crate names its own modules by `crate::` and `super::`
//! alone, and never by an alias.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each top-level module with those that it may import.
const MAY_IMPORT: [(&str, &[&str]); 37] = [
    ("clock", &[]),
    ("pulse", &[]),
    ("complaint", &[]),
    ("listener", &[]),
    ("shutdown", &[]),
    ("domain", &[]),
    // The demo knows the bot as an operator does: by its environment.
    ("demo", &["shutdown"]),
    ("config", &["domain"]),
    ("telemetry", &["config"]),
    ("texts", &["domain"]),
    ("card", &["domain", "texts"]),
    ("plot", &["domain", "texts"]),
    ("x", &["clock", "domain", "metrics"]),
    ("store", &["clock", "domain"]),
    ("seal", &[]),
    ("linking", &["clock", "domain", "seal", "store", "x"]),
    ("follows", &["config", "domain", "store"]),
    ("guilds", &["domain", "store", "texts"]),
    ("metrics", &[]),
    ("delays", &["metrics"]),
    ("health", &["delays"]),
    ("heartbeat", &["clock", "complaint", "config", "pulse", "store"]),
    ("backup", &["config", "store"]),
    ("outbox", &["clock", "complaint", "delays", "domain", "follows", "guilds", "pulse", "store"]),
    // The watcher rings the outbox's bell, and knows nothing else of it: see below.
    (
        "watcher",
        &["clock", "complaint", "delays", "domain", "follows", "guilds", "outbox", "pulse", "store", "x"],
    ),
    (
        "push",
        &["clock", "complaint", "config", "domain", "follows", "health", "metrics", "pulse", "watcher", "x"],
    ),
    ("keeper", &["clock", "complaint", "domain", "follows", "health", "store", "watcher", "x"]),
    (
        "commands",
        &[
            "card", "clock", "config", "delays", "domain", "follows", "guilds", "health", "linking", "plot",
            "store", "texts", "watcher", "x",
        ],
    ),
    ("reminder", &["card", "clock", "commands", "complaint", "domain", "pulse", "store", "texts"]),
    ("erasure", &["clock", "commands", "complaint", "config", "domain", "store", "texts"]),
    ("mender", &["clock", "commands", "complaint", "domain", "guilds", "store"]),
    (
        "discord",
        &[
            "card", "clock", "commands", "config", "domain", "follows", "guilds", "health", "linking",
            "metrics", "outbox", "store", "texts", "watcher", "x",
        ],
    ),
    (
        "lookout",
        &[
            "card", "clock", "discord", "domain", "follows", "guilds", "health", "listener", "metrics",
            "pulse", "store", "texts", "watcher", "x",
        ],
    ),
    (
        "organiser",
        &["card", "clock", "commands", "complaint", "discord", "domain", "pulse", "store", "texts"],
    ),
    ("http", &["complaint", "domain", "linking", "listener", "metrics", "push", "store", "texts"]),
    // Those two put everything together.
    ("app", &["*"]),
    ("check", &["*"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The source without comments, whose words import nothing.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The words that follow `prefix` in `code`, those in braces included.
fn named_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut names = BTreeSet::new();
    for (place, _) in code.match_indices(prefix) {
        let before = code[..place].chars().next_back();
        if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':' || c == '$') {
            continue;
        }
        let rest = &code[place + prefix.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(word(rest));
            continue;
        };
        let (mut depth, mut start) = (0_usize, 0);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                ',' if depth == 0 => {
                    names.insert(word(&list[start..at]));
                    start = at + 1;
                }
                '}' if depth == 0 => {
                    names.insert(word(&list[start..at]));
                    break;
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    names.remove("");
    names
}

/// The top-level module that a source belongs to; `None` for the crate's own two files.
fn module_of(path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root().join("src")).expect("it is in src");
    let first = relative.components().next().expect("a name").as_os_str().to_string_lossy();
    let name = first.trim_end_matches(".rs");
    (name != "main" && name != "lib").then(|| name.to_owned())
}

fn imports(path: &Path) -> BTreeSet<String> {
    let code = code(path);
    let mut names = named_after(&code, "crate::");
    // A module's own file reaches its siblings by `super`, from wherever it lies.
    let relative = path.strip_prefix(root().join("src")).expect("it is in src");
    let is_top = relative.components().count() == 1 || relative.ends_with("mod.rs");
    if is_top && relative.components().count() <= 2 {
        names.extend(named_after(&code, "super::"));
    }
    if relative.components().count() == 2 && !relative.ends_with("mod.rs") {
        names.extend(named_after(&code, "super::super::"));
    }
    names
}

#[test]
fn imports_run_one_way() {
    let mut wrong = Vec::new();
    for path in sources(&root().join("src")) {
        let Some(module) = module_of(&path) else { continue };
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{module} isn't in the table: say what it may import"));
            continue;
        };
        for import in imports(&path) {
            if import != module && !allowed.contains(&"*") && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_itself_has_no_circle() {
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<_> = MAY_IMPORT.iter().filter(|(_, allowed)| !allowed.contains(&"*")).collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|(name, allowed)| {
            let ready = allowed.iter().all(|import| placed.contains(import));
            if ready {
                placed.insert(name);
            }
            !ready
        });
        assert!(waiting.len() < before, "a circle among {waiting:?}");
    }
}

#[test]
fn the_watcher_knows_the_outbox_s_bell_alone() {
    for path in sources(&root().join("src/watcher")) {
        for line in code(&path).lines().filter(|line| line.contains("crate::outbox")) {
            assert_eq!(line.trim(), "use crate::outbox::deliverer::Bell;", "{}", path.display());
        }
    }
}

#[test]
fn the_domain_reads_no_clock_and_reaches_for_nothing_outside() {
    for path in sources(&root().join("src/domain")) {
        let code = code(&path);
        for word in ["tokio", "sqlx", "reqwest", "dashmap", "std::time::", "std::fs", "std::net", "rand::"] {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn the_stand_ins_import_nothing_of_the_bot() {
    let manifest = fs::read_to_string(root().join("crates/sim/Cargo.toml")).expect("a manifest");
    let dependencies = manifest.split_once("dependencies]").map_or("", |(_, rest)| rest);
    let bot = dependencies.lines().find(|line| line.trim_start().starts_with("spacebell"));
    assert_eq!(bot, None, "the stand-ins depend on the bot");
    for path in sources(&root().join("crates/sim/src")) {
        let names = named_after(&code(&path), "spacebell::");
        assert!(names.is_empty(), "{} imports {names:?}", path.display());
    }
}

#[test]
fn the_reader_of_imports_sees_each_way_to_write_one() {
    let code =
        "use crate::a::B;\nuse crate::{c, d::{E, F}, g};\nlet x = crate::h::i();\nuse other::crate::no;";
    assert_eq!(named_after(code, "crate::").into_iter().collect::<Vec<_>>(), ["a", "c", "d", "g", "h"]);
}
