-- Makes the checkpoint of consumer ?1, log ?2, partition ?3, at position ?4, if there is none.
INSERT INTO factum_checkpoints (consumer, log, partition, position, epoch) VALUES (?1, ?2, ?3, ?4, 0)
ON CONFLICT DO NOTHING
