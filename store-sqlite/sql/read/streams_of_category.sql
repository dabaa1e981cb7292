-- Streams of category ?1 with a key after ?2, with their versions, at most ?3.
SELECT s.category, s.key, (SELECT max(e.version) FROM factum_events e WHERE e.stream = s.id)
FROM factum_streams s
WHERE s.category = ?1 AND s.key > ?2
ORDER BY s.key
LIMIT ?3
