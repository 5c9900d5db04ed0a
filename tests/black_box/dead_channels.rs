//! One Space told in many channels, of which some take no posts: how much of that Discord refuses.
//!
//! Shared with the figures, which do it at the size that Discord's ban limit is about.

use std::time::Duration;

use spacebell_sim::discord::{self, Target, bits};
use sqlx::{Connection, SqliteConnection};

use crate::support::{World, generous};

/// Servers over which a fan-out's channels are spread.
const SERVERS: usize = 50;

/// Posts to so many channels, of which so many take none, and answers how many requests Discord refused until each
/// channel was tried or looked at.
pub async fn fan_out(channels: usize, dead: usize, patience: Duration) -> u64 {
    let settings = discord::Settings { global_per_second: None, ..discord::Settings::default() };
    let world = World::with(generous(), settings).await;
    world.seed_follows(&[world.channel], &[(world.nasa.to_string(), "NASA")]).await;
    let mut database = SqliteConnection::connect(&world.database_url()).await.expect("a connection");
    let mut seeding = database.begin().await.expect("a transaction");
    for server in 0..SERVERS {
        let guild = world.discord.add_guild(&format!("Server {server}"));
        for n in (server..channels).step_by(SERVERS) {
            let channel = world.discord.add_channel(guild, &format!("c{n}"), 0);
            // Dead ones among the living, as they come.
            if n * dead / channels != (n + 1) * dead / channels {
                let denied = if n % 2 == 0 { bits::SEND_MESSAGES } else { bits::VIEW_CHANNEL };
                world.discord.set_overwrite(channel, Target::Role(guild), 0, denied);
            }
            let follow = "INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, made_by, made_at) \
                SELECT $1, $2, kind, target, shown, wants, made_by, made_at FROM follows WHERE follow_id = 1";
            let follow = sqlx::query(follow).bind(guild.cast_signed()).bind(channel.cast_signed());
            follow.execute(&mut *seeding).await.expect("it is kept");
        }
    }
    seeding.commit().await.expect("kept");
    let bot = world.start_with(&[("DISCORD_GLOBAL_RPS", "1000"), ("RUST_LOG", "error")]).await;
    world.x.start_now(&world.nasa, "For everybody").expect("NASA is there");
    let mut count = async |sql: &'static str| -> usize {
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut database).await.expect("a count");
        usize::try_from(count).expect("a count")
    };
    let done = async {
        let living = channels - dead + 1;
        while count("SELECT COUNT(*) FROM posts WHERE message_id IS NOT NULL").await < living
            || count("SELECT COUNT(*) FROM notices WHERE attempts = 0").await > 0
        {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let in_time = tokio::time::timeout(patience, done).await;
    let refused = world.discord.refusals().invalid_requests;
    in_time.unwrap_or_else(|_| panic!("not done; {refused} refusals:\n{}", bot.logs()));
    assert!(bot.stop().await.success());
    refused
}
