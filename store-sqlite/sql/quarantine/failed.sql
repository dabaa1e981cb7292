-- The event at position ?4 of consumer ?1, log ?2, lane ?3 was tried again: the error ?5, the number of attempts ?6, and the
-- request ?7 that is done with that, which may be NULL.
UPDATE factum_quarantine SET error = ?5, attempts = ?6, request = nullif(request, ?7)
WHERE consumer = ?1 AND log = ?2 AND lane = ?3 AND position = ?4
