-- Events that a consumer could not apply, and those that wait for them. `lane` is what they are in order with, as it is
-- printed; `error` is NULL for one that only waits; the last bit of `request` is 0 to try
-- again, 1 to skip, and before that is its number.
CREATE TABLE factum_quarantine (
    consumer   TEXT NOT NULL,
    log        BLOB NOT NULL,
    lane       TEXT NOT NULL,
    position   INTEGER NOT NULL,
    partition  INTEGER NOT NULL,
    stream     TEXT NOT NULL,
    event_type TEXT NOT NULL,
    error      TEXT,
    attempts   INTEGER NOT NULL,
    parked_at  INTEGER NOT NULL,
    request    INTEGER,
    PRIMARY KEY (consumer, log, lane, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX factum_quarantine_requests ON factum_quarantine (consumer, log, partition) WHERE request IS NOT NULL;
