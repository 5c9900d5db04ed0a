//! Who asks, whom an account follows, and what those host.

use serde_json::json;
use spacebell_sim::x::Resource;

use crate::{Outcome, Scene};

const TOKEN: &str = "alices-token";

async fn scene() -> Result<Scene, Box<dyn std::error::Error>> {
    let scene = Scene::set().await?;
    scene.x.add_user_token(TOKEN, &scene.alice);
    for (id, name) in [("200", "bob"), ("300", "carol")] {
        scene.x.add_user(id, name, name);
        scene.x.follow(&scene.alice, id)?;
    }
    Ok(scene)
}

#[tokio::test]
async fn me_is_for_users_and_bills_one() -> Outcome {
    let scene = scene().await?;
    let seen = scene.get_as(TOKEN, "/2/users/me").await?;
    assert_eq!(seen.body["data"], json!({ "id": "100", "name": "Alice A.", "username": "Alice" }));
    assert_eq!(scene.x.bill().count(Resource::User), 1);
    assert_eq!(scene.get("/2/users/me").await?.status, 403, "an app is nobody");
    scene.x.remove_user(&scene.alice)?;
    assert_eq!(scene.get_as(TOKEN, "/2/users/me").await?.status, 403);
    Ok(())
}

#[tokio::test]
async fn following_pages_and_bills_each_account_at_its_own_price() -> Outcome {
    let scene = scene().await?;
    let first = scene.get("/2/users/100/following?max_results=1").await?;
    assert_eq!(first.ids(), ["300"], "the newest first");
    let token = first.body["meta"]["next_token"].as_str().expect("a further page");
    let last = scene.get(&format!("/2/users/100/following?max_results=1&pagination_token={token}")).await?;
    assert_eq!((last.ids(), &last.body["meta"]), (vec!["200"], &json!({ "result_count": 1 })));
    assert_eq!((scene.x.bill().count(Resource::Following), scene.x.bill().micros), (2, 20_000));
    scene.get("/2/users/100/following?max_results=1000").await?;
    assert_eq!(scene.x.bill().micros, 20_000, "once a day");
    assert_eq!(scene.get("/2/users/100/following?max_results=1001").await?.status, 400);
    scene.x.unfollow(&scene.alice, "200")?;
    assert_eq!(scene.get("/2/users/100/following").await?.ids(), ["300"]);
    assert_eq!(scene.get("/2/users/200/following").await?.body, json!({ "meta": { "result_count": 0 } }));
    assert_eq!(scene.get("/2/users/999/following").await?.body["errors"][0]["title"], "Not Found Error");
    Ok(())
}

#[tokio::test]
async fn spaces_of_the_followed_are_there_only_where_the_settings_have_them() -> Outcome {
    let scene = scene().await?;
    let path = "/2/users/100/following/spaces";
    let gone = reqwest::Client::builder().build()?.get(format!("{}{path}", scene.x.url()));
    assert_eq!(gone.bearer_auth(TOKEN).send().await?.status(), 404);
    scene.x.configure(|settings| settings.following_spaces = true);
    let bobs = scene.x.start_now("200", "Bob's")?;
    scene.live("Alice's own")?;
    assert_eq!(scene.get_as(TOKEN, path).await?.ids(), [bobs.as_str()]);
    assert_eq!(scene.x.bill().count(Resource::Space), 1);
    assert_eq!(scene.get(path).await?.status, 403, "not for apps");
    assert_eq!(scene.get_as(TOKEN, "/2/users/200/following/spaces").await?.status, 403, "not for others");
    Ok(())
}
