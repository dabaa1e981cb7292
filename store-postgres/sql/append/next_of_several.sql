-- Appends events to streams whose last versions are known: what `several` does, without looking for these, in two thirds of the
-- time. What would be refused does not come back, all of an append or nothing of it; `factum.append` then says why.
--
-- Parameters, as parallel arrays: of each event its place; the place of the first of its append, of which the one before is taken;
-- its type, id, payload and details (NULL where no event has any). And the first six bytes of the ids, each once.
-- No two appends are of one stream. They come by their places, which are written in this order; a stream has no holes, so an
-- append whose first place is free has all of its places. An id that is there already has everything refused.
-- Locks taken: that of the log, shared; the unique entries in the order of their places; that of the sequence.
INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
SELECT nextval('factum.positions'), n.place, (SELECT clock_timestamp()), n.type, n.id, n.payload, n.details
FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::uuid[], $5::bytea[], $6::text[])
    AS n (place, first, type, id, payload, details)
WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM factum.events e
        WHERE substring(uuid_send(e.id) from 1 for 6) = ANY ($7::bytea[])
            AND (e.id IN (SELECT i.id FROM unnest($4::uuid[]) AS i (id))) IS TRUE
    )
    AND n.first <> ALL (ARRAY (SELECT e.place FROM factum.events e WHERE e.place = ANY ($2::bigint[])))
RETURNING position, place, recorded_at
