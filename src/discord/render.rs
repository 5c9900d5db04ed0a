//! What a post looks like: a telling as the body of a message. Pure.
//!
//! The text alone says who and what, for notifications and for readers without cards. The title stands on the
//! card only. Nothing but chosen roles can be pinged, whatever anybody's name holds, and nothing by an edit.

use jiff::SignedDuration;
use serde_json::{Value, json};
use serenity::builder::{CreateActionRow, CreateButton};
use serenity::model::application::ButtonStyle;

use super::embed::embed;
use crate::card::{self, Card, Field, Subject, date, handle, linked_handle};
use crate::commands::press::{NeverHost, RemindMe};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::Slot;
use crate::domain::space::XUser;
use crate::domain::text;
use crate::outbox::digest::Digest;
use crate::outbox::telling::{Form, Sound, Telling};
use crate::store::QuietPost;
use crate::texts::{Arg, Key, Locale, Texts, key};

/// The longest shown name in the text of a post, in UTF-16 units.
const NAME_MAX: usize = 50;
/// The longest list of keywords on a card, in UTF-16 units.
const KEYWORDS_MAX: usize = 300;
/// The longest earlier title on a card, in UTF-16 units.
const FORMER_TITLE_MAX: usize = 200;

/// A message with this flag makes no sound. Source: Discord's documentation, "Message Flags".
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// The body of the message that tells this in `locale`.
#[must_use]
pub fn message(telling: &Telling, texts: &Texts, locale: Locale) -> Value {
    let words = Words { telling, texts, locale };
    let embeds: Vec<_> = words.card().iter().map(embed).collect();
    let rows: Vec<CreateActionRow> = words.row().into_iter().collect();
    body(telling, &words.content(), &json!(embeds), &json!(rows))
}

/// The body of the message that tells this in one plain line, for channels where the bot may not show cards.
#[must_use]
pub fn plain(telling: &Telling, texts: &Texts, locale: Locale) -> Value {
    let words = Words { telling, texts, locale };
    let content = match telling.form {
        Form::Ended
        | Form::Cancelled
        | Form::NoShow
        | Form::Emptied
        | Form::Forgotten
        | Form::Erased
        | Form::Pointer(_) => words.content(),
        Form::Scheduled => {
            let start = telling.known.space.scheduled_start.map(date).unwrap_or_default();
            format!("{} {start} {}", words.content(), telling.known.space.id.url())
        }
        Form::Live | Form::LiveSince => format!("{} {}", words.content(), telling.known.space.id.url()),
    };
    body(telling, &content, &json!([]), &json!([]))
}

fn body(telling: &Telling, content: &str, embeds: &Value, components: &Value) -> Value {
    let roles: Vec<String> = telling.roles.iter().map(ToString::to_string).collect();
    let mut body = json!({
        "content": content,
        "embeds": embeds,
        "components": components,
        "allowed_mentions": { "parse": [], "roles": roles },
    });
    if telling.sound == Sound::Muted {
        body["flags"] = json!(SUPPRESS_NOTIFICATIONS);
    }
    body
}

/// The body of the message that says what was posted in quiet hours. It holds nothing of X.
#[must_use]
pub fn digest(digest: &Digest, texts: &Texts, locale: Locale) -> Value {
    let say = |key: Key, values: &[(&str, Arg)]| texts.get(locale, key, values);
    let lines = digest.posts.iter().map(|post| {
        let link =
            format!("https://discord.com/channels/{}/{}/{}", digest.guild, digest.channel, post.message);
        let values =
            [("time", Arg::from(format!("<t:{}:t>", post.posted_at.as_second()))), ("link", Arg::from(link))];
        say(came_to(post), &values)
    });
    let more = (digest.more > 0).then(|| say(key("digest-more"), &[("count", Arg::from(digest.more))]));
    let lines: Vec<String> = [say(key("digest"), &[])].into_iter().chain(lines).chain(more).collect();
    json!({
        "content": lines.join("\n"),
        "embeds": [],
        "components": [],
        "allowed_mentions": { "parse": [], "roles": [] },
    })
}

/// What a Space that was posted in quiet hours has come to.
fn came_to(post: &QuietPost) -> Key {
    match (post.slot, post.phase) {
        (Slot::Live, _) if post.is_over() => key("digest-live-over"),
        (Slot::Live, _) => key("digest-live"),
        (Slot::Scheduled, Some(Phase::Scheduled)) => key("digest-scheduled"),
        (Slot::Scheduled, Some(Phase::Live)) => key("digest-scheduled-live"),
        (Slot::Scheduled, Some(Phase::NoShow)) => key("digest-scheduled-no-show"),
        (Slot::Scheduled, Some(Phase::Cancelled)) => key("digest-scheduled-cancelled"),
        (Slot::Scheduled, Some(Phase::Ended) | None) => key("digest-scheduled-over"),
    }
}

struct Words<'a> {
    telling: &'a Telling,
    texts: &'a Texts,
    locale: Locale,
}

impl Words<'_> {
    fn content(&self) -> String {
        let telling = self.telling;
        let since = telling.known.live_since.map(date).unwrap_or_default();
        let mut content = match telling.form {
            Form::Scheduled => self.about_host(key("post-scheduled"), key("post-scheduled-unnamed"), ""),
            Form::Live => self.about_host(key("post-live"), key("post-live-unnamed"), ""),
            Form::LiveSince => {
                self.about_host(key("post-live-since"), key("post-live-since-unnamed"), &since)
            }
            Form::Pointer(message) => {
                let link =
                    format!("https://discord.com/channels/{}/{}/{message}", telling.guild, telling.channel);
                self.about_host(key("post-pointer"), key("post-pointer-unnamed"), &link)
            }
            Form::Ended => self.about_host(key("post-ended"), key("post-ended-unnamed"), ""),
            Form::Cancelled => self.about_host(key("post-cancelled"), key("post-cancelled-unnamed"), ""),
            Form::NoShow => self.about_host(key("post-no-show"), key("post-no-show-unnamed"), ""),
            Form::Emptied => self.emptied(),
            Form::Forgotten => self.bare(key("post-forgotten"), key("post-forgotten-unnamed"), String::new()),
            Form::Erased => self.say(key("post-erased"), &[]),
        };
        if telling.more > 0 {
            let more = self.say(key("post-and-more"), &[("count", Arg::from(telling.more))]);
            content = format!("{content}\n{more}");
        }
        content
    }

    /// A sentence about the host, the roles that it calls before it.
    fn about_host(&self, named: Key, unnamed: Key, extra: &str) -> String {
        let roles: Vec<String> = match self.telling.form {
            Form::Scheduled | Form::Live => {
                self.telling.roles.iter().map(|role| format!("<@&{role}> ")).collect()
            }
            _ => Vec::new(),
        };
        let roles = Arg::from(roles.concat());
        let extra = Arg::from(extra.to_owned());
        match self.telling.host.as_ref() {
            Some(host) => {
                self.say(named, &[("roles", roles), ("host", Arg::from(name(host))), ("extra", extra)])
            }
            None => self.say(unnamed, &[("roles", roles), ("extra", extra)]),
        }
    }

    /// What may stay of a Space that is over: no content of X but the handle that the channel follows.
    fn emptied(&self) -> String {
        let figures = self.figures();
        let figures = if figures.is_empty() { String::new() } else { format!(" · {figures}") };
        if self.telling.known.phase == Phase::Cancelled {
            return self.bare(key("post-emptied-cancelled"), key("post-emptied-cancelled-unnamed"), figures);
        }
        self.bare(key("post-emptied"), key("post-emptied-unnamed"), figures)
    }

    /// A sentence that names the host by the handle alone, and only where the channel chose that host.
    fn bare(&self, named: Key, unnamed: Key, figures: String) -> String {
        let figures = Arg::from(figures);
        match self.telling.host.as_ref().filter(|_| !self.telling.keywords_only) {
            Some(host) => {
                self.say(named, &[("host", Arg::from(handle(&host.username))), ("figures", figures)])
            }
            None => self.say(unnamed, &[("figures", figures)]),
        }
    }

    /// How long it ran and how many came, as far as known and wanted.
    fn figures(&self) -> String {
        if !self.telling.tells_figures {
            return String::new();
        }
        let known = &self.telling.known;
        let lasted = known.duration().filter(|ran| *ran > SignedDuration::ZERO);
        let lasted = lasted.map(|ran| self.texts.duration(self.locale, ran));
        let peak = known.peak.map(|peak| self.say(key("post-peak"), &[("count", Arg::from(peak))]));
        lasted.into_iter().chain(peak).collect::<Vec<_>>().join(" · ")
    }

    fn card(&self) -> Option<Card> {
        let telling = self.telling;
        match telling.form {
            // The message that it points to says everything, and what was taken down disappears at once.
            Form::Pointer(_) | Form::Cancelled | Form::Emptied | Form::Forgotten | Form::Erased => {
                return None;
            }
            _ => {}
        }
        let mut people: Vec<XUser> = telling.cohosts.clone();
        people.extend(telling.host.clone());
        let mut card = card::space(&Subject::of(&telling.known, &people), self.texts, self.locale);
        if telling.form == Form::Ended {
            // Who came and what it was about is history; how long it ran isn't.
            card.fields.clear();
            card.description = Some(self.figures()).filter(|figures| !figures.is_empty());
        } else {
            let changes = self.changes(&telling.known);
            let description = card.description.into_iter().chain(changes).collect::<Vec<_>>().join("\n");
            card.description = Some(description).filter(|description| !description.is_empty());
        }
        let keywords: Vec<String> =
            telling.keywords.iter().filter_map(|keyword| text::marked_down(keyword, NAME_MAX)).collect();
        if !keywords.is_empty() && telling.form != Form::Ended {
            card.fields.push(Field {
                name: self.say(key("post-keywords"), &[]),
                value: listed(&keywords, KEYWORDS_MAX),
                inline: false,
            });
        }
        Some(card)
    }

    /// What changed since the message was made.
    fn changes(&self, known: &Known) -> Vec<String> {
        let renamed =
            known.renamed_from.as_deref().and_then(|title| text::marked_down(title, FORMER_TITLE_MAX));
        let renamed = renamed.map(|from| self.say(key("post-renamed"), &[("from", Arg::from(from))]));
        let moved = known.moved_from.filter(|_| self.telling.form == Form::Scheduled);
        let moved = moved.map(|from| self.say(key("post-moved"), &[("from", Arg::from(date(from)))]));
        let is_live = matches!(self.telling.form, Form::Live | Form::LiveSince);
        let reopened = self.telling.reopened && is_live;
        let reopened = reopened.then(|| self.say(key("post-reopened"), &[]));
        reopened.into_iter().chain(renamed).chain(moved).collect()
    }

    fn row(&self) -> Option<CreateActionRow> {
        let label = match self.telling.form {
            Form::Live | Form::LiveSince => key("post-listen"),
            Form::Scheduled | Form::NoShow => key("post-open"),
            Form::Pointer(_)
            | Form::Ended
            | Form::Cancelled
            | Form::Emptied
            | Form::Forgotten
            | Form::Erased => return None,
        };
        let link = CreateButton::new_link(self.telling.known.space.id.url()).label(self.say(label, &[]));
        Some(CreateActionRow::Buttons(
            [link].into_iter().chain(self.remind_me()).chain(self.never_host()).collect(),
        ))
    }

    /// A direct message in time, for whoever presses it.
    fn remind_me(&self) -> Option<CreateButton> {
        let space = (self.telling.form == Form::Scheduled).then_some(self.telling.known.space.id)?;
        let label = self.say(key("button-remind"), &[]);
        Some(CreateButton::new(RemindMe(space).to_string()).label(label).style(ButtonStyle::Secondary))
    }

    /// What a moderator may want to do about a host whom nobody here chose.
    fn never_host(&self) -> Option<CreateButton> {
        let host = self.telling.known.space.creator.filter(|_| self.telling.keywords_only)?;
        let label = self.say(key("post-never-host"), &[]);
        Some(CreateButton::new(NeverHost(host).to_string()).label(label).style(ButtonStyle::Secondary))
    }

    fn say(&self, key: Key, arguments: &[(&str, Arg)]) -> String {
        self.texts.get(self.locale, key, arguments)
    }
}

/// As many of these words as fit in `limit` UTF-16 units, an ellipsis for the others: a cut inside of one could leave
/// half an escape.
fn listed(words: &[String], limit: usize) -> String {
    let mut out = words.join(", ");
    let mut kept = words.len();
    while text::length(&out) > limit && kept > 0 {
        kept -= 1;
        out = [&words[..kept], &["…".to_owned()]].concat().join(", ");
    }
    out
}

/// A host as the text of a post names them.
fn name(host: &XUser) -> String {
    match text::marked_down(&host.name, NAME_MAX) {
        Some(name) => format!("{name} ({})", handle(&host.username)),
        None => linked_handle(&host.username),
    }
}
