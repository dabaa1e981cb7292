-- The events of stream number ?1 with ?2 < version < ?3, newest first, at most ?4.
SELECT payload, position, stream, version, type, id, recorded_at, occurred_at, tags, metadata
FROM factum_events
WHERE stream = ?1 AND version > ?2 AND version < ?3
ORDER BY version DESC
LIMIT ?4
