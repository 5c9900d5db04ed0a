//! `step`: a table over phases and sights, and properties over whole lives told out of order.
//!
//! That an error ends nothing needs no test: `step` takes an `Observation`, and a failed fetch can't be
//! written as one.

use jiff::SignedDuration;
use proptest::prelude::*;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::watcher::lifecycle::{Event, Observation, Sight, Step, step};

use crate::support::{at, gone, id, known, live, scheduled, secs, seen, space, titled, user};

const START: i64 = 3_600;

fn push_started(asked_at: i64) -> Observation {
    Observation { sight: Sight::Started { id: id("1a"), host: user(1) }, asked_at: at(asked_at) }
}

fn push_ended(asked_at: i64) -> Observation {
    Observation { sight: Sight::Ended { id: id("1a"), host: user(1) }, asked_at: at(asked_at) }
}

fn names(step: &Step) -> Vec<&'static str> {
    step.events
        .iter()
        .map(|event| match event {
            Event::Scheduled => "scheduled",
            Event::Rescheduled { .. } => "rescheduled",
            Event::Renamed => "renamed",
            Event::Retold => "retold",
            Event::Counted => "counted",
            Event::Live { .. } => "live",
            Event::Revived => "revived",
            Event::Ended { .. } => "ended",
            Event::Cancelled => "cancelled",
            Event::NoShow => "no_show",
        })
        .collect()
}

/// What a step comes to: the phase and the events; `None` where it means nothing.
fn outcome(before: Option<&Known>, observation: &Observation) -> Option<(Phase, Vec<&'static str>)> {
    step(before, observation, observation.asked_at).map(|step| (step.known.phase, names(&step)))
}

/// Known since second 100, not for good if it is over.
fn before(phase: Phase) -> Known {
    let mut known = known("1a", phase);
    known.space.scheduled_start = Some(at(START));
    known.seen_at = at(100);
    if phase.is_over() {
        known.over_for_good = false;
        known.rang = phase == Phase::Ended;
        known.over_at = Some(at(100));
    }
    if phase == Phase::NoShow {
        known.space.scheduled_start = Some(at(-3 * 3_600));
    }
    known
}

fn word(state: SpaceState, phase: Phase) -> Space {
    Space { scheduled_start: before(phase).space.scheduled_start, ..space("1a", state) }
}

#[test]
fn each_phase_takes_each_newer_sight_as_the_table_says() {
    use Phase::{Cancelled, Ended, Live, NoShow, Scheduled};
    type Row = (Phase, Option<(Phase, &'static [&'static str])>);
    let table: [(&str, [Row; 5]); 6] = [
        (
            "scheduled",
            [
                (Scheduled, Some((Scheduled, &[]))),
                (NoShow, Some((NoShow, &[]))),
                (Live, None),
                (Ended, None),
                (Cancelled, Some((Scheduled, &["revived"]))),
            ],
        ),
        (
            "live",
            [
                (Scheduled, Some((Live, &["live"]))),
                (NoShow, Some((Live, &["live"]))),
                (Live, Some((Live, &[]))),
                (Ended, Some((Live, &["revived"]))),
                (Cancelled, Some((Live, &["live"]))),
            ],
        ),
        (
            "ended",
            [
                (Scheduled, Some((Ended, &["ended"]))),
                (NoShow, Some((Ended, &["ended"]))),
                (Live, Some((Ended, &["ended"]))),
                (Ended, Some((Ended, &[]))),
                (Cancelled, Some((Ended, &["ended"]))),
            ],
        ),
        (
            "canceled",
            [
                (Scheduled, Some((Cancelled, &["cancelled"]))),
                (NoShow, Some((Cancelled, &["cancelled"]))),
                (Live, Some((Ended, &["ended"]))),
                (Ended, Some((Ended, &[]))),
                (Cancelled, Some((Cancelled, &[]))),
            ],
        ),
        (
            "an unknown word",
            [
                (Scheduled, Some((Scheduled, &[]))),
                (NoShow, Some((NoShow, &[]))),
                (Live, Some((Live, &[]))),
                (Ended, None),
                (Cancelled, None),
            ],
        ),
        (
            "gone",
            [
                (Scheduled, Some((Cancelled, &["cancelled"]))),
                (NoShow, Some((Cancelled, &["cancelled"]))),
                (Live, Some((Ended, &["ended"]))),
                (Ended, None),
                (Cancelled, None),
            ],
        ),
    ];
    for (sight, rows) in table {
        for (phase, expected) in rows {
            let known = before(phase);
            // Within five minutes of the last look, so that nothing can have run unseen.
            let observation = match sight {
                "gone" => gone("1a", 200),
                "an unknown word" => seen(word(SpaceState::from_word("paused"), phase), 200),
                state => seen(word(SpaceState::from_word(state), phase), 200),
            };
            let expected = expected.map(|(phase, events)| (phase, events.to_vec()));
            assert_eq!(outcome(Some(&known), &observation), expected, "{sight}, {phase:?} before");
        }
    }
}

#[test]
fn a_sight_asked_for_earlier_only_takes_a_space_further_never_back() {
    use Phase::{Cancelled, Ended, Live, Scheduled};
    for (phase, observation, expected) in [
        (Scheduled, seen(titled("old", scheduled("1a", START)), 50), None),
        (Scheduled, seen(titled("old", live("1a")), 50), Some((Live, vec!["live"]))),
        (Scheduled, seen(word(SpaceState::Canceled, Scheduled), 50), Some((Cancelled, vec!["cancelled"]))),
        (Scheduled, gone("1a", 50), None),
        (Live, seen(titled("old", live("1a")), 50), None),
        (Live, seen(word(SpaceState::Ended, Live), 50), Some((Ended, vec!["ended"]))),
        (Live, gone("1a", 50), None),
        (Ended, seen(titled("old", live("1a")), 50), None),
        (Ended, seen(titled("old", live("1a")), 100), None),
        // "Not found" took it for cancelled, but it had run.
        (Cancelled, seen(live("1a"), 50), Some((Ended, vec!["ended"]))),
        (Cancelled, seen(scheduled("1a", START), 50), None),
        (Cancelled, seen(scheduled("1a", START), 100), None),
    ] {
        let known = before(phase);
        let step = step(Some(&known), &observation, at(200));
        if let Some(step) = &step {
            assert_eq!(step.known.space.title.as_deref(), Some("A title"), "old words stay old");
            assert_eq!(step.known.seen_at, at(100));
        }
        let outcome = step.map(|step| (step.known.phase, names(&step)));
        assert_eq!(outcome, expected, "{observation:?} after {phase:?}");
    }
}

#[test]
fn what_x_itself_called_over_never_comes_back() {
    for phase in [Phase::Ended, Phase::Cancelled] {
        let known = Known { over_for_good: true, ..before(phase) };
        for observation in [
            seen(live("1a"), 500),
            seen(live("1a"), 50),
            seen(scheduled("1a", START), 500),
            push_started(500),
            push_ended(500),
            gone("1a", 500),
        ] {
            assert_eq!(outcome(Some(&known), &observation), None, "{observation:?}");
        }
    }
}

#[test]
fn x_s_word_corrects_what_not_found_was_taken_for() {
    let cancelled = before(Phase::Cancelled);
    let mut ended = space("1a", SpaceState::Ended);
    ended.started_at = Some(at(10));
    ended.ended_at = Some(at(70));
    let step = step(Some(&cancelled), &seen(ended, 200), at(200)).expect("a step");
    assert_eq!(step.known.phase, Phase::Ended);
    assert_eq!(step.known.duration(), Some(secs(60)));
    assert!(step.known.over_for_good && step.known.rang);
    let told = Event::Ended { duration: Some(secs(60)), peak: None };
    assert_eq!(step.events, [told]);

    let unseen = Known { live_since: None, rang: false, ..before(Phase::Ended) };
    let word = seen(space("1a", SpaceState::Canceled), 200);
    assert_eq!(outcome(Some(&unseen), &word), Some((Phase::Cancelled, vec!["cancelled"])));
}

#[test]
fn a_space_that_was_over_when_first_heard_of_never_rings() {
    for observation in [
        seen(space("1a", SpaceState::Ended), 10),
        seen(space("1a", SpaceState::Canceled), 10),
        gone("1a", 10),
        push_ended(10),
    ] {
        let first = step(None, &observation, at(10)).expect("a tombstone");
        assert!(first.known.phase.is_over() && first.events.is_empty() && first.known.rang);
        for late in [seen(live("1a"), 20), push_started(20), seen(scheduled("1a", START), 20)] {
            let events = step(Some(&first.known), &late, at(20)).map(|step| names(&step)).unwrap_or_default();
            assert!(!events.contains(&"live") && !events.contains(&"scheduled"), "{late:?} rang");
        }
    }
}

#[test]
fn a_word_nobody_knows_makes_no_space_known() {
    let odd = seen(space("1a", SpaceState::from_word("paused")), 10);
    assert_eq!(outcome(None, &odd), None);
}

#[test]
fn push_rings_at_once_and_asks_for_the_rest_but_ends_nothing() {
    let fresh = step(None, &push_started(10), at(10)).expect("a step");
    assert_eq!((names(&fresh), fresh.look_up), (vec!["live"], true));
    let told = step(Some(&fresh.known), &seen(live("1a"), 11), at(11)).expect("a step");
    assert_eq!(names(&told), ["retold"], "the title came; nobody is rung again");

    let begun = step(Some(&before(Phase::Scheduled)), &push_started(200), at(200)).expect("a step");
    assert_eq!((names(&begun), begun.look_up), (vec!["live"], true));
    assert_eq!(outcome(Some(&begun.known), &push_started(201)), None);
    assert_eq!(outcome(Some(&begun.known), &gone("1a", 150)), None, "asked before it began");

    let over = step(Some(&begun.known), &push_ended(300), at(300)).expect("a step");
    assert_eq!((over.known.phase, names(&over), over.look_up), (Phase::Live, vec![], true));

    let lost = step(Some(&before(Phase::Ended)), &push_started(300), at(300)).expect("a step");
    assert_eq!((lost.known.phase, names(&lost), lost.look_up), (Phase::Ended, vec![], true));
}

#[test]
fn a_lookup_that_is_behind_what_x_told_says_nothing_for_a_minute() {
    let fresh = step(None, &push_started(10), at(10)).expect("a step").known;
    for behind in [11, 40, 69] {
        let lookup = step(Some(&fresh), &gone("1a", behind), at(behind)).expect("a step");
        assert_eq!((names(&lookup), lookup.look_up, lookup.known.phase), (vec![], true, Phase::Live));
    }
    assert_eq!(outcome(Some(&fresh), &gone("1a", 70)), Some((Phase::Ended, vec!["ended"])), "then it does");
    // Once a lookup has shown it, the next one that doesn't find it is believed.
    let shown = step(Some(&fresh), &seen(live("1a"), 12), at(12)).expect("a step").known;
    assert_eq!(outcome(Some(&shown), &gone("1a", 13)), Some((Phase::Ended, vec!["ended"])));

    // An end is looked for again as long as lookups show it live, and no longer than a minute.
    let told = step(Some(&shown), &push_ended(100), at(100)).expect("a step").known;
    let still = |seconds| step(Some(&told), &seen(live("1a"), seconds), at(seconds)).expect("a step");
    assert!(still(101).look_up && still(159).look_up && !still(160).look_up);
    assert!(step(Some(&shown), &seen(live("1a"), 101), at(101)).is_some_and(|step| !step.look_up));
}

#[test]
fn gone_long_after_the_last_look_may_have_run_unseen() {
    let known = before(Phase::Scheduled);
    assert_eq!(outcome(Some(&known), &gone("1a", START - 1)), Some((Phase::Cancelled, vec!["cancelled"])));
    assert_eq!(outcome(Some(&known), &gone("1a", START)), Some((Phase::Ended, vec!["ended"])));
    let watched = Known { seen_at: at(START - 100), ..known };
    assert_eq!(
        outcome(Some(&watched), &gone("1a", START + 100)),
        Some((Phase::Cancelled, vec!["cancelled"]))
    );
}

#[test]
fn a_start_two_hours_overdue_is_told_once_and_taken_back_by_a_new_plan() {
    let known = before(Phase::Scheduled);
    let two_hours = START + 7_200;
    let still = step(Some(&known), &seen(scheduled("1a", START), two_hours), at(two_hours)).expect("a step");
    assert_eq!(names(&still), Vec::<&str>::new());
    let overdue =
        step(Some(&known), &seen(scheduled("1a", START), two_hours + 1), at(two_hours + 1)).expect("a step");
    assert_eq!((overdue.known.phase, names(&overdue)), (Phase::NoShow, vec!["no_show"]));
    let again = seen(scheduled("1a", START), two_hours + 60);
    let again = step(Some(&overdue.known), &again, at(two_hours + 60)).expect("a step");
    assert_eq!((again.known.phase, names(&again)), (Phase::NoShow, vec![]));
    let moved = seen(scheduled("1a", START + 86_400), two_hours + 90);
    let moved = step(Some(&overdue.known), &moved, at(two_hours + 90)).expect("a step");
    assert_eq!((moved.known.phase, names(&moved)), (Phase::Scheduled, vec!["rescheduled"]));
    let old = step(None, &seen(scheduled("1a", START), two_hours + 1), at(two_hours + 1)).expect("a step");
    assert_eq!((old.known.phase, names(&old)), (Phase::NoShow, vec![]), "old news rings nobody");
}

#[test]
fn a_start_is_late_from_five_minutes_on() {
    for (start, late_by) in [(START + 299, None), (START + 300, Some(secs(300)))] {
        let begun = Space { started_at: Some(at(start)), scheduled_start: Some(at(START)), ..live("1a") };
        let step =
            step(Some(&before(Phase::Scheduled)), &seen(begun, start + 5), at(start + 5)).expect("a step");
        assert_eq!(step.events, [Event::Live { scheduled_start: Some(at(START)), late_by }]);
        assert_eq!(step.known.live_since, Some(at(start)));
    }
}

#[test]
fn a_count_is_told_when_it_changed_by_a_fifth_and_rested() {
    let people = |count, asked_at| seen(Space { participant_count: Some(count), ..live("1a") }, asked_at);
    let first = step(None, &people(100, 0), at(0)).expect("a step").known;
    for (count, now, told) in [
        (119, 60, false),
        (120, 60, true),
        (80, 60, true),
        (81, 60, false),
        (120, 59, false),
        (100, 3_600, false),
    ] {
        let step = step(Some(&first), &people(count, now), at(now)).expect("a step");
        assert_eq!(step.events == [Event::Counted], told, "{count} after {now} s");
    }
    let old = Known { counted: Some((100, at(7_200))), ..first };
    for (now, told) in [(7_200 + 599, false), (7_200 + 600, true)] {
        let step = step(Some(&old), &people(200, now), at(now)).expect("a step");
        assert_eq!(step.events == [Event::Counted], told, "once it is old, after {now} s");
    }
}

#[test]
fn what_a_newer_answer_doesnt_mention_isnt_forgotten() {
    let full = Space {
        hosts: vec![user(1), user(2)],
        participant_count: Some(5),
        scheduled_start: Some(at(START)),
        lang: Some("en".to_owned()),
        ..live("1a")
    };
    let first = step(None, &seen(full, 0), at(0)).expect("a step").known;
    let bare = Space { title: Some("A title".to_owned()), ..Space::bare(id("1a"), SpaceState::Live) };
    let next = step(Some(&first), &seen(bare, 10), at(10)).expect("a step");
    assert_eq!(next.events, []);
    assert_eq!(next.known.space.hosts, [user(1), user(2)]);
    assert_eq!(next.known.space.creator, Some(user(1)));
    assert_eq!(next.known.space.lang.as_deref(), Some("en"));
    assert_eq!(next.known.peak, Some(5));
}

/// How a Space's life ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    NotYet,
    Ended,
    Cancelled,
    /// X stops finding it, whatever it was.
    Gone,
}

/// A Space's true life, in seconds.
#[derive(Debug, Clone)]
struct Life {
    announced: bool,
    goes_live: bool,
    live_at: i64,
    over_at: i64,
    end: End,
    /// When each next title came, and each next plan.
    renamed: Vec<i64>,
    moved: Vec<i64>,
}

impl Life {
    fn phase_at(&self, t: i64) -> Option<SpaceState> {
        if self.end != End::NotYet && t >= self.over_at {
            return match self.end {
                End::Ended => Some(SpaceState::Ended),
                End::Cancelled => Some(SpaceState::Canceled),
                End::Gone | End::NotYet => None,
            };
        }
        Some(if self.goes_live && t >= self.live_at { SpaceState::Live } else { SpaceState::Scheduled })
    }

    /// What is over isn't renamed any more.
    fn title_at(&self, t: i64) -> String {
        let t = if self.end == End::NotYet { t } else { t.min(self.over_at) };
        format!("title {}", self.renamed.iter().filter(|at| **at <= t).count())
    }

    fn look(&self, t: i64) -> Observation {
        let Some(state) = self.phase_at(t) else { return gone("1a", t) };
        let ran = self.goes_live && t >= self.live_at;
        let moves = i64::try_from(self.moved.iter().filter(|at| **at <= t).count()).expect("few");
        let over = matches!(state, SpaceState::Ended | SpaceState::Canceled);
        seen(
            Space {
                started_at: ran.then(|| at(self.live_at)),
                ended_at: over.then(|| at(self.over_at)),
                // All within the two hours after which a start counts as missed.
                scheduled_start: self.announced.then(|| at(100_000 + 60 * moves)),
                participant_count: (state == SpaceState::Live)
                    .then(|| u32::try_from(t % 977).expect("small")),
                ..titled(&self.title_at(t), space("1a", state))
            },
            t,
        )
    }
}

fn lives() -> impl Strategy<Value = Life> {
    let ends = prop_oneof![Just(End::NotYet), Just(End::Ended), Just(End::Cancelled), Just(End::Gone)];
    let times = || prop::collection::vec(0_i64..1_000, 0..4);
    (any::<bool>(), any::<bool>(), 0_i64..500, 1_i64..500, ends, times(), times()).prop_map(
        |(announced, goes_live, live_at, runs_for, end, renamed, moved)| {
            // A Space is cancelled instead of going live, and ends only after it went live.
            let goes_live = match end {
                End::Ended => true,
                End::Cancelled => false,
                End::NotYet | End::Gone => goes_live || !announced,
            };
            let announced = announced || !goes_live;
            let live_at = if announced { live_at } else { 0 };
            Life { announced, goes_live, live_at, over_at: live_at + runs_for, end, renamed, moved }
        },
    )
}

/// A life, and looks at it: some of them twice, all of them in any order, and one after everything happened.
fn told_out_of_order() -> impl Strategy<Value = (Life, Vec<i64>)> {
    (lives(), prop::collection::vec(0_i64..1_100, 0..12), any::<u64>()).prop_flat_map(
        |(life, looks, twice)| {
            let mut looks: Vec<i64> = looks
                .into_iter()
                .enumerate()
                .flat_map(|(nth, t)| std::iter::repeat_n(t, 1 + usize::from(twice >> nth & 1 == 1)))
                .collect();
            looks.push(1_200);
            (Just(life), Just(looks).prop_shuffle())
        },
    )
}

struct Told {
    known: Option<Known>,
    events: Vec<Event>,
    ended_without_word: bool,
}

fn tell(observations: &[Observation]) -> Told {
    let mut told = Told { known: None, events: Vec::new(), ended_without_word: false };
    let mut heard_of_an_end = false;
    for observation in observations {
        heard_of_an_end |= match &observation.sight {
            Sight::Gone(_) => true,
            Sight::Present(space) => matches!(space.state, SpaceState::Ended | SpaceState::Canceled),
            Sight::Started { .. } | Sight::Ended { .. } => false,
        };
        if let Some(step) = step(told.known.as_ref(), observation, at(1_300)) {
            told.known = Some(step.known);
            told.events.extend(step.events);
        }
        let over = told.known.as_ref().is_some_and(|known| known.phase.is_over());
        told.ended_without_word |= over && !heard_of_an_end;
    }
    told
}

fn is_live(event: &Event) -> bool {
    matches!(event, Event::Live { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn in_whatever_order_a_life_is_told_the_truth_wins_and_it_rings_at_most_once((life, looks) in told_out_of_order()) {
        let observations: Vec<Observation> = looks.iter().map(|t| life.look(*t)).collect();
        let told = tell(&observations);
        let known = told.known.expect("the last look was told");

        let is_seen_live = |t: &&i64| life.phase_at(**t) == Some(SpaceState::Live);
        let expected = match life.end {
            End::NotYet if life.goes_live => Phase::Live,
            End::NotYet => Phase::Scheduled,
            End::Ended => Phase::Ended,
            // Only who saw it live can know that it ran. First heard of as gone, it is laid to rest as ended.
            End::Gone if looks.iter().any(|t| is_seen_live(&t)) => Phase::Ended,
            End::Gone if life.phase_at(looks[0]).is_none() => Phase::Ended,
            End::Cancelled | End::Gone => Phase::Cancelled,
        };
        prop_assert_eq!(known.phase, expected);
        if life.end != End::Gone {
            prop_assert_eq!(known.space.title, Some(life.title_at(1_200)));
        }
        prop_assert!(told.events.iter().filter(|event| is_live(event)).count() <= 1);
        prop_assert!(told.events.iter().filter(|event| **event == Event::Scheduled).count() <= 1);
        prop_assert!(!told.ended_without_word);
        // A Space that was first heard of as over never rings.
        if matches!(life.phase_at(looks[0]), None | Some(SpaceState::Ended | SpaceState::Canceled)) {
            prop_assert!(!told.events.iter().any(|event| is_live(event) || *event == Event::Scheduled));
        }
    }

    #[test]
    fn telling_everything_twice_changes_nothing((life, looks) in told_out_of_order()) {
        let once: Vec<Observation> = looks.iter().map(|t| life.look(*t)).collect();
        let twice: Vec<Observation> = once.iter().flat_map(|seen| [seen.clone(), seen.clone()]).collect();
        let (once, twice) = (tell(&once), tell(&twice));
        prop_assert_eq!(once.known, twice.known);
        prop_assert_eq!(once.events, twice.events);
    }

    #[test]
    fn not_found_for_a_while_is_corrected_and_rings_nobody_twice(
        hiccups in prop::collection::vec(any::<bool>(), 1..20),
    ) {
        let mut observations = vec![seen(scheduled("1a", 100_000), 0), seen(live("1a"), 10)];
        let mut t = 20;
        for found in hiccups {
            observations.push(if found { seen(live("1a"), t) } else { gone("1a", t) });
            t += 10;
        }
        observations.push(seen(live("1a"), t));
        let told = tell(&observations);
        prop_assert_eq!(told.known.expect("it is known").phase, Phase::Live);
        prop_assert_eq!(told.events.iter().filter(|event| is_live(event)).count(), 1);
        let count = |wanted: fn(&Event) -> bool| told.events.iter().filter(|event| wanted(event)).count();
        prop_assert_eq!(
            count(|event| matches!(event, Event::Ended { .. })),
            count(|event| *event == Event::Revived)
        );
    }
}

#[test]
fn the_duration_is_what_x_says_it_is() {
    let mut ended = space("1a", SpaceState::Ended);
    ended.ended_at = Some(at(4_000));
    let step = step(Some(&before(Phase::Live)), &seen(ended, 5_000), at(5_000)).expect("a step");
    assert_eq!(step.known.duration(), Some(SignedDuration::from_secs(4_000)));
}

#[test]
fn since_when_a_space_is_gone_is_since_it_was_last_seen_unless_x_says_it_was_over_before() {
    let step_of = |known: &Known, observation: &Observation| {
        step(Some(known), observation, observation.asked_at).expect("a step").known
    };
    let live_known = before(Phase::Live);
    let days_later = gone("1a", 300_000);
    let over = step_of(&live_known, &days_later);
    assert_eq!((over.over_at, over.gone_since()), (Some(at(300_000)), Some(at(100))));
    // X's own word comes later: it changes nothing of that.
    let again = step_of(&over, &seen(space("1a", SpaceState::Ended), 300_010));
    assert_eq!(again.gone_since(), Some(at(100)));
    let ended_before = Space { ended_at: Some(at(50)), ..space("1a", SpaceState::Ended) };
    assert_eq!(step_of(&live_known, &seen(ended_before, 300_000)).gone_since(), Some(at(50)));
    let back = step_of(&over, &seen(live("1a"), 300_020));
    assert_eq!((back.last_up_at, back.gone_since()), (None, None));
}
