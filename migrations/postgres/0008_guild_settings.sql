-- What servers decide for themselves, as JSON.
CREATE TABLE guild_settings (
    guild_id BIGINT PRIMARY KEY NOT NULL,
    settings TEXT NOT NULL
);
