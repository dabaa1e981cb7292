-- Gives node $4 partition $3 of consumer $1 of log $2, in $6 partitions, for $5 microseconds, unless somebody else has it or is
-- moving it right now.
WITH free AS MATERIALIZED (
    SELECT c.partition FROM factum.checkpoints c
    WHERE c.consumer = $1 AND c.log = $2 AND c.partition = $3 AND c.partition < $6
        AND (c.holder IS NULL OR c.holder = $4 OR c.held_until <= clock_timestamp())
        AND EXISTS (SELECT FROM factum.groups g WHERE g.consumer = $1 AND g.log = $2 AND g.partitions = $6)
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE factum.checkpoints c
SET epoch = c.epoch + 1, holder = $4, held_until = clock_timestamp() + $5 * interval '1 microsecond'
FROM free WHERE c.consumer = $1 AND c.log = $2 AND c.partition = free.partition
RETURNING c.position, c.epoch
