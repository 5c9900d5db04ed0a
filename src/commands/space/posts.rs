//! `/space posts`: the Posts shared in a Space, a page at a time.
//!
//! Each Post that X returns costs, so no more are asked for than the pages that somebody turned to; who wrote them is
//! asked along, within the same caps. A page is found again by reading from the first Post on, which X bills no second
//! time that day, so that its buttons work after a restart.

use std::sync::Arc;

use super::list::{View, accounts};
use crate::card::{Card, Tone, linked_handle, relative};
use crate::commands::app::{App, Failure};
use crate::commands::invocation::{Asker, Invocation};
use crate::commands::lookup;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::shared_posts::Read;
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::post::SharedPost;
use crate::domain::space::{Space, XUser};
use crate::domain::text;
use crate::texts::{Arg, Key, key};
use crate::x::{POSTS_MAX, XError};

/// Posts on a page.
const PAGE: usize = 5;
/// Room for a Post's text, in UTF-16 units, escapes counted: with four others it fits a card.
const TEXT_MAX: usize = 500;
/// Room for a Space's title in the card's.
const TITLE_MAX: usize = 180;

/// A page of the Posts of a Space.
pub(super) async fn page(
    app: &App,
    invocation: &Invocation,
    space: SpaceId,
    view: &View<'_>,
) -> Result<Reply, Failure> {
    let words = view.words;
    let wanted = (view.page + 1).saturating_mul(PAGE).min(POSTS_MAX);
    let (read, is_new, fault) = read(app, &invocation.asker, space, wanted).await?;
    let said = |key: Key| Ok(Reply { place: view.place, ..Reply::private(words.say(key)) });
    let Some(posts) = &read.posts else { return said(key("posts-no-space")) };
    if posts.is_empty() {
        return said(key("posts-none"));
    }
    let page = view.page.min((posts.len() - 1) / PAGE);
    let shown = &posts[page * PAGE..posts.len().min((page + 1) * PAGE)];
    let mut authors: Vec<UserId> = shown.iter().filter_map(|post| post.author).collect();
    authors.sort_unstable();
    authors.dedup();
    let people = accounts(app, invocation, &authors, is_new).await;
    let now = app.clock.now();
    let lines: Vec<String> = shown.iter().map(|post| line(post, &people, words)).collect();
    let page_words = words.with(key("posts-page"), &[("page", Arg::from(page + 1))]);
    let card = Card {
        title: Some(title(app, space, words)),
        url: Some(space.url()),
        description: Some(lines.join("\n\n")),
        footer: Some(format!("{} · {page_words}", words.seen(now.duration_since(read.asked_at)))),
        tone: Tone::Plain,
        ..Card::default()
    };
    let content = fault.map(|fault| sorry::failure(&fault, words)).unwrap_or_default();
    let reply =
        Reply { content, cards: vec![card], private: view.private, place: view.place, ..Reply::default() };
    let is_capped = (page + 1) * PAGE >= POSTS_MAX;
    let goes_on = !is_capped && (posts.len() > (page + 1) * PAGE || read.next.is_some());
    Ok(reply.with_row(buttons(view, page, goes_on)))
}

/// At least `wanted` of the Posts, if there are so many; whether X was asked now, and why not if what was read before has
/// to do.
async fn read(
    app: &App,
    asker: &Asker,
    space: SpaceId,
    wanted: usize,
) -> Result<(Arc<Read>, bool, Option<Failure>), Failure> {
    let now = app.clock.now();
    let before = app.posts.young(&space, now);
    if let Some(read) = &before
        && read.posts.as_ref().is_none_or(|posts| posts.len() >= wanted || read.next.is_none())
    {
        return Ok((Arc::clone(read), false, None));
    }
    let fresh =
        lookup::question(app, asker, ask(app, asker, space, wanted, before.as_deref().cloned())).await;
    match (fresh, app.posts.old(&space, now)) {
        (Ok(read), _) => Ok((read, true, None)),
        (Err(fault), Some(old)) => Ok((old, false, Some(fault))),
        (Err(fault), None) => Err(fault),
    }
}

/// Asks X for more of the Posts than were read `before`.
async fn ask(
    app: &App,
    asker: &Asker,
    space: SpaceId,
    wanted: usize,
    before: Option<Read>,
) -> Result<Arc<Read>, XError> {
    let had = before.as_ref().and_then(|read| read.posts.clone()).unwrap_or_default();
    let after = before.as_ref().and_then(|read| read.next.as_deref());
    let answer = app.x.posts(space, wanted - had.len(), after, asker.cause()).await?;
    let posts = answer.posts.map(|posts| {
        // X may count what was shared meanwhile into a later page: each Post once.
        let new = posts.into_iter().filter(|post| !had.iter().any(|other| other.id == post.id));
        had.iter().cloned().chain(new).collect()
    });
    let asked_at = before.map_or(answer.asked_at, |read| read.asked_at);
    let read = Read { posts, next: answer.next, asked_at };
    Ok(app.posts.put(space, read, app.clock.now()))
}

/// The Space's title as far as it is known: asking for it would cost.
fn title(app: &App, id: SpaceId, words: Words<'_>) -> String {
    let known = app.watch.known(id).map(|known| known.space);
    let answered = || app.answers.old(&id, app.clock.now()).and_then(|answer| answer.space.clone());
    match known.or_else(answered) {
        Some(space @ Space { title: Some(_), .. }) => {
            words.with(key("posts-title"), &[("title", Arg::from(words.title(&space, TITLE_MAX)))])
        }
        _ => words.say(key("posts-title-unknown")),
    }
}

/// A Post: who wrote it, when, where it is, and what it says.
fn line(post: &SharedPost, people: &[XUser], words: Words<'_>) -> String {
    let author = post.author.and_then(|id| people.iter().find(|user| user.id == id));
    let named = match author {
        Some(user) => linked_handle(&user.username),
        None => words.say(key("posts-author-unknown")),
    };
    let url = post.id.url(author.map(|user| &user.username));
    let mut head = vec![format!("**{named}**")];
    head.extend(post.written_at.map(relative));
    head.push(format!("[{}](<{url}>)", words.say(key("posts-open"))));
    let text = text::marked_down(&post.text, TEXT_MAX).unwrap_or_else(|| words.say(key("posts-no-text")));
    format!("{}\n{text}", head.join(" · "))
}

fn buttons(view: &View<'_>, page: usize, goes_on: bool) -> Vec<Button> {
    let Some(list) = view.list else { return Vec::new() };
    let number = |page: usize| u16::try_from(page).unwrap_or(u16::MAX);
    let button = |label: Key, deed: Deed| {
        Button::press(view.words.say(label), Style::Secondary, Press { by: view.by, deed })
    };
    let mut row = Vec::new();
    if page > 0 {
        row.push(button(key("button-back"), Deed::Page { list, page: number(page - 1) }));
    }
    if goes_on {
        row.push(button(key("button-next"), Deed::Page { list, page: number(page + 1) }));
    }
    if view.private && view.in_server {
        row.push(button(key("button-share"), Deed::ShareList { list, page: number(page) }));
    }
    row
}
