//! X's client against the stand-in for X, over HTTP on loopback.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use spacebell::clock::{Clock, ManualClock};
use spacebell::domain::ids::{GuildId, SpaceId, UserId, Username};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::x::{
    self, Budget, Cause, Client, Credits, Endpoint, Kind, Lookup, MicroDollars, Outage, SearchState, Want,
    XError,
};
use spacebell_sim::x::{
    self as sim, BurstHeaders, EndLook, Fault, NotFound, ProblemHost, Reset, Scope, Server, SpaceField,
    SpentStatus,
};

const COMMAND: Cause = Cause::Command { guild: None };
const HOST: u64 = 1111;

/// The stand-in and a client that tell the same time.
struct Setup {
    x: Server,
    clock: Arc<ManualClock>,
    client: Client,
}

fn start() -> Timestamp {
    "2026-08-14T12:00:00Z".parse().expect("a time")
}

async fn setup() -> Setup {
    setup_with(sim::Settings::default(), |_| {}).await
}

async fn setup_with(mut settings: sim::Settings, change: impl FnOnce(&mut x::Settings)) -> Setup {
    settings.clock = Some(start());
    let bearer = SecretString::from(settings.bearer_token.clone());
    let x = Server::start(settings).await.expect("a free port");
    x.freeze_clock();
    // Frozen a moment after it was started: on a whole second, as the client's clock.
    let clock = Arc::new(ManualClock::new(start()));
    let mut settings = x::Settings::new(x.url().parse().expect("an address"), bearer);
    change(&mut settings);
    let client = Client::new(settings, Arc::clone(&clock) as _).expect("a client");
    x.add_user(HOST, "Host_1", "The Host");
    Setup { x, clock, client }
}

impl Setup {
    fn advance(&self, by: Duration) {
        self.x.advance(by);
        self.clock.advance(SignedDuration::try_from(by).expect("a short time"));
    }

    fn live(&self, title: &str) -> SpaceId {
        id(self.x.start_now(HOST, title).expect("a host").as_str())
    }

    async fn look(&self, id: SpaceId) -> Result<Lookup, XError> {
        Ok(self.client.space(id, Want::default(), COMMAND).await?.value)
    }

    /// What a lookup makes of a body with this status.
    async fn look_at(&self, status: u16, body: &str) -> Result<Lookup, XError> {
        self.answer_next(status, body);
        self.look(id("1abc")).await
    }

    fn answer_next(&self, status: u16, body: &str) {
        let fault = Fault::Status { status, body: Some(body.to_owned()) };
        self.x.fault(fault, Scope::everywhere().next(1));
    }

    fn last_param(&self, name: &str) -> Vec<String> {
        let requests = self.x.requests();
        let last = requests.last().expect("a request");
        last.list(name).into_iter().map(str::to_owned).collect()
    }
}

fn id(text: &str) -> SpaceId {
    text.parse().expect("a Space's id")
}

fn user(text: &str) -> UserId {
    text.parse().expect("an account's id")
}

fn name(text: &str) -> Username {
    text.parse().expect("a username")
}

fn found(lookup: Lookup) -> Space {
    match lookup {
        Lookup::Found(space) => space,
        Lookup::NotFound => panic!("not found"),
    }
}

#[tokio::test]
async fn a_space_comes_with_ids_of_its_people_and_names_of_its_topics_but_no_accounts() {
    let s = setup().await;
    let space = s.live("Rust at night");
    s.x.add_topic("7", "Programming", "");
    s.x.set_topics(space.as_str(), &["7"]).expect("a Space");
    s.x.set_count(space.as_str(), 42).expect("a Space");
    let answer = s.client.space(space, Want::WATCHED, Cause::Hosts).await.expect("an answer");
    let seen = found(answer.value);
    assert_eq!(seen.state, SpaceState::Live);
    assert_eq!(seen.title.as_deref(), Some("Rust at night"));
    assert_eq!(seen.creator, Some(user("1111")));
    assert_eq!(seen.hosts, [user("1111")]);
    assert_eq!(seen.topics, ["Programming"]);
    assert_eq!(seen.participant_count, Some(42));
    assert_eq!(answer.asked_at, start());
    assert!(answer.users.is_empty());
    let spent = s.client.spending().spent_today();
    assert_eq!((spent.total, spent.hosts), (MicroDollars(5_000), MicroDollars(5_000)));
    assert_eq!(s.x.bill().micros, 5_000);
    let agent = s.x.requests()[0].user_agent.clone().expect("an agent");
    assert!(agent.starts_with("Spacebell/"), "{agent}");
}

#[tokio::test]
async fn hosts_are_expanded_only_when_they_are_wanted_and_then_remembered_and_billed() {
    let s = setup().await;
    let space = s.live("a");
    let answer = s.client.space(space, Want::HOSTS, COMMAND).await.expect("an answer");
    assert_eq!(answer.users[0].username, name("host_1"));
    assert_eq!(s.client.users().get(user("1111")).expect("known").user.name, "The Host");
    assert!(s.client.users().by_username(&name("HOST_1")).is_some());
    assert_eq!(s.client.spending().spent_today().total, MicroDollars(15_000));
    assert_eq!(s.x.bill().micros, 15_000);
    s.client.people(&[user("1111")], COMMAND).await.expect("people");
    assert_eq!(s.x.requests().len(), 1, "who is known isn't asked for");
}

#[tokio::test]
async fn not_found_has_two_statuses_and_two_hosts() {
    for not_found in [NotFound::Ok, NotFound::Status404] {
        for problem_host in [ProblemHost::X, ProblemHost::Twitter] {
            let settings = sim::Settings { not_found, problem_host, ..sim::Settings::default() };
            let s = setup_with(settings, |_| {}).await;
            assert_eq!(s.look(id("1none")).await.expect("an answer"), Lookup::NotFound);
            let list = s.client.spaces(&[id("1none")], Want::default(), COMMAND).await.expect("an answer");
            assert_eq!((list.spaces.len(), list.gone), (0, vec![id("1none")]));
            let none = s.client.user_by_username(&name("nobody"), COMMAND).await.expect("an answer");
            assert_eq!(none.value, None);
        }
    }
}

#[tokio::test]
async fn absent_data_is_nothing_there() {
    let s = setup().await;
    s.advance(Duration::from_secs(2));
    let list = s.client.spaces_by_creators(&[user("1111")], Want::WATCHED, Cause::Hosts).await;
    assert!(list.expect("an answer").spaces.is_empty());
    let list = s.client.search("quiet", SearchState::All, 10, Want::WATCHED, Cause::Keywords).await;
    assert!(list.expect("an answer").spaces.is_empty());
    assert_eq!(s.client.spending().spent_today().total, MicroDollars::ZERO);
    // Of one thing that was asked for, silence says nothing; neither does a 404 that anybody may have given.
    for (status, body) in [
        (200, "{}"),
        (200, r#"{"data":null}"#),
        (200, r#"{"data":[]}"#),
        (404, r#"{"message":"no Route matched"}"#),
    ] {
        let looked = s.look_at(status, body).await;
        assert!(matches!(looked, Err(XError::Unavailable { .. })), "{status} {body}: {looked:?}");
    }
}

#[tokio::test]
async fn another_problem_than_not_found_proves_nothing() {
    let s = setup().await;
    let body = r#"{"errors":[{"title":"Forbidden","resource_id":"1abc","resource_type":"space",
        "type":"https://api.x.com/2/problems/not-authorized-for-resource"}]}"#;
    assert!(matches!(s.look_at(200, body).await, Err(XError::Unavailable { .. })));
    let of_a_user = r#"{"errors":[{"title":"Not Found Error","value":"123","resource_type":"user",
        "type":"https://api.twitter.com/2/problems/resource-not-found"}]}"#;
    s.answer_next(200, of_a_user);
    let list = s.client.spaces(&[id("123")], Want::default(), COMMAND).await.expect("an answer");
    assert!(list.gone.is_empty());
}

#[tokio::test]
async fn a_path_that_x_does_not_have_is_not_a_space_that_is_gone() {
    let s = setup().await;
    let url = format!("{}/elsewhere", s.x.url()).parse().expect("an address");
    let lost = Client::new(x::Settings::new(url, SecretString::from("t")), Arc::clone(&s.clock) as _);
    let answer = lost.expect("a client").space(id("1abc"), Want::default(), COMMAND).await;
    assert!(matches!(answer, Err(XError::Unavailable { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_list_tells_who_is_there_and_who_is_gone() {
    let s = setup().await;
    let space = s.live("a");
    let list = s.client.spaces(&[space, id("1none")], Want::default(), COMMAND).await.expect("an answer");
    assert_eq!(list.spaces.iter().map(|space| space.id).collect::<Vec<_>>(), [space]);
    assert_eq!(list.gone, [id("1none")]);
}

#[tokio::test]
async fn every_end_has_its_look() {
    let s = setup().await;
    let looks = [
        (EndLook::Ended, Some(SpaceState::Ended)),
        (EndLook::Canceled, Some(SpaceState::Canceled)),
        (EndLook::NotFound, None),
    ];
    for (look, state) in looks {
        let space = s.live("a");
        s.x.end_as(space.as_str(), look).expect("a Space");
        let seen = match s.look(space).await.expect("an answer") {
            Lookup::Found(space) => Some(space.state),
            Lookup::NotFound => None,
        };
        assert_eq!(seen, state);
    }
}

#[tokio::test]
async fn odd_fields_are_tolerated() {
    let s = setup().await;
    let body = r#"{"data":{"id":"1abc","state":"intermission","title":"","lang":null,"participant_count":"12",
        "subscriber_count":-3,"is_ticketed":"true","creator_id":77,"host_ids":["77","x","77"],
        "started_at":"yesterday","scheduled_start":"2026-08-14T12:00:00.000Z","new_thing":{"a":[1]}}}"#;
    let space = found(s.look_at(200, body).await.expect("an answer"));
    assert_eq!(space.state, SpaceState::Other("intermission".to_owned()));
    assert_eq!((space.title.as_deref(), space.lang, space.started_at), (Some(""), None, None));
    assert_eq!((space.participant_count, space.subscriber_count), (Some(12), None));
    assert_eq!((space.is_ticketed, space.creator), (Some(true), Some(user("77"))));
    assert_eq!(space.hosts, [user("77")]);
    assert_eq!(space.scheduled_start, Some(start()));
    let bare = found(s.look_at(200, r#"{"data":{"id":"1abc"}}"#).await.expect("an answer"));
    assert_eq!(bare, Space::bare(id("1abc"), SpaceState::Other("unknown".to_owned())));
}

#[tokio::test]
async fn fields_that_x_leaves_out_are_missing_not_wrong() {
    let s = setup().await;
    let space = s.live("a");
    let expandable = SpaceField::ALL.into_iter().filter(|field| field.expandable());
    s.x.omit(space.as_str(), expandable).expect("a Space");
    let seen = found(s.look(space).await.expect("an answer"));
    assert_eq!((seen.creator, seen.hosts.len(), seen.speaker_count), (None, 0, None));
}

#[tokio::test]
async fn one_broken_space_does_not_lose_the_others() {
    let s = setup().await;
    let body = r#"{"data":[{"id":"1a","state":"live"},7,{"state":"live"},{"id":"not an id"},null,
        {"id":"1b","state":"scheduled"},{"id":"1a","state":"ended"}],"includes":{"users":[{"id":"5"}, "?"]}}"#;
    s.answer_next(200, body);
    let list = s.client.search("a", SearchState::All, 10, Want::default(), COMMAND).await.expect("an answer");
    let seen: Vec<_> = list.spaces.iter().map(|space| (space.id, &space.state)).collect();
    assert_eq!(seen, [(id("1a"), &SpaceState::Live), (id("1b"), &SpaceState::Scheduled)]);
}

#[tokio::test]
async fn a_refused_field_is_learned_and_dropped() {
    let s = setup_with(sim::Settings::validating(), |_| {}).await;
    let space = s.live("a");
    let answer = s.client.space(space, Want::WATCHED, Cause::Hosts).await.expect("an answer");
    let seen = found(answer.value);
    assert_eq!((seen.creator, seen.hosts), (Some(user("1111")), vec![user("1111")]));
    assert_eq!(s.x.requests().len(), 2, "one that was refused, one without what was refused");
    assert!(!s.last_param("space.fields").contains(&"creator_id".to_owned()));
    assert!(s.last_param("expansions").contains(&"creator_id".to_owned()));
    s.client.spaces(&[space], Want::WATCHED, Cause::Hosts).await.expect("an answer");
    assert_eq!(s.x.requests().len(), 3, "it isn't asked for again");
}

#[tokio::test]
async fn a_refusal_may_name_its_field_in_many_ways() {
    let refusals = [
        r#"{"errors":[{"parameters":{"space.fields":["host_ids"]},"message":"no"}],"title":"Invalid Request"}"#,
        r#"{"errors":[{"parameters":{"space.fields":["id,title,host_ids,creator_id"]},
            "message":"The `space.fields` query parameter value [host_ids] is not one of [id,title]"}]}"#,
        r#"{"errors":[{"message":"The `space.fields` query parameter value [host_ids] is not one of [id]"}]}"#,
        r#"{"title":"Invalid Request","detail":"bad","parameter":"space.fields","value":"host_ids",
            "type":"https://api.x.com/2/problems/invalid-request"}"#,
        r#"{"errors":[{"message":"host_ids is no field"}]}"#,
    ];
    for refusal in refusals {
        let s = setup().await;
        let space = s.live("a");
        s.answer_next(400, refusal);
        found(s.look(space).await.expect("an answer"));
        let fields = s.last_param("space.fields");
        assert!(!fields.contains(&"host_ids".to_owned()), "{refusal}");
        assert!(fields.contains(&"creator_id".to_owned()), "{refusal}");
        assert!(fields.contains(&"title".to_owned()), "{refusal}");
        assert_eq!(s.last_param("expansions"), ["host_ids"], "{refusal}");
    }
}

#[tokio::test]
async fn refusals_without_end_do_not_loop() {
    let s = setup().await;
    let answer = s.look_at(400, r#"{"errors":[{"parameters":{"ids":["1abc"]},"message":"bad id"}]}"#).await;
    assert!(matches!(answer, Err(XError::Refused { .. })));
    assert_eq!(s.x.requests().len(), 1);
    for field in ["title", "lang", "host_ids", "creator_id", "topic_ids", "state"] {
        s.answer_next(400, &format!(r#"{{"errors":[{{"parameters":{{"space.fields":["{field}"]}}}}]}}"#));
    }
    assert!(matches!(s.look(id("1abc")).await, Err(XError::Refused { .. })));
    assert_eq!(s.x.requests().len(), 5);
}

#[tokio::test]
async fn whatever_breaks_is_unavailable_and_says_nothing_about_the_space() {
    let s = setup_with(sim::Settings::default(), |settings| {
        settings.total_timeout = Duration::from_secs(3);
    })
    .await;
    let space = s.live("a");
    let faults = [
        Fault::status(500),
        Fault::status(503),
        Fault::Html { status: 200 },
        Fault::Html { status: 403 },
        Fault::Html { status: 404 },
        Fault::Garbage,
        Fault::Truncated,
        Fault::Hang,
        Fault::Stall,
        Fault::Close,
        Fault::Status { status: 200, body: Some(String::new()) },
    ];
    for fault in faults {
        s.x.fault(fault.clone(), Scope::everywhere().next(1));
        let answer = s.look(space).await;
        assert!(matches!(answer, Err(XError::Unavailable { .. })), "{fault:?}: {answer:?}");
    }
    found(s.look(space).await.expect("an answer"));
}

#[tokio::test]
async fn an_answer_beyond_the_bound_is_not_taken() {
    let s = setup_with(sim::Settings::default(), |settings| settings.body_limit_bytes = 20).await;
    let space = s.live("a");
    let answer = s.look(space).await;
    let Err(XError::Unavailable { source: Outage::TooLarge { limit_bytes: 20 } }) = answer else {
        panic!("{answer:?}")
    };
}

#[tokio::test]
async fn after_an_outage_the_background_backs_off_and_commands_do_not() {
    let s = setup().await;
    let space = s.live("a");
    s.x.fault(Fault::status(503), Scope::everywhere().next(2));
    let watch = || s.client.space(space, Want::WATCHED, Cause::Hosts);
    assert!(matches!(watch().await, Err(XError::Unavailable { .. })));
    assert!(s.client.next_background_at(Endpoint::Space) > s.clock.now());
    s.advance(Duration::from_secs(4));
    assert!(matches!(watch().await, Err(XError::Unavailable { .. })));
    let second = s.client.next_background_at(Endpoint::Space);
    let Err(XError::RateLimited { until }) = watch().await else { panic!("not refused") };
    assert!(second > s.clock.now() && until <= second);
    found(s.look(space).await.expect("a command may try at once"));
    s.advance(Duration::from_secs(4));
    watch().await.expect("the command's answer ended the back-off");
}

#[tokio::test]
async fn refused_tokens_are_told_apart_and_never_shown() {
    let s = setup_with(sim::Settings::default(), |settings| {
        settings.bearer = SecretString::from("top-secret");
    })
    .await;
    let error = s.look(id("1abc")).await.expect_err("a wrong token");
    assert!(matches!(error, XError::Unauthorized));
    assert!(!format!("{error:?}{error}").contains("top-secret"));
    let s = setup().await;
    s.x.fault(Fault::status(403), Scope::everywhere());
    assert!(matches!(s.look(id("1abc")).await, Err(XError::Forbidden { .. })));
}

#[tokio::test]
async fn spent_credits_are_not_a_rate_limit() {
    for spent_status in [SpentStatus::TooManyRequests, SpentStatus::PaymentRequired] {
        let s = setup_with(sim::Settings { spent_status, ..sim::Settings::default() }, |_| {}).await;
        let space = s.live("a");
        let mut credits = s.client.credits();
        s.x.set_credits(Some(0));
        let Err(XError::CreditsSpent { probe_at }) = s.look(space).await else { panic!("not told") };
        assert_eq!(probe_at, start() + SignedDuration::from_mins(10));
        assert!(credits.has_changed().expect("a client"));
        assert!(matches!(*credits.borrow_and_update(), Credits::Spent { since, .. } if since == start()));
        // Nothing is asked meanwhile, on any endpoint.
        let other = s.client.user_by_username(&name("host_1"), COMMAND).await;
        assert!(matches!(other, Err(XError::CreditsSpent { .. })));
        assert_eq!(s.client.next_background_at(Endpoint::Search), probe_at);
        assert_eq!(s.x.requests().len(), 1);
        // One probe, which fails; then one that doesn't.
        s.advance(Duration::from_mins(10));
        assert!(matches!(s.look(space).await, Err(XError::CreditsSpent { .. })));
        assert!(matches!(s.look(space).await, Err(XError::CreditsSpent { .. })));
        assert_eq!(s.x.requests().len(), 2);
        s.x.set_credits(None);
        s.advance(Duration::from_mins(10));
        found(s.look(space).await.expect("an answer"));
        assert_eq!(*credits.borrow_and_update(), Credits::Available);
    }
}

#[tokio::test]
async fn usage_capped_counts_on_any_status() {
    for status in [200, 400, 403, 429, 503] {
        let s = setup().await;
        s.x.fault(Fault::UsageCapped { status }, Scope::everywhere());
        assert!(matches!(s.look(id("1abc")).await, Err(XError::CreditsSpent { .. })), "{status}");
    }
}

#[tokio::test]
async fn a_429_is_waited_out_and_its_reset_doubted() {
    let cases =
        [(Reset::In(Duration::from_mins(5)), 301), (Reset::Absent, 60), (Reset::Past, 60), (Reset::Far, 60)];
    for (reset, wait) in cases {
        let s = setup().await;
        let space = s.live("a");
        s.x.fault(Fault::TooManyRequests(reset), Scope::on(sim::Endpoint::SpaceById).next(1));
        let Err(XError::RateLimited { until }) = s.look(space).await else { panic!("not limited") };
        assert_eq!(until, start() + SignedDuration::from_secs(wait), "{reset:?}");
        assert!(matches!(s.look(space).await, Err(XError::RateLimited { .. })));
        assert_eq!(s.x.requests().len(), 1, "commands wait too");
        s.client.spaces(&[space], Want::default(), COMMAND).await.expect("another endpoint is open");
        s.advance(Duration::from_secs(wait.unsigned_abs()));
        found(s.look(space).await.expect("an answer"));
    }
}

#[tokio::test]
async fn a_429_by_the_limit_a_second_does_not_cost_minutes() {
    for burst_headers in [BurstHeaders::OfTheSecond, BurstHeaders::OfTheWindow] {
        let mut settings = sim::Settings::default();
        settings.rules.burst_headers = burst_headers;
        let token = SecretString::from(settings.bearer_token.clone());
        let s = setup_with(settings, |_| {}).await;
        // Somebody else with the same token was there in this very second.
        let url = s.x.url().parse().expect("an address");
        let other = Client::new(x::Settings::new(url, token), Arc::clone(&s.clock) as _).expect("a client");
        // A client that is new leaves the first second to whoever was there before.
        s.advance(Duration::from_secs(2));
        let hosts = [user("1111")];
        let ask = |client: &Client| {
            let client = client.clone();
            async move { client.spaces_by_creators(&hosts, Want::WATCHED, Cause::Hosts).await }
        };
        ask(&other).await.expect("an answer");
        let Err(XError::RateLimited { until }) = ask(&s.client).await else { panic!("not limited") };
        let next = s.client.next_background_at(Endpoint::SpacesByCreators);
        assert!(until.max(next) <= start() + SignedDuration::from_secs(10), "{until} {next}");
        s.advance(Duration::from_secs(10));
        ask(&s.client).await.expect("an answer");
    }
}

#[tokio::test]
async fn a_lane_that_asks_when_it_is_told_is_never_refused_nor_limited() {
    let s = setup_with(sim::Settings::default(), |_| {}).await;
    let space = s.live("a");
    let mut asked = 0;
    while s.clock.now() < start() + SignedDuration::from_mins(31) {
        let next = s.client.next_background_at(Endpoint::Spaces);
        let wait = next.duration_since(s.clock.now());
        s.advance(Duration::try_from(wait).expect("not in the past"));
        s.client.spaces(&[space], Want::WATCHED, Cause::Hosts).await.expect("its turn");
        let early = s.client.spaces(&[space], Want::WATCHED, Cause::Hosts).await;
        assert!(matches!(early, Err(XError::RateLimited { until }) if until > s.clock.now()));
        asked += 1;
    }
    assert_eq!(s.x.refusals(), 0);
    assert!((480..=500).contains(&asked), "{asked} in 31 minutes");
}

#[tokio::test]
async fn commands_at_once_stop_at_the_limit_and_never_see_a_429() {
    let s = setup().await;
    let space = s.live("a");
    s.look(space).await.expect("an answer");
    let asks: Vec<_> = (0..320)
        .map(|_| {
            let client = s.client.clone();
            tokio::spawn(async move { client.space(space, Want::default(), COMMAND).await })
        })
        .collect();
    let mut limited = 0;
    for ask in asks {
        match ask.await.expect("a task") {
            Ok(_) => {}
            Err(XError::RateLimited { until }) if until > start() => limited += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((s.x.count(sim::Endpoint::SpaceById), limited, s.x.refusals()), (300, 21, 0));
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_gives_its_place_back() {
    let s = setup().await;
    s.x.fault(Fault::Hang, Scope::everywhere().next(1));
    let client = s.client.clone();
    let ask = tokio::spawn(async move { client.space(id("1abc"), Want::default(), COMMAND).await.is_ok() });
    s.x.wait_for_request(|_| true, Duration::from_secs(5)).await.expect("a request");
    ask.abort();
    assert!(ask.await.is_err());
    s.advance(Duration::from_mins(16));
    assert_eq!(s.client.remaining(Endpoint::Space), 300);
}

#[tokio::test]
async fn nothing_that_may_be_billed_is_asked_on_a_budget_of_nothing() {
    let s = setup_with(sim::Settings::default(), |settings| settings.daily_budget = MicroDollars::ZERO).await;
    let space = s.live("a");
    let hosts = [user("1111")];
    let refused = [
        s.look(space).await.err(),
        s.client.spaces(&[space], Want::WATCHED, Cause::Hosts).await.err(),
        s.client.spaces_by_creators(&hosts, Want::WATCHED, Cause::Hosts).await.err(),
        s.client.search("a", SearchState::Live, 10, Want::WATCHED, Cause::Keywords).await.err(),
        s.client.user_by_username(&name("host_1"), COMMAND).await.err(),
        s.client.users_by_usernames(&[name("host_1")], COMMAND).await.err(),
        s.client.users_by_ids(&hosts, COMMAND).await.err(),
    ];
    for error in refused {
        let Some(XError::BudgetSpent { which: Budget::TooSmall, until }) = error else { panic!("{error:?}") };
        assert_eq!(until.to_string(), "2026-08-15T00:00:00Z");
    }
    assert!(s.x.requests().is_empty());
}

#[tokio::test]
async fn what_is_paid_for_can_still_be_looked_at() {
    let budget = |settings: &mut x::Settings| settings.daily_budget = MicroDollars(10_000);
    let s = setup_with(sim::Settings::default(), budget).await;
    let (one, two, three) = (s.live("a"), s.live("b"), s.live("c"));
    let list = s.client.spaces(&[one, two, three], Want::WATCHED, Cause::Hosts).await.expect("an answer");
    assert_eq!((list.spaces.len(), list.unasked), (2, vec![three]));
    s.advance(Duration::from_mins(1));
    s.x.end(one.as_str()).expect("a Space");
    let list = s.client.spaces(&[three, one], Want::HOSTS, Cause::Hosts).await.expect("an answer");
    assert_eq!(list.spaces[0].state, SpaceState::Ended);
    assert_eq!(list.unasked, [three]);
    assert!(list.users.is_empty(), "accounts would have been billed");
    assert_eq!(s.x.bill().micros, 10_000);
    let error = s.client.space(three, Want::default(), Cause::Hosts).await.expect_err("nothing left");
    assert!(matches!(error, XError::BudgetSpent { which: Budget::Day, .. }));
    s.advance(Duration::from_hours(12));
    s.client.space(three, Want::WATCHED, Cause::Hosts).await.expect("another day");
}

#[tokio::test]
async fn a_search_asks_for_no_more_than_its_server_may_spend() {
    let budget = |settings: &mut x::Settings| settings.daily_budget = MicroDollars(100_000);
    let s = setup_with(sim::Settings::default(), budget).await;
    let guild = Cause::Command { guild: Some(GuildId::new(9)) };
    for _ in 0..5 {
        s.live("rust");
    }
    let search = || s.client.search("rust", SearchState::All, 100, Want::default(), guild);
    assert_eq!(search().await.expect("an answer").spaces.len(), 2, "a tenth of the budget buys two");
    let error = search().await.expect_err("spent");
    assert!(matches!(error, XError::BudgetSpent { which: Budget::Guild, .. }));
    let rows = s.client.spending().unsaved().drain();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].day.to_string(), "2026-08-14");
    assert_eq!((rows[0].cause, rows[0].kind), (guild, Kind::Space));
    // The rows make the same bill again after a restart.
    let mut settings =
        x::Settings::new(s.x.url().parse().expect("an address"), SecretString::from("another"));
    budget(&mut settings);
    let again = Client::new(settings, Arc::clone(&s.clock) as _).expect("a client");
    again.spending().restore(rows);
    assert_eq!(again.spending().may_spend(guild), Err(Budget::Guild));
    assert_eq!(again.spending().spent_today(), s.client.spending().spent_today());
}

#[tokio::test]
async fn accounts_are_found_remembered_and_forgotten() {
    let s = setup().await;
    s.x.add_user(2222, "second", "Two");
    let names = [name("HOST_1"), name("nobody")];
    let list = s.client.users_by_usernames(&names, COMMAND).await.expect("an answer");
    assert_eq!(list.users[0].id, user("1111"));
    assert_eq!(list.gone, [name("nobody")]);
    let ids = [user("2222"), user("3333")];
    let list = s.client.users_by_ids(&ids, COMMAND).await.expect("an answer");
    assert_eq!((list.users.len(), list.gone), (1, vec![user("3333")]));
    assert_eq!(s.client.users().unsaved().drain().len(), 2);
    s.x.remove_user(2222).expect("an account");
    let list = s.client.users_by_ids(&ids[..1], COMMAND).await.expect("an answer");
    assert_eq!(list.gone, [user("2222")]);
    assert_eq!(s.client.users().get(user("2222")), None);
    let changes = s.client.users().unsaved().drain();
    assert_eq!(changes, [x::UserChange::Forgotten(user("2222"))]);
}

#[tokio::test]
async fn speakers_come_only_when_they_are_wanted() {
    let s = setup().await;
    let space = s.live("a");
    s.x.add_user(2222, "second", "Two");
    s.x.add_speaker(space.as_str(), 2222).expect("a Space");
    let answer = s.client.space(space, Want::SPEAKERS, COMMAND).await.expect("an answer");
    assert!(answer.speakers.contains(&user("2222")));
    assert!(answer.users.iter().any(|shown| shown.id == user("2222")));
}

#[tokio::test]
async fn unusable_questions_are_refused_here() {
    let s = setup().await;
    let many: Vec<UserId> = (1..=101).map(|number: u32| user(&number.to_string())).collect();
    let refused = [
        s.client.spaces_by_creators(&many, Want::WATCHED, Cause::Hosts).await.err(),
        s.client.search("  ", SearchState::All, 10, Want::WATCHED, COMMAND).await.err(),
        s.client.search(&"x".repeat(2049), SearchState::All, 10, Want::WATCHED, COMMAND).await.err(),
    ];
    for error in refused {
        assert!(matches!(error, Some(XError::Refused { .. })), "{error:?}");
    }
    let nothing = s.client.spaces(&[], Want::WATCHED, Cause::Hosts).await.expect("an answer");
    assert!(nothing.spaces.is_empty() && s.x.requests().is_empty());
}
