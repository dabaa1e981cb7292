-- At most $3 events after position $1 and before $2, in order. They show by their positions where the first hole is.
SELECT payload, position, place, recorded_at, type, id, details
FROM factum.events
WHERE position > $1 AND position < $2
ORDER BY position
LIMIT $3
