//! The filters of a follow: how they are offered, read and said.

use serenity::builder::CreateCommandOption;
use serenity::model::application::CommandOptionType;

use crate::card;
use crate::commands::options::{Definer, Mistake, Options};
use crate::commands::words::Words;
use crate::domain::filter::{Filter, LISTENERS_MAX, Language, TERMS_MAX_CHARS, Terms, Tickets};
use crate::domain::text;
use crate::texts::{Arg, Key, key};

/// Filters as they were asked for: what was left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    min_listeners: Option<u32>,
    language: Option<Language>,
    tickets: Option<Tickets>,
    title_has: Option<Terms>,
    title_lacks: Option<Terms>,
}

impl Asked {
    /// These in the stead of what `filter` has for them.
    pub(super) fn onto(self, filter: Filter) -> Filter {
        Filter {
            min_listeners: self.min_listeners.or(filter.min_listeners),
            language: self.language.or(filter.language),
            tickets: self.tickets.unwrap_or(filter.tickets),
            title_has: self.title_has.unwrap_or(filter.title_has),
            title_lacks: self.title_lacks.unwrap_or(filter.title_lacks),
        }
    }

    /// Whether this filter was asked for, by its option's name.
    pub(super) fn holds(&self, option: &str) -> bool {
        match option {
            "min_listeners" => self.min_listeners.is_some(),
            "language" => self.language.is_some(),
            "tickets" => self.tickets.is_some(),
            "title_has" => self.title_has.is_some(),
            "title_lacks" => self.title_lacks.is_some(),
            _ => false,
        }
    }
}

/// The filters that the options ask for.
pub(super) fn decode(options: &Options<'_>) -> Result<Asked, Mistake> {
    let min_listeners = options.integer("min_listeners", 1, LISTENERS_MAX.into())?;
    let min_listeners = min_listeners.and_then(|number| u32::try_from(number).ok());
    let language = match options.text("language")? {
        None => None,
        Some(code) => Some(Language::parse(code).ok_or(Mistake::Language)?),
    };
    let tickets = options.text("tickets")?.map(|_| Tickets::decode(options, "tickets")).transpose()?;
    let terms = |option: &'static str| -> Result<Option<Terms>, Mistake> {
        let parsed = options.text(option)?.map(Terms::parse).transpose();
        parsed.map_err(|bad| Mistake::Terms(option, bad))
    };
    let (title_has, title_lacks) = (terms("title_has")?, terms("title_lacks")?);
    Ok(Asked { min_listeners, language, tickets, title_has, title_lacks })
}

/// A subcommand with the options of all filters.
pub(super) fn options(
    definer: Definer<'_>,
    tickets: Key,
    subcommand: CreateCommandOption,
) -> CreateCommandOption {
    let terms = |name, description| {
        definer.option(CommandOptionType::String, name, description).max_length(TERMS_MAX_CHARS)
    };
    subcommand
        .add_sub_option(
            definer
                .option(CommandOptionType::Integer, "min_listeners", key("define-min-listeners"))
                .min_int_value(1)
                .max_int_value(LISTENERS_MAX.into()),
        )
        .add_sub_option(definer.completed("language", key("define-language")))
        .add_sub_option(definer.choice("tickets", tickets, Tickets::ALL.map(Tickets::choice)))
        .add_sub_option(terms("title_has", key("define-title-has")))
        .add_sub_option(terms("title_lacks", key("define-title-lacks")))
}

/// What a filter asks of a Space, a few words for each, the terms cut to `limit` UTF-16 units.
pub(super) fn said(filter: &Filter, limit: usize, words: Words<'_>) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(least) = filter.min_listeners {
        said.push(words.with(key("filter-min-listeners"), &[("count", Arg::from(least))]));
    }
    if let Some(language) = &filter.language {
        let name = card::language_name(language.code(), words.texts, words.locale);
        said.push(words.with(key("filter-language"), &[("language", Arg::from(name))]));
    }
    match filter.tickets {
        Tickets::Any => {}
        Tickets::Free => said.push(words.say(key("filter-tickets-free"))),
        Tickets::Ticketed => said.push(words.say(key("filter-tickets-ticketed"))),
    }
    for (terms, sentence) in
        [(&filter.title_has, key("filter-title-has")), (&filter.title_lacks, key("filter-title-lacks"))]
    {
        if let Some(terms) = text::marked_down(&terms.as_typed(), limit) {
            said.push(words.with(sentence, &[("terms", Arg::from(terms))]));
        }
    }
    said
}
