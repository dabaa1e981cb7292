-- Those of the messages $2 that consumer $1 has received, and when, in microseconds since 1970.
SELECT message, (extract(epoch FROM received_at) * 1000000)::int8
FROM factum.inbox WHERE consumer = $1 AND message = ANY ($2)
