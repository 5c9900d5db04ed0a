-- Messages that were posted in a server's quiet hours, until the digest of their channel has told of them.
CREATE TABLE quiet_posts (
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    posted_at BIGINT NOT NULL,
    PRIMARY KEY (channel_id, message_id)
);
CREATE INDEX quiet_posts_by_guild ON quiet_posts (guild_id);

-- Answers that a person let others see, until their messages hold nothing of X any more.
CREATE TABLE shown_answers (
    message_id BIGINT PRIMARY KEY NOT NULL,
    channel_id BIGINT NOT NULL,
    -- The server, or the person in a direct message; 0 once it is to be emptied at somebody's word.
    place BIGINT NOT NULL,
    -- The language that it is in, by its code.
    locale TEXT NOT NULL,
    shown_at BIGINT NOT NULL,
    -- When it is tried next to empty it, however its Spaces are; none as long as they may be on.
    due_at BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX shown_answers_by_place ON shown_answers (place);
CREATE TABLE shown_spaces (
    message_id BIGINT NOT NULL,
    space_id TEXT NOT NULL,
    PRIMARY KEY (message_id, space_id)
);
CREATE INDEX shown_spaces_by_space ON shown_spaces (space_id);
