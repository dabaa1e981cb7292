-- At most $4 events of stream $1 after version $2 and before version $3, in {order}.
SELECT payload, position, version, recorded_at, stream, type, id, details
FROM factum.events
WHERE stream = $1 AND version > $2 AND version < $3
ORDER BY version {order}
LIMIT $4
