-- Writes one event at position ?1. OR FAIL, since all is rolled back anyway if this fails, and SQLite then need not keep
-- each page as it was before the statement.
INSERT OR FAIL INTO factum_events (position, stream, version, type, id, recorded_at, occurred_at, tags, metadata, payload)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
