-- Narrow numbers for streams, so that an event and each of its index entries carry four bytes instead of a name.
-- Invariant: a row is never changed and never removed, so readers may cache it. A stream's version is that of its last
-- event: a column for it here would have to be updated by every append. A row without events is what an append that
-- failed may leave; it is no stream.
CREATE TABLE factum.streams (
    id       integer PRIMARY KEY DEFAULT nextval('factum.stream_numbers'),
    category text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    CONSTRAINT streams_by_name UNIQUE (category, key)
);
