//! `/space posts`: the Posts shared in a Space, what they cost, and why there are none.

use jiff::SignedDuration;
use serde_json::json;
use spacebell::x::{Kind, MicroDollars};
use spacebell_sim::x::{self, Scope};

use crate::stage::{MONA, Stage, press_of, show};

/// What somebody may write to make a message look like something else.
const HOSTILE: &str = "**@everyone** [free](https://evil.test) <@1> \u{202e}txt.exe\n# big\n> quote ||spoiler|| https://evil.test";

async fn shared(count: usize) -> (Stage, x::SpaceId) {
    on(Stage::set().await, count)
}

fn on(stage: Stage, count: usize) -> (Stage, x::SpaceId) {
    let host = stage.x.add_user("11348282", "NASA", "NASA");
    let fan = stage.x.add_user("5", "fan", "A *fan*");
    let space = stage.x.start_now(&host, "Artemis *live*").expect("good test data");
    for nth in 0..count {
        let author = if nth % 2 == 0 { &host } else { &fan };
        let text = match nth {
            0 => HOSTILE.to_owned(),
            1 => "word ".repeat(300),
            nth => format!("Post {nth}"),
        };
        stage.x.share_post(&space, &format!("90000{nth:03}"), author, &text).expect("good test data");
    }
    (stage, space)
}

fn requests(stage: &Stage) -> u64 {
    stage.x.count(x::Endpoint::SpacePosts)
}

fn spent_on_posts(stage: &Stage) -> MicroDollars {
    let spent = stage.app.x.spending().spent_today();
    spent.kinds.iter().find(|(kind, _)| *kind == Kind::Post).expect("a kind").1
}

#[tokio::test]
async fn posts_are_paged_and_no_more_are_paid_for_than_are_shown() {
    for locale in ["en-US", "ja"] {
        let (mut stage, space) = shared(12).await;
        stage.locale = locale;
        let (next, share) = if locale == "ja" { ("次", "共有") } else { ("Next", "Share") };
        let first = stage.say("space", "posts", json!({ "space": space.to_string() })).await;
        assert_eq!((requests(&stage), spent_on_posts(&stage)), (1, MicroDollars(25_000)));
        let second = stage.press(MONA, press_of(&first, next)).await;
        let third = stage.press(MONA, press_of(&second, next)).await;
        assert_eq!((requests(&stage), spent_on_posts(&stage)), (3, MicroDollars(60_000)), "each Post once");
        assert!(!show(&third).contains(next), "there are no more: {}", show(&third));
        // For a minute the answer serves everybody; after that it is asked anew, and billed no second time.
        let again = stage.press(MONA, press_of(&second, share)).await;
        assert!(!again.private && requests(&stage) == 3, "{}", show(&again));
        stage.clock.advance(SignedDuration::from_mins(2));
        let later = stage.press(MONA, press_of(&first, next)).await;
        assert_eq!(later.cards[0].description, second.cards[0].description.clone());
        assert_eq!((requests(&stage), spent_on_posts(&stage)), (4, MicroDollars(60_000)));
        let all = [&first, &second, &third].map(show).join("\n").replace(&space.to_string(), "SPACE");
        insta::assert_snapshot!(format!("posts_{locale}"), all);
    }
}

#[tokio::test]
async fn each_refusal_of_posts_says_what_to_do() {
    for locale in ["en-US", "ja"] {
        let (mut stage, silent) = shared(0).await;
        stage.locale = locale;
        let posts = async |stage: &Stage, space: &str| {
            let reply = stage.say("space", "posts", json!({ "space": space })).await;
            assert!(reply.private && reply.cards.is_empty() && reply.rows.is_empty(), "{}", show(&reply));
            reply.content
        };
        let mut said = vec![posts(&stage, &silent.to_string()).await, posts(&stage, "1gone").await];
        stage.x.fault(x::Fault::status(503), Scope::everywhere());
        said.push(posts(&stage, "1down").await);
        stage.x.clear_faults();
        stage.x.set_credits(Some(0));
        said.push(posts(&stage, "1spent").await);
        let (mut poor, space) = on(Stage::with_budget(MicroDollars(40_000)).await, 3);
        poor.locale = locale;
        said.push(posts(&poor, &space.to_string()).await);
        assert_eq!(requests(&poor), 0, "what can't be paid for isn't asked");
        let (mut asked, space) = shared(1).await;
        asked.locale = locale;
        for nth in 0..5 {
            asked.say("space", "show", json!({ "space": format!("1zz{nth}") })).await;
        }
        said.push(posts(&asked, &space.to_string()).await);
        assert_eq!(requests(&asked), 0, "a person's questions are counted");
        insta::assert_snapshot!(format!("no_posts_{locale}"), said.join("\n"));
    }
}

#[tokio::test]
async fn a_server_that_knows_the_fields_of_posts_by_their_old_name_alone_is_asked_by_that() {
    let (stage, space) = shared(2).await;
    let refusal = json!({ "errors": [{
        "parameters": { "post.fields": ["author_id,created_at"] },
        "message": "The query parameter [post.fields] is not one of [id,max_results,pagination_token,tweet.fields]",
    }], "title": "Invalid Request", "type": "https://api.x.com/2/problems/invalid-request" });
    let fault = x::Fault::Status { status: 400, body: Some(refusal.to_string()) };
    stage.x.fault(fault, Scope::on(x::Endpoint::SpacePosts).next(1));
    let reply = stage.say("space", "posts", json!({ "space": space.to_string() })).await;
    assert!(show(&reply).contains("NASA"), "{}", show(&reply));
    assert_eq!(requests(&stage), 2);
    // Nor does each server know the author's id as a field.
    let (stage, space) = shared(2).await;
    let refusal = json!({ "errors": [{
        "parameters": { "post.fields": ["author_id,created_at"] },
        "message": "The `post.fields` query parameter value [author_id] is not one of [id,text,created_at]",
    }], "title": "Invalid Request", "type": "https://api.x.com/2/problems/invalid-request" });
    let fault = x::Fault::Status { status: 400, body: Some(refusal.to_string()) };
    stage.x.fault(fault, Scope::on(x::Endpoint::SpacePosts).next(1));
    let reply = stage.say("space", "posts", json!({ "space": space.to_string() })).await;
    assert!(show(&reply).contains("Post") && show(&reply).contains("<t:"), "{}", show(&reply));
    assert!(show(&reply).contains("x.com/NASA/status"), "{}", show(&reply));
}
