-- At most $5 events of the stream with category $1 and key $2, after version $3 and before version $4, in {order}.
SELECT e.payload, e.position, e.version, e.recorded_at, e.stream, e.type, e.id, e.details
FROM factum.events e
WHERE e.stream = (SELECT s.id FROM factum.streams s WHERE s.category = $1 AND s.key = $2)
    AND e.version > $3 AND e.version < $4
ORDER BY e.version {order}
LIMIT $5
