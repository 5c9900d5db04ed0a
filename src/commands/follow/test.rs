//! `/follow test`: a sample post, or exactly what is missing for one.

use super::target;
use crate::card::{Card, Field, Tone};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::options::Chosen;
use crate::commands::reply::Reply;
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::GuildId;
use crate::texts::{Arg, key};

/// Sends a sample.
pub(super) async fn test(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    channel: Option<Chosen>,
) -> Reply {
    let words = app.words(&invocation.locale);
    let checked = match target::check(app, invocation, guild, channel, None).await {
        Ok(checked) => checked,
        Err(sentence) => return Reply::private(sentence),
    };
    // Everybody in the channel sees it, so it is in the server's language.
    let shown = app.words_for(invocation, false);
    let plain_only = !checked.warnings.is_empty();
    let mention = format!("<#{}>", checked.channel);
    match app.server.send(checked.channel, &sample(plain_only, shown)).await {
        Ok(()) => {
            let mut content = words.with(key("test-sent"), &[("channel", Arg::from(mention))]);
            for warning in &checked.warnings {
                content = format!("{content}\n{warning}");
            }
            Reply::private(content)
        }
        Err(error) => Reply::private(sorry::unsent(error, &mention, words)),
    }
}

/// What a post looks like, with nobody's name in it.
fn sample(plain_only: bool, words: Words<'_>) -> Reply {
    let content = words.say(key("test-content"));
    let card = Card {
        title: Some(words.say(key("test-title"))),
        description: Some(words.say(key("card-live"))),
        fields: vec![Field {
            name: words.say(key("card-in-the-room")),
            value: words.with(key("card-count"), &[("count", Arg::from(128))]),
            inline: true,
        }],
        footer: Some(words.say(key("test-footer"))),
        tone: Tone::Live,
        ..Card::default()
    };
    let cards = if plain_only { Vec::new() } else { vec![card] };
    Reply { content, cards, ..Reply::default() }
}
