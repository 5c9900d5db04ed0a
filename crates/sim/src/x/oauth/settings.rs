//! The app as X has it registered.

/// The app that users may let in.
#[derive(Clone, Debug)]
pub struct OauthSettings {
    /// The client id.
    pub client_id: String,
    /// The secret of a confidential client, which proves itself by Basic authentication; None for a public one,
    /// which sends its id instead.
    pub client_secret: Option<String>,
    /// The addresses to which browsers may be sent back, compared as a whole.
    pub redirect_uris: Vec<String>,
}

impl Default for OauthSettings {
    fn default() -> Self {
        Self {
            client_id: "stand-in-client".to_owned(),
            client_secret: Some("stand-in-client-secret".to_owned()),
            redirect_uris: vec!["http://127.0.0.1:8080/x/callback".to_owned()],
        }
    }
}
