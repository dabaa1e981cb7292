-- How far each consumer has come. `epoch` counts its owners; only the last one may move `position`.
CREATE TABLE factum_checkpoints (
    consumer  TEXT NOT NULL,
    log       BLOB NOT NULL,
    partition INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    epoch     INTEGER NOT NULL,
    PRIMARY KEY (consumer, log, partition)
) STRICT, WITHOUT ROWID;
