-- Requests $4 for lane $3 of consumer $1, log $2; for all its lanes if $3 is NULL.
UPDATE factum.quarantine q SET request = $4
WHERE q.consumer = $1 AND q.log = $2 AND ($3 IS NULL OR q.lane = $3) AND NOT EXISTS (
    SELECT FROM factum.quarantine b
    WHERE b.consumer = q.consumer AND b.log = q.log AND b.lane = q.lane AND b.position < q.position
)
