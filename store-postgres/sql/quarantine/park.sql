-- Parks events of consumer $1, log $2, partition $3: as parallel arrays, of each its lane, position, stream, type, error and
-- attempts.
INSERT INTO factum.quarantine (consumer, log, partition, lane, position, stream, event_type, error, attempts)
SELECT $1, $2, $3, n.lane, n.position, n.stream, n.event_type, n.error, n.attempts
FROM unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[])
    AS n (lane, position, stream, event_type, error, attempts)
ON CONFLICT DO NOTHING
