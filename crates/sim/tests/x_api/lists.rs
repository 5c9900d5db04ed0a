//! The creators' list and the search.

use serde_json::json;

use crate::{Outcome, Scene};

#[tokio::test]
async fn creators_show_what_is_live_and_scheduled_only() -> Outcome {
    let scene = Scene::set().await?;
    scene.x.add_user("200", "bob", "Bob");
    let live = scene.live("on")?;
    let scheduled = scene.scheduled("soon")?;
    let over = scene.live("over")?;
    scene.x.end(&over)?;
    let bobs = scene.x.start_now("200", "his")?;
    let seen = scene.get("/2/spaces/by/creator_ids?user_ids=100,200,404").await?;
    assert_eq!(seen.ids(), [live.as_str(), scheduled.as_str(), bobs.as_str()]);
    assert_eq!(seen.body["meta"], json!({ "result_count": 3 }));
    assert_eq!(seen.body.get("errors"), None);
    Ok(())
}

#[tokio::test]
async fn an_empty_list_has_meta_and_no_data() -> Outcome {
    let scene = Scene::set().await?;
    for path in ["/2/spaces/by/creator_ids?user_ids=100", "/2/spaces/search?query=rust"] {
        let seen = scene.get(path).await?;
        assert_eq!((seen.status, &seen.body), (200, &json!({ "meta": { "result_count": 0 } })));
    }
    Ok(())
}

#[tokio::test]
async fn search_matches_whole_words_of_the_title_in_any_case() -> Outcome {
    let scene = Scene::set().await?;
    let id = scene.live("Learning RUST, together")?;
    scene.live("Rusty")?;
    let japanese = scene.live("今夜の雑談スペース")?;
    for (query, expected) in [
        ("rust", vec![id.as_str()]),
        ("together+learning", vec![id.as_str()]),
        ("rust+alone", vec![]),
        ("rus", vec![]),
        ("%E9%9B%91%E8%AB%87", vec![japanese.as_str()]),
    ] {
        let seen = scene.get(&format!("/2/spaces/search?query={query}")).await?;
        assert_eq!(seen.ids(), expected, "{query}");
    }
    scene.x.rename(&id, Some("Go"))?;
    assert_eq!(scene.get("/2/spaces/search?query=rust").await?.ids(), Vec::<&str>::new());
    Ok(())
}

#[tokio::test]
async fn search_filters_by_state_and_stops_at_max_results() -> Outcome {
    let scene = Scene::set().await?;
    let live = scene.live("rust a")?;
    let scheduled = scene.scheduled("rust b")?;
    let over = scene.live("rust c")?;
    scene.x.end(&over)?;
    let search = "/2/spaces/search?query=rust";
    assert_eq!(scene.get(&format!("{search}&state=live")).await?.ids(), [live.as_str()]);
    assert_eq!(scene.get(&format!("{search}&state=scheduled")).await?.ids(), [scheduled.as_str()]);
    assert_eq!(scene.get(&format!("{search}&state=all")).await?.ids().len(), 2);
    let seen = scene.get(&format!("{search}&max_results=1")).await?;
    assert_eq!(seen.body["meta"], json!({ "result_count": 1 }));
    Ok(())
}
