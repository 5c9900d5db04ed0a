//! The demo as a child process, which is always asked to stop: it has a bot of its own to end.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Long enough for anything that must happen, on a machine that is busy with other things.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The demo, running.
pub struct Demo {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
}

impl Demo {
    /// Starts the demo with nothing but a PATH, and waits until it says where it is.
    pub async fn start() -> Self {
        let mut child = command(&["demo", "--port", "0"]).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let said = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await.expect("text") {
                if let Some(rest) = line.strip_prefix("Open ") {
                    return rest.split_whitespace().next().map(str::to_owned);
                }
            }
            None
        });
        let address = said.await.expect("in time").expect("it says where it is");
        Self { child, address }
    }

    /// Asks the demo to stop, as Ctrl-C does, and holds that it stops in order.
    pub async fn stop(mut self) {
        interrupt(&self.child);
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends");
        assert!(ended.expect("its end is known").success());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        interrupt(&self.child);
    }
}

/// The program, its output to be read.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spacebell"));
    command.args(arguments).env_clear().current_dir(env!("CARGO_TARGET_TMPDIR"));
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

fn interrupt(child: &Child) {
    let Some(pid) = child.id() else { return };
    let sent = std::process::Command::new("sh").arg("-c").arg(format!("kill -INT {pid}")).status();
    assert!(sent.is_ok_and(|status| status.success()), "the demo can't be stopped");
}
