-- The nodes that run a consumer, and until when each has said to be there. Rows are updated all the time, within their page.
CREATE TABLE factum.members (
    consumer text COLLATE "C" NOT NULL,
    log      uuid NOT NULL,
    node     uuid NOT NULL,
    until    timestamptz NOT NULL,
    PRIMARY KEY (consumer, log, node)
) WITH (fillfactor = 20);
