-- Appends one event that has tags or depends on some: what `several` does with this one, in less time. Nothing comes back where it
-- would be refused; `factum.append` then says why.
--
-- Parameters: the stream, 0 if its number is not known; the expected version (-1 for any, -2 for any but none); the category and
-- the key of the stream; the event's type, id, payload and details; $9 to $13 as $12 to $16 of `several`; and the event's tags, each
-- once. Locks taken: as by `several`, in the same order.
WITH locked AS MATERIALIZED (
    SELECT count(CASE WHEN l.exclusive THEN pg_advisory_xact_lock(l.key) ELSE pg_advisory_xact_lock_shared(l.key) END) AS names
    FROM (
        SELECT hashtextextended(n.name, 'factum.log'::regclass::oid::bigint) AS key, bool_or(n.exclusive) AS exclusive
        FROM unnest($9::text[], $10::boolean[]) AS n (name, exclusive)
        WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
        GROUP BY 1 ORDER BY 1
    ) AS l
), named AS MATERIALIZED (
    SELECT CASE $1 WHEN 0 THEN (SELECT s.id FROM factum.streams s WHERE s.category = $3 AND s.key = $4) ELSE $1 END AS stream
    FROM locked l WHERE l.names IS NOT NULL
), head AS MATERIALIZED (
    SELECT n.stream, coalesce((
        SELECT factum.version_of(e.place) FROM factum.events e
        WHERE e.place BETWEEN factum.place(n.stream, greatest($2, 0)) AND factum.place(n.stream, 8589934591)
        ORDER BY e.place DESC LIMIT 1
    ), 0) AS version
    FROM named n
), passed AS MATERIALIZED (
    SELECT h.stream, h.version FROM head h
    WHERE CASE $2 WHEN -1 THEN true WHEN -2 THEN h.version > 0 ELSE h.version = $2 END
        AND h.version < 8589900000
        AND NOT EXISTS (
            SELECT FROM factum.events e
            WHERE substring(uuid_send(e.id) from 1 for 6) = substring(uuid_send($6) from 1 for 6) AND e.id = $6
        )
        AND ($11::integer[] IS NULL OR factum.tagged_after($11, $12, $13) = '{}')
), made AS (
    INSERT INTO factum.streams (category, key)
    SELECT $3, $4 FROM passed p WHERE p.stream IS NULL
    ON CONFLICT (category, key) DO NOTHING
    RETURNING id
), written AS (
    INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
    SELECT nextval('factum.positions'), factum.place(p.stream, p.version + 1), clock_timestamp(), $5, $6, $7, $8
    FROM (
        SELECT coalesce(p.stream, (SELECT m.id FROM made m)) AS stream, p.version FROM passed p OFFSET 0
    ) AS p
    WHERE p.stream IS NOT NULL
    RETURNING position, place, recorded_at
), tagged AS (
    INSERT INTO factum.event_tags (tag, position)
    SELECT t.tag, w.position FROM written w, unnest($14::text[]) AS t (tag)
)
SELECT position, place, recorded_at FROM written
