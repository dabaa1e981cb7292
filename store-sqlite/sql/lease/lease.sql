-- Gives node ?4 the partition ?3 of consumer ?1 of log ?2, in ?6 partitions, for ?5 milliseconds, unless somebody else has it.
UPDATE factum_checkpoints
SET epoch = epoch + 1, holder = ?4, held_until = factum_now() / 1000 + ?5
WHERE consumer = ?1 AND log = ?2 AND partition = ?3 AND partition < ?6
    AND (holder IS NULL OR holder = ?4 OR held_until <= factum_now() / 1000)
    AND EXISTS (SELECT 1 FROM factum_groups WHERE consumer = ?1 AND log = ?2 AND partitions = ?6)
RETURNING position, epoch
