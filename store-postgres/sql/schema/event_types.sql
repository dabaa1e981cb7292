-- Narrow numbers for event types with the version of their payload's shape: 65,536 of them.
-- Invariant: a row is never changed and never removed, so readers may cache it.
CREATE TABLE factum.event_types (
    id      smallint GENERATED ALWAYS AS IDENTITY (MINVALUE -32768 START -32768) PRIMARY KEY,
    name    text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT event_types_by_name UNIQUE (name, version)
);
