-- Requests $4 for lane $3 of consumer $1, log $2; for all its lanes if $3 is NULL; only where the first event is at $5 unless
-- that is NULL. The number before the last bit is another one than that of the request whose place it takes.
UPDATE factum.quarantine q SET request = ((((coalesce(q.request, -2) >> 1) + 1) & 16383) << 1) | $4
WHERE q.consumer = $1 AND q.log = $2 AND ($3 IS NULL OR q.lane = $3) AND ($5 IS NULL OR q.position = $5)
    AND NOT EXISTS (
    SELECT FROM factum.quarantine b
    WHERE b.consumer = q.consumer AND b.log = q.log AND b.lane = q.lane AND b.position < q.position
)
