-- Request $3 of consumer $1, log $2 could not be done, because of $4.
UPDATE factum.repairs SET failure = $4 WHERE consumer = $1 AND log = $2 AND id = $3
