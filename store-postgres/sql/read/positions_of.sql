-- Where the events with the ids $1 are, whose first six bytes are $2.
SELECT e.id, e.position
FROM factum.events e
WHERE substring(uuid_send(e.id) from 1 for 6) = ANY ($2::bytea[]) AND e.id = ANY ($1::uuid[])
