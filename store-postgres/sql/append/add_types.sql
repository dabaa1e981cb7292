-- Gives the event types $1, of versions $2, their numbers.
INSERT INTO factum.event_types (name, version)
SELECT t.name, t.version FROM unnest($1::text[], $2::bigint[]) AS t (name, version)
WHERE NOT EXISTS (SELECT FROM factum.event_types e WHERE e.name = t.name AND e.version = t.version)
ORDER BY 1, 2
ON CONFLICT DO NOTHING
