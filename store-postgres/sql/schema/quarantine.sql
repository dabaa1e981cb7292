-- Events that a consumer could not apply, and those that wait for them. `lane` is what they are in order with, as it is
-- printed; `error` is NULL for one that only waits; the last bit of `request` is 0 to try again, 1 to skip, and before that
-- is its number.
CREATE TABLE factum.quarantine (
    consumer   text COLLATE "C" NOT NULL,
    log        uuid NOT NULL,
    lane       text COLLATE "C" NOT NULL,
    position   bigint NOT NULL,
    partition  integer NOT NULL,
    stream     text COLLATE "C" NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    error      text,
    attempts   bigint NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    request    smallint,
    PRIMARY KEY (consumer, log, lane, position)
);
