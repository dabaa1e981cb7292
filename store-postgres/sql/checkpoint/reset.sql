-- Sets the checkpoint of consumer $1, log $2, partition $3 back to the start, and takes it over.
INSERT INTO factum.checkpoints AS c (consumer, log, partition, position, epoch)
VALUES ($1, $2, $3, 0, 1)
ON CONFLICT (consumer, log, partition)
DO UPDATE SET epoch = c.epoch + 1, position = 0, holder = NULL, held_until = '-infinity'
RETURNING position, epoch
