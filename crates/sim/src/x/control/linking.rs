//! What a test does about consent: a person's yes, no and change of mind, without a browser.

use crate::{
    exchange::pairs,
    x::{
        ids::UserId,
        oauth::{self, Consent, ConsentError},
        push::{self, EventKind},
        server::Server,
    },
};

impl Server {
    /// A user says yes to a request for consent, given as the address of the page that asks. Answers where their
    /// browser goes, code and state in its query.
    pub fn consent(&self, page: &str, user: impl Into<UserId>) -> Result<String, ConsentError> {
        self.decide(page, Some(user.into()))
    }

    /// A user says no. Answers where their browser goes, error and state in its query.
    pub fn deny(&self, page: &str) -> Result<String, ConsentError> {
        self.decide(page, None)
    }

    /// A user takes back all that they ever granted, by X's own settings: their tokens end, and who subscribed to
    /// `oauth.revoke` is told.
    pub fn withdraw_consent(&self, user: impl Into<UserId>) {
        let user = user.into();
        let mut state = self.state();
        state.oauth.withdraw(&user);
        push::tell(&mut state, EventKind::OauthRevoke, &user, None);
    }

    fn decide(&self, page: &str, user: Option<UserId>) -> Result<String, ConsentError> {
        let (_, query) = page.split_once('?').ok_or(ConsentError::NoAddress)?;
        let mut state = self.state();
        let consent = Consent::read(&state.settings.oauth, &pairs(query))?;
        oauth::decide(&mut state, &consent, user)
    }
}
