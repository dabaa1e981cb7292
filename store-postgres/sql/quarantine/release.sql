-- The events of consumer $1, log $2 in the lanes $3 at the positions $4 wait no longer.
DELETE FROM factum.quarantine q USING unnest($3::text[], $4::bigint[]) AS n (lane, position)
WHERE q.consumer = $1 AND q.log = $2 AND q.lane = n.lane AND q.position = n.position
