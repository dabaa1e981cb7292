-- The mark that the watermark tasks have proven: no event can appear at or below `position` any more. One row, moved now
-- and then, never back. It lags behind what a running process knows; new processes begin there, and replicas, which cannot
-- prove anything themselves, read up to it. Invariant: committed after everything at or below it has ended, so whatever
-- sees the row sees those events too, also in a dump or on a replica.
CREATE TABLE factum.mark (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL
) WITH (fillfactor = 10);
