-- Documents that somebody has asked to be made anew, by the consumer that makes their generation. `failure` is why that could not be
-- done; `asked_at` is in microseconds since 1970.
CREATE TABLE factum_repairs (
    consumer TEXT NOT NULL,
    log      BLOB NOT NULL,
    document TEXT NOT NULL,
    id       BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    failure  TEXT,
    PRIMARY KEY (consumer, log, document)
) STRICT, WITHOUT ROWID;
