-- Appends events to a stream that is to be made, where nothing but that and the ids has to be checked: what `several` does with
-- one append of this kind, in two thirds of the time. Nothing comes back where they would be refused; `factum.append` then says why.
--
-- Parameters: the category and the key; as parallel arrays, of each event its type, id, payload and details (NULL where no
-- event has any); and the first six bytes of the ids, each once. Who loses a race for the name has violated its index.
-- Locks taken: that of the log, shared; the unique entries; that of the sequence.
WITH made AS (
    INSERT INTO factum.streams (category, key)
    SELECT $1, $2
    WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
        -- A number that is drawn is used up, also if somebody else makes the stream.
        AND NOT EXISTS (SELECT FROM factum.streams s WHERE s.category = $1 AND s.key = $2)
        AND NOT EXISTS (
            SELECT FROM factum.events e
            WHERE substring(uuid_send(e.id) from 1 for 6) = ANY ($7::bytea[]) AND e.id = ANY ($4::uuid[])
        )
    RETURNING id, clock_timestamp() AS at
)
INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
SELECT nextval('factum.positions'), factum.place(m.id, n.nth), m.at, n.type, n.id, n.payload, n.details
FROM made m,
    unnest($3::smallint[], $4::uuid[], $5::bytea[], $6::text[]) WITH ORDINALITY AS n (type, id, payload, details, nth)
RETURNING position, place, recorded_at
