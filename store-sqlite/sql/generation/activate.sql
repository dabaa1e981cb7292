-- Activates generation ?2 of consumer ?1, which is being made and not held, if in log ?3 the checkpoints of consumer ?5 have come
-- as far as those of consumer ?4.
UPDATE factum_generations SET active = ?2, filling = NULL
WHERE consumer = ?1 AND filling = ?2 AND NOT held AND (
    SELECT count(n.partition) > 0 AND CASE
        WHEN count(n.partition) = (SELECT count(*) FROM factum_checkpoints WHERE consumer = ?4 AND log = ?3)
        THEN min(n.position >= coalesce(o.position, 0))
        ELSE min(n.position) >= (
            SELECT coalesce(max(position), 0) FROM factum_checkpoints WHERE consumer = ?4 AND log = ?3
        )
    END
    FROM factum_checkpoints n LEFT JOIN factum_checkpoints o
        ON o.consumer = ?4 AND o.log = ?3 AND o.partition = n.partition
    WHERE n.consumer = ?5 AND n.log = ?3
)
