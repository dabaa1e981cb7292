-- Extends what node ?3 has of consumer ?1 of log ?2 by ?4 milliseconds.
UPDATE factum_checkpoints SET held_until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?4
WHERE consumer = ?1 AND log = ?2 AND holder = ?3
