-- The checkpoints of consumers $1 of log $2, each in the generation that is read, locked until the transaction ends: whoever
-- else would move one waits. In the order of their names, so that no two transactions wait for each other in a circle. A
-- process that is held up with them is ended by the server after a while.
--
-- A consumer without a checkpoint has no row.
SELECT r.name, r.active, c.position, set_config('idle_in_transaction_session_timeout', '10s', true)
FROM (
    SELECT n.name, coalesce(g.active, 0) AS active
    FROM unnest($1::text[]) AS n (name) LEFT JOIN factum.generations g ON g.consumer = n.name
) AS r
JOIN factum.checkpoints c ON c.log = $2 AND c.partition = 0
    AND c.consumer = r.name || CASE r.active WHEN 0 THEN '' ELSE '_g' || r.active END COLLATE "C"
ORDER BY c.consumer
FOR NO KEY UPDATE OF c
