-- Accounts on X that people linked to their Discord accounts, with the tokens that open them.
CREATE TABLE links (
    discord_user_id BIGINT PRIMARY KEY NOT NULL,
    x_user_id TEXT NOT NULL,
    -- The account's name and the tokens, sealed for this person.
    sealed TEXT NOT NULL,
    -- The token to be revoked at the end, sealed for this handle alone: it can outlive the row as nobody's.
    handle TEXT NOT NULL,
    revocation TEXT NOT NULL,
    -- Whether the person lets samples of their own Spaces be kept beyond a day after their end.
    keeps_insights BIGINT NOT NULL,
    linked_at BIGINT NOT NULL,
    -- When a renewal of the tokens began whose end isn't written down.
    renewal_begun_at BIGINT
);
CREATE INDEX links_by_account ON links (x_user_id);

-- Links that are being made: one a person.
CREATE TABLE link_attempts (
    discord_user_id BIGINT PRIMARY KEY NOT NULL,
    -- The SHA-256 of the state, in base64.
    state TEXT NOT NULL UNIQUE,
    -- 0: begun. 1: X sent the browser back. 2: the code waits to be typed.
    stage BIGINT NOT NULL,
    -- What is known so far, sealed for this person.
    sealed TEXT NOT NULL,
    keeps_insights BIGINT NOT NULL,
    guesses BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- As in links, once there are tokens.
    handle TEXT,
    revocation TEXT
);

-- Tokens that X is to be told to revoke, which say nothing of whose they were.
CREATE TABLE revocations (
    handle TEXT PRIMARY KEY NOT NULL,
    sealed TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);

-- Links that X or a renewal ended, until their person was told.
CREATE TABLE ended_links (
    discord_user_id BIGINT PRIMARY KEY NOT NULL,
    -- 'refused' or 'lost'.
    why TEXT NOT NULL,
    ended_at BIGINT NOT NULL
);
