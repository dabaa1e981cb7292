-- For each append with a condition, the position of the first event that matches one of the condition's items and comes
-- after what the writer has seen; 0 for the appends without one.
--
-- Parameters: `conditions` as for `factum.append`, and the number of appends. An item with a tag is looked up by that tag;
-- one without reads the log from `after` on. Reads everything that is committed, whatever the mark is: a condition must
-- not miss what readers cannot be shown yet.
CREATE FUNCTION factum.first_matches(conditions json, appends integer) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(coalesce(found.position, 0) ORDER BY a.n)
    FROM generate_series(1, appends) AS a (n)
    LEFT JOIN (
        SELECT i.append, min(m.position) AS position
        FROM json_to_recordset(conditions)
            AS i (append integer, after bigint, tags text[], types text[], categories text[])
        CROSS JOIN LATERAL (
            SELECT CASE WHEN i.types IS NOT NULL THEN ARRAY (
                SELECT t.id FROM factum.event_types t WHERE t.name = ANY (i.types)
            ) END AS types OFFSET 0
        ) AS n
        CROSS JOIN LATERAL (
            (
                SELECT t.position
                FROM factum.event_tags t
                WHERE i.tags IS NOT NULL AND t.tag = i.tags[1] AND t.position > i.after
                    AND NOT EXISTS (
                        SELECT FROM unnest(i.tags[2:]) AS o (tag)
                        WHERE NOT EXISTS (
                            SELECT FROM factum.event_tags x WHERE x.tag = o.tag AND x.position = t.position
                        )
                    )
                    AND (i.types IS NULL AND i.categories IS NULL OR EXISTS (
                        SELECT FROM factum.events e
                        WHERE e.position = t.position
                            AND (i.types IS NULL OR e.type = ANY (n.types))
                            AND (i.categories IS NULL OR EXISTS (
                                SELECT FROM factum.streams s
                                WHERE s.id = factum.stream_of(e.place) AND s.category = ANY (i.categories)
                            ))
                    ))
                ORDER BY t.position
                LIMIT 1
            )
            UNION ALL
            (
                SELECT e.position
                FROM factum.events e
                WHERE i.tags IS NULL AND e.position > i.after
                    AND (i.types IS NULL OR e.type = ANY (n.types))
                    AND (i.categories IS NULL OR EXISTS (
                        SELECT FROM factum.streams s WHERE s.id = factum.stream_of(e.place) AND s.category = ANY (i.categories)
                    ))
                ORDER BY e.position
                LIMIT 1
            )
        ) AS m
        GROUP BY i.append
    ) AS found ON found.append = a.n
$$;
