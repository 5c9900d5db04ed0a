//! The program was away, and the world went on: each channel gets what is still true, as late as it is, and no more.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spacebell_sim::discord::{Message, Settings};
use spacebell_sim::x::{self, SpaceId};

use crate::support::{World, generous, in_minutes, links};

/// Spaces that are moved while nobody looks.
const CROWD: usize = 40;
const BUDGET: [(&str, &str); 1] = [("X_DAILY_BUDGET_USD", "1000")];

fn leads_to(post: &Message, space: &SpaceId) -> bool {
    links(post).contains(&format!("https://x.com/i/spaces/{space}"))
}

/// What is announced before the program stops, by the title that it has then.
struct Announced {
    spaces: BTreeMap<&'static str, SpaceId>,
    posts: BTreeMap<&'static str, u64>,
    crowd: Vec<SpaceId>,
}

async fn announce(world: &World, hosts: &[x::UserId]) -> Announced {
    let titles = ["Renamed", "Moved", "Begun", "Begun long ago", "Come and gone", "Cancelled"];
    let schedule =
        |host: &x::UserId, title: &str| world.x.schedule(host, title, in_minutes(300)).expect("a Space");
    let crowd = hosts[20..].iter().map(|host| schedule(host, "One of many")).collect();
    let mut spaces: BTreeMap<_, _> =
        titles.into_iter().zip(hosts).map(|(title, host)| (title, schedule(host, title))).collect();
    spaces.insert("Ended", world.x.start_now(&hosts[6], "Ended").expect("a Space"));
    let mut posts = BTreeMap::new();
    for (title, space) in &spaces {
        posts.insert(*title, world.message(|post| leads_to(post, space)).await.id);
    }
    let announced = Announced { spaces, posts, crowd };
    for space in &announced.crowd {
        world.message(|post| leads_to(post, space)).await;
    }
    announced
}

#[tokio::test]
async fn after_a_downtime_each_space_is_told_as_it_is_and_as_late_as_it_is_without_a_flood() {
    // X's clock is three hours behind while the program runs for the first time, and at one with it later.
    let then = Timestamp::now() - SignedDuration::from_hours(3);
    let unlimited =
        Settings { message_create: None, message_edit: None, old_edits: None, ..Settings::default() };
    let world = World::with(x::Settings { clock: Some(then), ..generous() }, unlimited).await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    let hosts =
        world.seed_hosts_since(then - SignedDuration::from_hours(1), Some(role), 20 + CROWD as u64).await;
    let bot = world.start_with(&BUDGET).await;
    let Announced { spaces, posts, crowd } = announce(&world, &hosts).await;
    assert!(bot.stop().await.success());
    let before = world.posts().len();
    let asked = world.discord.requests().len();
    assert_eq!(before, spaces.len() + crowd.len());

    // Two hours ago.
    world.x.advance(Duration::from_hours(1));
    world.x.rename(&spaces["Renamed"], Some("Renamed meanwhile")).expect("renamed");
    world.x.reschedule(&spaces["Moved"], in_minutes(400)).expect("moved");
    world.x.start_space(&spaces["Begun long ago"]).expect("it begins");
    world.x.start_space(&spaces["Come and gone"]).expect("it begins");
    world.x.cancel(&spaces["Cancelled"]).expect("cancelled");
    let long_on = world.x.start_now(&hosts[7], "Long on").expect("a Space");
    let unheard = world.x.start_now(&hosts[8], "Unheard of").expect("a Space");
    let never = world.x.schedule(&hosts[9], "Never to be", in_minutes(200)).expect("a Space");
    let new = world.x.schedule(&hosts[10], "New", in_minutes(200)).expect("a Space");
    for space in &crowd {
        world.x.reschedule(space, in_minutes(500)).expect("moved");
    }
    world.x.advance(Duration::from_mins(115));
    // Five minutes ago.
    world.x.end(&spaces["Come and gone"]).expect("over");
    world.x.end(&spaces["Ended"]).expect("over");
    world.x.end(&unheard).expect("over");
    world.x.cancel(&never).expect("cancelled");
    world.x.start_space(&spaces["Begun"]).expect("it begins");
    let sudden = world.x.start_now(&hosts[11], "Sudden").expect("a Space");
    world.x.advance(Duration::from_mins(5));

    let bot = world.start_with(&BUDGET).await;
    let now_says = async |title: &str, words: &str| {
        world.message(|post| post.id == posts[title] && post.content.contains(words)).await
    };
    let now_shows = async |title: &str, what: &str| {
        let shows = |post: &Message| serde_json::Value::from(post.embeds.clone()).to_string().contains(what);
        world.message(|post| post.id == posts[title] && shows(post)).await
    };
    now_shows("Renamed", "Renamed meanwhile").await;
    now_shows("Moved", "Moved").await;
    now_says("Cancelled", "was cancelled").await;
    now_says("Come and gone", "ended").await;
    now_says("Ended", "ended").await;
    let fresh = |space: SpaceId| {
        let known: Vec<u64> = posts.values().copied().collect();
        let world = &world;
        async move { world.message(|post| leads_to(post, &space) && !known.contains(&post.id)).await }
    };
    for (space, words, pings) in [
        (&spaces["Begun"], "is live", true),
        (&sudden, "is live", true),
        (&spaces["Begun long ago"], "is live since", false),
        (&long_on, "is live since", false),
        (&new, "has scheduled", false),
    ] {
        let post = fresh(space.clone()).await;
        assert!(post.content.contains(words), "{}", post.content);
        assert_eq!(post.pings.roles.contains(&role), pings, "{}", post.content);
        assert_eq!(post.content.contains("since"), words.contains("since"), "{}", post.content);
    }
    for title in ["Begun", "Begun long ago"] {
        let live = fresh(spaces[title].clone()).await;
        now_says(title, &live.id.to_string()).await;
    }
    for space in &crowd {
        world
            .message(|post| {
                leads_to(post, space)
                    && serde_json::Value::from(post.embeds.clone()).to_string().contains("Moved")
            })
            .await;
    }
    world.visited().await;
    assert_eq!(world.posts().len(), before + 5, "nothing of what came and went unheard, nothing twice");
    let requests = world.discord.requests();
    let sent = |method: &str, path: &str| requests[asked..].iter().filter(|one| one.is(method, path)).count();
    assert_eq!(sent("POST", "/channels/*/messages"), 5);
    // One edit for each message that isn't true any more, and a second one where a live message came beside it.
    assert!(sent("PATCH", "/channels/*/messages/*") <= crowd.len() + 7 + 2);
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}
