-- Moves the checkpoint of consumer $1, log $2, partition $3 to $4, for its owner of epoch $5 only, and never back. The epoch
-- is compared in the statement that writes, so it does not matter what was read before.
UPDATE factum.checkpoints SET position = $4
WHERE consumer = $1 AND log = $2 AND partition = $3 AND epoch = $5 AND position <= $4
