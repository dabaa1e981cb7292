-- Into how many partitions a consumer is parted.
CREATE TABLE factum_groups (
    consumer   TEXT NOT NULL,
    log        BLOB NOT NULL,
    partitions INTEGER NOT NULL,
    PRIMARY KEY (consumer, log)
) STRICT, WITHOUT ROWID;

-- The nodes that run it, and until when each has said to be there, in milliseconds since 1970.
CREATE TABLE factum_members (
    consumer TEXT NOT NULL,
    log      BLOB NOT NULL,
    node     BLOB NOT NULL,
    until    INTEGER NOT NULL,
    PRIMARY KEY (consumer, log, node)
) STRICT, WITHOUT ROWID;
