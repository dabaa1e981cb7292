-- The last position, 0 for an empty log.
SELECT coalesce(max(position), 0) FROM factum_events
