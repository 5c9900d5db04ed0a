//! The storyline: hosts schedule, rename, move, start, end and cancel Spaces, many at once, whether the program is up
//! or down. A Space leaves a state only once all its posts are there; the fleeting ones don't wait.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use rand::prelude::IndexedRandom;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use spacebell::domain::notice::{Decision, Slot as StoredSlot};
use spacebell_sim::x::{EndLook, UserId};
use tokio_util::sync::CancellationToken;

use crate::book::{Act, Book, Entry, Phase, Slot, What, Wish, posts};
use crate::world::World;

/// Hosts that several channels follow.
const HOSTS: usize = 5;
/// Spaces under way at once.
const AT_ONCE: usize = 6;
/// Words that channels follow, each by a channel that follows nothing else besides. A channel takes six posts an hour
/// for words, so few Spaces have one.
pub const WORDS: [&str; 2] = ["moon", "orbit"];
const WORD_SPACES: usize = 3;
/// Pauses between acts.
const PAUSE_MS: std::ops::Range<u64> = 20..250;

/// A story, told by several.
pub struct Story<'a> {
    pub world: &'a World,
    book: Mutex<Book>,
    pub hosts: Vec<UserId>,
    /// Set when no new Spaces are to be made.
    pub closing: CancellationToken,
    /// Set when those who come and go have done so for the last time.
    pub visited: CancellationToken,
}

impl<'a> Story<'a> {
    pub fn new(world: &'a World) -> Self {
        let host =
            |n: usize| world.x.add_user(format!("70{n:03}"), &format!("host{n}"), &format!("Host {n}"));
        let hosts = (0..HOSTS).map(host).collect();
        Self {
            world,
            book: Mutex::default(),
            hosts,
            closing: CancellationToken::new(),
            visited: CancellationToken::new(),
        }
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the channels follow from the beginning: most of them several hosts, each in another way.
    pub fn first_wishes(&self, random: &mut StdRng) -> Vec<Wish> {
        let rooms = &self.world.rooms;
        let mut wishes = BTreeSet::new();
        // The first two channels follow a word alone, one of them where history can't be read.
        let of_words = [rooms[0].id, rooms[3].id];
        for (room, word) in of_words.into_iter().zip(WORDS) {
            wishes.insert(Wish { room, what: What::Word(word), when: "all" });
        }
        for room in rooms.iter().filter(|room| !of_words.contains(&room.id)) {
            for host in &self.hosts {
                if random.random_bool(0.5) {
                    let when =
                        *["all", "all", "live", "scheduled", "live_ended"].choose(random).unwrap_or(&"all");
                    wishes.insert(Wish { room: room.id, what: What::Host(host.clone()), when });
                }
            }
        }
        // Nobody is followed by nobody.
        for host in &self.hosts {
            wishes.insert(Wish { room: rooms[1].id, what: What::Host(host.clone()), when: "all" });
        }
        let mut seen = BTreeSet::new();
        let mut wishes: Vec<Wish> = wishes.into_iter().collect();
        wishes.retain(|wish| seen.insert((wish.room, wish.what.clone())));
        wishes
    }

    /// Acts at random instants until dropped, or until nobody makes new Spaces and all plans are carried out.
    pub async fn tell(&self, seed: u64) -> Result<()> {
        let mut random = StdRng::seed_from_u64(seed);
        let mut made = 0;
        let mut looks = 0_u32;
        loop {
            let pause = Duration::from_millis(random.random_range(PAUSE_MS));
            tokio::time::sleep(pause).await;
            let open = self.book().entries.iter().filter(|entry| !entry.is_done()).count();
            if open == 0 && self.visited.is_cancelled() {
                return Ok(());
            }
            if open < AT_ONCE && !self.closing.is_cancelled() {
                self.begin(made, &mut random)?;
                made += 1;
                continue;
            }
            let there = posts(self.world);
            let mut stuck = Vec::new();
            {
                let mut book = self.book();
                let open: Vec<usize> =
                    (0..book.entries.len()).filter(|index| !book.entries[*index].is_done()).collect();
                let Some(index) = open.choose(&mut random).copied() else { continue };
                let awaited = book.awaited(&book.entries[index], &there);
                let turns = book.entries[index].plan.front().is_some_and(|act| act.turns());
                if turns && !awaited.is_empty() {
                    stuck = awaited;
                } else {
                    self.act(&mut book, index, &mut random)?;
                }
            }
            let unreadable = |room: u64| self.world.rooms.iter().any(|one| one.id == room && !one.readable);
            if !stuck.is_empty() && stuck.iter().all(|(room, ..)| unreadable(*room)) {
                looks += 1;
                if looks.is_multiple_of(8) {
                    self.learn_uncertain().await?;
                }
            }
        }
    }

    /// Reads where the program itself says that it doesn't know.
    pub async fn learn_uncertain(&self) -> Result<()> {
        let _looking = self.world.looking.lock().await;
        let store = self.world.place.store().await?;
        let ids: Vec<_> = self.book().entries.iter().map(|entry| entry.id.clone()).collect();
        for id in ids {
            let space = id.as_str().parse().context("an id of a Space")?;
            for decided in store.decisions(space).await? {
                if decided.decision == Decision::Uncertain {
                    let slot = match decided.slot {
                        StoredSlot::Scheduled => Slot::Scheduled,
                        StoredSlot::Live => Slot::Live,
                    };
                    self.book().uncertain.insert((decided.channel.get(), id.clone(), slot));
                }
            }
        }
        store.close().await;
        Ok(())
    }

    /// A new Space: its first act, and a plan for the others.
    fn begin(&self, made: usize, random: &mut StdRng) -> Result<()> {
        let host = self.hosts.choose(random).context("a host")?.clone();
        // The first few show what stays open to the end; later ones are of every kind.
        let plan: &[Act] = match made {
            0 => &[Act::Rename],
            1 => &[Act::Rename, Act::Start, Act::Cohost],
            _ => match random.random_range(0..10) {
                0..4 => {
                    &[Act::Rename, Act::Move, Act::Start, Act::Rename, Act::Cohost, Act::End(EndLook::Ended)]
                }
                4 => &[Act::Start, Act::Count, Act::End(EndLook::NotFound)],
                5 => &[Act::Move, Act::Cancel(EndLook::Canceled)],
                6 => &[Act::Rename, Act::Cancel(EndLook::NotFound)],
                7 => &[Act::Start, Act::Rename, Act::Remove],
                8 => &[Act::Rename, Act::Count, Act::End(EndLook::Canceled)],
                _ => &[Act::Rename, Act::End(EndLook::Ended)],
            },
        };
        let sudden = !plan.iter().any(|act| matches!(act, Act::Start | Act::Cancel(_))) && made > 0;
        let mut plan: VecDeque<Act> = plan.iter().copied().collect();
        // Who reopens within ten minutes goes on in the same messages, which the book doesn't tell of.
        let sudden = sudden && {
            let ran = |entry: &Entry| !matches!(entry.phase, Phase::Scheduled | Phase::Cancelled);
            let reopens = self.book().entries.iter().any(|entry| entry.host == host && ran(entry));
            if reopens {
                plan.push_front(Act::Start);
            }
            !reopens
        };
        let fleeting = made > 2 && random.random_bool(0.15);
        let word = (!fleeting && made % 3 == 1 && made / 3 < WORD_SPACES * 2).then(|| WORDS[made / 3 % 2]);
        let mut title = format!("Talk {made}");
        match word {
            Some(word) if random.random_bool(0.5) => title = format!("{title} {word}"),
            Some(word) => plan.push_front(Act::Word(word)),
            None => {}
        }
        self.open(host, title, sudden, plan, fleeting, made == 0, random)
    }

    #[expect(clippy::too_many_arguments, reason = "each is a choice of the story")]
    pub fn open(
        &self,
        host: UserId,
        title: String,
        sudden: bool,
        plan: VecDeque<Act>,
        fleeting: bool,
        comes_soon: bool,
        random: &mut StdRng,
    ) -> Result<()> {
        let x = &self.world.x;
        let start =
            if comes_soon { x.now() + SignedDuration::from_mins(30) } else { far_on(x.now(), random) };
        let start = Timestamp::from_second(start.as_second())?;
        let mut book = self.book();
        let id = if sudden { x.start_now(&host, &title)? } else { x.schedule(&host, &title, start)? };
        let phase = if sudden { Phase::Live } else { Phase::Scheduled };
        let mut entry = Entry {
            id,
            host,
            title,
            start,
            phase,
            cohosts: Vec::new(),
            due: BTreeSet::new(),
            may: BTreeSet::new(),
            fleeting,
            plan,
        };
        entry.call_for(if sudden { Slot::Live } else { Slot::Scheduled }, &book.wishes);
        book.entries.push(entry);
        Ok(())
    }

    fn act(&self, book: &mut Book, index: usize, random: &mut StdRng) -> Result<()> {
        let x = &self.world.x;
        let Book { wishes, entries, .. } = book;
        let entry = &mut entries[index];
        let Some(act) = entry.plan.pop_front() else { return Ok(()) };
        let id = entry.id.clone();
        match act {
            Act::Rename => {
                // Words come last, and stay.
                entry.title = match entry.title.split_once(' ') {
                    Some((_, rest)) => format!("Chat{} {rest}", random.random_range(0..1000)),
                    None => entry.title.clone(),
                };
                x.rename(&id, Some(&entry.title))?;
            }
            Act::Word(word) => {
                entry.title = format!("{} {word}", entry.title);
                x.rename(&id, Some(&entry.title))?;
                let slot = if entry.phase == Phase::Live { Slot::Live } else { Slot::Scheduled };
                entry.call_for(slot, wishes);
            }
            Act::Move => {
                entry.start = Timestamp::from_second(far_on(x.now(), random).as_second())?;
                x.reschedule(&id, entry.start)?;
            }
            Act::Cohost => {
                let n = entries.len();
                let entry = &mut entries[index];
                let name = format!("guest{n}x{index}");
                let guest = x.add_user(format!("80{n:03}{index:03}"), &name, &name);
                x.add_cohost(&id, &guest)?;
                entry.cohosts.push((guest, name));
            }
            Act::Count => x.set_count(&id, random.random_range(2..500))?,
            Act::Start => {
                x.start_space(&id)?;
                entry.phase = Phase::Live;
                entry.call_for(Slot::Live, wishes);
            }
            Act::End(look) => {
                x.end_as(&id, look)?;
                let clear = !entry.fleeting || matches!(look, EndLook::Ended);
                entry.phase = if clear { Phase::Ended } else { Phase::Over };
            }
            Act::Cancel(look) => {
                x.end_as(&id, look)?;
                entry.phase = Phase::Cancelled;
            }
            Act::Remove => {
                x.remove(&id)?;
                entry.phase = if entry.fleeting { Phase::Over } else { Phase::Ended };
            }
        }
        Ok(())
    }
}

/// A start that no world lives to see.
fn far_on(now: Timestamp, random: &mut StdRng) -> Timestamp {
    now + SignedDuration::from_mins(random.random_range(30 * 60..60 * 60))
}
