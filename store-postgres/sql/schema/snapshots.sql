-- Cached folds; may be emptied at any time.
CREATE TABLE factum.snapshots (
    category text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    schema   bigint NOT NULL,
    version  bigint NOT NULL,
    state    bytea NOT NULL,
    PRIMARY KEY (category, key, schema)
);
