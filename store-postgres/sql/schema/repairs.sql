-- Documents that somebody has asked to be made anew, by the consumer that makes their generation. `failure` is why that could not be
-- done.
CREATE TABLE factum.repairs (
    consumer text COLLATE "C" NOT NULL,
    log      uuid NOT NULL,
    document text COLLATE "C" NOT NULL,
    id       uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    failure  text,
    PRIMARY KEY (consumer, log, document)
);
