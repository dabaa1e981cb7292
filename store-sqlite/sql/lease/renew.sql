-- Extends what node ?3 has of consumer ?1 of log ?2 by ?4 milliseconds.
UPDATE factum_checkpoints SET held_until = factum_now() / 1000 + ?4
WHERE consumer = ?1 AND log = ?2 AND holder = ?3
