-- How full the rooms of live Spaces were, a row a minute that was counted in. Without a count there is no row.
CREATE TABLE samples (
    space_id TEXT NOT NULL,
    -- The beginning of the minute.
    taken_at BIGINT NOT NULL,
    people BIGINT NOT NULL,
    speakers BIGINT,
    cohosts BIGINT,
    PRIMARY KEY (space_id, taken_at)
);

-- Spaces that are erased and whose samples are kept, since their host agreed to it. Nothing of what they were about.
CREATE TABLE past_spaces (
    space_id TEXT PRIMARY KEY NOT NULL,
    host_id TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    over_at BIGINT NOT NULL
);
CREATE INDEX past_spaces_by_host ON past_spaces (host_id);
