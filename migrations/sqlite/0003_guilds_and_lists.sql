-- The language of servers that isn't English, by Discord's code, so that posts speak it after a restart.
CREATE TABLE guilds (
    guild_id BIGINT PRIMARY KEY NOT NULL,
    locale TEXT NOT NULL
);

-- What lists of Spaces were asked for, so that their buttons work after a restart. Kept for a day.
CREATE TABLE lists (
    list_id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The server that it was asked in, or the person in a direct message: nobody else's buttons show it.
    place BIGINT NOT NULL,
    -- The question, as JSON. It holds what a person typed and nothing of X's.
    question TEXT NOT NULL,
    asked_at BIGINT NOT NULL
);
CREATE INDEX lists_by_age ON lists (asked_at);
