-- What X cost, by day, cause, kind and server: sums, which hold no content of X and outlive the single resources.
CREATE TABLE ledger_days (
    day TEXT NOT NULL,
    cause TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Whose command, or whose keyword's part; 0 where no server's.
    guild_id BIGINT NOT NULL,
    micro_dollars BIGINT NOT NULL,
    PRIMARY KEY (day, cause, kind, guild_id)
);
CREATE INDEX ledger_days_by_guild ON ledger_days (guild_id);
INSERT INTO ledger_days (day, cause, kind, guild_id, micro_dollars)
    SELECT day, cause, kind, COALESCE(guild_id, 0), CAST(SUM(micro_dollars) AS BIGINT) FROM billed
    GROUP BY day, cause, kind, COALESCE(guild_id, 0);

-- The keyword, folded, whose search found what was billed.
ALTER TABLE billed ADD COLUMN keyword TEXT;
