-- A post that is to be emptied because somebody asked for the erasure of what it is part of. Its row holds no content,
-- and goes once its message shows none.
ALTER TABLE posts ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;

-- Servers that the bot was removed from, and when: after a while all that is kept for them goes.
CREATE TABLE left_guilds (
    guild_id BIGINT PRIMARY KEY NOT NULL,
    left_at BIGINT NOT NULL
);
INSERT INTO left_guilds (guild_id, left_at)
    SELECT guild_id, MIN(paused_at) FROM follows
    WHERE paused IN ('guild_left', 'person_left') AND paused_at IS NOT NULL GROUP BY guild_id;

-- Who asked in which server for the erasure of its data, until that is confirmed or too old.
CREATE TABLE confirmations (
    confirmation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    asked_by BIGINT NOT NULL,
    asked_at BIGINT NOT NULL
);

-- What operators ask the running program to erase.
CREATE TABLE erasures (
    erasure_id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 'server', 'user' or 'account', and which: an id, or an account's name with an @.
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- Once it is done: when, and what was erased, as JSON.
    done_at BIGINT,
    done TEXT
);
