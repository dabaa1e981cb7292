-- The generations of read models, by the consumer that makes the first one. `last` is the number of the last one that was
-- begun; `held` is whether it waits for somebody to activate it.
CREATE TABLE factum.generations (
    consumer text COLLATE "C" PRIMARY KEY,
    active   integer NOT NULL DEFAULT 0,
    filling  integer,
    held     boolean NOT NULL DEFAULT false,
    last     integer NOT NULL DEFAULT 0
);
