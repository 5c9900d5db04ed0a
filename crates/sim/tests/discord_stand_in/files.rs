use std::time::Duration;

use serde_json::{Value, json};

use spacebell_sim::discord::{Refused, Served, Upload};

use crate::support::{Line, SOON, Stage, unlimited};

/// The first bytes of a picture that is 640 wide and 320 high.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\x40\x08\x02\0\0\0";
const MIB: usize = 1024 * 1024;

async fn stage() -> (Stage, String) {
    let stage = Stage::new(unlimited()).await;
    let path = format!("/channels/{}/messages", stage.channel);
    (stage, path)
}

async fn fetched(url: &str) -> (u16, Vec<u8>) {
    let response = reqwest::get(url).await.expect("an answer");
    (response.status().as_u16(), response.bytes().await.expect("a body").to_vec())
}

#[tokio::test]
async fn files_come_by_multipart_and_can_be_fetched_at_their_signed_address_for_a_day() {
    let (stage, path) = stage().await;
    let payload = json!({ "attachments": [{ "id": 0, "description": "a curve" }, { "id": "1" }] });
    let files = [("files[0]", "the curve é.png", PNG), ("files[1]", "figures.csv", &b"a,b"[..])];
    let sent = stage.send_files("POST", &path, &payload, &files).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let [curve, figures] = [0, 1].map(|at| sent.body["attachments"][at].clone());
    assert_eq!(
        (&curve["filename"], &curve["description"], &curve["size"], &curve["content_type"]),
        (&json!("the_curve_.png"), &json!("a curve"), &json!(PNG.len()), &json!("image/png"))
    );
    assert_eq!((&curve["width"], &curve["height"]), (&json!(640), &json!(320)));
    assert_eq!(
        (&figures["content_type"], &figures["description"]),
        (&json!("text/csv; charset=utf-8"), &Value::Null)
    );
    let url = curve["url"].as_str().unwrap();
    let place = format!("{}/attachments/{}/", stage.discord.url(), stage.channel);
    assert!(url.starts_with(&place), "{url}");
    assert_eq!(fetched(url).await, (200, PNG.to_vec()));
    let (unsigned, _) = url.split_once('?').unwrap();
    assert_eq!(fetched(unsigned).await.0, 404);
    let message = &stage.discord.messages(stage.channel)[0];
    assert_eq!(message.file("figures.csv").unwrap().bytes.as_ref(), b"a,b");
    stage.discord.advance(Duration::from_hours(24));
    assert_eq!(fetched(url).await.0, 404);
}

#[tokio::test]
async fn a_picture_of_an_embed_is_shown_at_its_address_or_not_at_all() {
    let (stage, path) = stage().await;
    let payload = json!({ "embeds": [
        { "title": "t", "image": { "url": "attachment://curve.png" } },
        { "title": "u", "image": { "url": "attachment://none.png" } },
    ] });
    let sent = stage.send_files("POST", &path, &payload, &[("files[0]", "curve.png", PNG)]).await;
    let [shown, missing] = [0, 1].map(|at| sent.body["embeds"][at].clone());
    assert_eq!(shown["image"]["url"], sent.body["attachments"][0]["url"]);
    assert_eq!(missing["image"], Value::Null);
    assert_eq!(fetched(shown["image"]["url"].as_str().unwrap()).await.0, 200);
}

#[tokio::test]
async fn what_files_may_not_be_is_refused() {
    let (stage, path) = stage().await;
    let eleven: Vec<String> = (0..11).map(|index| format!("files[{index}]")).collect();
    let eleven: Vec<(&str, &str, &[u8])> =
        eleven.iter().map(|field| (field.as_str(), "a.txt", &b"a"[..])).collect();
    let refused = stage.send_files("POST", &path, &json!({}), &eleven).await;
    assert_eq!((refused.status, &refused.body["code"]), (400, &json!(30015)));

    let (large, most) = (vec![0; 10 * MIB + 1], vec![0; 10 * MIB]);
    let all = [("files[0]", "a", &most[..]), ("files[1]", "b", &most[..]), ("files[2]", "c", &most[..])];
    for files in [&[("files[0]", "a.txt", &large[..])][..], &all] {
        let refused = stage.send_files("POST", &path, &json!({}), files).await;
        assert_eq!((refused.status, &refused.body["code"]), (413, &json!(40005)));
    }
    assert_eq!(stage.send_files("POST", &path, &json!({}), &all[..2]).await.status, 200);

    let one = [("files[0]", "a.txt", &b"a"[..])];
    for (attachments, pointer) in [
        (json!([{ "id": 1 }]), "/errors/attachments/0/id/_errors/0/code"),
        (json!([{ "filename": "a" }]), "/errors/attachments/0/id/_errors/0/code"),
        (json!([{ "id": 0 }, { "id": 0 }]), "/errors/attachments/1/id/_errors/0/code"),
        (json!([{ "id": 0, "description": "x".repeat(1025) }]), "/errors/attachments/0/description/_errors"),
    ] {
        let payload = json!({ "content": "x", "attachments": attachments });
        let refused = stage.send_files("POST", &path, &payload, &one).await;
        assert_eq!(refused.body["code"], 50035);
        assert!(refused.body.pointer(pointer).is_some(), "{}", refused.body);
    }
    let lost = stage.post(json!({ "content": "x", "attachments": [{ "id": 0 }] })).await;
    assert_eq!(lost.body["code"], 50035, "no file came with it");
    assert_eq!(stage.discord.messages(stage.channel).len(), 1);
}

#[tokio::test]
async fn an_edit_keeps_the_files_that_it_names_and_adds_those_that_it_brings() {
    let (stage, path) = stage().await;
    let two = [("files[0]", "a.txt", &b"a"[..]), ("files[1]", "b.txt", &b"b"[..])];
    let sent = stage.send_files("POST", &path, &json!({ "content": "x" }), &two).await;
    let one = format!("{path}/{}", sent.id());
    let names = |body: &Value| -> Vec<String> {
        let files = body["attachments"].as_array().unwrap().iter();
        files.map(|file| file["filename"].as_str().unwrap().to_owned()).collect()
    };
    let edited = stage.call("PATCH", &one, json!({ "content": "y" })).await;
    assert_eq!(names(&edited.body), ["a.txt", "b.txt"]);
    let kept = sent.body["attachments"][1]["id"].clone();
    let body = json!({ "attachments": [{ "id": kept }, { "id": 0, "description": "new" }] });
    let more = [("files[0]", "c.txt", &b"c"[..]), ("files[1]", "unnamed.txt", &b"d"[..])];
    let edited = stage.send_files("PATCH", &one, &body, &more).await;
    assert_eq!(names(&edited.body), ["b.txt", "c.txt"]);
    let gone = json!({ "attachments": [{ "id": sent.body["attachments"][0]["id"] }] });
    assert_eq!(stage.call("PATCH", &one, gone).await.body["code"], 50035);
    let bare = stage.call("PATCH", &one, json!({ "attachments": [] })).await;
    assert_eq!(names(&bare.body), Vec::<String>::new());
}

#[tokio::test]
async fn answers_edits_of_answers_and_follow_ups_carry_files() {
    let (stage, _) = stage().await;
    stage.register().await;
    let person = stage.discord.user(stage.person(0)).in_channel(stage.channel);
    let file = [("files[0]", "a.txt", &b"a"[..])];
    let callback = |asked: &spacebell_sim::discord::Interaction| {
        format!("/interactions/{}/{}/callback", asked.id(), asked.token())
    };
    let asked = person.command("help", Value::Null).unwrap();
    let body =
        json!({ "type": 4, "data": { "attachments": [{ "id": 0, "description": "d" }], "flags": 64 } });
    assert_eq!(stage.send_files("POST", &callback(&asked), &body, &file).await.status, 204);
    let reply = asked.reply(SOON).await.unwrap();
    assert_eq!(reply.files()[0].description.as_deref(), Some("d"));
    assert_eq!(reply.files()[0].bytes.as_ref(), b"a");

    let deferred = person.command("help", Value::Null).unwrap();
    assert_eq!(stage.answer(&deferred, json!({ "type": 5 })).await.status, 204);
    let hook = format!("/webhooks/{}/{}", stage.discord.bot_id(), deferred.token());
    let edit = format!("{hook}/messages/@original");
    assert_eq!(stage.send_files("PATCH", &edit, &json!({ "content": "done" }), &file).await.status, 200);
    assert_eq!(deferred.final_reply(SOON).await.unwrap().files()[0].filename, "a.txt");
    assert_eq!(stage.send_files("POST", &hook, &json!({ "content": "more" }), &file).await.status, 200);
    assert_eq!(deferred.followups()[0].attachments[0].size_bytes, 1);
}

/// Uploads a file with a command; gives what the bot is told of it.
async fn taken(stage: &Stage, upload: Upload) -> Value {
    let person = stage.discord.user(stage.person(0)).in_channel(stage.channel);
    let (mut line, _) = Line::identified(stage).await;
    let id = stage.discord.upload_file(upload);
    person.command("take", json!({ "file": id })).expect("a command");
    let data = line.event("INTERACTION_CREATE").await["d"]["data"].clone();
    assert_eq!(data["options"][0], json!({ "name": "file", "type": 11, "value": id.to_string() }));
    data["resolved"]["attachments"][id.to_string()].clone()
}

#[tokio::test]
async fn a_file_comes_with_a_command_by_its_address() {
    let (stage, _) = stage().await;
    stage.register().await;
    let file = taken(&stage, Upload::new("follows.json", "application/json", "{}")).await;
    assert_eq!(
        (&file["filename"], &file["content_type"], &file["size"], &file["ephemeral"]),
        (&json!("follows.json"), &json!("application/json"), &json!(2), &json!(true))
    );
    assert_eq!(file["proxy_url"], file["url"]);
    assert_eq!(fetched(file["url"].as_str().unwrap()).await, (200, b"{}".to_vec()));
    let person = stage.discord.user(stage.person(0)).in_channel(stage.channel);
    let refused = |value: Value| person.command("take", json!({ "file": value })).unwrap_err();
    assert_eq!(refused(json!(5)), Refused::Invalid("file".into(), "is no uploaded file"));
    let large = stage.discord.upload("large", "text/plain", vec![b' '; 10 * MIB + 1]);
    assert!(matches!(refused(json!(large)), Refused::Invalid(..)));
}

#[tokio::test]
async fn a_file_can_lie_about_its_size_and_its_address_can_do_harm() {
    let (stage, _) = stage().await;
    stage.register().await;
    let upload = || Upload::new("follows.json", "application/json", "{\"a\": 1}").claiming(2);
    let address = |file: &Value| file["url"].as_str().unwrap().to_owned();
    let lying = taken(&stage, upload()).await;
    assert_eq!(lying["size"], 2);
    assert_eq!(fetched(&address(&lying)).await.1.len(), 8);

    let gone = taken(&stage, upload().served(Served::Answers(404))).await;
    assert_eq!(fetched(&address(&gone)).await.0, 404);
    let moved = taken(&stage, upload().served(Served::Redirects("http://127.0.0.1:9/".into()))).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let response = client.get(address(&moved)).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["location"].to_str().unwrap()),
        (302, "http://127.0.0.1:9/")
    );

    let endless = taken(&stage, upload().served(Served::Endless)).await;
    let mut response = client.get(address(&endless)).send().await.unwrap();
    let mut seen = 0;
    while seen < 3 * MIB {
        seen += response.chunk().await.unwrap().expect("more of it").len();
    }
    drop(response);

    let stalling = taken(&stage, upload().served(Served::Stalls)).await;
    let mut response = client.get(address(&stalling)).send().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap().as_ref(), b"{\"a\"");
    stage.discord.clear_faults();
    assert_eq!(response.chunk().await.unwrap(), None);

    let hanging = taken(&stage, upload().served(Served::Hangs)).await;
    let waiting = tokio::spawn(client.get(address(&hanging)).send());
    stage.discord.wait_for(SOON, |discord| (discord.fetches() == 6).then_some(())).await.unwrap();
    assert!(!waiting.is_finished());
    stage.discord.clear_faults();
    assert!(waiting.await.unwrap().is_err());
}
