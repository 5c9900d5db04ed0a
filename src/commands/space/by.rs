//! `/space by`: what these hosts have live or scheduled.

use std::sync::Arc;

use crate::commands::app::{App, Failure};
use crate::commands::finds::{Asked, Found};
use crate::commands::invocation::Asker;
use crate::commands::lookup;
use crate::domain::ids::{UserId, Username};
use crate::x::Want;

/// What was found of hosts.
#[derive(Debug)]
pub(super) struct OfHosts {
    /// Their Spaces; `None` where none of them has an account.
    pub(super) found: Option<Arc<Found>>,
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
    if ids.is_empty() {
        return match fault {
            Some(fault) => Err(fault),
            None => Ok(OfHosts { found: None, is_new: false, unknown, unasked, fault: None }),
        };
    }
    ids.sort_unstable();
    ids.dedup();
    let now = app.clock.now();
    let question = Asked::Hosts(ids.clone());
    if let Some(found) = app.finds.young(&question, now) {
        return Ok(OfHosts { found: Some(found), is_new: false, unknown, unasked, fault });
    }
    let allowed = if took { Ok(()) } else { lookup::take(app, asker, now) };
    let fresh = match allowed {
        Ok(()) => app.x.spaces_by_creators(&ids, Want::WATCHED, asker.cause()).await.map_err(Failure::from),
        Err(refused) => Err(refused),
    };
    match (fresh, app.finds.old(&question, now)) {
        (Ok(answer), _) => {
            let found = Found { spaces: answer.spaces, asked_at: answer.asked_at };
            let found = app.finds.put(question, found, app.clock.now());
            Ok(OfHosts { found: Some(found), is_new: true, unknown, unasked, fault })
        }
        (Err(fault), Some(old)) => {
            Ok(OfHosts { found: Some(old), is_new: false, unknown, unasked, fault: Some(fault) })
        }
        (Err(fault), None) => Err(fault),
    }
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
    let answer = match lookup::take(app, asker, now) {
        Ok(()) => {
            accounts.took = true;
            app.x.users_by_usernames(&new, asker.cause()).await.map_err(Failure::from)
        }
        Err(refused) => Err(refused),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(fault) => {
            // Who it was a day ago is who it is, as good as surely.
            for name in new {
                match app.x.users().by_username(&name) {
                    Some(stale) => accounts.ids.push(stale.user.id),
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
