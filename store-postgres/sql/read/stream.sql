-- At most $3 events of a stream after place $1 and up to place $2, in {order}.
SELECT payload, position, place, recorded_at, type, id, details
FROM factum.events
WHERE place > $1 AND place <= $2
ORDER BY place {order}
LIMIT $3
