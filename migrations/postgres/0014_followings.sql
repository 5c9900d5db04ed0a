-- Whom people with a linked account follow on X, sealed for each of them.
CREATE TABLE followings (
    discord_user_id BIGINT PRIMARY KEY NOT NULL,
    sealed TEXT COLLATE "C" NOT NULL,
    read_at BIGINT NOT NULL
);
