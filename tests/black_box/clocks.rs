//! The program's clocks, moved while it runs.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::seeing::get;
use crate::shim;
use crate::support::World;

/// A step in which time passes: shorter than any loop's patience.
const STEP: Duration = Duration::from_secs(15);
/// What the program has at least to turn its loops after each.
const TURN: Duration = Duration::from_millis(30);
/// How many times as long as an answer takes it has, so that on a busy machine no request is overtaken by its timeout.
const ANSWERS: u32 = 5;

/// The clocks of programs that run with [`Clocks::env`].
pub struct Clocks {
    clocks: shim::Clocks,
    library: PathBuf,
}

impl Clocks {
    /// Clocks that are right as yet; `None`, and a word about it, where no program's clocks can be moved.
    pub fn of(world: &World) -> Option<Self> {
        if !shim::WORKS {
            eprintln!("SKIPPED: a program's clocks can be moved on Linux alone");
            return None;
        }
        let clocks = shim::Clocks::new(world.path("clocks")).expect("a file");
        Some(Self { clocks, library: shim::build("clock").expect("a C compiler, as for SQLite") })
    }

    /// What has a program go by these clocks.
    pub fn env(&self) -> [(&str, &str); 2] {
        let library = self.library.to_str().expect("a plain path");
        [("LD_PRELOAD", library), ("CLOCK_FILE", self.clocks.path().to_str().expect("a plain path"))]
    }

    /// Somebody sets the machine's clock.
    pub fn set_by(&self, seconds: i64) {
        self.clocks.shift(seconds * 1_000, Duration::ZERO).expect("it can be written");
    }

    /// Time passes for everybody, while the program doesn't run.
    pub fn go_on(&self, world: &World, time: Duration) {
        world.discord.advance(time);
        world.x.advance(time);
        self.set_by(time.as_secs().try_into().expect("a short time"));
    }

    /// Time passes for the program, whose answers are at `address`, and in `also`, for whoever else is told.
    pub async fn pass(&self, time: Duration, address: &str, also: impl Fn(Duration)) {
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(STEP);
            also(step);
            self.clocks.shift(0, step).expect("it can be written");
            // What waits in the kernel isn't woken by a clock, but by a request.
            let asked = Instant::now();
            get(address, "/healthz").await.expect("the program answers");
            tokio::time::sleep(TURN.max(asked.elapsed() * ANSWERS)).await;
            left -= step;
        }
    }
}
