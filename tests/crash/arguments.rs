//! What the harness is asked for: how many kills, from which seed, on which store. It is run by `cargo test` among
//! others, so what a test's own arguments mean holds here too: a filter that doesn't fit runs nothing, `--list` lists.

use std::env;
use std::process::ExitCode;

use crate::postgres;

/// The name that filters are held against.
const NAME: &str = "crash";
/// Kills unless asked otherwise.
const KILLS: u32 = 200;

/// Where the program keeps what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Arguments {
    pub kills: u32,
    pub seed: u64,
    /// `None` for each that there is.
    pub store: Option<Kind>,
    /// Worlds at once.
    pub at_once: usize,
    /// Whether Discord forgets nonces at once, which it doesn't: shows that the harness sees what is there twice.
    pub forgetful: bool,
}

/// What was asked; or, where there is nothing to run, how to end.
pub fn read() -> Result<Arguments, ExitCode> {
    let mut asked = Arguments { kills: KILLS, seed: 1, store: None, at_once: 10, forgetful: false };
    let (mut list, mut fits, mut filtered, mut exact) = (false, false, false, false);
    let mut filters: Vec<String> = Vec::new();
    let mut rest = env::args().skip(1);
    while let Some(argument) = rest.next() {
        let (name, given) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument.clone(), None),
        };
        let mut value = || given.clone().or_else(|| rest.next()).unwrap_or_default();
        match name.as_str() {
            "--seed" => asked.seed = number(&name, &value())?,
            "--at-once" => asked.at_once = number::<usize>(&name, &value())?.max(1),
            "--store" => {
                asked.store = match value().as_str() {
                    "sqlite" => Some(Kind::Sqlite),
                    "postgres" => Some(Kind::Postgres),
                    "both" => None,
                    other => {
                        return Err(refuse(&format!("--store is sqlite, postgres or both, not {other}")));
                    }
                }
            }
            "--forget-nonces" => asked.forgetful = true,
            "--list" => list = true,
            "--exact" => exact = true,
            "--ignored" | "--bench" => return Err(ExitCode::SUCCESS),
            "--skip" => {
                if NAME.contains(&value()) {
                    return Err(ExitCode::SUCCESS);
                }
            }
            "--test-threads" | "--format" | "--color" | "--logfile" | "-Z" | "--shuffle-seed" => {
                drop(value());
            }
            flag if flag.starts_with('-') => {}
            word => match word.parse() {
                Ok(kills) => asked.kills = kills,
                Err(_) => filters.push(word.to_owned()),
            },
        }
    }
    for filter in &filters {
        filtered = true;
        fits |= if exact { filter == NAME } else { NAME.contains(filter.as_str()) };
    }
    if filtered && !fits {
        return Err(ExitCode::SUCCESS);
    }
    if list {
        println!("{NAME}: test");
        return Err(ExitCode::SUCCESS);
    }
    Ok(asked)
}

impl Arguments {
    /// The stores to try, one after the other. PostgreSQL is left out where there is none, which is said.
    pub fn stores(&self) -> Result<Vec<Kind>, ExitCode> {
        let mut stores = self.store.map_or_else(|| vec![Kind::Sqlite, Kind::Postgres], |one| vec![one]);
        stores.retain(|store| *store != Kind::Postgres || postgres::is_there());
        if stores.is_empty() { Err(ExitCode::from(2)) } else { Ok(stores) }
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, ExitCode> {
    value.parse().map_err(|_| refuse(&format!("{name} takes a number, not {value}")))
}

fn refuse(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(2)
}
