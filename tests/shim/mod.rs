//! Libraries that are preloaded into the program under test, so that it meets a clock or a disk that misbehaves.
//! Nothing in the program knows of them. They need Linux and a C compiler, which SQLite needs too.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Whether programs can be given such a library here.
pub const WORKS: bool = cfg!(target_os = "linux");

/// Compiles `tests/shim/NAME.c`.
pub fn build(name: &str) -> io::Result<PathBuf> {
    static BUILT: AtomicU32 = AtomicU32::new(0);
    let nth = BUILT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (made, library) =
        (folder.join(format!("{name}-{}-{nth}", std::process::id())), folder.join(format!("{name}.so")));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/shim/{name}.c"));
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&made, &source]).status()?;
    if !compiled.success() {
        return Err(io::Error::other(format!("{} doesn't compile", source.display())));
    }
    // Whoever runs with an older one keeps it.
    std::fs::rename(made, &library)?;
    Ok(library)
}

/// The clocks of programs that are given the library `clock` and, as `CLOCK_FILE`, this one's file.
#[derive(Debug)]
pub struct Clocks {
    file: File,
    path: PathBuf,
    added_ms: Mutex<[i64; 2]>,
}

impl Clocks {
    /// Clocks that are right, moved by the file at `path`.
    pub fn new(path: PathBuf) -> io::Result<Self> {
        let file = File::create(&path)?;
        file.set_len(16)?;
        Ok(Self { file, path, added_ms: Mutex::default() })
    }

    /// What `CLOCK_FILE` is to be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Has somebody set the machine's clock, by which no timer runs out, and time pass, by which they do.
    pub fn shift(&self, set_by_ms: i64, passed: Duration) -> io::Result<()> {
        let mut added_ms = self.added_ms.lock().map_err(|_| io::Error::other("a test failed"))?;
        added_ms[0] += set_by_ms;
        added_ms[1] += i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        let bytes: Vec<u8> = added_ms.iter().flat_map(|added| added.to_ne_bytes()).collect();
        self.file.write_all_at(&bytes, 0)
    }
}
