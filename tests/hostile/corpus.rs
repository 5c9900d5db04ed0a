//! The corpus that the fuzz targets begin with, replayed: so that what was found once stays mended.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::held::TARGETS;

fn fuzz() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The files of a target's corpus, each with its name.
pub fn files(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = fuzz().join("corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| (path.display().to_string(), fs::read(&path).expect("a file"))).collect()
}

#[test]
fn each_file_of_the_corpus_holds_what_its_target_promises() {
    let mut broken = Vec::new();
    for (target, hold) in TARGETS {
        let files = files(target);
        assert!(files.len() >= 5, "{target} has nothing to begin with");
        for (name, input) in files {
            if catch_unwind(AssertUnwindSafe(|| hold(&input))).is_err() {
                broken.push(name);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn each_target_has_its_program_and_its_corpus_and_none_is_left_over() {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let in_folder = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz().join(folder)).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.map(|name| name.trim_end_matches(".rs").to_owned()).collect()
    };
    assert_eq!(in_folder("corpus"), names);
    assert_eq!(in_folder("fuzz_targets"), names);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("a manifest");
    for name in names {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} isn't built");
    }
}
