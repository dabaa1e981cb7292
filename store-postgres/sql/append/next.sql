-- Appends one event to a stream whose last version is known: what `one` does, without looking for that. Nothing comes back where it
-- would be refused; `factum.append` then says why.
--
-- Parameters: the place of the event, of which the one before is taken; and its type, id, payload and details.
-- Locks taken: that of the log, shared; the unique entry; that of the sequence.
INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
SELECT nextval('factum.positions'), $1, clock_timestamp(), $2, $3, $4, $5
WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
    AND NOT EXISTS (SELECT FROM factum.events e WHERE e.place = $1)
    AND NOT EXISTS (
        SELECT FROM factum.events e
        WHERE substring(uuid_send(e.id) from 1 for 6) = substring(uuid_send($3) from 1 for 6) AND e.id = $3
    )
RETURNING position, recorded_at
