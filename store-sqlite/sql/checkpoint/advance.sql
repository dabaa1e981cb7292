-- Moves the checkpoint of consumer ?1, log ?2, partition ?3 to ?4, for its owner of epoch ?5 only.
UPDATE factum_checkpoints SET position = ?4
WHERE consumer = ?1 AND log = ?2 AND partition = ?3 AND epoch = ?5
