-- Node $3 is there for consumer $1 of log $2 for the next $4 microseconds, and keeps what it has for as long. The rows are those
-- of the partitions, each with how many the group has and how many other nodes there are; none before the group was founded.
-- Nothing changes if it has another number than $5.
--
-- A checkpoint that is locked is being moved by its owner, for whom nobody should wait, or taken over.
WITH joined AS (
    INSERT INTO factum.members (consumer, log, node, until)
    SELECT $1, $2, $3, clock_timestamp() + $4 * interval '1 microsecond'
    FROM factum.groups WHERE consumer = $1 AND log = $2 AND partitions = $5
    ON CONFLICT (consumer, log, node) DO UPDATE SET until = excluded.until
), kept AS MATERIALIZED (
    SELECT c.partition FROM factum.checkpoints c
    WHERE c.consumer = $1 AND c.log = $2 AND c.holder = $3
        AND EXISTS (SELECT FROM factum.groups g WHERE g.consumer = $1 AND g.log = $2 AND g.partitions = $5)
    FOR NO KEY UPDATE SKIP LOCKED
), renewed AS (
    UPDATE factum.checkpoints c SET held_until = clock_timestamp() + $4 * interval '1 microsecond'
    FROM kept WHERE c.consumer = $1 AND c.log = $2 AND c.partition = kept.partition
)
SELECT g.partitions, c.position, c.epoch,
    CASE WHEN c.holder = $3 OR c.held_until > clock_timestamp() THEN c.holder END AS holder,
    (SELECT count(*) FROM factum.members m
     WHERE m.consumer = $1 AND m.log = $2 AND m.node <> $3 AND m.until > clock_timestamp()) AS others
FROM factum.groups g JOIN factum.checkpoints c USING (consumer, log)
WHERE g.consumer = $1 AND g.log = $2 AND c.partition < g.partitions
ORDER BY c.partition
