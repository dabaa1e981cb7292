-- Makes the checkpoint of consumer ?1, log ?2, partition ?3, if there is none.
INSERT INTO factum_checkpoints (consumer, log, partition, position, epoch) VALUES (?1, ?2, ?3, 0, 0)
ON CONFLICT DO NOTHING
