-- Follows that were removed, kept for a week so that Undo brings them back.

CREATE TABLE removed_follows (
    follow_id BIGINT PRIMARY KEY NOT NULL,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    shown TEXT NOT NULL,
    wants TEXT NOT NULL,
    role_id BIGINT,
    made_by BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    paused TEXT,
    removed_at BIGINT NOT NULL
);
CREATE INDEX removed_follows_by_age ON removed_follows (removed_at);
