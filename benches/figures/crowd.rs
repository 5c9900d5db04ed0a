//! A million follows as a hundred thousand servers may have made them, written straight into the program's database.

use std::collections::HashSet;
use std::fmt::Write as _;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::stock;
use crate::support::World;
use crate::words::Words;

/// Servers, and how many follows each has.
const SERVERS: u64 = 100_000;
const FOLLOWS_A_SERVER: usize = 10;
const CHANNELS_A_SERVER: u64 = 3;
/// Hosts, of whom the n-th has an n-th of the first one's followers.
const HOSTS: usize = 30_000;
/// Keywords that differ; of ten follows one is of a keyword.
const KEYWORDS: usize = 50_000;
const ROWS_A_STATEMENT: usize = 500;
/// What a tenth of the follows filter by.
const FILTERS: [&str; 4] = [
    r#"{"min_listeners":50}"#,
    r#"{"language":"ja","tickets":"Free"}"#,
    r#"{"title_has":["rust","launch party"]}"#,
    r#"{"min_listeners":10,"title_lacks":["ads","giveaway","広告"]}"#,
];
const COLUMNS: &str = "guild_id, channel_id, kind, target, shown, wants, role_id, made_by, made_at, filter";

/// Writes them.
pub async fn write(world: &World) {
    // Makes the schema, too.
    world.seed_follows(&[], &[("90000000".to_owned(), "h0")]).await;
    let mut crowd = Crowd::default();
    let mut statements = vec!["BEGIN".to_owned()];
    let mut rows: Vec<String> = Vec::new();
    for server in 0..SERVERS {
        crowd.server(server, &mut rows);
        if rows.len() >= ROWS_A_STATEMENT || server + 1 == SERVERS {
            statements.push(format!("INSERT INTO follows ({COLUMNS}) VALUES {}", rows.join(", ")));
            rows.clear();
        }
    }
    statements.push("COMMIT".to_owned());
    stock::run(&world.database_url(), statements).await;
}

/// The servers and what they follow.
struct Crowd {
    chance: StdRng,
    keywords: Vec<String>,
    /// Up to each host, the part of all follows of hosts that are of that one or one before.
    shares: Vec<f64>,
}

impl Default for Crowd {
    fn default() -> Self {
        let weights = (1..=HOSTS).map(|rank| 1.0 / f64::from(u32::try_from(rank).expect("few hosts")));
        let mut shares: Vec<f64> = weights
            .scan(0.0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .collect();
        let all = *shares.last().expect("hosts");
        for share in &mut shares {
            *share /= all;
        }
        Self { chance: StdRng::seed_from_u64(3), keywords: Words::new(4).keywords(KEYWORDS), shares }
    }
}

impl Crowd {
    fn server(&mut self, server: u64, rows: &mut Vec<String>) {
        // An odd shard of two: see index.rs.
        let guild = ((server * 2 + 1) << 22) + 7;
        let mut taken = HashSet::new();
        while taken.len() < FOLLOWS_A_SERVER {
            let (kind, target, shown) = self.target();
            if !taken.insert(target.clone()) {
                continue;
            }
            let channel = guild + 1 + self.chance.random_range(0..CHANNELS_A_SERVER);
            let role = if self.chance.random_bool(0.5) { (guild + 9).to_string() } else { "NULL".to_owned() };
            let filter = match self.chance.random_range(0..FILTERS.len() * 10) {
                nth if nth < FILTERS.len() => FILTERS[nth],
                _ => "{}",
            };
            let mut row = String::new();
            let _ = write!(
                row,
                "({guild}, {channel}, '{kind}', '{target}', '{shown}', 'all', {role}, {}, {}, '{filter}')",
                self.chance.random_range(1_u64 << 40..1 << 60),
                1_780_000_000_000_u64 + server,
            );
            rows.push(row);
        }
    }

    /// A follow's kind, target and what it shows.
    fn target(&mut self) -> (&'static str, String, String) {
        if self.chance.random_range(0..10) == 0 {
            let keyword = self.keywords[self.chance.random_range(0..KEYWORDS)].replace('\'', "''");
            return ("keyword", keyword.clone(), keyword);
        }
        let place: f64 = self.chance.random_range(0.0..1.0);
        let host = self.shares.partition_point(|share| *share < place).min(HOSTS - 1);
        ("host", (90_000_000 + host).to_string(), format!("host{host}"))
    }
}
