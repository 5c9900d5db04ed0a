//! The simulation of docs/benchmarks.md in a shortened form: a tenth of the hosts under a tenth of the limit, ratios only.

#[path = "../benches/simulation/plans.rs"]
#[expect(dead_code, reason = "shared with the benchmark, which uses all of it")]
mod plans;
#[path = "../benches/simulation/run.rs"]
mod run;
#[path = "../benches/simulation/tally.rs"]
#[expect(dead_code, reason = "shared with the benchmark, which uses all of it")]
mod tally;
#[path = "../benches/simulation/world.rs"]
mod world;
#[path = "../benches/simulation/x.rs"]
mod x;

use std::collections::HashSet;

use plans::{Optimum, Plan};
use run::{Run, moment};
use world::{DAY, MINUTE, World};

const HOSTS: usize = 3_000;
const LIMIT: u32 = 30;
/// The time between two visits: 15 minutes in four fifths of that.
const PACE: i64 = 37_500;
const WARM_UP: i64 = 14 * DAY;
const END: i64 = WARM_UP + 7 * DAY;
/// Hosts of whom X tells.
const PUSHED: usize = 75;
/// A minute more than without the coarser pace.
const UNVISITED: i64 = 36 * MINUTE;

#[test]
fn the_planner_is_near_the_best_that_visits_can_be_and_far_better_than_a_sweep() {
    for seed in [1, 2] {
        let world = World::new(HOSTS, 21.0, END / DAY + 1, seed);
        let optimum = Optimum::of(&world.rates, PACE);
        let learn = Run::new(&world, Plan::shipped(HOSTS, moment(0)), HashSet::new(), LIMIT, 0);
        let (learned, warm_up) = learn.go(WARM_UP, WARM_UP);
        let busiest = learned.busiest(PUSHED, HOSTS, moment(WARM_UP));
        let go = |plan, pushed| Run::new(&world, plan, pushed, LIMIT, WARM_UP).go(END, END + 40 * MINUTE).1;
        let (shipped, sweep, pushed) = std::thread::scope(|scope| {
            let pushed = scope.spawn(|| go(learned.clone(), busiest));
            let sweep = scope.spawn(|| go(Plan::sweep(HOSTS, 0), HashSet::new()));
            let shipped = go(learned.clone(), HashSet::new());
            (shipped, sweep.join().expect("a run ends"), pushed.join().expect("a run ends"))
        });
        let to_optimum = shipped.mean_secs() / optimum.mean_secs;
        let to_sweep = shipped.mean_secs() / sweep.mean_secs();
        // Fewer starts than in the benchmark are seen, so chance has more of a say.
        assert!((0.9..1.25).contains(&to_optimum), "seed {seed}: {to_optimum} of the optimum");
        assert!((0.5..0.8).contains(&to_sweep), "seed {seed}: {to_sweep} of the sweep");
        let by_push = pushed.mean_secs() / shipped.mean_secs();
        assert!(by_push < 0.9, "seed {seed}: {by_push} of it with {PUSHED} of {HOSTS} pushed");
        for tally in [&warm_up, &shipped, &sweep, &pushed] {
            assert_eq!(tally.refusals, 0, "seed {seed}: X refused");
            assert!(tally.dollars_a_space() <= 0.02, "seed {seed}: {} $ a Space", tally.dollars_a_space());
            assert!(tally.longest_unvisited <= UNVISITED, "seed {seed}: {} ms", tally.longest_unvisited);
        }
    }
}
