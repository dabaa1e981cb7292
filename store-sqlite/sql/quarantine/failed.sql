-- The event at position ?4 of consumer ?1, log ?2, lane ?3 was tried again: the error and the number of attempts.
UPDATE factum_quarantine SET error = ?5, attempts = ?6, request = NULL
WHERE consumer = ?1 AND log = ?2 AND lane = ?3 AND position = ?4
