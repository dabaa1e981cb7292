-- The ?4 partitions of consumer ?1 of log ?2 and who has them, as node ?3 has to see it.
SELECT position, epoch,
    CASE WHEN holder = ?3 OR held_until > factum_now() / 1000 THEN holder END
FROM factum_checkpoints WHERE consumer = ?1 AND log = ?2 AND partition < ?4
ORDER BY partition
