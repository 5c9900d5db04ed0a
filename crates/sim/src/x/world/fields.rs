//! The fields of a Space, by name.

/// A field of a Space that `space.fields` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpaceField {
    /// `id`, always returned.
    Id,
    /// `state`, always returned.
    State,
    /// `title`, which can be null or empty.
    Title,
    /// `lang`
    Lang,
    /// `creator_id`: the primary host.
    CreatorId,
    /// `host_ids`: the hosts, the creator among them.
    HostIds,
    /// `speaker_ids`
    SpeakerIds,
    /// `invited_user_ids`
    InvitedUserIds,
    /// `topic_ids`
    TopicIds,
    /// `participant_count`: the people in the room.
    ParticipantCount,
    /// `subscriber_count`: the people who set a reminder.
    SubscriberCount,
    /// `is_ticketed`
    IsTicketed,
    /// `created_at`
    CreatedAt,
    /// `updated_at`
    UpdatedAt,
    /// `scheduled_start`
    ScheduledStart,
    /// `started_at`
    StartedAt,
    /// `ended_at`
    EndedAt,
}

impl SpaceField {
    /// Each of them.
    pub const ALL: [Self; 17] = [
        Self::Id,
        Self::State,
        Self::Title,
        Self::Lang,
        Self::CreatorId,
        Self::HostIds,
        Self::SpeakerIds,
        Self::InvitedUserIds,
        Self::TopicIds,
        Self::ParticipantCount,
        Self::SubscriberCount,
        Self::IsTicketed,
        Self::CreatedAt,
        Self::UpdatedAt,
        Self::ScheduledStart,
        Self::StartedAt,
        Self::EndedAt,
    ];

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::State => "state",
            Self::Title => "title",
            Self::Lang => "lang",
            Self::CreatorId => "creator_id",
            Self::HostIds => "host_ids",
            Self::SpeakerIds => "speaker_ids",
            Self::InvitedUserIds => "invited_user_ids",
            Self::TopicIds => "topic_ids",
            Self::ParticipantCount => "participant_count",
            Self::SubscriberCount => "subscriber_count",
            Self::IsTicketed => "is_ticketed",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::ScheduledStart => "scheduled_start",
            Self::StartedAt => "started_at",
            Self::EndedAt => "ended_at",
        }
    }

    /// The field of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether it holds ids that `expansions` can resolve.
    #[must_use]
    pub fn expandable(self) -> bool {
        matches!(
            self,
            Self::CreatorId | Self::HostIds | Self::SpeakerIds | Self::InvitedUserIds | Self::TopicIds
        )
    }
}
