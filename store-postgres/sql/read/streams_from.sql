-- Of several streams, those events that come after the places $1 and up to the places $2, at most $3 of each, in order; beside
-- each of them which of the places it belongs to, from 1.
SELECT e.payload, e.position, e.place, e.recorded_at, e.type, e.id, e.details, r.n
FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS r (after, through, n)
CROSS JOIN LATERAL (
    SELECT * FROM factum.events e
    WHERE e.place > r.after AND e.place <= r.through
    ORDER BY e.place
    LIMIT $3
) AS e
