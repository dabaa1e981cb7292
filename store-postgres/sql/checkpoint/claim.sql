-- Takes the checkpoint of consumer $1, log $2, partition $3 over, which deposes its owner; creates it at the start.
INSERT INTO factum.checkpoints AS c (consumer, log, partition, position, epoch)
VALUES ($1, $2, $3, 0, 1)
ON CONFLICT (consumer, log, partition) DO UPDATE SET epoch = c.epoch + 1, holder = NULL, held_until = '-infinity'
RETURNING position, epoch
