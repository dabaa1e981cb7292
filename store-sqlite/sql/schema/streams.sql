-- Narrow numbers for streams, so that an event and each of its index entries carry a few bytes instead of a name.
-- Invariant: a row is never changed and never removed, so readers may cache it.
CREATE TABLE factum_streams (
    id       INTEGER PRIMARY KEY,
    category TEXT NOT NULL,
    key      TEXT NOT NULL,
    UNIQUE (category, key)
) STRICT;
