-- The Spaces that a post told of before its host dropped and went on in another one, as a JSON list of ids, the first
-- one first.
ALTER TABLE posts ADD COLUMN formerly TEXT COLLATE "C" NOT NULL DEFAULT '[]';
