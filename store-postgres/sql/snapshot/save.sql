-- Keeps state $5 of version $4 for the stream with category $1 and key $2 and the shape $3, unless one of this version or a later one is there.
INSERT INTO factum.snapshots AS s (category, key, schema, version, state)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (category, key, schema) DO UPDATE SET version = excluded.version, state = excluded.state
WHERE s.version < excluded.version
