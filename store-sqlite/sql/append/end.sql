-- The last position, 0 for an empty log, and the highest id. Each is the end of an index.
SELECT coalesce((SELECT max(position) FROM factum_events), 0), (SELECT max(id) FROM factum_events)
