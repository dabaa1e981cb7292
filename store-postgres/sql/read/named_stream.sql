-- At most $5 events of the stream with category $1 and key $2, after version $3 and up to version $4, in {order}.
SELECT e.payload, e.position, e.place, e.recorded_at, e.type, e.id, e.details
FROM (SELECT s.id FROM factum.streams s WHERE s.category = $1 AND s.key = $2) AS n
CROSS JOIN LATERAL (
    SELECT * FROM factum.events e
    WHERE e.place > factum.place(n.id, $3) AND e.place <= factum.place(n.id, $4)
    ORDER BY e.place {order}
    LIMIT $5
) AS e
