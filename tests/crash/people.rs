//! People who type commands amid the kills. What was confirmed to them must hold; what wasn't they type again.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use spacebell_sim::x::{EndLook, UserId};

use crate::book::{Act, Entry, What, Wish};
use crate::story::Story;
use crate::world::PATIENCE;

/// Pauses between looks at what others do.
const LOOK: Duration = Duration::from_millis(50);

impl Story<'_> {
    /// Makes a follow, typing until it is confirmed; answers its id.
    pub async fn follow(&self, wish: &Wish) -> Result<String> {
        let (command, option, target) = match &wish.what {
            What::Host(host) => {
                let user = self.world.x.user(host).context("a host has an account")?;
                ("follow host", "host", format!("@{}", user.username))
            }
            What::Word(word) => ("follow keyword", "keyword", (*word).to_owned()),
        };
        let role = self.world.role;
        let options = match wish.when {
            "live" => json!({ option: target, "when": "live", "role": role }),
            when => json!({ option: target, "when": when }),
        };
        let sentence = self.insist(wish.room, command, &options, &["Following", "already followed"]).await?;
        self.book().wishes.push(wish.clone());
        let id =
            sentence.split_once(" as #").map(|(_, rest)| rest.split(|letter: char| !letter.is_ascii_digit()));
        id.and_then(|mut id| id.next().map(str::to_owned)).with_context(|| format!("no id in {sentence}"))
    }

    /// Removes a follow, typing until that is confirmed.
    async fn unfollow(&self, wish: &Wish, id: &str) -> Result<()> {
        self.insist(wish.room, "follow remove", &json!({ "follow": id }), &["Removed #", "no such follow"])
            .await?;
        self.book().wishes.retain(|other| other != wish);
        Ok(())
    }

    /// Types a command until it is answered with one of these.
    async fn insist(&self, room: u64, command: &str, options: &Value, good: &[&str]) -> Result<String> {
        let until = tokio::time::Instant::now() + 4 * PATIENCE;
        let mut last = String::new();
        while tokio::time::Instant::now() < until {
            self.world.connected().await?;
            let person = self.world.discord.user(self.world.moderator).in_channel(room);
            let typed = person.command(command, options.clone());
            let typed = typed.with_context(|| format!("/{command} can't be typed"))?;
            if let Ok(reply) = typed.final_reply(Duration::from_secs(20)).await {
                reply.content().clone_into(&mut last);
                if good.iter().any(|good| last.contains(good)) {
                    return Ok(last);
                }
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("/{command} {options} is never confirmed; the last answer was {last:?}")
    }

    /// Follows a host and no more, over and over, each time with Spaces that must be posted, or mustn't. Ends at the
    /// end of a round once the story is closing.
    pub async fn come_and_go(&self, n: usize, seed: u64) -> Result<()> {
        let mut random = StdRng::seed_from_u64(seed);
        let room = self.world.rooms[5 + n].id;
        let name = format!("visitor{n}");
        let host = self.world.x.add_user(format!("60{n:03}"), &name, &format!("Visitor {n}"));
        // Somebody else always follows, so that the program sees what the others must not be told.
        let always = Wish { room: self.world.rooms[1].id, what: What::Host(host.clone()), when: "all" };
        self.follow(&always).await?;
        let wish = Wish { room, what: What::Host(host.clone()), when: "all" };
        let mut round = 0;
        while !self.closing.is_cancelled() {
            let id = self.follow(&wish).await?;
            self.live_through(&host, format!("Visit {n} {round} with"), &mut random).await?;
            self.unfollow(&wish, &id).await?;
            self.live_through(&host, format!("Visit {n} {round} without"), &mut random).await?;
            round += 1;
        }
        Ok(())
    }

    async fn live_through(&self, host: &UserId, title: String, random: &mut StdRng) -> Result<()> {
        let plan = [Act::Start, Act::End(EndLook::Ended)].into();
        self.open(host.clone(), title, false, plan, false, false, random)?;
        loop {
            let done = {
                let book = self.book();
                let mut of_host = book.entries.iter().filter(|entry| entry.host == *host);
                of_host.all(Entry::is_done)
            };
            if done {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}
