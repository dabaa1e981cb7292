-- The version of stream number ?1, 0 if it has no events.
SELECT coalesce(max(version), 0) FROM factum_events WHERE stream = ?1
