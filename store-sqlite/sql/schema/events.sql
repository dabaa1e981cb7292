-- The log. Invariants: positions are assigned in the one write transaction that SQLite allows at a time, so they have
-- no holes and become visible in order; versions of a stream have no gaps; rows are never changed and never removed.
-- Times are microseconds since 1970 in UTC. `occurred_at` is NULL where it equals `recorded_at`. `tags` are separated
-- by line feeds, which a tag cannot contain. `payload` is TEXT where it is UTF-8, so that SQLite's own tools show it,
-- and BLOB where it is not; the bytes are kept either way.
CREATE TABLE factum_events (
    position    INTEGER PRIMARY KEY,
    stream      INTEGER NOT NULL REFERENCES factum_streams (id),
    version     INTEGER NOT NULL,
    type        INTEGER NOT NULL REFERENCES factum_event_types (id),
    id          BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    occurred_at INTEGER,
    tags        TEXT,
    metadata    TEXT,
    payload     ANY NOT NULL
) STRICT;
