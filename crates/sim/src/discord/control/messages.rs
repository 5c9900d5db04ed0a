//! Messages and files, as people write, upload, delete and see them.

use std::time::Duration;

use bytes::Bytes;

use crate::discord::message::{Message, Pings};
use crate::discord::server::Server;
use crate::discord::serving::Upload;

impl Server {
    /// The messages that are in a channel, ephemeral ones included, oldest first.
    #[must_use]
    pub fn messages(&self, channel: u64) -> Vec<Message> {
        let state = self.shared.look();
        state.world.channel_messages(channel).filter(|message| message.exists()).cloned().collect()
    }

    /// The messages that ever were in a channel, deleted ones included, oldest first.
    #[must_use]
    pub fn all_messages(&self, channel: u64) -> Vec<Message> {
        self.shared.look().world.channel_messages(channel).cloned().collect()
    }

    /// One message, even if it was deleted.
    #[must_use]
    pub fn message(&self, channel: u64, id: u64) -> Option<Message> {
        self.shared.look().world.message(channel, id).cloned()
    }

    /// Deletes a message, as a moderator does.
    pub fn delete_message(&self, channel: u64, id: u64) {
        self.shared.change(|state| state.delete(channel, id, state.clock.now()));
    }

    /// Makes a message older, for the limit on edits of old ones.
    pub fn age_message(&self, channel: u64, id: u64, by: Duration) {
        self.shared.change(|state| {
            if let Some(message) = state.world.messages.get_mut(&(channel, id)) {
                message.aged += by;
            }
        });
    }

    /// Writes a message as a person.
    pub fn write(&self, channel: u64, user: u64, content: &str) -> u64 {
        self.shared.change(|state| {
            let id = state.new_id();
            let now = state.clock.now();
            let mut message = Message {
                id,
                channel_id: channel,
                author_id: user,
                content: content.to_owned(),
                embeds: Vec::new(),
                components: Vec::new(),
                allowed_mentions: None,
                flags: 0,
                nonce: None,
                attachments: Vec::new(),
                pings: Pings::default(),
                created: now,
                edited: None,
                deleted: None,
                revisions: Vec::new(),
                visible_to: None,
                interaction_id: None,
                aged: Duration::ZERO,
            };
            message.remember(now);
            state.world.messages.insert((channel, id), message);
            state.tell_of_message(channel, id, "MESSAGE_CREATE");
            id
        })
    }

    /// How often a file was fetched at its address so far, in vain or not.
    #[must_use]
    pub fn fetches(&self) -> u64 {
        self.shared.look().fetches
    }

    /// Uploads a file for an attachment option; its id is the option's value.
    #[must_use]
    pub fn upload(&self, filename: &str, content_type: &str, bytes: impl Into<Bytes>) -> u64 {
        self.upload_file(Upload::new(filename, content_type, bytes))
    }

    /// The same for a file that isn't what it seems to be.
    #[must_use]
    pub fn upload_file(&self, upload: Upload) -> u64 {
        self.shared.change(|state| {
            let file = upload.stored(state.new_id());
            let id = file.id;
            state.world.uploads.insert(id, file);
            id
        })
    }
}
