-- The first 10,000 positions above the mark $1 that can be seen.
SELECT coalesce(array_agg(v.position ORDER BY v.position), '{}')
FROM (SELECT position FROM factum.events WHERE position > $1 ORDER BY position LIMIT 10000) AS v
