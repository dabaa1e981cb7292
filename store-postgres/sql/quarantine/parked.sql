-- What is parked for consumer $1, log $2: of partition $3 and of lane $4 unless they are NULL, after lane $5 and position $6,
-- only the heads of lanes if $7, at most $8; only of the events from $9 to $10 unless
-- they are NULL.
SELECT q.partition, q.lane, q.position, q.stream, q.event_type, q.error, q.attempts, q.parked_at, q.request
FROM factum.quarantine q
WHERE q.consumer = $1 AND q.log = $2 AND ($3 IS NULL OR q.partition = $3) AND ($4 IS NULL OR q.lane = $4)
    AND (q.lane, q.position) > ($5, $6) AND ($9 IS NULL OR q.position BETWEEN $9 AND $10)
    AND (NOT $7 OR NOT EXISTS (
        SELECT FROM factum.quarantine b
        WHERE b.consumer = q.consumer AND b.log = q.log AND b.lane = q.lane AND b.position < q.position
    ))
ORDER BY q.lane, q.position LIMIT $8
