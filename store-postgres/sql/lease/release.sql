-- Node $4 gives back partition $3 of consumer $1 of log $2; all its partitions if $3 is NULL.
UPDATE factum.checkpoints SET holder = NULL, held_until = '-infinity'
WHERE consumer = $1 AND log = $2 AND ($3 IS NULL OR partition = $3) AND holder = $4
