-- Cached folds; may be emptied at any time.
CREATE TABLE factum_snapshots (
    stream  TEXT NOT NULL,
    schema  INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state   BLOB NOT NULL,
    PRIMARY KEY (stream, schema)
) STRICT, WITHOUT ROWID;
