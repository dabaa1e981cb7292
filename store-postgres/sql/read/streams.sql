-- At most $3 streams after category $1 and key $2, in their order, with the version of their last event.
SELECT s.category, s.key, v.version
FROM factum.streams s
CROSS JOIN LATERAL (
    SELECT factum.version_of(e.place) AS version FROM factum.events e
    WHERE e.place BETWEEN factum.place(s.id, 0) AND factum.place(s.id, 8589934591)
    ORDER BY e.place DESC LIMIT 1
) AS v
WHERE (s.category, s.key) > ($1, $2)
ORDER BY s.category, s.key
LIMIT $3
