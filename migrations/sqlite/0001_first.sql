-- Ids of Discord are 64-bit numbers; ids of X are text. Times are milliseconds since 1970 in UTC. Flags are 0 or 1.

CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE follows (
    follow_id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    -- 'host' with an account's id as its target, or 'keyword' with a folded phrase.
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    -- The username when last seen, or the phrase as it was typed.
    shown TEXT NOT NULL,
    wants TEXT NOT NULL,
    role_id BIGINT,
    made_by BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    paused TEXT,
    paused_at BIGINT,
    UNIQUE (channel_id, kind, target)
);
CREATE INDEX follows_by_guild ON follows (guild_id);

CREATE TABLE blocks (
    guild_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    shown TEXT NOT NULL,
    PRIMARY KEY (guild_id, kind, target)
);

CREATE TABLE x_users (
    user_id TEXT PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    picture_url TEXT,
    fetched_at BIGINT NOT NULL
);

CREATE TABLE spaces (
    space_id TEXT PRIMARY KEY NOT NULL,
    creator_id TEXT,
    phase TEXT NOT NULL,
    -- Counts the changes that posts show, so that a message sent meanwhile is known to be out of date.
    revision BIGINT NOT NULL,
    -- All that is known, as JSON.
    known TEXT NOT NULL,
    over_at BIGINT
);
CREATE INDEX spaces_by_end ON spaces (over_at);

CREATE TABLE posts (
    space_id TEXT NOT NULL,
    channel_id BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    -- The follows that asked for it, as a JSON list of ids.
    follows TEXT NOT NULL,
    keywords_only BIGINT NOT NULL,
    silent BIGINT NOT NULL,
    -- Spaces that this channel's hourly cap on keyword posts left out, counted on the last one posted.
    more BIGINT NOT NULL DEFAULT 0,
    made_at BIGINT NOT NULL,
    message_id BIGINT,
    PRIMARY KEY (space_id, channel_id, slot)
);
CREATE INDEX posts_by_channel ON posts (channel_id, made_at);

-- The outbox.
CREATE TABLE notices (
    notice_id INTEGER PRIMARY KEY AUTOINCREMENT,
    space_id TEXT NOT NULL,
    channel_id BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    work BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- Grows when the same work is asked for again, so that work in flight doesn't settle what came after it.
    version BIGINT NOT NULL DEFAULT 1,
    attempts BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT,
    -- Set from the first claim that may have reached Discord, and the revision that it showed.
    tried_at BIGINT,
    tried_revision BIGINT,
    UNIQUE (space_id, channel_id, slot, work)
);
CREATE INDEX notices_by_due ON notices (due_at);
CREATE INDEX notices_by_channel ON notices (channel_id, leased_until);

CREATE TABLE decisions (
    space_id TEXT NOT NULL,
    channel_id BIGINT NOT NULL,
    follow_id BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    code TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (space_id, channel_id, follow_id, slot)
);
CREATE INDEX decisions_by_age ON decisions (decided_at);

-- The ledger: each resource that X billed, once a UTC day.
CREATE TABLE billed (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    cause TEXT NOT NULL,
    guild_id BIGINT,
    micro_dollars BIGINT NOT NULL,
    PRIMARY KEY (day, kind, resource_id)
);
