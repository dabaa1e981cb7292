-- As `streams_from`, where some streams are given by the categories $4 and the keys $5, which are NULL for the others; what is in
-- $1 and $2 for them are versions.
SELECT e.payload, e.position, e.place, e.recorded_at, e.type, e.id, e.details, r.n
FROM unnest($1::bigint[], $2::bigint[], $4::text[], $5::text[]) WITH ORDINALITY AS r (after, through, category, key, n)
CROSS JOIN LATERAL (
    -- NULL if there is no such stream. Asked once, and not for each end of the range.
    SELECT CASE WHEN r.key IS NULL THEN 0 ELSE (
        SELECT factum.place(s.id, 0) FROM factum.streams s WHERE s.category = r.category AND s.key = r.key
    ) END AS start
    OFFSET 0
) AS s
CROSS JOIN LATERAL (
    SELECT * FROM factum.events e
    WHERE e.place > s.start + r.after AND e.place <= s.start + r.through
    ORDER BY e.place
    LIMIT $3
) AS e
