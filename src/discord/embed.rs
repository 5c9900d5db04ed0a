//! Cards as Discord's embeds. Pure.

use serenity::builder::{CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter};

use crate::card::Card;

/// The embed that shows a card.
pub fn embed(card: &Card) -> CreateEmbed {
    let mut embed = CreateEmbed::new().colour(card.tone.rgb());
    if let Some(title) = &card.title {
        embed = embed.title(title);
    }
    if let Some(url) = &card.url {
        embed = embed.url(url);
    }
    if let Some(author) = &card.author {
        let mut shown = CreateEmbedAuthor::new(&author.name).url(&author.url);
        if let Some(picture) = &author.picture_url {
            shown = shown.icon_url(picture);
        }
        embed = embed.author(shown);
    }
    if let Some(description) = &card.description {
        embed = embed.description(description);
    }
    for field in &card.fields {
        embed = embed.field(&field.name, &field.value, field.inline);
    }
    if let Some(name) = &card.picture {
        embed = embed.image(format!("attachment://{name}"));
    }
    if let Some(footer) = &card.footer {
        embed = embed.footer(CreateEmbedFooter::new(footer));
    }
    embed
}
