-- The checkpoint of consumer ?1 of log ?2, if an append may move it: the consumer was founded, has one
-- partition and nothing in quarantine.
SELECT position, epoch FROM factum_checkpoints
WHERE consumer = ?1 AND log = ?2 AND partition = 0
    AND EXISTS (SELECT 1 FROM factum_groups WHERE consumer = ?1 AND log = ?2 AND partitions = 1)
    AND NOT EXISTS (SELECT 1 FROM factum_quarantine WHERE consumer = ?1 AND log = ?2)
