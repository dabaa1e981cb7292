-- Parts consumer ?1 of log ?2 into ?3 partitions; into one, if it has come somewhere without being parted.
INSERT INTO factum_groups (consumer, log, partitions)
SELECT ?1, ?2, CASE WHEN EXISTS (
    SELECT 1 FROM factum_checkpoints WHERE consumer = ?1 AND log = ?2 AND position > 0
) THEN 1 ELSE ?3 END
RETURNING partitions
