-- Channels to be looked at: those that take no posts, until they do again, and those whose follows were just taken up.
CREATE TABLE channel_looks (
    channel_id BIGINT PRIMARY KEY NOT NULL,
    guild_id BIGINT NOT NULL,
    look_at BIGINT NOT NULL,
    -- Looks in vain so far: the pause before the next one grows with them.
    looks BIGINT NOT NULL DEFAULT 0,
    -- When the server's people were told, which happens once.
    told_at BIGINT
);
CREATE INDEX channel_looks_by_time ON channel_looks (look_at);
CREATE INDEX channel_looks_by_guild ON channel_looks (guild_id);
