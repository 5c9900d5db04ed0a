//! The model: what is followed, what Spaces there are and what each channel should show of them. Independent of the
//! program: it knows the promises alone. Judges Discord's channels by that.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use spacebell_sim::discord::Message;
use spacebell_sim::x::{EndLook, SpaceId, UserId};

use crate::world::World;

/// Which of a Space's two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    Scheduled,
    Live,
}

/// What a follow looks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Host(UserId),
    Word(&'static str),
}

/// A follow that was confirmed to whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wish {
    pub room: u64,
    pub what: What,
    pub when: &'static str,
}

impl Wish {
    fn wants(&self, slot: Slot) -> bool {
        match slot {
            Slot::Scheduled => matches!(self.when, "all" | "scheduled"),
            Slot::Live => self.when != "scheduled",
        }
    }
}

/// What may happen to a Space.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Rename,
    /// Gives the title a word that some channel follows.
    Word(&'static str),
    Move,
    Cohost,
    Count,
    Start,
    End(EndLook),
    Cancel(EndLook),
    Remove,
}

impl Act {
    /// Whether it ends a state, so that it must have been posted before.
    pub fn turns(self) -> bool {
        matches!(self, Self::Start | Self::End(_) | Self::Cancel(_) | Self::Remove)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Scheduled,
    Live,
    Ended,
    Cancelled,
    /// Over in a way that doesn't show whether it ever began, to whoever wasn't there while it was live.
    Over,
}

/// A Space as it should be known.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: SpaceId,
    pub host: UserId,
    pub title: String,
    pub start: Timestamp,
    pub phase: Phase,
    pub cohosts: Vec<(UserId, String)>,
    /// Messages that have to be there.
    pub due: BTreeSet<(u64, Slot)>,
    /// Messages that may be there: its states came and went as they liked.
    pub may: BTreeSet<(u64, Slot)>,
    /// Whether its states come and go without waiting for their posts.
    pub fleeting: bool,
    pub plan: VecDeque<Act>,
}

impl Entry {
    pub fn is_done(&self) -> bool {
        self.plan.is_empty()
    }

    /// Asks for the messages that its title and host call for in `slot`.
    pub fn call_for(&mut self, slot: Slot, wishes: &[Wish]) {
        let rooms = wishes.iter().filter(|wish| wish.wants(slot) && self.concerns(wish));
        let wanted: Vec<_> = rooms.map(|wish| (wish.room, slot)).collect();
        if self.fleeting { &mut self.may } else { &mut self.due }.extend(wanted);
    }

    fn concerns(&self, wish: &Wish) -> bool {
        match &wish.what {
            What::Host(host) => *host == self.host,
            What::Word(word) => self.title.split(' ').any(|part| part == *word),
        }
    }
}

pub type Place = (u64, SpaceId, Slot);

/// All that was promised.
#[derive(Debug, Default)]
pub struct Book {
    pub wishes: Vec<Wish>,
    pub entries: Vec<Entry>,
    /// Where the program says itself that a send was uncertain and the history can't be read.
    pub uncertain: BTreeSet<Place>,
}

/// How the channels differ from the book.
#[derive(Debug, Default)]
pub struct Verdict {
    pub posts: u64,
    /// Missing, not in their final state, or follows that are gone.
    pub lost: Vec<String>,
    /// There twice, or where they mustn't be.
    pub doubled: Vec<String>,
    /// Places in channels without history that lack a message, or show an old state of it, and in what.
    pub unsure: BTreeMap<Place, String>,
}

impl Verdict {
    pub fn is_clean(&self, book: &Book) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.unsaid(book).is_empty()
    }

    /// Those that the program itself doesn't call uncertain.
    pub fn unsaid(&self, book: &Book) -> Vec<Place> {
        self.unsure.keys().filter(|place| !book.uncertain.contains(place)).cloned().collect()
    }
}

/// The posts in all channels, by what they are about. What they are about shows when they are new.
pub fn posts(world: &World) -> BTreeMap<Place, Vec<Message>> {
    let mut posts: BTreeMap<Place, Vec<Message>> = BTreeMap::new();
    for room in &world.rooms {
        for message in world.discord.messages(room.id) {
            let Some(first) = message.revisions.first().filter(|_| message.interaction_id.is_none()) else {
                continue;
            };
            let slot = if first.content.starts_with('📅') { Slot::Scheduled } else { Slot::Live };
            let url = first.embeds.first().and_then(|embed| embed["url"].as_str()).unwrap_or_default();
            let id = SpaceId::from(url.rsplit('/').next().unwrap_or_default());
            posts.entry((room.id, id, slot)).or_default().push(message);
        }
    }
    posts
}

impl Book {
    /// The messages of a Space that have to be there and aren't yet.
    pub fn awaited(&self, entry: &Entry, posts: &BTreeMap<Place, Vec<Message>>) -> Vec<Place> {
        let due = entry.due.iter().map(|(room, slot)| (*room, entry.id.clone(), *slot));
        due.filter(|place| !posts.contains_key(place) && !self.uncertain.contains(place)).collect()
    }

    /// Holds the channels against the book.
    pub fn judge(&self, world: &World) -> Verdict {
        let posts = posts(world);
        let mut verdict = Verdict::default();
        let unreadable = |room: u64| world.rooms.iter().any(|one| one.id == room && !one.readable);
        for ((room, id, slot), messages) in &posts {
            verdict.posts += messages.len() as u64;
            let about = format!("{slot:?} of {id} in {room}");
            let Some(entry) = self.entries.iter().find(|entry| entry.id == *id) else {
                verdict.doubled.push(format!("{about}: no such Space"));
                continue;
            };
            if messages.len() > 1 {
                verdict.doubled.push(format!("{about}: {} times", messages.len()));
            }
            if !entry.due.contains(&(*room, *slot)) && !entry.may.contains(&(*room, *slot)) {
                verdict.doubled.push(format!("{about}: nobody asked for it"));
            }
            // Where a send was uncertain nobody knows its message's id, so that nothing can point to it.
            let live_place = (*room, id.clone(), Slot::Live);
            let live = posts.get(&live_place).filter(|_| !self.uncertain.contains(&live_place));
            let live = live.and_then(|messages| messages.first());
            for message in messages {
                if let Err(wrong) = shows(message, *slot, entry, live, world.x.now()) {
                    if unreadable(*room) {
                        verdict.unsure.insert((*room, id.clone(), *slot), wrong);
                    } else {
                        verdict.lost.push(format!("{about}: {wrong}; it shows {:?}", message.content));
                    }
                }
            }
        }
        for entry in &self.entries {
            for (room, slot) in &entry.due {
                let place = (*room, entry.id.clone(), *slot);
                if posts.contains_key(&place) {
                } else if unreadable(*room) {
                    verdict.unsure.insert(place, "missing".to_owned());
                } else {
                    verdict.lost.push(format!("{slot:?} of {} in {room}: missing", entry.id));
                }
            }
        }
        verdict
    }
}

/// How long after its planned start a Space counts as not coming.
const NO_SHOW_AFTER: SignedDuration = SignedDuration::from_hours(2);

/// Whether a message shows its Space as it is.
fn shows(
    message: &Message,
    slot: Slot,
    entry: &Entry,
    live: Option<&Message>,
    now: Timestamp,
) -> Result<(), String> {
    let says = |words: &str| {
        let found = message.content.contains(words);
        if found { Ok(()) } else { Err(format!("it should say {words:?}")) }
    };
    let card = serde_json::Value::from(message.embeds.clone());
    let shows = |what: &str| {
        let found = card.to_string().contains(what);
        if found { Ok(()) } else { Err(format!("its card should show {what:?}")) }
    };
    match (entry.phase, slot) {
        (Phase::Scheduled, _) if now.duration_since(entry.start) > NO_SHOW_AFTER => says("didn’t begin"),
        (Phase::Scheduled, _) => {
            says("has scheduled a Space")?;
            shows(&entry.title)?;
            shows(&format!("<t:{}", entry.start.as_second()))
        }
        (Phase::Live, Slot::Scheduled) => {
            says("is live")?;
            live.map_or(Ok(()), |live| says(&live.id.to_string()))
        }
        (Phase::Live, Slot::Live) => {
            says("is live")?;
            shows(&entry.title)?;
            entry.cohosts.iter().try_for_each(|(_, name)| shows(name))
        }
        (Phase::Ended, _) => says("ended"),
        (Phase::Cancelled, _) => says("was cancelled"),
        (Phase::Over, _) => says("ended").or_else(|_| says("was cancelled")),
    }
}
