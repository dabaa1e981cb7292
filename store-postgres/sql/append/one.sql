-- Appends one event to a stream whose number is known: what `factum.append` does with a batch of this one, in a third of the
-- time. Nothing comes back where it would be refused; `factum.append` then says why.
--
-- Parameters: the stream, the expected version (-1 for any, -2 for any but none), and the event's type, id, payload
-- and details. The version is looked for from what is expected on, as in `several`. Locks taken: that of the log, shared; the unique entry; that of the sequence.
WITH head AS MATERIALIZED (
    SELECT coalesce((
        SELECT factum.version_of(e.place) FROM factum.events e
        WHERE e.place BETWEEN factum.place($1, greatest($2, 0)) AND factum.place($1, 8589934591)
        ORDER BY e.place DESC LIMIT 1
    ), 0) AS version
)
INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
SELECT nextval('factum.positions'), factum.place($1, h.version + 1), clock_timestamp(), $3, $4, $5, $6
FROM head h
WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
    AND CASE $2 WHEN -1 THEN true WHEN -2 THEN h.version > 0 ELSE h.version = $2 END
    AND h.version < 8589900000
    AND NOT EXISTS (
        SELECT FROM factum.events e
        WHERE substring(uuid_send(e.id) from 1 for 6) = substring(uuid_send($4) from 1 for 6) AND e.id = $4
    )
RETURNING position, place, recorded_at
