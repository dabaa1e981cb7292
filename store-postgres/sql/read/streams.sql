-- At most $3 streams after category $1 and key $2, in their order, with the version of their last event.
SELECT s.category, s.key, v.version
FROM factum.streams s
CROSS JOIN LATERAL (
    SELECT e.version FROM factum.events e WHERE e.stream = s.id ORDER BY e.version DESC LIMIT 1
) AS v
WHERE (s.category, s.key) > ($1, $2)
ORDER BY s.category, s.key
LIMIT $3
