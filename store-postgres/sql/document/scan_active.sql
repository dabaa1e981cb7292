-- Which generation of consumer $3 is read, and at most $2 of its documents after key $1, in order, if it is $4, whose table this
-- is; one row at least.
SELECT a.active, d.key, d.document
FROM (SELECT coalesce((SELECT g.active FROM factum.generations g WHERE g.consumer = $3), 0) AS active) a
LEFT JOIN LATERAL (
    SELECT t.key, t.document FROM {table} t WHERE a.active = $4 AND t.key > $1 ORDER BY t.key LIMIT $2
) d ON true
ORDER BY d.key
