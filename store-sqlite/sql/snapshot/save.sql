-- Keeps the state ?4 of stream ?1 at version ?3 with shape ?2, unless a newer one is kept.
INSERT INTO factum_snapshots (stream, schema, version, state) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET version = excluded.version, state = excluded.state WHERE excluded.version > version
