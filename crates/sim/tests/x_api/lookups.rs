//! Looking up one thing or named things.

use serde_json::{Value, json};
use spacebell_sim::x::{EndLook, NotFound, ProblemHost, Rules, Settings, SpaceField, SpaceId};

use crate::{Outcome, Scene};

#[tokio::test]
async fn only_id_and_state_come_by_default() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    let seen = scene.get(&format!("/2/spaces/{id}")).await?;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body, json!({ "data": { "id": id.as_str(), "state": "live" } }));
    Ok(())
}

#[tokio::test]
async fn space_ids_look_like_those_of_x() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    assert_eq!(id.as_str().len(), 13);
    assert!(id.as_str().starts_with('1') && id.as_str().chars().all(|c| c.is_ascii_alphanumeric()));
    Ok(())
}

#[tokio::test]
async fn named_fields_come_and_empty_ones_are_absent() -> Outcome {
    let scene = Scene::set().await?;
    let bob = scene.x.add_user("200", "bob", "Bob");
    let id = scene.scheduled("Rust")?;
    scene.x.add_cohost(&id, &bob)?;
    scene.x.set_lang(&id, Some("en"))?;
    scene.x.set_subscribers(&id, 7)?;
    let fields: Vec<&str> = SpaceField::ALL.into_iter().map(SpaceField::name).collect();
    let seen = scene.get(&format!("/2/spaces/{id}?space.fields={}", fields.join(","))).await?;
    let data = &seen.body["data"];
    assert_eq!(data["host_ids"], json!(["100", "200"]));
    assert_eq!(data["creator_id"], "100");
    assert_eq!(data["lang"], "en");
    assert_eq!(data["subscriber_count"], 7);
    assert_eq!(data["is_ticketed"], false);
    let start = data["scheduled_start"].as_str().ok_or("no start")?;
    assert_eq!(start.len(), "2026-01-01T00:00:00.000Z".len(), "{start}");
    for absent in ["started_at", "ended_at", "speaker_ids", "invited_user_ids", "topic_ids"] {
        assert_eq!(data.get(absent), None, "{absent}");
    }
    assert_eq!(seen.body.get("includes"), None);
    Ok(())
}

#[tokio::test]
async fn a_title_can_be_null_empty_or_missing() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    let path = format!("/2/spaces/{id}?space.fields=title");
    scene.x.rename(&id, None)?;
    assert_eq!(scene.get(&path).await?.body["data"].get("title"), Some(&Value::Null));
    scene.x.rename(&id, Some(""))?;
    assert_eq!(scene.get(&path).await?.body["data"]["title"], "");
    scene.x.omit(&id, [SpaceField::Title])?;
    assert_eq!(scene.get(&path).await?.body["data"].get("title"), None);
    Ok(())
}

#[tokio::test]
async fn expansions_put_users_and_topics_into_includes_once() -> Outcome {
    let scene = Scene::set().await?;
    let bob = scene.x.add_user("200", "bob", "Bob");
    let id = scene.live("Rust")?;
    scene.x.add_topic("9", "Science", "All of it");
    scene.x.set_topics(&id, &["9"])?;
    scene.x.add_speaker(&id, &bob)?;
    let path = format!("/2/spaces/{id}?expansions=creator_id,host_ids,speaker_ids,topic_ids");
    let seen = scene.get(&format!("{path}&user.fields=verified&topic.fields=description")).await?;
    assert_eq!(
        seen.body["includes"]["users"],
        json!([
            { "id": "100", "name": "Alice A.", "username": "Alice", "verified": false },
            { "id": "200", "name": "Bob", "username": "bob", "verified": false },
        ])
    );
    assert_eq!(
        seen.body["includes"]["topics"],
        json!([{ "id": "9", "name": "Science", "description": "All of it" }])
    );
    assert_eq!(seen.body["data"]["host_ids"], json!(["100"]));
    scene.x.configure(|settings| settings.expansions_show_fields = false);
    let seen = scene.get(&path).await?;
    assert_eq!(seen.body["data"].get("host_ids"), None);
    assert_eq!(seen.body["includes"]["users"].as_array().map(Vec::len), Some(2));
    Ok(())
}

#[tokio::test]
async fn not_found_is_200_with_errors_and_no_data() -> Outcome {
    let scene = Scene::set().await?;
    let seen = scene.get("/2/spaces/1zzzzzzzzzzzz").await?;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body.get("data"), None);
    assert_eq!(
        seen.body["errors"],
        json!([{
            "value": "1zzzzzzzzzzzz",
            "resource_id": "1zzzzzzzzzzzz",
            "parameter": "id",
            "resource_type": "space",
            "title": "Not Found Error",
            "detail": "Could not find space with id: [1zzzzzzzzzzzz].",
            "type": "https://api.x.com/2/problems/resource-not-found",
        }])
    );
    Ok(())
}

#[tokio::test]
async fn not_found_can_be_404_of_the_other_host() -> Outcome {
    let scene = Scene::with(Settings {
        not_found: NotFound::Status404,
        problem_host: ProblemHost::Twitter,
        ..Settings::default()
    })
    .await?;
    let seen = scene.get("/2/users/by/username/nobody").await?;
    assert_eq!(seen.status, 404);
    assert_eq!(seen.body["errors"][0]["type"], "https://api.twitter.com/2/problems/resource-not-found");
    assert_eq!(scene.get("/2/users/by?usernames=nobody").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_list_gives_partial_success() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    let seen = scene.get(&format!("/2/spaces?ids=1gone,{id},{id}")).await?;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.ids(), [id.as_str()]);
    assert_eq!(seen.body["errors"][0]["resource_id"], "1gone");
    assert_eq!(seen.body["errors"][0]["parameter"], "ids");
    let seen = scene.get("/2/spaces?ids=1gone").await?;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body.get("data"), None);
    Ok(())
}

#[tokio::test]
async fn an_end_shows_in_each_of_its_ways() -> Outcome {
    let scene = Scene::set().await?;
    let fields = "?space.fields=ended_at";
    let ended = scene.live("a")?;
    scene.x.end(&ended)?;
    let seen = scene.get(&format!("/2/spaces/{ended}{fields}")).await?;
    assert_eq!(seen.body["data"]["state"], "ended");
    assert!(seen.body["data"]["ended_at"].is_string());

    let cancelled = scene.scheduled("b")?;
    scene.x.cancel(&cancelled)?;
    let seen = scene.get(&format!("/2/spaces/{cancelled}{fields}")).await?;
    assert_eq!(seen.body["data"]["state"], "canceled");
    assert_eq!(seen.body["data"].get("ended_at"), None);

    let hidden = scene.live("c")?;
    scene.x.end_as(&hidden, EndLook::NotFound)?;
    let removed = scene.live("d")?;
    scene.x.remove(&removed)?;
    for id in [hidden, removed] {
        let seen = scene.get(&format!("/2/spaces/{id}")).await?;
        assert_eq!(seen.body.get("data"), None);
        assert_eq!(seen.body["errors"][0]["title"], "Not Found Error");
    }
    scene.x.configure(|settings| settings.ends = EndLook::NotFound);
    let id = scene.live("e")?;
    scene.x.end(&id)?;
    assert_eq!(scene.get(&format!("/2/spaces/{id}")).await?.body.get("data"), None);
    Ok(())
}

#[tokio::test]
async fn a_space_starts_once_and_ends_once() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.scheduled("Rust")?;
    scene.x.start_space(&id)?;
    assert!(scene.x.start_space(&id).is_err());
    scene.x.end(&id)?;
    assert!(scene.x.end(&id).is_err());
    assert!(scene.x.end(SpaceId::from("1nothing")).is_err());
    assert!(scene.x.start_now("404", "nobody's").is_err());
    Ok(())
}

#[tokio::test]
async fn an_unknown_state_is_shown_as_it_is() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    scene.x.set_raw_state(&id, Some("paused"))?;
    let seen = scene.get(&format!("/2/spaces/{id}")).await?;
    assert_eq!(seen.body["data"]["state"], "paused");
    assert_eq!(scene.get("/2/spaces/by/creator_ids?user_ids=100").await?.ids(), [id.as_str()]);
    Ok(())
}

#[tokio::test]
async fn users_are_found_by_id_and_by_name_in_any_case() -> Outcome {
    let scene = Scene::set().await?;
    let data = json!({ "id": "100", "name": "Alice A.", "username": "Alice" });
    for path in ["/2/users/100", "/2/users/by/username/aLICE"] {
        assert_eq!(scene.get(path).await?.body, json!({ "data": data }), "{path}");
    }
    let seen = scene.get("/2/users?ids=100,404").await?;
    assert_eq!(seen.body["data"], json!([data]));
    assert_eq!(seen.body["errors"][0]["resource_type"], "user");
    let seen = scene.get("/2/users/by?usernames=ALICE,nobody").await?;
    assert_eq!(seen.body["data"], json!([data]));
    assert_eq!(seen.body["errors"][0]["value"], "nobody");
    assert_eq!(seen.body["errors"][0]["parameter"], "usernames");

    scene.x.rename_user("100", "alice2", "Alice")?;
    assert_eq!(scene.get("/2/users/by/username/alice").await?.body.get("data"), None);
    assert_eq!(scene.get("/2/users/by/username/alice2").await?.body["data"]["id"], "100");
    let heir = scene.x.add_user("300", "Alice", "Another");
    assert_eq!(scene.get("/2/users/by/username/alice").await?.body["data"]["id"], heir.as_str());
    Ok(())
}

#[tokio::test]
async fn posts_of_a_space_come_in_pages() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    let path = format!("/2/spaces/{id}/tweets");
    assert_eq!(scene.get(&path).await?.body, json!({ "meta": { "result_count": 0 } }));
    for number in 1..=3 {
        scene.x.share_post(&id, &number.to_string(), "100", "Look")?;
    }
    let seen = scene.get(&format!("{path}?max_results=2&tweet.fields=author_id")).await?;
    assert_eq!(seen.body["data"][0], json!({ "id": "1", "text": "Look", "author_id": "100" }));
    assert_eq!(seen.body["meta"]["result_count"], 2);
    let token = seen.body["meta"]["next_token"].as_str().ok_or("no further page")?;
    let seen = scene.get(&format!("{path}?max_results=2&pagination_token={token}")).await?;
    assert_eq!(seen.ids(), ["3"]);
    assert_eq!(seen.body["meta"].get("next_token"), None);
    scene.x.delete_post("2");
    assert_eq!(scene.get(&path).await?.ids(), ["1", "3"]);
    Ok(())
}

#[tokio::test]
async fn authors_of_posts_are_expanded_and_billed_once() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Rust")?;
    scene.x.share_post(&id, "1", "100", "Look")?;
    scene.x.share_post(&id, "2", "100", "Look again")?;
    let path = format!("/2/spaces/{id}/tweets");
    let seen = scene.get(&format!("{path}?expansions=author_id&post.fields=public_metrics")).await?;
    assert_eq!(seen.body["includes"]["users"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen.body["data"][0]["author_id"], "100");
    assert_eq!(scene.x.bill().micros, 2 * 5_000 + 10_000);
    assert_eq!(scene.get(&format!("{path}?post.fields=mood")).await?.status, 400);
    Ok(())
}

#[tokio::test]
async fn buyers_are_for_the_creators_token_alone() -> Outcome {
    let scene = Scene::with(Settings { rules: Rules::lifted(), ..Settings::default() }).await?;
    let bob = scene.x.add_user("200", "bob", "Bob");
    scene.x.add_user_token("alices", &scene.alice);
    scene.x.add_user_token("bobs", &bob);
    let id = scene.live("Rust")?;
    scene.x.sell_ticket(&id, &bob)?;
    let path = format!("/2/spaces/{id}/buyers");
    let seen = scene.get(&path).await?;
    assert_eq!(seen.status, 403);
    assert_eq!(seen.body["type"], "https://api.x.com/2/problems/unsupported-authentication");
    assert_eq!(scene.get_as("bobs", &path).await?.status, 403);
    let seen = scene.get_as("alices", &path).await?;
    assert_eq!((seen.status, seen.ids()), (200, vec!["200"]));
    for (buyer, name) in [("300", "carol"), ("400", "dan")] {
        scene.x.add_user(buyer, name, name);
        scene.x.sell_ticket(&id, buyer)?;
    }
    let seen = scene.get_as("alices", &format!("{path}?max_results=2&user.fields=username")).await?;
    assert_eq!(seen.ids(), ["200", "300"]);
    let token = seen.body["meta"]["next_token"].as_str().ok_or("no further page")?;
    let seen = scene.get_as("alices", &format!("{path}?max_results=2&pagination_token={token}")).await?;
    assert_eq!((seen.ids(), seen.body["meta"].get("next_token")), (vec!["400"], None));
    Ok(())
}

#[tokio::test]
async fn an_answer_is_compressed_for_who_accepts_it() -> Outcome {
    let scene = Scene::set().await?;
    let answer = scene
        .client
        .get(format!("{}/2/users/100", scene.x.url()))
        .bearer_auth(&scene.token)
        .header("accept-encoding", "gzip, br")
        .send()
        .await?;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert!(answer.bytes().await?.starts_with(&[0x1f, 0x8b]));
    Ok(())
}
