-- Sets the checkpoint of consumer ?1, log ?2, partition ?3 back to the start, and takes it over.
INSERT INTO factum_checkpoints (consumer, log, partition, position, epoch)
VALUES (?1, ?2, ?3, 0, 1)
ON CONFLICT DO UPDATE SET epoch = epoch + 1, position = 0, holder = NULL, held_until = 0
RETURNING position, epoch
