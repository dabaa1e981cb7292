-- Narrow numbers for event types with the version of their payload's shape.
-- Invariant: a row is never changed and never removed, so readers may cache it.
CREATE TABLE factum_event_types (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (name, version)
) STRICT;
