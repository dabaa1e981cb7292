-- The checkpoints of consumers $1 of log $2, each in the generation that is read, locked until the transaction ends: whoever
-- else would move one waits. In the order of their names, so that no two transactions wait for each other in a circle.
--
-- A consumer without a checkpoint has no row. Its generation is as it was before a wait for the lock, and the position as
-- it is after it.
--
-- $3 is how long to wait for a lock at most, from here on; and a process that is held up with them is ended by the server
-- after a while. NULL leaves both as they are, in the transaction of somebody else.
WITH own AS MATERIALIZED (
    SELECT set_config('lock_timeout', $3, true), set_config('idle_in_transaction_session_timeout', '10s', true)
    WHERE $3 IS NOT NULL
)
SELECT r.name, r.active, c.position
FROM (
    SELECT n.name, coalesce(g.active, 0) AS active
    FROM unnest($1::text[]) AS n (name) LEFT JOIN factum.generations g ON g.consumer = n.name
) AS r
JOIN factum.checkpoints c ON c.log = $2 AND c.partition = 0
    AND c.consumer = r.name || CASE r.active WHEN 0 THEN '' ELSE '_g' || r.active END COLLATE "C"
LEFT JOIN own ON true
ORDER BY c.consumer
FOR NO KEY UPDATE OF c
