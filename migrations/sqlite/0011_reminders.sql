-- What people asked to be reminded of by direct message, and the messages that came of it until they are emptied.
CREATE TABLE reminders (
    reminder_id INTEGER PRIMARY KEY AUTOINCREMENT,
    space_id TEXT NOT NULL,
    -- 0 once the person's data was erased and only a message is left to be emptied.
    user_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    -- The person's language, as Discord writes it.
    locale TEXT NOT NULL,
    before_minutes BIGINT NOT NULL,
    -- The planned start that the time was reckoned from.
    start_at BIGINT,
    -- When something is to be done: sent, edited or emptied. NULL while nothing is but to wait for the Space.
    due_at BIGINT,
    -- Grows with each change, so that work in flight doesn't settle what came after it.
    version BIGINT NOT NULL DEFAULT 1,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- Set from the first try that may have reached Discord.
    tried_at BIGINT,
    message_id BIGINT,
    -- Whether it goes out once more if the Space is moved to a later start after it went out.
    again BIGINT NOT NULL DEFAULT 1,
    -- Whether its erasure was asked for: what it shows is to be emptied, whatever becomes of the Space.
    erased BIGINT NOT NULL DEFAULT 0
);
-- One that waits for each person and Space.
CREATE UNIQUE INDEX reminders_waiting ON reminders (user_id, space_id) WHERE message_id IS NULL AND erased = 0;
CREATE INDEX reminders_by_space ON reminders (space_id);
CREATE INDEX reminders_by_due ON reminders (due_at);
