-- The groups that have ever beaten, with their partitions: who has each, and how many nodes have said lately that they are there.
SELECT g.consumer, g.log, g.partitions, c.position, c.epoch,
    CASE WHEN c.held_until > factum_now() / 1000 THEN c.holder END,
    (SELECT count(*) FROM factum_members m
     WHERE m.consumer = g.consumer AND m.log = g.log AND m.until > factum_now() / 1000)
FROM factum_groups g JOIN factum_checkpoints c ON c.consumer = g.consumer AND c.log = g.log
WHERE c.partition < g.partitions
ORDER BY g.consumer, g.log, c.partition
