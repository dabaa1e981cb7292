-- How far each consumer has come. `epoch` counts its owners; only the last one may move `position`. `holder` is the node that
-- has it until `held_until`, in milliseconds since 1970.
CREATE TABLE factum_checkpoints (
    consumer   TEXT NOT NULL,
    log        BLOB NOT NULL,
    partition  INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    epoch      INTEGER NOT NULL,
    holder     BLOB,
    held_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (consumer, log, partition)
) STRICT, WITHOUT ROWID;
