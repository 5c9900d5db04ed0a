//! What the program takes with 100 follows and nothing going on.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::{discord, x};

use crate::support::World;
use crate::{QUIET, Target, figure};

const HOSTS: u64 = 100;
const WATCHED_FOR: Duration = Duration::from_secs(30);
/// Kernel ticks a second in /proc, on every Linux that there is.
const TICKS: f64 = 100.0;

pub async fn measure() {
    let world = World::with(x::Settings::default(), discord::Settings::default()).await;
    world.seed_hosts(HOSTS).await;
    let bot = world.start_with(&[QUIET]).await;
    world.visited().await;
    let before = cpu_ticks(bot.pid());
    tokio::time::sleep(WATCHED_FOR).await;
    let used = cpu_ticks(bot.pid()) - before;
    figure(
        "idle_memory",
        resident_mb(bot.pid()),
        "MB",
        &Target::AtMost(30.0),
        &json!({ "follows": HOSTS, "source": "VmRSS of /proc/PID/status" }),
    );
    figure(
        "idle_cpu",
        100.0 * used / TICKS / WATCHED_FOR.as_secs_f64(),
        "% of a core",
        &Target::AtMost(1.0),
        &json!({ "over_s": WATCHED_FOR.as_secs(), "source": "utime + stime of /proc/PID/stat" }),
    );
    bot.stop().await;
}

fn cpu_ticks(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process is there");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    // Counted from behind the name: state is field 3 of proc(5), utime 14, stime 15.
    [11, 12].iter().map(|at| fields[*at].parse::<f64>().expect("a number")).sum()
}

/// What of a process is in memory now.
pub fn resident_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("its memory");
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
    kilobytes / 1024.0
}
