-- The generations of read models, by the consumer that makes the first one. `last` is the number of the last one that was
-- begun; `held` is whether it waits for somebody to activate it.
CREATE TABLE factum_generations (
    consumer TEXT NOT NULL PRIMARY KEY,
    active   INTEGER NOT NULL DEFAULT 0,
    filling  INTEGER,
    held     INTEGER NOT NULL DEFAULT 0,
    last     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
