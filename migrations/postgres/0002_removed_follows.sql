-- Follows that were removed, kept for a week so that Undo brings them back.

CREATE TABLE removed_follows (
    follow_id BIGINT PRIMARY KEY NOT NULL,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    shown TEXT COLLATE "C" NOT NULL,
    wants TEXT COLLATE "C" NOT NULL,
    role_id BIGINT,
    made_by BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    paused TEXT COLLATE "C",
    removed_at BIGINT NOT NULL
);
CREATE INDEX removed_follows_by_age ON removed_follows (removed_at);
