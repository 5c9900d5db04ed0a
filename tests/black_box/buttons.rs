//! Buttons and menus after a restart: each kind that the bot makes is pressed, and answers truly.

use serde_json::{Value, json};
use spacebell_sim::discord::{Message, Outcome, Reply};
use spacebell_sim::x;

use crate::support::{World, in_minutes, links};

fn id(reply: &Reply) -> u64 {
    reply.message.as_ref().expect("a message").id
}

/// Everything that an answer says.
fn said(reply: &Reply) -> String {
    format!("{} {}", reply.content(), Value::from(reply.embeds().to_vec()))
}

/// The kinds of buttons and menus below a message: each id without its person and its arguments.
fn kinds(components: &[Value]) -> Vec<String> {
    let parts = components.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let ids = parts.filter_map(|part| part["custom_id"].as_str().map(str::to_owned));
    ids.map(|id| id.split(':').nth(2).unwrap_or_default().to_owned()).collect()
}

async fn press(world: &World, user: u64, message: u64, button: &str) -> Reply {
    let pressed = world.discord.user(user).in_channel(world.channel).press(message, button);
    world.final_reply(&pressed.unwrap_or_else(|refused| panic!("{button}: {refused}"))).await
}

/// What is on the screen before the restart.
struct Screen {
    space: x::SpaceId,
    card: u64,
    coming: u64,
    list: u64,
    public_list: u64,
    follows: u64,
    added: u64,
    removed: u64,
    offered: u64,
    questions: [u64; 2],
    dear: [u64; 2],
    post: Message,
    kinds: Vec<String>,
}

async fn screen(world: &World) -> Screen {
    let keep = std::cell::RefCell::new(Vec::new());
    let typed = async |command: &str, options: Value| {
        let reply = world.says(command, options).await;
        keep.borrow_mut().extend(kinds(reply.components()));
        id(&reply)
    };
    for n in 0..12 {
        let name = format!("band_{n}");
        let host = world.x.add_user(format!("70{n:02}"), &name, &name);
        world.x.start_now(&host, &format!("Jazz {n}")).expect("a Space");
        typed("follow host", json!({ "host": name })).await;
    }
    let rival = world.x.add_user("777", "rival", "A rival");
    let space = world.x.start_now(&rival, "Zebrafinch").expect("a Space");
    world.x.add_speaker(&space, &world.nasa).expect("a speaker");
    let soon = world.x.schedule(&world.nasa, "Finches soon", in_minutes(600)).expect("a Space");
    let coming = typed("space show", json!({ "space": soon.to_string() })).await;
    let card = typed("space show", json!({ "space": space.to_string() })).await;
    let list = typed("space search", json!({ "query": "jazz" })).await;
    let public_list = typed("space search", json!({ "query": "jazz", "private": false })).await;
    // The second page has both ways to turn.
    let turned = press(world, world.moderator, list, "Next ▶").await;
    keep.borrow_mut().extend(kinds(turned.components()));
    let offered = typed("follow host", json!({ "host": "@rival" })).await;
    let added = typed("follow keyword", json!({ "keyword": "unrelated words" })).await;
    let follows = typed("follow list", json!({})).await;
    let removed = typed("follow remove", json!({ "follow": "1" })).await;
    let dear = json!({ "keyword": "jazz" });
    let dear = [typed("follow keyword", dear.clone()).await, typed("follow keyword", dear).await];
    let questions = [typed("settings erase", json!({})).await, typed("settings erase", json!({})).await];
    typed("follow keyword", json!({ "keyword": "budgerigar" })).await;
    let parrot = world.x.add_user("888", "parrot", "A parrot");
    let found = world.x.start_now(&parrot, "Budgerigar").expect("a Space");
    // Whatever route a Space comes by, keywords are matched.
    typed("space show", json!({ "space": found.to_string() })).await;
    let post = world.message(|post| links(post).iter().any(|link| link.ends_with(found.as_str()))).await;
    let mut kinds = [keep.into_inner(), self::kinds(&post.components)].concat();
    kinds.sort_unstable();
    kinds.dedup();
    Screen {
        space,
        card,
        coming,
        list,
        public_list,
        follows,
        added,
        removed,
        offered,
        questions,
        dear,
        post,
        kinds,
    }
}

#[tokio::test]
async fn one_of_each_kind_of_button_and_menu_answers_truly_after_a_restart() {
    let world = World::new().await;
    let bot = world.start_with(&[("MAX_QUERIES_PER_PERSON", "1000")]).await;
    let screen = screen(&world).await;
    // Should a new kind be made, it is to be pressed here as well.
    let expected = [
        "drop-keyword",
        "erase",
        "follow",
        "keep",
        "keep-keyword",
        "list",
        "never",
        "open",
        "page",
        "post",
        "remind",
        "share",
        "share-list",
        "speakers",
        "undo-add",
        "undo-remove",
    ];
    assert_eq!(screen.kinds, expected);
    assert!(bot.stop().await.success());
    let bot = world.start_with(&[("MAX_QUERIES_PER_PERSON", "1000")]).await;
    let mona = world.moderator;

    let speakers = press(&world, mona, screen.card, "Speakers").await;
    assert!(said(&speakers).contains("NASA"), "{}", said(&speakers));
    let shared = press(&world, mona, screen.card, "Share").await;
    assert!(!shared.is_ephemeral() && said(&shared).contains("Zebrafinch"), "{}", said(&shared));
    let followed = press(&world, mona, screen.card, "Follow host here").await;
    assert!(said(&followed).contains("already"), "it was followed meanwhile: {}", said(&followed));
    let page = press(&world, mona, screen.list, "◀ Back").await;
    assert!(page.outcome == Outcome::Updated && said(&page).contains("Page 1 of 3"), "{}", said(&page));
    let shared = press(&world, mona, screen.list, "Share").await;
    assert!(!shared.is_ephemeral() && said(&shared).contains("12 Spaces"), "{}", said(&shared));
    // Somebody else's press on a shared list shows them a copy.
    let copy = press(&world, world.member, screen.public_list, "Next ▶").await;
    assert!(copy.is_ephemeral() && said(&copy).contains("Page 2 of 3"), "{}", said(&copy));
    let list = world.discord.message(world.channel, screen.public_list).expect("it is there");
    let parts =
        list.components.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let menu = parts.into_iter().find(|part| part["type"] == 3).expect("a menu");
    let (custom_id, pick) = (menu["custom_id"].as_str(), menu["options"][0]["value"].as_str());
    let person = world.discord.user(mona).in_channel(world.channel);
    let picked = person.select(list.id, custom_id.expect("an id"), &[pick.expect("a pick")]).expect("a pick");
    let opened = world.final_reply(&picked).await;
    assert!(said(&opened).contains("Jazz"), "{}", said(&opened));

    let reminded = press(&world, mona, screen.coming, "Remind me").await;
    assert!(said(&reminded).contains("direct message"), "{}", said(&reminded));
    let undone = press(&world, mona, id(&reminded), "Undo").await;
    assert!(said(&undone).contains("won’t remind"), "{}", said(&undone));
    let page = press(&world, mona, screen.follows, "Next ▶").await;
    assert!(page.outcome == Outcome::Updated && said(&page).contains("Page 2"), "{}", said(&page));
    let posted = press(&world, mona, screen.offered, "Post now").await;
    assert!(said(&posted).contains("in a moment"), "{}", said(&posted));
    world.message(|post| links(post).iter().any(|link| link.ends_with(screen.space.as_str()))).await;
    let undone = press(&world, mona, screen.added, "Undo").await;
    assert!(
        said(&undone).contains("Removed") && said(&undone).contains("unrelated words"),
        "{}",
        said(&undone)
    );
    let undone = press(&world, mona, screen.removed, "Undo").await;
    assert!(said(&undone).contains("is followed in"), "{}", said(&undone));
    let never = press(&world, mona, screen.post.id, "Never this host here").await;
    assert!(said(&never).contains("parrot"), "{}", said(&never));
    // What that one made is a button too.
    let allowed = press(&world, mona, id(&never), "Undo").await;
    assert!(said(&allowed).contains("may show"), "{}", said(&allowed));
    let dropped = press(&world, mona, screen.dear[0], "Cancel").await;
    assert!(said(&dropped).contains("Nothing new is followed"), "{}", said(&dropped));
    let followed = press(&world, mona, screen.dear[1], "Follow it").await;
    assert!(
        followed.outcome == Outcome::Updated && said(&followed).contains("Following the keyword “jazz”"),
        "{}",
        said(&followed)
    );
    let kept = press(&world, mona, screen.questions[0], "Keep it").await;
    assert!(said(&kept).contains("Nothing was erased"), "{}", said(&kept));
    let erased = press(&world, mona, screen.questions[1], "Erase everything").await;
    assert!(said(&erased).contains("Erased"), "{}", said(&erased));
    assert!(bot.stop().await.success());
}
