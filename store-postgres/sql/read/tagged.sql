-- At most $8 events with tag $4 and all tags of $5, of one of the types $6 and the categories $7 (NULL: any), after position
-- $2 and before $3, in {order}; and beside each of them, or alone if there is none, up to where the log can be read, as the mark $1
-- and the positions above it show in the same snapshot, and the newest position that was looked at.
WITH bound AS MATERIALIZED (
    SELECT coalesce(max(c.position) FILTER (WHERE c.position = c.n + $1), $1) AS position, max(c.position) AS newest
    FROM (
        SELECT v.position, row_number() OVER (ORDER BY v.position) AS n
        FROM (SELECT position FROM factum.events WHERE position > $1 ORDER BY position LIMIT 10000) AS v
    ) AS c
)
SELECT e.payload, e.position, e.place, e.recorded_at, e.type, e.id, e.details, b.position, b.newest
FROM bound b
LEFT JOIN LATERAL (
    SELECT e.payload, e.position, e.place, e.recorded_at, e.type, e.id, e.details
    FROM factum.event_tags t
    JOIN factum.events e ON e.position = t.position
    WHERE t.tag = $4 AND t.position > $2 AND t.position < least($3, b.position + 1)
        AND NOT EXISTS (
            SELECT FROM unnest($5::text[]) AS o (tag)
            WHERE NOT EXISTS (SELECT FROM factum.event_tags x WHERE x.tag = o.tag AND x.position = t.position)
        )
        AND ($6::text[] IS NULL OR e.type = ANY (ARRAY (
            SELECT n.id FROM factum.event_types n WHERE n.name = ANY ($6)
        )))
        AND ($7::text[] IS NULL OR EXISTS (
            SELECT FROM factum.streams s WHERE s.id = factum.stream_of(e.place) AND s.category = ANY ($7)
        ))
    ORDER BY t.position {order}
    LIMIT $8
) AS e ON true
