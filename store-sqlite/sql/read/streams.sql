-- Streams after ?1-?2 with their versions, at most ?3.
SELECT s.category, s.key, (SELECT max(e.version) FROM factum_events e WHERE e.stream = s.id)
FROM factum_streams s
WHERE (s.category, s.key) > (?1, ?2)
ORDER BY s.category, s.key
LIMIT ?3
