-- How far each consumer has come. `epoch` counts its owners; only the last one may move `position`. `holder` is the node that
-- has it until `held_until`. Rows are updated all the time, within their page.
CREATE TABLE factum.checkpoints (
    consumer   text COLLATE "C" NOT NULL,
    log        uuid NOT NULL,
    partition  integer NOT NULL,
    position   bigint NOT NULL,
    epoch      bigint NOT NULL,
    holder     uuid,
    held_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (consumer, log, partition)
) WITH (fillfactor = 20);
