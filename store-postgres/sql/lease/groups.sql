-- The groups that have ever beaten, with their partitions: who has each, and how many nodes have said lately that they are there.
SELECT g.consumer, g.log, g.partitions, c.position, c.epoch,
    CASE WHEN c.held_until > clock_timestamp() THEN c.holder END AS holder,
    (SELECT count(*) FROM factum.members m
     WHERE m.consumer = g.consumer AND m.log = g.log AND m.until > clock_timestamp()) AS nodes
FROM factum.groups g JOIN factum.checkpoints c USING (consumer, log)
WHERE c.partition < g.partitions
ORDER BY g.consumer, g.log, c.partition
