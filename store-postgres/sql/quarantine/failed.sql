-- The event of consumer $1, log $2 in lane $3 at position $4 was tried again: the error and the number of attempts.
UPDATE factum.quarantine SET error = $5, attempts = $6, request = NULL
WHERE consumer = $1 AND log = $2 AND lane = $3 AND position = $4
