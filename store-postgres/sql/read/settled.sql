-- What `log` gives where nothing can appear any more, so that nothing has to be looked at beside the events: at most $5 events of
-- one of the types $3 and the categories $4 (NULL: any), after position $1 and before $2, in order.
SELECT e.payload, e.position, e.place, e.recorded_at, e.type, e.id, e.details
FROM factum.events e
WHERE e.position > $1 AND e.position < $2
    AND ($3::text[] IS NULL OR e.type = ANY (ARRAY (
        SELECT n.id FROM factum.event_types n WHERE n.name = ANY ($3)
    )))
    AND ($4::text[] IS NULL OR EXISTS (
        SELECT FROM factum.streams s WHERE s.id = factum.stream_of(e.place) AND s.category = ANY ($4)
    ))
ORDER BY e.position
LIMIT $5
