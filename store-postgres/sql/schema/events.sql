-- The log. Invariants: `position` is drawn from `factum.positions` after the version before it was seen to be committed, so
-- that order in a stream is order in the log; versions of a stream have no gaps; rows are never changed and never removed.
-- Positions may have holes: those of transactions that were rolled back.
--
-- Columns are in the order in which they need no padding. `details` is NULL for most events; otherwise a JSON object
-- with any of `time` (when it happened, in microseconds since 1970, if not when it was recorded), `tags` in their order,
-- and `metadata`. There are at most eight columns, or the bitmap of NULLs of each row would take eight bytes more.
-- Positions come nearly in order, so their index needs little room for late ones.
CREATE TABLE factum.events (
    position    bigint PRIMARY KEY WITH (fillfactor = 99),
    place       bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    type        smallint NOT NULL,
    id          uuid NOT NULL,
    payload     bytea NOT NULL,
    details     text
);
