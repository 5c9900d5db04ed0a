//! What is refused before anything is looked up.

use serde_json::json;
use spacebell_sim::x::{Rules, Settings};

use crate::{Outcome, Scene};

#[tokio::test]
async fn any_other_token_is_401() -> Outcome {
    let scene = Scene::set().await?;
    let seen = scene.get_as("another", "/2/users/100").await?;
    assert_eq!(seen.status, 401);
    assert_eq!(seen.body["title"], "Unauthorized");
    assert_eq!(seen.header("x-rate-limit-limit"), None);
    let bare = scene.client.get(format!("{}/2/users/100", scene.x.url())).send().await?;
    assert_eq!(bare.status(), 401);
    Ok(())
}

#[tokio::test]
async fn an_invalid_request_names_parameter_and_value() -> Outcome {
    let scene = Scene::set().await?;
    let seen = scene.get("/2/spaces?ids=good1,b-d").await?;
    assert_eq!(seen.status, 400);
    assert_eq!(
        seen.body,
        json!({
            "errors": [{
                "parameters": { "ids": ["good1,b-d"] },
                "message": "The `ids` query parameter value [b-d] does not match ^[a-zA-Z0-9]{1,13}$",
            }],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": "https://api.x.com/2/problems/invalid-request",
        })
    );
    Ok(())
}

#[tokio::test]
async fn what_the_documentation_forbids_is_400() -> Outcome {
    let scene = Scene::set().await?;
    let many = vec!["1"; 101].join(",");
    let long = "a".repeat(2049);
    for (path, part) in [
        ("/2/spaces", "can not be empty"),
        ("/2/spaces?ids=", "can not be empty"),
        ("/2/spaces?ids=a,,b", "does not match"),
        (&format!("/2/spaces?ids={many}"), "[101] is not between 1 and 100"),
        ("/2/spaces?ids=a&ids=b", "Duplicate parameters"),
        ("/2/spaces?ids=a&color=red", "[color] is not one of"),
        ("/2/spaces/12345678901234", "does not match"),
        ("/2/spaces/1a?space.fields=", "can not be empty"),
        ("/2/spaces/1a?space.fields=title,mood", "[mood] is not one of"),
        ("/2/spaces/1a?expansions=title", "[title] is not one of"),
        ("/2/spaces/1a?user.fields=shoe", "[shoe] is not one of"),
        ("/2/spaces/1a?topic.fields=shoe", "[shoe] is not one of"),
        ("/2/spaces/by/creator_ids?user_ids=alice", "does not match ^[0-9]{1,19}$"),
        ("/2/spaces/search", "can not be empty"),
        (&format!("/2/spaces/search?query={long}"), "longer than 2048"),
        ("/2/spaces/search?query=a&state=ended", "[ended] is not one of"),
        ("/2/spaces/search?query=a&max_results=0", "[0] is not between 1 and 100"),
        ("/2/spaces/search?query=a&max_results=101", "[101] is not between 1 and 100"),
        ("/2/spaces/1a/tweets?pagination_token=x", "[x] is not valid"),
        ("/2/users/alice", "does not match"),
        ("/2/users?ids=12345678901234567890", "does not match"),
        ("/2/users/by/username/far_too_long_name", "does not match"),
        ("/2/users/by?usernames=%40alice", "does not match ^[A-Za-z0-9_]{1,15}$"),
    ] {
        let seen = scene.get(path).await?;
        assert_eq!(seen.status, 400, "{path}");
        assert!(seen.message().contains(part), "{path}: {}", seen.message());
    }
    assert_eq!(scene.x.bill().micros, 0);
    Ok(())
}

#[tokio::test]
async fn a_validating_server_refuses_each_field_that_holds_ids() -> Outcome {
    let scene = Scene::with(Settings { rules: Rules::lifted(), ..Settings::validating() }).await?;
    let id = scene.live("Rust")?;
    let seen = scene.get(&format!("/2/spaces/{id}?space.fields=title,host_ids,creator_id")).await?;
    assert_eq!(seen.status, 400);
    let messages: Vec<&str> = seen.body["errors"]
        .as_array()
        .ok_or("no errors")?
        .iter()
        .filter_map(|error| error["message"].as_str())
        .collect();
    let head = "The `space.fields` query parameter value";
    assert_eq!(messages.len(), 2);
    assert!(messages[0].starts_with(&format!("{head} [host_ids] is not one of [")));
    assert!(messages[1].starts_with(&format!("{head} [creator_id] is not one of [")));
    assert_eq!(
        seen.body["errors"][0]["parameters"],
        json!({ "space.fields": ["title,host_ids,creator_id"] })
    );
    let seen = scene.get(&format!("/2/spaces/{id}?space.fields=title&expansions=host_ids")).await?;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body["data"]["host_ids"], json!(["100"]));
    Ok(())
}

#[tokio::test]
async fn an_unknown_path_is_404_without_a_body() -> Outcome {
    let scene = Scene::set().await?;
    let answer =
        scene.client.get(format!("{}/2/nothing", scene.x.url())).bearer_auth(&scene.token).send().await?;
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.text().await?, "");
    Ok(())
}
