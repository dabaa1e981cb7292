-- The identity of the log, and the version of this schema. One row.
CREATE TABLE factum_log (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    id             BLOB NOT NULL,
    schema_version INTEGER NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;
