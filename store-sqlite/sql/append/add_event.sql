-- Writes one event at position ?1.
INSERT INTO factum_events (position, stream, version, type, id, recorded_at, occurred_at, tags, metadata, payload)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
