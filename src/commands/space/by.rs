//! `/space by`: what these hosts have live or scheduled.
//!
//! Where X can't be asked, what the watcher knows of them is shown instead, as old as the oldest of it: whom somebody follows
//! is looked at all the time.

use jiff::Timestamp;

use crate::commands::app::{App, Failure};
use crate::commands::finds::{Asked, Found};
use crate::commands::follow::account;
use crate::commands::invocation::Asker;
use crate::commands::lookup;
use crate::commands::remembered::stands_in;
use crate::domain::ids::{UserId, Username};
use crate::domain::known::Known;
use crate::x::Want;

/// What was found of hosts.
#[derive(Debug)]
pub(super) struct OfHosts {
    /// Their Spaces, in no order.
    pub(super) spaces: Vec<Known>,
    /// When X was asked; the oldest answer of all that are shown.
    pub(super) asked_at: Timestamp,
    /// Whether X was asked for these now.
    pub(super) is_new: bool,
    /// Names that no account has.
    pub(super) unknown: Vec<Username>,
    /// Names that couldn't be looked up.
    pub(super) unasked: Vec<Username>,
    /// Why nothing newer could be had, or why not everybody was looked up.
    pub(super) fault: Option<Failure>,
}

/// Who the hosts are.
struct Accounts {
    ids: Vec<UserId>,
    unknown: Vec<Username>,
    unasked: Vec<Username>,
    fault: Option<Failure>,
    took: bool,
}

/// Asks X for the Spaces of these hosts, unless a young answer serves: one of the asker's questions, though it may
/// take a request for the accounts and one for their Spaces.
pub(super) async fn ask(app: &App, asker: &Asker, hosts: &[Username]) -> Result<OfHosts, Failure> {
    let accounts = accounts(app, asker, hosts).await;
    let Accounts { mut ids, unknown, unasked, fault, took } = accounts;
    let now = app.clock.now();
    if ids.is_empty() {
        return match fault {
            Some(fault) => Err(fault),
            None => Ok(OfHosts {
                spaces: Vec::new(),
                asked_at: now,
                is_new: false,
                unknown,
                unasked,
                fault: None,
            }),
        };
    }
    ids.sort_unstable();
    ids.dedup();
    let of = |found: &Found, is_new: bool, fault: Option<Failure>| OfHosts {
        spaces: found.known(),
        asked_at: found.asked_at,
        is_new,
        unknown: unknown.clone(),
        unasked: unasked.clone(),
        fault,
    };
    let question = Asked::Hosts(ids.clone());
    if let Some(found) = app.finds.serving(&question, now) {
        return Ok(of(&found, false, fault));
    }
    let request = app.x.spaces_by_creators(&ids, Want::WATCHED, asker.cause());
    let fresh =
        if took { request.await.map_err(Failure::from) } else { lookup::question(app, asker, request).await };
    match (fresh, app.finds.old(&question, now)) {
        (Ok(answer), _) => Ok(of(&app.finds.put(question, answer.into(), app.clock.now()), true, fault)),
        (Err(fault), old) => {
            let (spaces, seen_at, strangers) = watched(app, &ids, now);
            match (seen_at.filter(|_| strangers.is_empty() || !spaces.is_empty()), old) {
                (seen_at, Some(old)) if seen_at.is_none_or(|at| at < old.asked_at) => {
                    Ok(of(&old, false, Some(fault)))
                }
                (Some(asked_at), _) => {
                    let named = |id: UserId| app.x.users().get(id).map(|known| known.user.username);
                    let strangers = strangers.into_iter().filter_map(named);
                    let unasked = unasked.iter().copied().chain(strangers).collect();
                    Ok(OfHosts { spaces, asked_at, is_new: false, unknown, unasked, fault: Some(fault) })
                }
                (None, _) => Err(fault),
            }
        }
    }
}

/// What the watcher knows of these hosts, since when it knows nothing newer of one of them, and those of whom it
/// knows nothing, or nothing lately.
fn watched(app: &App, hosts: &[UserId], now: Timestamp) -> (Vec<Known>, Option<Timestamp>, Vec<UserId>) {
    let (mut spaces, mut oldest, mut strangers) = (Vec::new(), None::<Timestamp>, Vec::new());
    for host in hosts {
        let theirs = app.watch.of_host(*host);
        let seen = theirs.iter().map(|known| known.seen_at);
        match seen.chain(app.watch.last_visit(*host)).min().filter(|at| stands_in(*at, now)) {
            Some(at) => {
                oldest = Some(oldest.map_or(at, |oldest| oldest.min(at)));
                spaces.extend(theirs);
            }
            None => strangers.push(*host),
        }
    }
    (spaces, oldest, strangers)
}

/// The accounts of these names: the fresh ones from memory, the others in one question to X.
async fn accounts(app: &App, asker: &Asker, hosts: &[Username]) -> Accounts {
    let now = app.clock.now();
    let mut accounts =
        Accounts { ids: Vec::new(), unknown: Vec::new(), unasked: Vec::new(), fault: None, took: false };
    let mut new = Vec::new();
    for name in hosts {
        match app.x.users().by_username(name).filter(|known| known.is_fresh(now)) {
            Some(known) => accounts.ids.push(known.user.id),
            None => new.push(*name),
        }
    }
    if new.is_empty() {
        return accounts;
    }
    let answer = lookup::question(app, asker, app.x.users_by_usernames(&new, asker.cause())).await;
    let answer = match answer {
        Ok(answer) => {
            accounts.took = true;
            answer
        }
        Err(fault) => {
            // Who it was a day ago is who it is, as good as surely.
            for name in new {
                match account(app, &name) {
                    Some((id, _)) => accounts.ids.push(id),
                    None => accounts.unasked.push(name),
                }
            }
            accounts.fault = Some(fault).filter(|_| !accounts.unasked.is_empty());
            return accounts;
        }
    };
    accounts.unasked = answer.unasked;
    accounts.ids.extend(answer.users.iter().map(|user| user.id));
    let is_missing = |name: &Username| {
        !answer.users.iter().any(|user| user.username == *name) && !accounts.unasked.contains(name)
    };
    accounts.unknown = new.into_iter().filter(is_missing).collect();
    accounts
}
