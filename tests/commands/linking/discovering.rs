//! `/discover following`: what is on by accounts that the asker follows, with the cost said before it is spent.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use spacebell::commands::Reply;
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::Place;
use spacebell::x::MicroDollars;
use spacebell_sim::x;

use super::{KEY, LEE, Linked, linker};
use crate::stage::{MONA, NOON, Stage, show};

/// Ada follows that many accounts, each with a live Space; the last one to be followed comes first.
fn follows(linked: &Linked, count: u32) {
    for number in 1..=count {
        let host = linked.stage.x.add_user(
            format!("7{number:03}"),
            &format!("host{number}"),
            &format!("Host {number}"),
        );
        linked.stage.x.follow(&linked.ada, &host).expect("they are there");
        let space = linked.stage.x.start_now(&host, &format!("Talk {number}")).expect("a Space");
        linked.stage.x.set_count(&space, u64::from(number)).expect("it is there");
    }
}

async fn asks(linked: &Linked) -> Reply {
    linked.stage.say("discover", "following", json!({})).await
}

async fn reads(linked: &Linked) -> Reply {
    linked.stage.press(MONA, Press { by: MONA.into(), deed: Deed::ReadFollowing }).await
}

/// A reply without the ids of Spaces, which differ.
fn redacted(text: &str) -> String {
    let mut out = Vec::new();
    for line in text.lines() {
        let shown = match (line.find("/i/spaces/"), line.rfind(" = ")) {
            (Some(at), _) => {
                let end = line[at + 10..]
                    .find(|c: char| !c.is_ascii_alphanumeric())
                    .map_or(line.len(), |it| at + 10 + it);
                format!("{}/i/spaces/…{}", &line[..at], &line[end..])
            }
            (None, Some(at)) if line.starts_with("  - ") => format!("{} = …", &line[..at]),
            _ => line.to_owned(),
        };
        out.push(shown);
    }
    out.join("\n")
}

#[tokio::test]
async fn where_x_answers_by_itself_it_costs_the_spaces_alone() {
    let linked = Linked::set().await;
    linked.stage.x.configure(|settings| settings.following_spaces = true);
    linked.links().await;
    follows(&linked, 7);
    let later: Timestamp = NOON.parse().expect("a time");
    let host = linked.stage.x.add_user("7100", "later", "Later");
    linked.stage.x.follow(&linked.ada, &host).expect("they are there");
    linked.stage.x.schedule(&host, "Tomorrow", later + SignedDuration::from_hours(24)).expect("a Space");
    let first = asks(&linked).await;
    assert!(first.private);
    let turned = linked.stage.press(MONA, Press { by: MONA.into(), deed: Deed::Following { page: 1 } }).await;
    assert_eq!((turned.private, turned.place), (true, Place::InPlace));
    insta::assert_snapshot!("following", redacted(&[show(&first), show(&turned)].join("\n")));
    assert!(linked.asked(x::Endpoint::UserFollowing).is_empty(), "nobody's list is read for it");
}

#[tokio::test]
async fn what_reading_costs_is_said_before_it_is_spent_and_is_capped() {
    let mut linked = Linked::set().await;
    linked.links().await;
    follows(&linked, 5);
    let spent = || linked.stage.app.x.spending().spent_today().total;
    let before = spent();
    let asked = asks(&linked).await;
    assert_eq!(spent(), before, "nothing is spent by asking");
    assert!(linked.asked(x::Endpoint::UserFollowing).is_empty());
    let read = reads(&linked).await;
    assert_eq!((read.private, read.place), (true, Place::InPlace));
    // Three accounts and the three Spaces that they host, the accounts followed last.
    assert_eq!(spent().0 - before.0, 3 * 10_000 + 3 * 5_000);
    let shown = redacted(&show(&read));
    assert!(shown.contains("Talk 5") && shown.contains("Talk 3") && !shown.contains("Talk 2"), "{shown}");
    // It was kept: asked again, nothing is read.
    let again = asks(&linked).await;
    assert!(show(&again).contains("Talk 5"), "{}", show(&again));
    assert_eq!(linked.asked(x::Endpoint::UserFollowing), [200]);
    let english = show(&asked);
    linked.stage.locale = "ja";
    linked.pass(7 * 24 * 60);
    let japanese = show(&asks(&linked).await);
    insta::assert_snapshot!("following_costs", [english, shown, japanese].join("\n"));
}

#[tokio::test]
async fn that_x_has_no_such_question_is_found_out_once_a_day() {
    let linked = Linked::set().await;
    linked.links().await;
    follows(&linked, 1);
    for _ in 0..3 {
        asks(&linked).await;
    }
    assert_eq!(linked.asked(x::Endpoint::FollowingSpaces).len(), 1);
    linked.pass(24 * 60);
    asks(&linked).await;
    assert_eq!(linked.asked(x::Endpoint::FollowingSpaces).len(), 2);
}

#[tokio::test]
async fn whom_somebody_follows_is_sealed_theirs_alone_and_gone_with_the_link() {
    let linked = Linked::set().await;
    linked.links().await;
    follows(&linked, 2);
    reads(&linked).await;
    let store = &linked.stage.app.store;
    let (sealed, _) = store.following(MONA.into()).await.expect("an answer").expect("a list");
    assert!(!sealed.contains("host1") && !sealed.contains("7001"), "{sealed}");
    assert!(linked.stage.app.x.users().get("7001".parse().expect("an id")).is_none());
    // Somebody else who presses gets nothing of it.
    let press = Press { by: MONA.into(), deed: Deed::Following { page: 0 } };
    let others = linked.stage.press(LEE, press).await;
    assert!(!show(&others).contains("Talk"), "{}", show(&others));
    linked.says("account", "unlink").await;
    assert_eq!(store.following(MONA.into()).await.expect("an answer"), None);
}

#[tokio::test]
async fn nobody_and_nothing_are_said_as_such() {
    let linked = Linked::set().await;
    assert!(show(&asks(&linked).await).contains("linked no account"));
    linked.links().await;
    // Where X forbids that one question, it is tried to read the list; where it forbids that too, it is told.
    linked.stage.x.configure(|settings| settings.following_spaces = true);
    linked.stage.x.fault(x::Fault::status(403), x::Scope::on(x::Endpoint::FollowingSpaces).next(1));
    assert!(asks(&linked).await.content.contains("up to $"));
    linked.stage.x.fault(x::Fault::status(403), x::Scope::on(x::Endpoint::UserFollowing).next(1));
    let said = reads(&linked).await;
    assert!(said.content.contains("X doesn’t let me see whom you follow"), "{}", said.content);
    let read = reads(&linked).await;
    assert!(read.content.contains("Nobody whom you follow"), "{}", read.content);
}

#[tokio::test]
async fn reading_whom_somebody_follows_leaves_room_for_their_spaces() {
    // A server's commands may cost 10 cents of a dollar: ten accounts, of which two are left for Spaces.
    let stage = Stage::with_budget(MicroDollars(1_000_000)).await;
    let mut linked = Linked::on(stage).await;
    linked.stage.app.linker = Some(linker(&linked.stage, &linked.base, &[KEY], 100));
    linked.links().await;
    follows(&linked, 20);
    let asked = asks(&linked).await;
    assert!(asked.content.contains("$0.08**, for the 8 accounts"), "{}", asked.content);
    let read = reads(&linked).await;
    assert!(show(&read).contains("Talk 20"), "{}", show(&read));
}
