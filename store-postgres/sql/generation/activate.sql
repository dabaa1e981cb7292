-- Activates generation $2 of consumer $1, which is being made and not held, if in log $3 the checkpoints of consumer $5 have come
-- as far as those of consumer $4. They are locked until the end of the transaction, as whoever moves one has it locked: what is
-- read of them is what was committed last.
WITH there AS MATERIALIZED (
    SELECT c.consumer, c.partition, c.position FROM factum.checkpoints c
    WHERE c.log = $3 AND c.consumer IN ($4, $5)
    ORDER BY c.consumer, c.partition
    FOR NO KEY UPDATE
), far AS (
    SELECT count(n.partition) > 0 AND CASE
        WHEN count(n.partition) = (SELECT count(*) FROM there WHERE consumer = $4)
        THEN bool_and(n.position >= coalesce(o.position, 0))
        ELSE min(n.position) >= (SELECT coalesce(max(position), 0) FROM there WHERE consumer = $4)
    END AS is_as_far
    FROM there n LEFT JOIN there o ON o.consumer = $4 AND o.partition = n.partition
    WHERE n.consumer = $5
)
UPDATE factum.generations SET active = $2, filling = NULL
WHERE consumer = $1 AND filling = $2 AND NOT held AND (SELECT is_as_far FROM far)
