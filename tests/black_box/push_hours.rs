//! A machine's clock that is an hour off, while X tells of starts: each rings once, nothing is lost or late.

use serde_json::json;
use spacebell_sim::discord::Message;
use spacebell_sim::x::{PushSettings, SpaceId, StreamEnd};

use crate::clocks::Clocks;
use crate::seeing::{address, get, parsed};
use crate::support::{World, eventually, links};
use crate::telling::{BY_STREAM, hide_from_lists, tells, world};
use crate::told::open_streams;

const HOUR: i64 = 3_600;

/// Waits for the post of a Space that X told: one, not as late, and with its title.
async fn rings(world: &World, space: &SpaceId, title: &str, what: &str) -> Message {
    let post = world.rings_once(space).await;
    assert!(!post.content.contains("since"), "{what}: {}", post.content);
    let completed =
        |it: &Message| it.id == post.id && it.embeds.first().is_some_and(|card| card["title"] == title);
    world.message(completed).await
}

/// The delays that are shown and counted: of each post, but perhaps the first after the clock was put right, and none of
/// them an hour or less than nothing.
async fn assert_delays(world: &World, address: &str, posts: u32) {
    let (_, text) = get(address, "/metrics").await.expect("an answer");
    let (series, _) = parsed(&text);
    for leg in ["spacebell_start_to_sight_seconds", "spacebell_sight_to_post_seconds"] {
        let (count, sum) = (series[&format!("{leg}_count")], series[&format!("{leg}_sum")]);
        assert!((f64::from(posts - 1)..=f64::from(posts)).contains(&count), "{leg}: {count}");
        assert!((0.0..60.0 * f64::from(posts)).contains(&sum), "{leg}: {sum}");
    }
    let said = world.says("status", json!({})).await;
    let card = json!(said.embeds()).to_string();
    let shown: Vec<&str> =
        card.split("half within ").skip(1).map(|rest| rest.split('(').next().unwrap_or(rest)).collect();
    assert_eq!(shown.len(), 2, "{card}");
    for delays in shown {
        assert!(
            !delays.contains(['-', '−']) && !delays.contains("min") && !delays.contains(" h"),
            "{delays}"
        );
    }
}

async fn a_clock_that_is_off(by: i64) {
    let what = if by > 0 { "fast" } else { "slow" };
    let world = world(PushSettings::default()).await;
    let hosts = world.seed_hosts(5).await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let moderator = world.moderator.to_string();
    let env = [&BY_STREAM[..], &clocks.env(), &[("OPERATOR_USER_IDS", moderator.as_str())]].concat();
    // From the start, set to the other side while it runs, and put right.
    clocks.set_by(by);
    let bot = world.start_with(&env).await;
    tells(&world, hosts.len()).await;
    let address = address(&bot).await;
    let hidden = hide_from_lists(&world);
    let mut begun = Vec::new();
    for (host, set_by) in hosts.iter().zip([0, -2 * by, by]) {
        clocks.set_by(set_by);
        let title = format!("After {set_by}");
        let space = world.x.start_now(host, &title).expect("a host");
        begun.push((space.clone(), rings(&world, &space, &title, what).await));
    }
    // One that ends at once after its start, and one that was told into a gap.
    let short = world.x.start_now(&hosts[3], "Short").expect("a host");
    let post = rings(&world, &short, "Short", what).await;
    begun.push((short, post));
    for (space, post) in &begun {
        world.x.end(space).expect("it is live");
        world.message(|message| message.id == post.id && message.content.contains("ended")).await;
    }
    assert_delays(&world, &address, 4).await;
    clocks.set_by(by);
    world.x.clear_fault(hidden);
    world.x.end_streams(StreamEnd::Cut);
    let missed = world.x.start_now(&hosts[4], "In a gap").expect("a host");
    rings(&world, &missed, "In a gap", what).await;
    eventually("it is open again", async || (open_streams(&world.x) == 1).then_some(())).await;
    assert_eq!(world.posts().len(), 5, "{what}:\n{}", world.logs());
    assert!(begun.iter().all(|(space, post)| links(post).concat().contains(space.as_str())), "{what}");
    assert!(bot.stop().await.success());

    // What began while nobody listened is found by asking, by a program that starts with the wrong time.
    let down = world.x.start_now(&hosts[0], "While down").expect("a host");
    let bot = world.start_with(&env).await;
    // Its host reopened: the message of the first goes on.
    let goes_on = |message: &Message| links(message).concat().contains(down.as_str());
    world.message(goes_on).await;
    world.visited().await;
    assert_eq!(world.posts().len(), 5, "{what}:\n{}", world.logs());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn on_a_machine_whose_clock_is_fast_by_an_hour_what_x_tells_rings_once_and_in_time() {
    a_clock_that_is_off(HOUR).await;
}

#[tokio::test]
async fn on_a_machine_whose_clock_is_slow_by_an_hour_what_x_tells_rings_once_and_in_time() {
    a_clock_that_is_off(-HOUR).await;
}
