//! What a question may cost before it is asked, and what its answer did cost.

use std::collections::BTreeMap;

use super::allowance::Payers;
use super::answers::{Spaces, Users};
use super::ask::Answer;
use super::client::{Client, Paid};
use super::cost::{Budget, Cause, Kind, next_day};
use super::error::XError;
use super::money::MicroDollars;
use crate::domain::ids::{SpaceId, Username};
use crate::domain::space::XUser;

/// What of a list may be asked for.
pub(super) struct Room<K> {
    pub(super) asked: Vec<K>,
    pub(super) left_out: Vec<K>,
    /// Everything asked is paid for, and the budget has room for nothing else.
    pub(super) free: bool,
}

/// What an answer about Spaces held.
pub(super) struct Taken {
    pub(super) answer: Spaces,
    pub(super) nothing_there: bool,
}

impl Client {
    pub(super) fn room<K: Copy + ToString>(
        &self,
        kind: Kind,
        ids: &[K],
        cause: Cause,
    ) -> Result<Room<K>, XError> {
        let is_paid = |id: &K| self.inner.spending.is_paid(kind, &id.to_string());
        let (paid, unpaid) = ids.iter().copied().partition(is_paid);
        self.room_for(kind, paid, unpaid, cause)
    }

    pub(super) fn room_for<K>(
        &self,
        kind: Kind,
        mut paid: Vec<K>,
        mut unpaid: Vec<K>,
        cause: Cause,
    ) -> Result<Room<K>, XError> {
        let affordable = self.affordable(kind, cause);
        let free = affordable.is_err();
        match affordable {
            Err(error) if paid.is_empty() && !unpaid.is_empty() => Err(error),
            affordable => {
                let left_out = unpaid.split_off(affordable.unwrap_or(0).min(unpaid.len()));
                paid.append(&mut unpaid);
                Ok(Room { asked: paid, left_out, free })
            }
        }
    }

    pub(super) fn affordable(&self, kind: Kind, cause: Cause) -> Result<usize, XError> {
        self.inner
            .spending
            .affordable_to(kind, cause, self.payers())
            .map_err(|which: Budget| XError::BudgetSpent { which, until: next_day(self.inner.clock.now()) })
    }

    /// Bills what X returned; what it cost.
    pub(super) fn charge<'a>(
        &self,
        kind: Kind,
        resources: impl IntoIterator<Item = &'a str>,
        cause: Cause,
    ) -> MicroDollars {
        let spending = &self.inner.spending;
        match &self.paid {
            Paid::Each(payers) if kind == Kind::Space => resources
                .into_iter()
                .map(|id| {
                    let payers = id.parse().ok().and_then(|id: SpaceId| payers.get(&id));
                    spending.charge(kind, [id], cause, payers)
                })
                .sum(),
            _ => spending.charge(kind, resources, cause, self.payers()),
        }
    }

    /// Who has to have allowance left for what is asked.
    fn payers(&self) -> Option<&Payers> {
        match &self.paid {
            Paid::By(payers) => Some(payers),
            Paid::ByNobody | Paid::Each(_) => None,
        }
    }

    pub(super) fn is_paid_name(&self, name: &Username) -> bool {
        let known = self.inner.users.by_username(name);
        known.is_some_and(|known| self.inner.spending.is_paid(Kind::User, &known.user.id.to_string()))
    }

    pub(super) fn forget_name(&self, name: &Username) {
        if let Some(known) = self.inner.users.by_username(name) {
            self.inner.users.forget(known.user.id);
        }
    }

    pub(super) fn take_spaces(&self, answer: Answer, cause: Cause) -> Taken {
        let nothing_there = answer.body.is_nothing_there();
        let Answer { body, asked_at, .. } = answer;
        let for_spaces = self.charge(Kind::Space, body.data_ids().iter().map(String::as_str), cause);
        let for_users = self.charge(Kind::User, body.included_user_ids().iter().map(String::as_str), cause);
        let billed = for_spaces.plus(for_users);
        let (spaces, speakers) = body.spaces();
        let users = body.included_users();
        self.inner.users.remember(&users, asked_at);
        let answer = Spaces {
            spaces,
            gone: Vec::new(),
            unasked: Vec::new(),
            users,
            speakers,
            is_cut: false,
            billed,
            asked_at,
        };
        Taken { answer, nothing_there }
    }

    pub(super) fn take_users(&self, answer: &Answer, cause: Cause) -> Vec<XUser> {
        let ids = answer.body.data_ids();
        self.charge(Kind::User, ids.iter().map(String::as_str), cause);
        let users = answer.body.users();
        self.inner.users.remember(&users, answer.asked_at);
        users
    }

    pub(super) fn no_spaces(&self) -> Spaces {
        Spaces {
            spaces: Vec::new(),
            gone: Vec::new(),
            unasked: Vec::new(),
            users: Vec::new(),
            speakers: BTreeMap::new(),
            is_cut: false,
            billed: MicroDollars::ZERO,
            asked_at: self.inner.clock.now(),
        }
    }

    pub(super) fn no_users<K>(&self) -> Users<K> {
        let asked_at = self.inner.clock.now();
        Users { users: Vec::new(), gone: Vec::new(), unasked: Vec::new(), asked_at }
    }
}
