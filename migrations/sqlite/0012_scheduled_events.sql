-- The scheduled events that were made in servers which want them: one a server and Space.
CREATE TABLE scheduled_events (
    guild_id BIGINT NOT NULL,
    space_id TEXT NOT NULL,
    -- Discord's id, once it is there.
    event_id BIGINT,
    -- Discord's number of the status that was told last; 0 for none.
    status BIGINT NOT NULL DEFAULT 0,
    -- A digest of what was told last, so that only what changed is told again.
    shown TEXT NOT NULL DEFAULT '',
    end_at BIGINT,
    -- Nothing is asked of Discord before this.
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- Set from the first try to make it that may have reached Discord.
    tried_at BIGINT,
    -- Whether somebody took it away or closed it: it is left alone then.
    left_alone BIGINT NOT NULL DEFAULT 0,
    -- Whether its erasure was asked for: it is deleted, whatever becomes of the Space.
    erased BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, space_id)
);
