//! X misbehaves: what began meanwhile rings once it answers again, what was live isn't ended, and the log tells it once.

use std::time::Duration;

use spacebell_sim::discord;
use spacebell_sim::x::{Endpoint, Fault, Request, Reset, Scope, SpaceId, SpentStatus, UserId};
use tokio::task::{JoinSet, LocalSet};

use crate::support::{PATIENCE, World, eventually, generous};

/// The longest that the client waits for an answer.
const ANSWER: Duration = Duration::from_secs(15);
/// How long a 429 without a believable reset closes an endpoint.
const BLIND: Duration = Duration::from_mins(1);
/// Resets are whole seconds.
const ROUNDING: Duration = Duration::from_secs(1);
/// What the log says once of an endpoint that fails, and of one that is limited.
const SILENT: &str = "X gave no answer to";
const LIMITED: &str = "X has no room for";

/// A way in which X fails, the requests to one endpoint that meet it, and how long the bot then rests at least and
/// may need at most before it asks on, pauses between failures aside.
struct Case {
    what: &'static str,
    fault: Fault,
    times: u32,
    least: Duration,
    most: Duration,
    is_limit: bool,
}

impl Case {
    const fn broken(what: &'static str, fault: Fault) -> Self {
        Self { what, fault, times: 2, least: Duration::ZERO, most: Duration::ZERO, is_limit: false }
    }

    const fn slow(what: &'static str, fault: Fault) -> Self {
        Self { what, fault, times: 1, least: ANSWER, most: ANSWER, is_limit: false }
    }

    /// How often the log tells of a failure, and of a limit.
    const fn tellings(&self) -> [usize; 2] {
        if self.is_limit { [0, 1] } else { [1, 0] }
    }

    /// What follows an endpoint's name in the log: one name begins as another does.
    const fn goes_on(&self) -> &'static str {
        if self.is_limit { " before" } else { ";" }
    }

    const fn limited(what: &'static str, reset: Reset, wait: Duration) -> Self {
        let fault = Fault::TooManyRequests(reset);
        Self { what, fault, times: 1, least: wait, most: wait, is_limit: true }
    }
}

/// Has each case come upon a bot that watches a live Space, several worlds at once.
async fn endured<const WORLDS: usize>(cases: [Vec<Case>; WORLDS]) {
    let all = async {
        let mut worlds = JoinSet::new();
        for cases in cases {
            worlds.spawn_local(endured_in_turn(cases));
        }
        while let Some(ended) = worlds.join_next().await {
            ended.expect("a world in which X fails");
        }
    };
    LocalSet::new().run_until(all).await;
}

async fn endured_in_turn(cases: Vec<Case>) {
    // On a busy machine requests come closer together than they were sent, and X's limit a second would refuse some.
    let mut x = generous();
    x.rules.creators_per_second = None;
    let world = World::with(x, discord::Settings::default()).await;
    let hosts = world.seed_hosts(1 + cases.len() as u64).await;
    let bot = world.start().await;
    let on = world.x.start_now(&hosts[0], "On all the time").expect("a Space");
    world.rings_once(&on).await;
    for (case, host) in cases.iter().zip(&hosts[1..]) {
        let before = bot.logs().len();
        endure(&world, case, host).await;
        for endpoint in ["spaces", "spaces_by_creators"] {
            let told = |words: &str| bot.logs()[before..].matches(words).count();
            let again = format!("X answers {endpoint} again");
            eventually(&again, async || (told(&again) == 1).then_some(())).await;
            let failed =
                [SILENT, LIMITED].map(|words| told(&format!("{words} {endpoint}{}", case.goes_on())));
            assert_eq!(failed, case.tellings(), "{} of {endpoint}:\n{}", case.what, bot.logs());
        }
    }
    let posts = world.posts();
    assert_eq!(posts.len(), hosts.len());
    assert!(posts.iter().all(|post| post.content.contains("is live") && post.edited.is_none()), "{posts:#?}");
    // What holds no more is told as ever.
    world.x.end(&on).expect("it ends");
    world.message(|message| message.content.contains("ended")).await;
    assert!(bot.stop().await.success());
}

/// Has lookups fail while the list leaves out what is live, so that it is looked up; then the list, while a host
/// starts.
async fn endure(world: &World, case: &Case, host: &UserId) {
    let seen = world.x.requests().last().map_or(0, |request| request.number);
    world.x.fault(case.fault.clone(), Scope::on(Endpoint::SpacesByIds).next(case.times));
    let hidden = world.x.fault(Fault::EmptyLists, Scope::on(Endpoint::SpacesByCreators));
    let looked_up = met(world, case, Endpoint::SpacesByIds, seen).await;

    let seen = world.x.requests().last().map_or(0, |request| request.number);
    world.x.fault(case.fault.clone(), Scope::on(Endpoint::SpacesByCreators).next(case.times));
    world.x.clear_fault(hidden);
    let space: SpaceId = world.x.start_now(host, case.what).expect("a Space");
    let listed = met(world, case, Endpoint::SpacesByCreators, seen).await;

    for failed in [looked_up, listed] {
        let endpoint = failed.endpoint.expect("a known one");
        let again = next(world, endpoint, failed.number, case.most + PATIENCE, case.what).await;
        let rest = again.at.duration_since(failed.at);
        assert!(rest + ROUNDING >= case.least, "{}: {endpoint:?} is asked after {rest:?}", case.what);
    }
    world.rings_once(&space).await;
}

/// The last request that meets the case.
async fn met(world: &World, case: &Case, endpoint: Endpoint, after: u64) -> Request {
    let mut last = next(world, endpoint, after, PATIENCE, case.what).await;
    for _ in 1..case.times {
        last = next(world, endpoint, last.number, case.most + PATIENCE, case.what).await;
    }
    last
}

/// The first request to an endpoint after the one of that number.
async fn next(world: &World, endpoint: Endpoint, after: u64, within: Duration, what: &str) -> Request {
    let fits = |request: &Request| request.number > after && request.endpoint == Some(endpoint);
    let found = world.x.wait_for_request(fits, within).await;
    found.unwrap_or_else(|| panic!("{what}: {endpoint:?} isn't asked within {within:?}:\n{}", world.logs()))
}

#[tokio::test]
async fn refusals_of_x_end_no_space_and_lose_none() {
    endured([
        vec![
            Case::broken("401", Fault::status(401)),
            Case::broken("403", Fault::status(403)),
            Case::broken("403 of a proxy", Fault::Html { status: 403 }),
        ],
        vec![
            Case::broken("404 without a body", Fault::Status { status: 404, body: Some(String::new()) }),
            Case::broken("404 of a proxy", Fault::Html { status: 404 }),
        ],
    ])
    .await;
}

#[tokio::test]
async fn x_being_down_ends_no_space_and_loses_none() {
    endured([
        vec![
            Case::broken("500", Fault::status(500)),
            Case::broken("502 with a page", Fault::Html { status: 502 }),
            Case::broken("503", Fault::status(503)),
        ],
        vec![
            Case::broken("a connection that breaks", Fault::Close),
            Case::slow("nothing at all", Fault::Hang),
            Case::slow("an answer that stops after its headers", Fault::Stall),
        ],
    ])
    .await;
}

#[tokio::test]
async fn answers_that_can_t_be_read_end_no_space_and_lose_none() {
    endured([
        vec![Case::broken("half an answer", Fault::Truncated), Case::broken("broken JSON", Fault::Garbage)],
        vec![
            Case::broken("a page instead of JSON", Fault::Html { status: 200 }),
            Case::broken("nothing in it", Fault::Status { status: 200, body: Some(String::new()) }),
        ],
    ])
    .await;
}

#[tokio::test]
async fn a_429_is_waited_out_and_what_began_meanwhile_rings_whatever_its_reset_says() {
    let soon = Duration::from_secs(5);
    endured([
        vec![Case::limited("429 with a reset", Reset::In(soon), soon)],
        vec![Case::limited("429 without a reset", Reset::Absent, BLIND)],
        vec![Case::limited("429 with a reset that is past", Reset::Past, BLIND)],
        vec![Case::limited("429 with a reset that is decades away", Reset::Far, BLIND)],
        vec![Case::limited("429 with a reset that is a word", Reset::Garbage, BLIND)],
    ])
    .await;
}

#[tokio::test]
async fn a_token_that_x_refuses_is_told_with_what_to_do() {
    let world = World::new().await;
    world.seed_hosts(1).await;
    for (status, advice) in
        [(401, "set a new one from the developer portal"), (403, "check the app's access level")]
    {
        world.x.fault(Fault::status(status), Scope::everywhere());
        let bot = world.start().await;
        eventually(advice, async || bot.logs().contains(advice).then_some(())).await;
        assert!(bot.stop().await.success());
        world.x.clear_faults();
    }
}

#[tokio::test]
async fn spent_credits_silence_the_bot_are_told_once_and_lose_and_end_nothing() {
    for status in [SpentStatus::PaymentRequired, SpentStatus::TooManyRequests] {
        let world = World::new().await;
        let hosts = world.seed_hosts(2).await;
        let bot = world.start().await;
        let on = world.x.start_now(&hosts[0], "On all the time").expect("a Space");
        world.rings_once(&on).await;
        world.x.configure(|settings| settings.spent_status = status);
        world.x.set_credits(Some(0));
        let meanwhile = world.x.start_now(&hosts[1], "Meanwhile").expect("a Space");
        let told = "the credits are spent: buy some";
        eventually(told, async || bot.logs().contains(told).then_some(())).await;
        // The lanes ask each for itself: what was under way when the first was told may hear it too.
        let code = if status == SpentStatus::PaymentRequired { 402 } else { 429 };
        assert_eq!(world.posts_of(&on).len(), 1);
        let bot_log = bot.logs();
        assert!(bot.stop().await.success());
        let refused = world.x.requests().iter().filter(|request| request.status == Some(code)).count();
        assert!((1..=3).contains(&refused), "asked {refused} times:\n{bot_log}");
        assert_eq!(world.logs().matches(told).count(), 1);

        // A start asks at once.
        world.x.set_credits(None);
        let bot = world.start().await;
        world.rings_once(&meanwhile).await;
        assert!(world.posts().iter().all(|post| post.content.contains("is live")));
        assert_eq!(world.posts().len(), 2);
        assert!(bot.stop().await.success());
    }
}
