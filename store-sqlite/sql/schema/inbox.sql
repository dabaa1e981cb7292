-- The messages that each consumer has received, by their keys. `received_at` is in microseconds since 1970.
CREATE TABLE factum_inbox (
    consumer    TEXT NOT NULL,
    message     TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (consumer, message)
) STRICT, WITHOUT ROWID;
