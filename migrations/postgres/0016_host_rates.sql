-- How often hosts start Spaces: one decayed rate a host, and nothing of any Space.
CREATE TABLE host_rates (
    user_id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    -- Starts seen, older ones weighing less, as they weighed at `updated_at`; in millionths.
    starts BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    watched_since BIGINT NOT NULL,
    -- Since when it is known that nobody follows it any more.
    left_at BIGINT
);
