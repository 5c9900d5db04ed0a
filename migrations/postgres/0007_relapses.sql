-- A channel whose permissions read fine and which refuses what is sent all the same rests longer each time: 0 it is to be
-- looked at, 1 its follows were taken up and the next post tells whether it takes any, 2 it took none and is to rest.
ALTER TABLE channel_looks ADD COLUMN stage BIGINT NOT NULL DEFAULT 0;
-- How often it took none after its follows were taken up.
ALTER TABLE channel_looks ADD COLUMN relapses BIGINT NOT NULL DEFAULT 0;
