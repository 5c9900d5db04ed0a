-- Which Spaces a follow wants, of those that it finds, as JSON.
ALTER TABLE follows ADD COLUMN filter TEXT NOT NULL DEFAULT '{}';
ALTER TABLE removed_follows ADD COLUMN filter TEXT NOT NULL DEFAULT '{}';

-- A post that a follow waited for: its lateness counts from when it was planned.
ALTER TABLE posts ADD COLUMN awaited BIGINT NOT NULL DEFAULT 0;

-- The message that a decision led to: its post is forgotten before the decision is.
ALTER TABLE decisions ADD COLUMN message_id BIGINT;

-- What a person wants to import, until that is confirmed or too old: follows as JSON, with their channels.
CREATE TABLE imports (
    import_id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    asked_by BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    plan TEXT NOT NULL
);
CREATE INDEX imports_by_guild ON imports (guild_id);
